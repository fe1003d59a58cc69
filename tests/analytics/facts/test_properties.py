"""What holds of the facts whatever happened."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from random import Random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.derivation import derive, live_traces, measure, own_traces, window
from analytics.facts import Roster
from analytics.rules import RuleBook, default_rules
from analytics.time import total, union
from analytics.time.timeline import State
from analytics.traces import Trace
from tests.analytics.facts.histories import DAYS, END, FIRST_DAY, SECOND, START, histories, records
from training.records.person import merged, unmerged

ROSTER = Roster(records())
RULES = default_rules()
CHANGED = RuleBook(
    [
        RULES.versions[0],
        # The rules change in the middle of the history.
        replace(RULES.versions[0], version="next", effective_on=FIRST_DAY + timedelta(days=2), idle_cap_seconds=120),
    ]
)
BOOKS = st.sampled_from([RULES, CHANGED])
# Drawing a history costs far more than deriving its facts.
some = settings(max_examples=40)


def own(history: list[Trace], as_of: int = END) -> list[Trace]:
    return own_traces("lucie", live_traces(history, as_of), ROSTER.records)


@some
@given(histories(), BOOKS)
def test_the_rows_times_add_up_to_the_union_of_what_is_connected(history: list[Trace], rules: RuleBook) -> None:
    tallies, timeline = measure("lucie", own(history), ROSTER, rules)[1::2]
    pieces = [(piece.start, piece.end) for piece in timeline.pieces]
    assert sum(tally.connected for tally in tallies.found.values()) == total(union(pieces))
    active = [(piece.start, piece.end) for piece in timeline.pieces if piece.state is State.ACTIVE]
    assert sum(tally.active for tally in tallies.found.values()) == total(union(active))
    assert all(0 <= tally.active <= tally.connected for tally in tallies.found.values())
    assert all(0 <= tally.declared <= tally.connected - tally.active for tally in tallies.found.values())


@some
@given(histories(), BOOKS)
def test_no_day_holds_more_time_than_it_has(history: list[Trace], rules: RuleBook) -> None:
    by_day: defaultdict[object, int] = defaultdict(int)
    for (_, day), tally in measure("lucie", own(history), ROSTER, rules).tallies.found.items():
        by_day[day] += tally.connected
    hours = {FIRST_DAY + timedelta(days=2): 23}
    assert all(spent <= hours.get(day, 24) * 3600 * SECOND for day, spent in by_day.items())


@some
@given(histories(), st.integers(0, 30 * 1440), BOOKS)
def test_a_later_arrival_never_changes_an_earlier_answer(history: list[Trace], minutes: int, rules: RuleBook) -> None:
    as_of = START + minutes * 60 * SECOND
    known_then = [trace for trace in history if trace.stored <= as_of]
    assert derive("lucie", history, ROSTER, rules, as_of) == derive("lucie", known_then, ROSTER, rules, as_of)


@some
@given(histories(), st.integers(0, 2**32), BOOKS)
def test_the_order_of_arrival_plays_no_part(history: list[Trace], seed: int, rules: RuleBook) -> None:
    random = Random(seed)
    # Stored in another order, and read in yet another; never before it happened.
    delays = random.sample(range(10**9), len(history))
    shuffled = [
        msgspec.structs.replace(trace, stored=trace.timestamp + delay + 1)
        for trace, delay in zip(history, delays, strict=True)
    ]
    random.shuffle(shuffled)
    assert derive("lucie", shuffled, ROSTER, rules, END) == derive("lucie", history, ROSTER, rules, END)


@some
@given(histories(), BOOKS)
def test_a_day_from_its_window_alone_is_the_same_as_from_the_whole_life(history: list[Trace], rules: RuleBook) -> None:
    mine = own(history)
    whole = measure("lucie", mine, ROSTER, rules).tallies.found
    for number in range(-1, DAYS + 1):
        day = FIRST_DAY + timedelta(days=number)
        start, end = window(day, "Europe/Paris", rules)
        near = [trace for trace in mine if start <= trace.timestamp < end]
        found = measure("lucie", near, ROSTER, rules, only=day).tallies.found
        expected = {key: tally for key, tally in whole.items() if key[1] == day}
        assert {key: _plain(tally) for key, tally in found.items()} == {
            key: _plain(tally) for key, tally in expected.items()
        }


def _plain(tally) -> tuple[object, ...]:
    return tally.connected, tally.active, tally.declared, tally.ids, tally.watched


@some
@given(histories(), BOOKS)
def test_merging_and_splitting_again_is_as_if_nothing_had_been(history: list[Trace], rules: RuleBook) -> None:
    people = ROSTER.records.people
    apart = replace(ROSTER.records, people={**people, "twin": unmerged(people["twin"])})
    joined = replace(apart, people={**apart.people, "twin": merged(apart.people["twin"], "lucie")})
    again = replace(joined, people={**joined.people, "twin": unmerged(joined.people["twin"])})
    for person in ("lucie", "twin"):
        assert derive(person, history, again, rules, END) == derive(person, history, apart, rules, END)
    assert derive("twin", history, joined, rules, END) == derive("lucie", history, ROSTER, rules, END)


@some
@given(histories(), BOOKS)
def test_merged_people_have_the_statements_of_both(history: list[Trace], rules: RuleBook) -> None:
    people = ROSTER.records.people
    apart = replace(ROSTER.records, people={**people, "twin": unmerged(people["twin"])})
    both = sum(_count(derive(person, history, apart, rules, END)) for person in ("lucie", "twin"))
    assert _count(derive("lucie", history, ROSTER, rules, END)) >= both


def _count(facts) -> int:
    marked = {statement_id for fact in facts.slots for statement_id in fact.statement_ids}
    return len({item for fact in facts.days for item in fact.statement_ids} - marked)


@some
@given(histories())
def test_what_is_credited_is_never_more_than_slots_and_estimates_hold(history: list[Trace]) -> None:
    facts = derive("lucie", history, ROSTER, RULES, END)
    for fact in facts.slots:
        assert 0 <= fact.credited_micros <= fact.planned_seconds * SECOND
        assert fact.credited_micros + fact.justified_micros <= fact.planned_seconds * SECOND
    credited: defaultdict[object, int] = defaultdict(int)
    for fact in facts.days:
        if fact.activity_id is not None:
            credited[fact.enrolment_id, fact.activity_id] += fact.credited_micros
    assert all(amount in (0, 1800 * SECOND) for amount in credited.values())
