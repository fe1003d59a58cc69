"""Evaluates dropout risk on the Open University's data, through the product's own path.

The tables are read from --data as they are published, gzipped or not: with studentVle.csv each row of clicks becomes a
statement; without it, the counts that are there become summaries. Results go to --out; a complete run renews
docs/dropout-evaluation.md. Leaves with 1 when a floor was missed.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from os import getpid
from pathlib import Path
from typing import Any, Final

from benchmarks import machine
from benchmarks.dropout import checks, floors, page, study
from benchmarks.dropout.experiment import Laboratory
from benchmarks.dropout.snapshots import DAYS, Snapshots, StaleSnapshots, read, take
from benchmarks.dropout.tables import MissingTable, Tables, read_tables
from benchmarks.floors import show

ROOT: Final = Path(__file__).resolve().parent.parent.parent
DATA: Final = ROOT.parent / "shared" / "data" / "dropout"
OUT: Final = ROOT / "benchmarks" / "results" / "dropout"
_QUICK_DAYS: Final = (0, 28, 56, 112)
# Parts that fit models of their own, or replay.
_LONG: Final = ("strict", "published", "trouble", "new_module", "without")
_DRAWS, _QUICK_DRAWS = 300, 100
_MIB: Final = 1024


def main(words: list[str] | None = None) -> int:
    """Evaluate; return 1 when a floor was missed."""
    given = parser().parse_args(words)
    if given.only_page:
        return report(given, json.loads((given.out / "results.json").read_text()))
    began = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - began:5.0f} s  {text}", flush=True)

    try:
        tables = read_tables(given.data)
        say(f"{len(tables.students):,} enrolments, {len(tables.submissions):,} pieces of work, "
            f"clicks {'of every day' if tables.daily is not None else 'in summaries'}")  # fmt: skip
        snapshots = _snapshots(given, tables, say)
    except (MissingTable, StaleSnapshots) as error:
        sys.exit(str(error))
    if given.only_snapshots:
        return 0
    if not given.part:
        for old in (given.out / "results.json", *given.out.glob("model of *.json")):
            old.unlink(missing_ok=True)
    found: dict[str, Any] = {}
    for part in evaluate(given, snapshots, say):
        found = _added(given.out / "results.json", part)
    if given.part:
        return 0
    return report(given, found)


def report(given: argparse.Namespace, found: dict[str, Any]) -> int:
    """Write the page of a complete run, and say which floors are met."""
    if not given.quick and given.data == DATA:
        page.write(found, ROOT / "docs")
    elif not given.quick:
        page.write(found, given.out)
    return 1 if show(floors.judge(found)) else 0


def evaluate(given: argparse.Namespace, snapshots: Snapshots, say: Callable[[str], None]) -> Iterator[dict[str, Any]]:
    """Yield the figures of each part of the protocol that is asked for."""
    laboratory = Laboratory(snapshots, _QUICK_DAYS if given.quick else DAYS, given.out)
    inquiry = study.Study(laboratory, _QUICK_DRAWS if given.quick else _DRAWS, say)
    yield {"days": list(laboratory.days), "data": inquiry.described()}
    for name, part in inquiry.parts().items():
        if name in given.part or (not given.part and not (given.quick and name in _LONG)):
            say(name)
            yield part()
    if "looked_then" in given.part or not (given.part or given.quick):
        say("a course replayed and looked at on each day")
        yield {"looked_then": checks.looked_then(snapshots.tables, given.folder, say)}


def _added(path: Path, part: dict[str, Any]) -> dict[str, Any]:
    """Add figures to the results, which parts that run at the same time write too; return them all."""
    found: dict[str, Any] = json.loads(path.read_text()) if path.is_file() else {}
    peak = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MIB)
    found |= part | {"peak_mb": max(found.get("peak_mb", 0), peak), "machine": machine.describe()}
    written = path.with_suffix(f".{getpid()}")
    written.write_text(json.dumps(found, indent=1, allow_nan=True) + "\n")
    written.replace(path)
    return found


def _snapshots(given: argparse.Namespace, tables: Tables, say: Callable[[str], None]) -> Snapshots:
    file = given.out / "snapshots.pickle"
    if given.from_snapshots:
        return read(file, tables)
    return take(tables, tables.presentations, file, folder=given.folder, say=say)


def parser() -> argparse.ArgumentParser:
    """Return what the command line takes."""
    made = argparse.ArgumentParser(
        prog="scripts/evaluate-dropout", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--data", type=Path, default=DATA, help="the folder of the tables")
    made.add_argument("--out", type=Path, default=OUT, help="where snapshots and results go")
    made.add_argument("--quick", action="store_true", help="four days, fewer draws, no page")
    made.add_argument("--part", action="append", default=[], help="do this part alone, and add it to the results")
    made.add_argument("--only-page", action="store_true", help="write the page of the results that are there")
    made.add_argument("--from-snapshots", action="store_true", help="take up what an earlier run read from the product")
    made.add_argument("--only-snapshots", action="store_true", help="replay, keep what was read, and leave")
    made.add_argument("--folder", type=Path, help="where the databases of the run go; a temporary folder otherwise")
    return made


if __name__ == "__main__":
    sys.exit(main())
