"""Folding a log into counters: the same facts however the log is cut, and the ones a recount would give."""

from __future__ import annotations

import itertools
from collections import Counter as Tally
from dataclasses import replace
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from analytics.feed import Delta, FeedEntry, Kind, fold
from lrs.caller import CredentialId
from lrs.clock import Micros

HOUR = 3_600_000_000
MONDAY = 1_767_600_000_000_000


def entry(position: int, **parts) -> FeedEntry:
    plain = FeedEntry(
        position=position,
        statement_id=UUID(int=position),
        stored=Micros(MONDAY + position * HOUR // 7),
        timestamp=Micros(MONDAY - position * HOUR),
        credential=CredentialId("moodle"),
        duplicate=False,
        verb="http://adlnet.gov/expapi/verbs/completed",
        activity="https://lms.example/1",
    )
    return replace(plain, **parts)


@st.composite
def logs(draw) -> list[FeedEntry]:
    size = draw(st.integers(0, 12))
    ids = st.integers(0, 14).map(lambda number: UUID(int=number))
    return [
        entry(
            position,
            duplicate=draw(st.booleans()),
            credential=CredentialId(draw(st.sampled_from("ab"))),
            verb=draw(st.sampled_from(("v:1", "v:2"))),
            verb_names=draw(st.dictionaries(st.sampled_from(("fr", "en")), st.sampled_from("xyz"), max_size=2)),
            activity=draw(st.sampled_from(("a:1", "a:2", None))),
            voids=draw(st.none() | st.none() | ids),
        )
        for position in range(size)
    ]


class Facts:
    """What the store keeps, as a dictionary: the totals, the counts, the names, the targets of voiding."""

    def __init__(self) -> None:
        self.totals: Tally[str] = Tally()
        self.counts: Tally[tuple[Kind, str]] = Tally()
        self.names: dict[tuple[Kind, str], dict[str, str]] = {}
        self.voided: set[UUID] = set()

    def take(self, log: list[FeedEntry], start: int, end: int) -> None:
        batch = log[start:end]
        targets = {row.voids for row in batch if row.voids}
        earlier = {row.statement_id: row for row in log[:start] if row.statement_id in targets}
        self.apply(fold(batch, voided=self.voided, earlier=earlier))

    def apply(self, delta: Delta) -> None:
        self.totals.update(
            received=delta.received, counted=delta.counted, duplicates=delta.duplicates, voided=delta.voided
        )
        for counter, change in delta.changes.items():
            self.counts[counter] += change.amount
            self.names.setdefault(counter, {}).update(change.names)
        self.voided |= delta.voids

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Facts) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]


def facts_of(log: list[FeedEntry], cuts: list[int]) -> Facts:
    facts = Facts()
    edges = [0, *sorted(cuts), len(log)]
    for start, end in itertools.pairwise(edges):
        facts.take(log, start, end)
    return facts


@given(logs().flatmap(lambda log: st.tuples(st.just(log), st.lists(st.integers(0, len(log)), max_size=6))))
def test_facts_are_the_same_however_the_log_is_cut_into_batches(log_and_cuts):
    log, cuts = log_and_cuts
    assert facts_of(log, cuts) == facts_of(log, [])


@given(logs())
def test_facts_are_what_a_recount_of_the_whole_log_gives(log):
    facts = facts_of(log, [])
    voided = {row.voids for row in log if row.voids}
    standing = [row for row in log if row.voids or row.statement_id not in voided]
    counted = [row for row in standing if not row.duplicate]
    assert facts.totals["received"] == len(log)
    assert facts.totals["counted"] == len(counted)
    assert facts.totals["duplicates"] == len(standing) - len(counted)
    assert facts.totals["voided"] == len(log) - len(standing)
    by_verb = Tally(row.verb for row in counted)
    assert {key: n for (kind, key), n in facts.counts.items() if kind is Kind.VERB and n} == dict(by_verb)
    by_activity = Tally(row.activity for row in counted if row.activity)
    assert {key: n for (kind, key), n in facts.counts.items() if kind is Kind.ACTIVITY and n} == dict(by_activity)


def test_a_statement_voided_before_it_arrives_is_never_counted():
    facts = facts_of([entry(0, voids=UUID(int=1)), entry(1)], [])
    assert facts.totals == {"received": 2, "counted": 1, "duplicates": 0, "voided": 1}


def test_voiding_twice_subtracts_once():
    facts = facts_of([entry(0), entry(1, voids=UUID(int=0)), entry(2, voids=UUID(int=0))], [1, 2])
    assert facts.totals == {"received": 3, "counted": 2, "duplicates": 0, "voided": 1}


def test_a_voiding_statement_cannot_be_voided():
    facts = facts_of([entry(0, voids=UUID(int=9)), entry(1, voids=UUID(int=0))], [])
    assert facts.totals["voided"] == 0


def test_the_day_is_the_one_in_paris_and_the_hour_the_one_of_storing():
    late = Micros(MONDAY + 15 * HOUR + HOUR // 2)  # 23:30 UTC, half past midnight on Tuesday in Paris
    facts = facts_of([entry(0, timestamp=late)], [])
    assert facts.counts[Kind.ACTIVITY_DAY, "2026-01-06"] == 1
    assert facts.counts[Kind.ARRIVAL_HOUR, "2026-01-05T08"] == 1


def test_the_latest_name_stands_and_other_languages_stay():
    facts = facts_of([entry(0, verb_names={"fr": "fini", "en": "done"}), entry(1, verb_names={"fr": "terminé"})], [1])
    assert facts.names[Kind.VERB, entry(0).verb] == {"fr": "terminé", "en": "done"}
