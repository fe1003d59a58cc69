"""The hand-computed cases: small histories, and the facts that the law and our rules make of them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from analytics.derivation import PersonFacts, derive
from analytics.facts import DayFact
from analytics.rates.figure import Figure
from analytics.rules import RuleBook, default_rules
from analytics.time import day_of
from lrs.clock import Micros, to_datetime
from tests.analytics.cases.notation import instant, micros, read_records, read_trace, seconds

FILES = sorted(Path(__file__).parent.glob("*.yaml"))
CASES = [(file.stem, case) for file in FILES for case in yaml.safe_load(file.read_text("utf-8"))]
TIMES = ("connected", "active", "credited", "declared")


@pytest.fixture(scope="module")
def rules() -> RuleBook:
    return default_rules()


def test_there_are_forty_cases_and_no_two_have_the_same_title() -> None:
    titles = [case["title"] for _, case in CASES]
    assert len(titles) >= 40
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize(("theme", "case"), CASES, ids=[f"{theme}: {case['title']}" for theme, case in CASES])
def test_a_history_gives_the_facts_worked_out_by_hand(theme: str, case: dict[str, Any], rules: RuleBook) -> None:
    zone = case.get("records", {}).get("session", {}).get("zone", "Europe/Paris")
    records = read_records(case.get("records", {}))
    traces = [read_trace(line, number, zone) for number, line in enumerate(case.get("statements", []))]
    for expected in case["expect"] if isinstance(case["expect"], list) else [case["expect"]]:
        as_of = micros(instant(str(expected.get("as_of", case.get("as_of", "2026-03-31 23:00"))), zone))
        person = expected.get("person", "lucie")
        facts = derive(person, traces, records, rules, as_of)
        assert shown(facts, expected, zone) == wanted(expected)


def wanted(expected: dict[str, Any]) -> dict[str, Any]:
    """Return what a case expects, each part in the form in which it is compared and read in a difference."""
    parts: dict[str, Any] = {
        "days": {
            key: {name: _amount(name, value) for name, value in sorted(row.items())}
            for key, row in expected.get("days", {}).items()
        },
        "anomalies": sorted(expected.get("anomalies", [])),
    }
    if "figures" in expected:
        parts["figures"] = {name: _wanted_figure(value) for name, value in sorted(expected["figures"].items())}
    for name in ("slots", "standings", "enrolment", "total"):
        if name in expected:
            parts[name] = {
                key: {field: _amount(field, item) for field, item in sorted(value.items())}
                if isinstance(value, dict)
                else _amount(key, value)
                for key, value in expected[name].items()
            }
    return parts


def shown(facts: PersonFacts, expected: dict[str, Any], zone: str) -> dict[str, Any]:
    """Return the facts in the form of `wanted`: every row with any time in it, and of the rest what is asked."""
    enrolment_id = expected.get("of", "E1")
    rows = {_key(fact): fact for fact in facts.days if any(_times(fact)) or _key(fact) in expected.get("days", {})}
    parts: dict[str, Any] = {
        "days": {key: _row(fact, expected.get("days", {}).get(key, {})) for key, fact in rows.items()},
        "anomalies": sorted(anomaly.kind.value for anomaly in facts.anomalies),
    }
    if "figures" in expected:
        enrolment = facts.enrolment(enrolment_id)
        parts["figures"] = {name: _figure(enrolment.figure(name)) for name in sorted(expected["figures"])}
    if "slots" in expected:
        parts["slots"] = _slots(facts, expected["slots"])
    if "standings" in expected:
        parts["standings"] = _standings(facts, expected["standings"], zone)
    if "enrolment" in expected:
        parts["enrolment"] = _enrolment(facts.enrolment(enrolment_id), expected["enrolment"])
    if "total" in expected:
        parts["total"] = {
            name: _text(sum(getattr(fact, f"{name}_micros") for fact in facts.days) / 1e6) for name in expected["total"]
        }
    return parts


def _key(fact: DayFact) -> str:
    where = fact.activity_id or fact.slot_id or ("beside" if fact.enrolment_id else "nowhere")
    whose = "" if fact.enrolment_id in ("E1", None) else f" {fact.enrolment_id}"
    return f"{fact.day.isoformat()} {where}{whose}"


def _times(fact: DayFact) -> list[int]:
    return [getattr(fact, f"{name}_micros") for name in TIMES]


def _row(fact: DayFact, asked: dict[str, Any]) -> dict[str, Any]:
    """Return the times that are not nought, and what else the case asks of this row."""
    row: dict[str, Any] = {
        name: _text(value / 1e6) for name, value in zip(TIMES, _times(fact), strict=True) if value or name in asked
    }
    if "by" in asked:
        row["by"] = fact.credited_confidence.name if fact.credited_confidence else None
    if "known" in asked:
        row["known"] = fact.connected_confidence.name if fact.connected_confidence else None
    for name in ("planned", "estimated", "watched"):
        if name in asked:
            row[name] = _text(getattr(fact, f"{name}_seconds"))
    if "statements" in asked:
        row["statements"] = fact.statement_count
    return dict(sorted(row.items()))


def _slots(facts: PersonFacts, asked: dict[str, Any]) -> dict[str, Any]:
    found = {}
    for fact in facts.slots:
        if fact.slot_id in asked:
            parts = {
                "presence": fact.presence.value,
                "credited": _text(fact.credited_micros / 1e6),
                "justified": _text(fact.justified_micros / 1e6),
                "logged": _text(fact.logged_micros / 1e6),
                "due": fact.is_due,
            }
            found[fact.slot_id] = {name: parts[name] for name in sorted(asked[fact.slot_id])}
    return found


def _standings(facts: PersonFacts, asked: dict[str, Any], zone: str) -> dict[str, Any]:
    found = {}
    for standing in facts.standings:
        if standing.activity_id in asked:
            at = standing.satisfied_at
            parts = {
                "satisfied": str(day_of(at, zone)) if at is not None else "waived" if standing.is_waived else "no",
                "attempts": standing.attempts,
                "best": standing.best_scaled,
                "progress": standing.progress,
                "watched": _text(standing.watched_seconds),
                "history": ", ".join(change.event.value for change in standing.history),
            }
            found[standing.activity_id] = {name: parts[name] for name in sorted(asked[standing.activity_id])}
    return found


def _enrolment(enrolment: Any, asked: dict[str, Any]) -> dict[str, Any]:
    parts: dict[str, Any] = {"completed": enrolment.is_completed, "entered": str(enrolment.entered_at)}
    for name in ("planned", "waived", "due", "credited"):
        parts[name] = {key.value: _text(value) for key, value in sorted(getattr(enrolment, f"{name}_seconds").items())}
    for name in ("connected", "active", "declared", "estimated", "justified"):
        parts[name] = _text(getattr(enrolment, f"{name}_seconds"))
    return {name: parts[name] for name in asked}


def _figure(figure: Figure) -> str:
    if figure.value is None:
        return "n.c."
    length = _text if figure.unit == "second" else str
    capped = " capped" if figure.value != Fraction(figure.numerator, figure.denominator) else ""
    return f"{length(figure.numerator)} / {length(figure.denominator)} = {figure.whole_percent} %{capped}"


def _wanted_figure(text: str) -> str:
    if text == "n.c.":
        return text
    numerator, rest = text.split(" / ")
    denominator, percent = rest.split(" = ")
    if numerator.isdigit() and denominator.isdigit():
        return text
    return f"{_text(seconds(numerator))} / {_text(seconds(denominator))} = {percent}"


def _amount(name: str, value: Any) -> Any:
    if name in (
        "presence",
        "by",
        "known",
        "satisfied",
        "history",
        "entered",
        "statements",
        "attempts",
        "best",
        "progress",
    ):
        return str(value) if name in ("satisfied", "entered") else value
    if isinstance(value, dict):
        return {key: _amount(key, item) for key, item in sorted(value.items())}
    return value if isinstance(value, bool) else _text(seconds(value))


def _text(length: float) -> str:
    """Write a length of time so that a difference can be read: `3 h 30 min`, `12 min 5 s`."""
    minutes, rest = divmod(round(length, 3), 60)
    hours, minutes = divmod(int(minutes), 60)
    parts = [f"{hours} h" if hours else "", f"{minutes} min" if minutes else "", f"{rest:g} s" if rest else ""]
    return " ".join(part for part in parts if part) or "0"


def test_the_instants_of_a_case_are_those_of_its_zone() -> None:
    moment = instant("2026-03-02 09:00", "Europe/Paris")
    assert to_datetime(Micros(micros(moment))).isoformat() == "2026-03-02T08:00:00+00:00"
