"""One check, within bounds: `python -m evidence.verification`, as `evidence.verification.bounded` calls it."""

from __future__ import annotations

import argparse
import sys
from io import BytesIO
from pathlib import Path

import orjson

from evidence.verification.file import check_file
from evidence.verification.trust import trust_from_dict


def hold(memory_bytes: int, seconds: int) -> None:
    """Let the operating system end this process when it uses more; where it knows no such bounds, time still ends."""
    try:
        import resource  # noqa: PLC0415 - Unix alone has it
    except ImportError:
        return
    for kind, most in ((resource.RLIMIT_AS, memory_bytes), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(kind)
        wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(kind, (wanted, wanted))
        except (OSError, ValueError):
            # Some systems know the bound and do not take it.
            continue


def main() -> None:
    """Read whom to trust and the file from standard input, or the file from `--path`; write the report as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--memory", type=int, required=True)
    parser.add_argument("--seconds", type=int, required=True)
    parser.add_argument("--path", type=Path)
    given = parser.parse_args()
    hold(given.memory, given.seconds)
    trust = trust_from_dict(orjson.loads(sys.stdin.buffer.readline()))
    with given.path.open("rb") if given.path else BytesIO(sys.stdin.buffer.read()) as file:
        report = check_file(file, trust)
    sys.stdout.buffer.write(orjson.dumps(report.to_dict()))


if __name__ == "__main__":
    main()
