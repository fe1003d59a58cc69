"""Sums of enrolments as figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.facts import EnrolmentFacts, Presence, SlotFact
from analytics.overview import Totals, together
from analytics.overview.overview import describe, describe_session
from analytics.overview.totals import sum_totals, totals_of
from analytics.rates.enrolment import Amounts, enrolment_figures
from analytics.rates.formulas import Stamp
from tests.training.examples import enrolment, session
from training.records import Exit, ExitReason, Modality

STAMP = Stamp(1_767_772_800_000_000, "2026.1")
HOUR = 3600


def facts(name: str = "e1", **amounts: int) -> EnrolmentFacts:
    given = dict.fromkeys(Amounts.__dataclass_fields__, 0) | amounts
    return EnrolmentFacts(
        enrolment_id=name, person_id="lea", session_id="janvier", as_of=STAMP.as_of,
        planned_seconds={Modality.IN_PERSON: given["planned"]}, waived_seconds={}, due_seconds={},
        credited_seconds={Modality.IN_PERSON: given["credited"]}, justified_seconds=given["justified"],
        estimated_seconds=0, connected_seconds=10, active_seconds=5, declared_seconds=0,
        mandatory_count=given["mandatory_count"], satisfied_count=given["satisfied_count"], is_completed=False,
        entered_at=date(2026, 1, 6), figures=enrolment_figures(Amounts(**given), STAMP, 1.0), statement_count=3,
        rules_version="2026.1",
    )  # fmt: skip


def totals(found: EnrolmentFacts, *slots: SlotFact, **changes: object) -> Totals:
    return totals_of(enrolment(found.enrolment_id, **changes), found, slots, {}, 45)


def test_what_one_does_beyond_the_agreement_makes_up_for_nobody_else() -> None:
    eager = totals(facts("e1", credited=20 * HOUR, planned=10 * HOUR))
    absent = totals(facts("e2", credited=0, planned=10 * HOUR))
    figure = describe(sum_totals([eager, absent]), STAMP).figure("realisation_rate")
    assert figure.value == Fraction(1, 2)


def test_an_enrolment_of_which_nothing_was_due_is_not_counted() -> None:
    found = describe(sum_totals([totals(facts("e1", attended=5, due=10)), totals(facts("e2", attended=5))]), STAMP)
    assert (found.figure("attendance_rate_gross").numerator, found.counts["attendance_rate_gross"]) == (5, 1)
    assert found.figure("distance_activity_rate").value is None
    assert "distance_activity_rate" not in found.counts


def test_each_modality_has_rates_of_its_own() -> None:
    def slot(mode: Modality, *, is_due: bool, credited: int, justified: int = 0) -> SlotFact:
        return SlotFact(
            enrolment_id="e1", slot_id="x", day=date(2026, 1, 6), modality=mode, planned_seconds=HOUR,
            presence=Presence.PRESENT, is_due=is_due, credited_micros=credited * 10**6,
            justified_micros=justified * 10**6,
        )  # fmt: skip

    due = replace(facts(), due_seconds={Modality.SYNC_REMOTE: 2 * HOUR})
    slots = (
        slot(Modality.SYNC_REMOTE, is_due=True, credited=HOUR // 2, justified=HOUR),
        slot(Modality.SYNC_REMOTE, is_due=True, credited=0),
        slot(Modality.SYNC_REMOTE, is_due=False, credited=HOUR),
    )
    (remote,) = describe(totals(due, *slots), STAMP).modalities
    assert (remote.attended_seconds, remote.justified_seconds, remote.due_seconds) == (HOUR // 2, HOUR, 2 * HOUR)
    assert remote.figure("attendance_rate_net").value == Fraction(1, 2)
    assert remote.figure("realisation_rate").value is None


def test_whoever_has_left_and_whoever_is_in_a_session_that_ended_is_not_ongoing() -> None:
    left = totals(facts("e1"), exit=Exit(date(2026, 1, 7), ExitReason.ABANDON))
    found = sum_totals([left, totals(facts("e2"))])
    ongoing = describe_session(found, session(), STAMP)
    assert (ongoing.entered, ongoing.ongoing, ongoing.is_over) == (2, 1, False)
    assert ongoing.figure("dropout_rate").value == 1
    over = describe_session(found, session(ends_on=date(2026, 1, 6)), STAMP)
    assert (over.ongoing, over.is_over, over.figure("dropout_rate").value) == (0, True, Fraction(1, 2))


def test_sessions_together_are_the_sum_of_their_enrolments() -> None:
    parts = [totals(facts(f"e{at}", attended=at, due=10, credited=at)) for at in range(4)]
    sessions = [describe_session(sum_totals(some), session(), STAMP) for some in (parts[:3], parts[3:])]
    assert together(sessions) == describe(sum_totals(parts), STAMP)


def test_no_sessions_together_need_an_instant() -> None:
    assert together([], STAMP).registered == 0
    with pytest.raises(ValueError, match="No overviews"):
        together([])


@given(st.lists(st.integers(0, 3), max_size=6), st.randoms())
def test_the_order_of_sums_plays_no_part(numbers: list[int], chance: object) -> None:
    parts = [
        totals(facts(f"e{at}", attended=number, due=3), exit=Exit(date(2026, 1, 7), list(ExitReason)[number]))
        for at, number in enumerate(numbers)
    ]
    shuffled = list(parts)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    middle = len(shuffled) // 2
    whole = sum_totals([sum_totals(shuffled[:middle]), sum_totals(shuffled[middle:])])
    assert describe(whole, STAMP) == describe(sum_totals(parts), STAMP)
