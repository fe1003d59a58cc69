"""`python -m benchmarks [SCENARIO…]`: measure, print a table with the floors, keep the results as JSON.

Without a scenario all of them, in about five minutes; with --full at a million statements, in about half an hour.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from benchmarks import floors, machine, report
from benchmarks.deployment import Shape
from benchmarks.jobs import Target
from benchmarks.rig import Profile, Rig
from benchmarks.scenarios import (
    bulk,
    disk,
    documents,
    dossiers,
    facts,
    growth,
    ingest,
    ledger,
    memory,
    more,
    pages,
    pages_of_roles,
    risk,
    saturation,
    scorm,
    start,
)

RESULTS: Final = Path(__file__).parent / "results"
# In this order: growth comes before what is said of a store when it is large.
SCENARIOS: Final[Mapping[str, Callable[[Rig], dict[str, Any]]]] = {
    "pages": pages.run,
    "ingest": ingest.run,
    "growth": growth.run,
    "more": more.run,
    "memory": memory.run,
    "disk": disk.run,
    "saturation": saturation.run,
    "import": bulk.run,
    "facts": facts.run,
    "roles": pages_of_roles.run,
    "ledger": ledger.run,
    "documents": documents.run,
    "dossiers": dossiers.run,
    "scorm": scorm.run,
    "risk": risk.run,
}
NAMES: Final = (*SCENARIOS, "start")
# At ten times the size, each of these would take longer than all the others.
_ONLY_FULL: Final = ("growth", "facts", "roles", "ledger")
_LARGE: Final = 1_000_000
# How furnishing ends that must go on.
_NOT_YET: Final = 3
_SHAPE: Final = Shape()


def main(words: list[str] | None = None) -> int:
    """Measure; return 1 when a floor was missed."""
    given = parser().parse_args(words)
    wanted = given.scenario or [name for name in NAMES if given.full or name not in _ONLY_FULL]
    profile = profile_of(given)
    found: dict[str, Any] = {"machine": machine.describe(), "profile": machine.described(profile), "scenarios": {}}
    found["load_before"] = round(os.getloadavg()[0], 2)
    if given.furnish:
        return 0 if pages_of_roles.furnish(profile, given.furnish) else _NOT_YET
    if set(wanted) - {"start"}:
        with Rig(profile, targets(given)) as rig:
            found["machine"]["mongod"] = rig.deployment.mongod_version()
            for name in [name for name in SCENARIOS if name in wanted]:
                timed(found, name, partial(SCENARIOS[name], rig))
                rig.results[name] = found["scenarios"][name]
                # A scenario that fails an hour in takes none of the others with it.
                write(RESULTS / "partial.json", found)
    if "start" in wanted:
        timed(found, "start", partial(start.run, profile))
    keep(given, found, is_whole=not given.scenario)
    missed = floors.show(floors.judge(found["scenarios"]))
    print(f"{found['machine']['cores']} cores, load average {found['load_before']} before.")
    return 1 if missed else 0


def parser() -> argparse.ArgumentParser:
    """Return what the command line takes."""
    made = argparse.ArgumentParser(
        prog="scripts/bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("scenario", nargs="*", type=scenario, help=f"of {', '.join(NAMES)}; all of them otherwise")
    made.add_argument(
        "--full", action="store_true", help="100,000 and 1,000,000 statements; renews docs/performance.md"
    )
    made.add_argument("--target", action="append", default=[], metavar="NAME=URL",
                      help="another record store to measure in the same run, by its xAPI endpoint")  # fmt: skip
    made.add_argument("--login", action="append", default=[], metavar="USER:SECRET", help="its login; one a --target")
    made.add_argument("--size", type=int, help="statements that are there before anything is measured")
    made.add_argument("--large", type=int, default=_LARGE, help="with --full: how many the store grows to")
    made.add_argument("--seconds", type=float, help="about how long a round takes")
    made.add_argument("--rounds", type=int, default=3, help="how often each side is measured")
    made.add_argument("--workers", type=int, default=_SHAPE.workers, help="web processes")
    made.add_argument("--threads", type=int, default=_SHAPE.threads, help="threads of each")
    made.add_argument("--cache", type=int, default=_SHAPE.cache_mib, metavar="MIB", help="cache of the database")
    made.add_argument("--folder", type=Path, help="where the database of the run goes; a temporary folder otherwise")
    made.add_argument("--keep", type=Path, metavar="FOLDER",
                      help="have the database in this folder, which stays, and take up what is there")  # fmt: skip
    made.add_argument("--furnish", type=float, metavar="SECONDS",
                      help="with --keep: only make what roles measures, for so long; 3 when there is more")  # fmt: skip
    made.add_argument("--json", type=Path, help="where the results go")
    return made


def scenario(name: str) -> str:
    """Return the name of a scenario; anything else is an error that lists them."""
    if name not in NAMES:
        message = f"{name} is none of {', '.join(NAMES)}"
        raise argparse.ArgumentTypeError(message)
    return name


def profile_of(given: argparse.Namespace) -> Profile:
    """Return how much is measured, and for how long."""
    size, seconds = (100_000, 5.0) if given.full else (50_000, 2.0)
    return Profile(
        size=given.size or size,
        rounds=given.rounds,
        seconds=given.seconds or seconds,
        full=given.full,
        large=given.large,
        shape=Shape(given.workers, given.threads, given.cache),
        folder=given.folder,
        keep=given.keep,
    )


def targets(given: argparse.Namespace) -> tuple[Target, ...]:
    """Return the other stores; leave with a message unless each has a login."""
    if len(given.target) != len(given.login):
        sys.exit("Each --target NAME=URL takes one --login USER:SECRET.")
    try:
        return tuple(
            Target.from_url(*text.split("=", 1), login)  # type: ignore[call-arg]
            for text, login in zip(given.target, given.login, strict=True)
        )
    except (TypeError, ValueError) as error:
        sys.exit(f"--target takes NAME=http://HOST:PORT/PATH ({error}).")


def timed(found: dict[str, Any], name: str, measure: Callable[[], dict[str, Any]]) -> None:
    """Run one scenario and note how long it took and how busy the machine was."""
    print(name, flush=True)
    began = time.monotonic()
    shown = measure()
    shown["took_s"] = round(time.monotonic() - began, 1)
    shown["load_after"] = round(os.getloadavg()[0], 2)
    found["scenarios"][name] = shown
    print(f"  ({shown['took_s']:.0f} s)", flush=True)


def keep(given: argparse.Namespace, found: dict[str, Any], *, is_whole: bool) -> None:
    """Write the results; those of a full run stay, with the page made of them."""
    is_record = given.full and is_whole
    path = given.json or RESULTS / ("latest.json" if is_record else "quick.json" if is_whole else "partial.json")
    write(path, found)
    if is_record and not given.json:
        report.write(path)


def write(path: Path, found: dict[str, Any]) -> None:
    """Write what was found, in the form that the page is made of."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main())
