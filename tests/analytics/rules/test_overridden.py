"""What an organisation decides otherwise reaches the rules that its facts are counted by."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import date, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.derivation import derive
from analytics.rules import PROVISIONS, Rules, default_rules, rule_book
from analytics.rules.book import ORDER
from analytics.time import day_start
from lrs.errors import InvalidRequest
from tests.analytics.cases.notation import read_records, read_trace
from training.law import load_law
from training.records.ids import LawOverrideId, PersonId
from training.records.law_override import LawOverride

LAW = load_law()
DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 1))


def own(name: str, value: object, since: date, until: date | None = None, record_id: str = "o") -> LawOverride:
    return LawOverride(LawOverrideId(record_id), name, value, since, until)


def test_every_rule_is_a_provision_that_an_organisation_can_decide_otherwise() -> None:
    names = {field.name for field in fields(Rules)} - {"version", "effective_on"}
    assert set(PROVISIONS) == {f"facts.{name}" for name in names}
    assert set(PROVISIONS) <= set(LAW.names)
    assert LAW.pairs == tuple(sorted((f"facts.{name}", f"facts.{longer}") for name, longer in ORDER))


def test_without_a_decision_there_is_the_product_s_own_book() -> None:
    (rules,) = default_rules().versions
    assert (rules.version, rules.effective_on, rules.idle_cap_seconds) == ("2026.1", date(1972, 1, 1), 600)
    assert rule_book([own("slot.longest_seconds", 14400, date(2026, 1, 1))]) == default_rules()


def test_an_own_value_holds_from_its_first_day_to_its_last() -> None:
    book = rule_book([own("facts.idle_cap_seconds", 300, date(2026, 3, 1), date(2026, 3, 31))])
    assert [rules.effective_on for rules in book.versions] == [date(1972, 1, 1), date(2026, 3, 1), date(2026, 4, 1)]
    assert [rules.idle_cap_seconds for rules in book.versions] == [600, 300, 600]
    first, second, third = (rules.version for rules in book.versions)
    assert first == third == "2026.1"
    assert second.startswith("2026.1+")


def test_the_same_values_have_the_same_name_and_others_have_another() -> None:
    def version(value: int, day: date) -> str:
        return rule_book([own("facts.class_margin_seconds", value, day)]).versions[-1].version

    assert version(900, date(2026, 1, 1)) == version(900, date(2026, 2, 1)) != version(600, date(2026, 1, 1))
    assert version(1800, date(2026, 1, 1)) == "2026.1"


def test_a_decision_older_than_the_first_version_holds_from_the_beginning() -> None:
    (rules,) = rule_book([own("facts.credits_class_log", value=False, since=date(1960, 1, 1))]).versions
    assert (rules.effective_on, rules.credits_class_log) == (date(1972, 1, 1), False)


def test_values_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(InvalidRequest) as refusal:
        rule_book([own("facts.idle_cap_seconds", 3600, date(2026, 1, 1))])
    assert [problem.pointer for problem in refusal.value.problems] == ["/idle_cap_seconds"]


def test_each_day_is_counted_by_the_organisation_s_value_of_that_day() -> None:
    book = rule_book([own("facts.idle_cap_seconds", 300, date(2026, 3, 3))])
    lines = [f"2026-03-0{day} {time} views room" for day in (2, 3) for time in ("09:00", "09:20")]
    traces = [read_trace(line, number, "Europe/Paris") for number, line in enumerate(lines)]
    facts = derive(PersonId("lucie"), traces, read_records({}), book, day_start(date(2026, 3, 31), "Europe/Paris"))
    assert {(fact.day.day, fact.active_micros // 60_000_000, fact.rules_version[:7]) for fact in facts.days} == {
        (2, 10, "2026.1"),
        (3, 5, "2026.1+"),
    }


@st.composite
def decisions(draw: st.DrawFn) -> list[LawOverride]:
    found = []
    for at in range(draw(st.integers(0, 6))):
        name, least, most = draw(
            st.sampled_from(
                [("idle_cap_seconds", 60, 1800), ("log_shortfall_seconds", 0, 900), ("probation_days", 0, 99)]
            )
        )
        since = draw(DAYS)
        until = draw(st.none() | st.integers(0, 40))
        end = None if until is None else since + timedelta(days=until)
        found.append(own(f"facts.{name}", draw(st.integers(least, most)), since, end, f"o{at}"))
    return found


@given(decisions(), DAYS)
def test_the_rules_of_any_day_are_what_the_law_says_of_that_day(overrides: list[LawOverride], day: date) -> None:
    rules = asdict(rule_book(overrides).on(day))
    for name in PROVISIONS:
        assert rules[name.removeprefix("facts.")] == LAW.value(name, day, overrides), name


@given(decisions(), st.randoms())
def test_the_order_of_decisions_plays_no_part_and_no_version_repeats_another(
    overrides: list[LawOverride], random: Random
) -> None:
    book = rule_book(overrides)
    random.shuffle(overrides)
    assert rule_book(overrides) == book
    values = [{**asdict(rules), "effective_on": None} for rules in book.versions]
    assert all(earlier != later for earlier, later in pairwise(values))
