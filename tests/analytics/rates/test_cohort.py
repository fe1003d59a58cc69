"""How a cohort's enrolments ended, each cause on its own line (compliance 7)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from analytics.rates.cohort import Cohort, Course, cohort
from analytics.rates.formulas import Stamp, formulas
from training.records import Exit, ExitReason

STAMP = Stamp(0, "2026.1")
ENTRY = date(2026, 3, 2)


def left(reason: ExitReason, on: date = date(2026, 6, 1), entered: date | None = ENTRY) -> Course:
    return Course(entered, Exit(on, reason), is_over=True, credited_seconds=3600)


def finished() -> Course:
    return Course(ENTRY, None, is_over=True, credited_seconds=7200)


def ongoing() -> Course:
    return Course(ENTRY, None, is_over=False, credited_seconds=1800)


def rate(found: Cohort, formula: str) -> tuple[int, int]:
    figure = next(figure for figure in found.figures if figure.formula == formula)
    return figure.numerator, figure.denominator


def test_only_an_abandon_after_entry_is_a_dropout() -> None:
    courses = [left(reason) for reason in ExitReason if reason is not ExitReason.CANCELLED_BEFORE_ENTRY]
    found = cohort([*courses, finished()], STAMP, 45)
    # Seven exits and one end without exit; one of the eight is an abandon.
    assert rate(found, "dropout_rate") == (1, 8)


def test_what_was_cancelled_before_entry_is_registered_and_never_entered() -> None:
    found = cohort([left(ExitReason.CANCELLED_BEFORE_ENTRY, entered=None), finished()], STAMP, 45)
    assert (found.registered, found.entered) == (2, 1)
    assert rate(found, "dropout_rate") == (0, 1)
    assert found.exits == {ExitReason.CANCELLED_BEFORE_ENTRY: 1}


def test_an_abandon_before_entry_is_no_dropout() -> None:
    assert rate(cohort([left(ExitReason.ABANDON, entered=None)], STAMP, 45), "dropout_rate") == (0, 0)


def test_what_is_ongoing_is_not_counted_among_what_has_ended() -> None:
    found = cohort([left(ExitReason.ABANDON), ongoing(), ongoing()], STAMP, 45)
    assert rate(found, "dropout_rate") == (1, 1)
    assert found.ongoing == 2


def test_interruptions_are_abandon_the_provider_s_and_force_majeure_of_all_that_entered() -> None:
    reasons = (ExitReason.ABANDON, ExitReason.OF_INTERRUPTION, ExitReason.FORCE_MAJEURE, ExitReason.TRANSFER)
    found = cohort([*(left(reason) for reason in reasons), ongoing()], STAMP, 45)
    assert rate(found, "interruption_rate") == (3, 5)


def test_contracts_ended_in_the_first_forty_five_days_are_counted_apart() -> None:
    early = left(ExitReason.CONTRACT_TERMINATION, on=date(2026, 4, 15))  # the 44th day after entry
    late = left(ExitReason.CONTRACT_TERMINATION, on=date(2026, 4, 16))
    found = cohort([early, late, ongoing()], STAMP, 45)
    assert rate(found, "contract_termination_rate") == (1, 3)
    assert rate(found, "early_contract_termination_rate") == (1, 3)


def test_trainee_hours_are_the_sum_of_what_was_credited() -> None:
    assert cohort([finished(), ongoing(), left(ExitReason.ABANDON)], STAMP, 45).trainee_hours_seconds == 12_600


def test_nobody_s_rates_are_not_known() -> None:
    found = cohort([], STAMP, 45)
    assert [figure.value for figure in found.figures] == [None] * 4
    assert [figure.whole_percent for figure in found.figures] == [None] * 4


def test_a_figure_is_exact_and_its_percentage_is_cut() -> None:
    figure = STAMP.figure("realisation_rate", 2, 3, "second", cap=1.0)
    assert figure.value == Fraction(2, 3)
    assert figure.whole_percent == 66
    assert STAMP.figure("realisation_rate", 5, 3, "second", cap=1.0).whole_percent == 100
    assert STAMP.figure("progression", 5, 3, "second").whole_percent == 166


def test_every_formula_says_what_it_divides_by_what_and_why() -> None:
    for formula in formulas().values():
        assert formula.version
        assert all((formula.title, formula.numerator, formula.denominator, formula.source, formula.status))
