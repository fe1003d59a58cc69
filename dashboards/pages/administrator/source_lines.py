"""Columns, words and activities of a source as lines of text, the way that an administrator types them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dashboards.pages.administrator.form import Values, lines_of
from lrs.errors import InvalidRequest, Problem
from training.sources.source import Source


def column_lines(source: Source) -> str:
    """Write which header stands for which of our columns."""
    return "\n".join(f"{name} = {header}" for name, header in source.columns.items())


def value_lines(source: Source) -> str:
    """Write what words mean."""
    return "\n".join(
        f"{column} : {word} = {means}" for column, own in source.values.items() for word, means in own.items()
    )


def activity_lines(source: Source) -> str:
    """Write which activities a file names."""
    return "\n".join(
        f"{name} = {item.iri} ; {_number(item.highest)} ; {_number(item.passing)}".rstrip(" ;")
        for name, item in source.activities.items()
    )


def columns_of(values: Values) -> dict[str, str]:
    """Read columns; raises InvalidRequest beside the field."""
    return dict(_pairs(values, "columns"))


def values_of(values: Values) -> dict[str, dict[str, str]]:
    """Read words; raises InvalidRequest beside the field."""
    found: dict[str, dict[str, str]] = {}
    for left, meaning in _pairs(values, "values"):
        column, colon, word = (part.strip() for part in left.partition(":"))
        if not (colon and column and word):
            _refuse("values", left)
        found.setdefault(column, {})[word] = meaning
    return found


def activities_of(values: Values) -> dict[str, dict[str, Any]]:
    """Read activities; raises InvalidRequest beside the field."""
    found: dict[str, dict[str, Any]] = {}
    for name, rest in _pairs(values, "activities"):
        iri, highest, passing = [part.strip() for part in (*rest.split(";"), "", "")][:3]
        found[name] = {"iri": iri, "highest": _read(highest), "passing": _read(passing)}
    return found


def _pairs(values: Values, name: str) -> Iterator[tuple[str, str]]:
    for line in lines_of(values, name):
        left, equals, right = (part.strip() for part in line.partition(" = "))
        if not (left and equals and right):
            _refuse(name, line)
        yield left, right


def _read(text: str) -> float | None:
    if not text:
        return None
    try:
        return float(text.replace(",", "."))
    except ValueError:
        _refuse("activities", text)
        return None


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _refuse(name: str, line: str) -> None:
    message = f"{line[:80]} is not of the form that is asked for."
    raise InvalidRequest(message, [Problem(f"/{name}", message, "name = text")])
