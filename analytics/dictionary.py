"""The dictionary of the facts, read off the dataclasses: `python -m analytics.dictionary` writes docs/facts.md."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import Any, Final

from analytics.anomalies import Anomaly, AnomalyKind
from analytics.content import ActivityContent, Content, QuestionContent, ResponseCount, Spread, Whereabouts
from analytics.facts import Change, Confidence, DayFact, EnrolmentFacts, Event, Presence, SlotFact, Standing
from analytics.overview import ModalityOverview, Overview
from analytics.rates import Figure
from analytics.rates.formulas import formulas
from analytics.rules import PROVISIONS, default_rules
from training.law import Law, load_law

TABLES: Final[tuple[type, ...]] = (
    DayFact, SlotFact, Standing, Change, EnrolmentFacts, Figure, Anomaly,
    Overview, ModalityOverview, Content, ActivityContent, Spread, Whereabouts, QuestionContent, ResponseCount,
)  # fmt: skip
WORDS: Final[tuple[type[Enum], ...]] = (Confidence, Presence, Event, AnomalyKind)
_ENTRY: Final = re.compile(r"^ {4}(\w+): (.+?)(?=^ {4}\w+: |\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table of facts: its name, its Python type, and what it holds."""

    name: str
    type: str
    meaning: str


def columns(table: type) -> list[Column]:
    """Return the columns of a table in their order; raises `LookupError` when one is not described, or is too many."""
    described = _described(table)
    if is_dataclass(table):
        types = {field.name: str(field.type) for field in fields(table)}
    else:
        types = dict.fromkeys(getattr(table, "__members__", {}), "")
    if list(types) != list(described):
        raise LookupError(f"{table.__name__} has {list(types)} and describes {list(described)}.")
    return [Column(name, types[name], meaning) for name, meaning in described.items()]


def render() -> str:
    """Return docs/facts.md."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield from (
        "# Facts",
        "",
        "What Assidu derives from statements and records. This page is read off the code",
        "(`python -m analytics.dictionary`); how time is counted, and why so, is in",
        "[0011](design/0011-how-time-is-counted.md).",
    )
    for table in TABLES:
        yield from _table(table, ("Column", "Type", "What it holds"), (_cells(column) for column in columns(table)))
    for words in WORDS:
        rows = (f"| `{column.name}` | {column.meaning} |" for column in columns(words))
        yield from _table(words, ("Word", "What it says"), rows)
    yield from ("", "## Formulas", "", "| Formula | Version | Shown as | Numerator | Denominator | Source |")
    yield "| --- | --- | --- | --- | --- | --- |"
    for formula in formulas().values():
        yield (
            f"| `{formula.id}` | {formula.version} | {formula.title} | {formula.numerator} | {formula.denominator} "
            f"| {formula.source} ({formula.status}) |"
        )
    yield from _rules()


def _rules() -> Iterator[str]:
    law = load_law()
    yield from (
        "",
        "## Rules",
        "",
        "An organisation decides otherwise by a law override (`POST /api/v1/law-overrides`) of the provision of that",
        "name, from a day on and up to a day if it likes. Each day is counted by the values of that day, and what was",
        "derived earlier can still be asked for as of then. A version with values of one's own is called after them:",
        "`2026.1+5f0c2a91`.",
    )
    for rules in default_rules().versions:
        yield from ("", f"### {rules.version}, from {rules.effective_on}", "")
        yield from ("| Provision | Value | May be | Source | Status |", "| --- | --- | --- | --- | --- |")
        for name in PROVISIONS:
            found = law.provision(name, rules.effective_on)
            yield (f"| `{name}` | {_plain(found.value)} | {_span(law, name)} | {found.reference} | {found.status} |")


def _span(law: Law, name: str) -> str:
    schema = law.schema(name)
    if schema["type"] == "boolean":
        return "yes or no"
    longer = dict(law.pairs).get(name)
    most = f", at most `{longer}`" if longer else ""
    return f"{_plain(schema['minimum'])} to {_plain(schema['maximum'])}{most}"


def _table(table: type, heads: tuple[str, ...], rows: Iterator[str]) -> Iterator[str]:
    yield from ("", f"## {table.__name__}", "", _summary(table), "")
    yield f"| {' | '.join(heads)} |"
    yield f"| {' | '.join('---' for _ in heads)} |"
    yield from rows


def _cells(column: Column) -> str:
    kind = column.type.replace("|", "\\|")
    return f"| `{column.name}` | `{kind}` | {column.meaning} |"


def _described(table: type) -> Mapping[str, str]:
    _, _, attributes = (inspect.getdoc(table) or "").partition("Attributes:\n")
    return {name: " ".join(text.split()) for name, text in _ENTRY.findall(attributes)}


def _summary(table: type) -> str:
    text, _, _ = (inspect.getdoc(table) or "").partition("Attributes:\n")
    return text.strip()


def _plain(value: Any) -> str:  # noqa: ANN401 - any JSON scalar
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


if __name__ == "__main__":
    sys.stdout.write(render())
