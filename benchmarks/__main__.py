"""`python -m benchmarks [SCENARIO…]`: measure, print a table, keep the results as JSON."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from benchmarks.rig import Profile, Rig
from benchmarks.scenarios import ingest, pages

SCENARIOS = {"ingest": ingest.run, "pages": pages.run}


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("scenario", nargs="*")
    parser.add_argument("--size", type=int, default=60_000)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    results = {}
    with Rig(Profile(size=given.size, seconds=given.seconds, rounds=given.rounds)) as rig:
        for name in given.scenario or SCENARIOS:
            began = time.monotonic()
            print(name)
            results[name] = SCENARIOS[name](rig)
            print(f"  ({time.monotonic() - began:.0f} s)")
    if given.json:
        given.json.write_text(json.dumps(results, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
