"""A check in a process of its own, with an end to its memory and its time.

A file that is to be checked comes from anybody. Whatever one may be made to do to the libraries that read it, it is
done to a process that holds nothing, and the operating system ends it.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Final

import orjson

from evidence.verification.report import Report, report_from_dict, unreadable
from evidence.verification.trust import Trust
from evidence.verification.wording import typeset

_OVER: Final = (
    "Sa vérification demande plus de mémoire ou de temps que ce qui est accordé à un document : "
    "il n’a pas été fait par Assidu."
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one check may use."""

    memory_bytes: int
    seconds: int


# On the server, beside everything else that it does; a document takes a tenth of that.
DOCUMENT_BOUNDS: Final = Bounds(memory_bytes=1536 * 1024 * 1024, seconds=30)
# By hand: a dossier may have some thousand files, which are read one after the other.
FILE_BOUNDS: Final = Bounds(memory_bytes=3 * 1024 * 1024 * 1024, seconds=3600)


def check_bytes_bounded(data: bytes, trust: Trust, bounds: Bounds = DOCUMENT_BOUNDS) -> Report:
    """Return what holds about a file's bytes, of which nothing is written anywhere."""
    return _run([], _asked(trust) + b"\n" + data, bounds, sha256(data).hexdigest())


def check_path_bounded(path: Path, trust: Trust, bounds: Bounds = FILE_BOUNDS) -> Report:
    """Return what holds about a file. Raises OSError when it cannot be opened."""
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    return _run(["--path", str(path)], _asked(trust), bounds, digest)


def _run(arguments: list[str], fed: bytes, bounds: Bounds, digest: str) -> Report:
    command = [
        sys.executable, "-m", "evidence.verification",
        "--memory", str(bounds.memory_bytes), "--seconds", str(bounds.seconds), *arguments,
    ]  # fmt: skip
    try:
        # Twice the time: what counts in there is time at work, and somebody else may be at work too.
        done = subprocess.run(command, input=fed, capture_output=True, timeout=2 * bounds.seconds, check=False)  # noqa: S603 - ourselves
        return report_from_dict(orjson.loads(done.stdout))
    except (subprocess.TimeoutExpired, orjson.JSONDecodeError, LookupError):
        return unreadable("document", digest, [typeset(_OVER)])


def _asked(trust: Trust) -> bytes:
    return orjson.dumps(trust.to_dict())
