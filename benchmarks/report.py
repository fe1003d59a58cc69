"""`python -m benchmarks.report [RESULTS]`: write docs/performance.md and its plots from results in JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Final

from benchmarks import page

ROOT: Final = Path(__file__).resolve().parent.parent
LATEST: Final = ROOT / "benchmarks" / "results" / "latest.json"


def write(results: Path = LATEST, docs: Path = ROOT / "docs") -> None:
    """Draw the plots and write the page; plots of an earlier page that this one has not are removed."""
    from benchmarks import plots  # noqa: PLC0415 - measuring needs no matplotlib

    found = json.loads(results.read_text())
    drawn = plots.draw(found["scenarios"], docs / "performance")
    for stale in set((docs / "performance").glob("*.svg")) - set(drawn):
        stale.unlink()
    (docs / "performance.md").write_text(page.render(found, [path.stem for path in drawn]))
    print(f"Wrote {docs / 'performance.md'} and {len(drawn)} plots.")


if __name__ == "__main__":
    write(*map(Path, sys.argv[1:3]))
