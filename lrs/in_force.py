"""Values that hold from a day on, as data beside the code that uses them. Pure, but for reading that data once.

A file has, for each value, the versions that it has had: what it is, `effective_from`, and where it comes from.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

Version = Mapping[str, Any]


def in_force(package: str, file: str, day: date) -> dict[str, Version]:
    """Return the version of each value of a file of `package` that holds on a day; the first one before any did."""
    return {name: _on(versions, day) for name, versions in _read(package, file).items()}


def _on(versions: Sequence[Version], day: date) -> Version:
    ordered = sorted(versions, key=lambda version: str(version["effective_from"]))
    begun = [version for version in ordered if date.fromisoformat(version["effective_from"]) <= day]
    return (begun or ordered[:1])[-1]


@cache
def _read(package: str, file: str) -> Mapping[str, Sequence[Version]]:
    found: dict[str, list[Version]] = json.loads(files(package).joinpath(file).read_text("utf-8"))
    return found
