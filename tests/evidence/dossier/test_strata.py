"""Samples by parts: the same for the same seed, nobody twice, each part by its weight."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from evidence.dossier.asked import draw
from evidence.dossier.strata import draw_by, shares
from lrs.tenancy import OrganisationId
from tests.training.examples import enrolment, person
from training.records import Enrolment, Records

COUNTS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 40), max_size=6)
# Each enrolment: whose, and in which part.
SCHOOL = st.lists(st.tuples(st.integers(0, 15), st.sampled_from("abc")), max_size=40)


def records_of(school: list[tuple[int, str]]) -> tuple[Records, dict[str, str]]:
    people = {f"p{who}": person(f"p{who}") for who, _ in school}
    found = {
        f"e{at}": replace(enrolment(f"e{at}"), person_id=f"p{who}", session_id=part)
        for at, (who, part) in enumerate(school)
    }
    return Records(OrganisationId(1), people=people, enrolments=found), {
        name: item.session_id for name, item in found.items()
    }


def part_of(item: Enrolment) -> str:
    return item.session_id


@given(COUNTS, st.integers(0, 120))
def test_shares_add_up_take_no_more_than_there_is_and_leave_no_part_out(counts, size):
    found = shares(counts, size)

    there = {name for name, count in counts.items() if count}
    assert set(found) == there
    assert sum(found.values()) == min(size, sum(counts.values()))
    assert all(found[name] <= counts[name] for name in there)
    if size >= len(there):
        assert all(found[name] >= 1 for name in there)


@given(SCHOOL, st.text(min_size=1, max_size=9), st.integers(1, 25))
def test_a_sample_is_the_same_for_the_same_seed_whatever_order_it_is_drawn_from(school, seed, size):
    records, _ = records_of(school)
    everybody = list(records.enrolments.values())

    first = draw_by(everybody, records, seed, size, part_of)

    assert draw_by(list(reversed(everybody)), records, seed, size, part_of) == first


@given(SCHOOL, st.text(min_size=1, max_size=9), st.integers(1, 25))
def test_nobody_is_drawn_twice_and_as_many_as_there_are(school, seed, size):
    records, _ = records_of(school)

    drawn = draw_by(records.enrolments.values(), records, seed, size, part_of)

    people = Counter(item.person_id for item in drawn)
    assert set(people.values()) <= {1}
    assert len(drawn) == min(size, len({item.person_id for item in records.enrolments.values()}))


@given(st.dictionaries(st.sampled_from("abc"), st.integers(1, 20), min_size=1), st.integers(1, 30))
def test_where_everybody_is_in_one_part_only_each_part_gives_its_share(counts, size):
    school = [(at, part) for at, part in enumerate(part for part, count in counts.items() for _ in range(count))]
    records, _ = records_of(school)

    drawn = draw_by(records.enrolments.values(), records, "graine", size, part_of)

    wanted = {name: count for name, count in shares(counts, size).items() if count}
    assert dict(Counter(map(part_of, drawn))) == wanted


@given(SCHOOL, st.integers(1, 25))
def test_of_one_part_it_is_the_sample_that_is_drawn_without_parts(school, size):
    records, _ = records_of(school)
    everybody = list(records.enrolments.values())

    assert draw_by(everybody, records, "graine", size, lambda _: "") == draw(everybody, records, "graine", size)


def test_another_seed_draws_others():
    records, _ = records_of([(at, "a") for at in range(40)])
    everybody = list(records.enrolments.values())

    drawn = {tuple(item.id for item in draw_by(everybody, records, f"graine {at}", 5, part_of)) for at in range(10)}

    assert len(drawn) == 10
