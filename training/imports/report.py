"""What an import found and did."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LineProblem:
    """One thing that is wrong with one line; the header is line 1. `value` is what stands there."""

    line: int
    column: str
    value: str
    message: str
    accepted: str = ""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or with `dry_run` would do. Any problem keeps all of the file out."""

    dry_run: bool
    encoding: str
    delimiter: str
    ignored_columns: tuple[str, ...]
    lines: int
    created: int
    changed: int
    unchanged: int
    problems: tuple[LineProblem, ...]
