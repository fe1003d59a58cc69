"""Until when things are kept: by the law of the day, the organisation's own values, and the end of the training."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.retention.classes import RetentionClass, Terms, months_after
from lrs.clock import Micros
from lrs.tenancy import OrganisationId
from tests.training.examples import enrolment, session
from training.law import load_law
from training.records import Exit, ExitReason, Funder, FunderFamily, FundingFile, Records
from training.records.law_override import LawOverride

RECORDED = Micros(1_767_600_000_000_000)  # 5 January 2026
ON = date(2026, 6, 1)


def records(*enrolments, **more) -> Records:
    found = enrolments or (enrolment(),)
    return Records(
        OrganisationId(1), sessions={"janvier": session()}, enrolments={item.id: item for item in found}, **more
    )


def until(known: Records, retention_class: RetentionClass, *about: str, on: date = ON) -> date:
    return Terms(known, load_law(), on).of(retention_class, about, RECORDED).until


def test_evidence_counts_from_the_end_of_the_year_in_which_the_training_ends() -> None:
    assert until(records(), RetentionClass.DOCUMENTS, "enrolment:e1") == date(2032, 12, 31)
    assert until(records(), RetentionClass.ATTENDANCE, "training_session:janvier") == date(2032, 12, 31)


def test_raw_traces_are_on_a_clock_of_their_own_from_the_exit() -> None:
    left = replace(enrolment(), exit=Exit(date(2026, 1, 20), ExitReason.ABANDON))

    assert until(records(), RetentionClass.TRACES, "enrolment:e1") == date(2028, 1, 30)
    assert until(records(left), RetentionClass.TRACES, "enrolment:e1") == date(2028, 1, 20)


def test_what_was_recorded_after_the_training_counts_from_then() -> None:
    late = Micros(RECORDED + 90 * 86_400 * 1_000_000)

    term = Terms(records(), load_law(), ON).of(RetentionClass.TRACES, ["enrolment:e1"], late)

    assert term.until == date(2028, 4, 5)


def test_what_concerns_nobody_on_record_counts_from_when_it_was_recorded() -> None:
    assert until(records(), RetentionClass.TRACES) == date(2028, 1, 5)
    assert until(records(), RetentionClass.TRACES, "enrolment:gone", "person:nobody") == date(2028, 1, 5)


def test_european_co_funding_lengthens_evidence_and_not_raw_traces() -> None:
    funded = replace(enrolment(), funding=FundingFile("fse"))
    known = records(funded, funders={"fse": Funder("fse", family=FunderFamily.FSE)})

    assert until(known, RetentionClass.DOCUMENTS, "enrolment:e1") == date(2036, 12, 31)
    assert until(known, RetentionClass.TRACES, "enrolment:e1") == date(2028, 1, 30)


def test_an_enrolment_that_is_named_counts_alone_and_a_session_counts_with_its_longest() -> None:
    funded = replace(enrolment("e2"), person_id="yann", funding=FundingFile("fse"))
    known = records(enrolment(), funded, funders={"fse": Funder("fse", family=FunderFamily.FSE)})

    named = ("enrolment:e1", "training_session:janvier", "person:lea")
    assert until(known, RetentionClass.DOCUMENTS, *named) == date(2032, 12, 31)
    assert until(known, RetentionClass.DOCUMENTS, "training_session:janvier") == date(2036, 12, 31)


def test_the_organisation_decides_otherwise_by_a_law_override() -> None:
    own = LawOverride(
        "courtes", "retention.traces", {"months": 12, "from": "training_end"}, date(2026, 3, 1), reason="AIPD"
    )
    known = records(law_overrides={"courtes": own})

    assert until(known, RetentionClass.TRACES, "enrolment:e1", on=date(2026, 2, 28)) == date(2028, 1, 30)
    term = Terms(known, load_law(), date(2026, 3, 1)).of(RetentionClass.TRACES, ["enrolment:e1"], RECORDED)
    assert (term.until, term.provision.reference) == (date(2027, 1, 30), "AIPD")


@pytest.mark.parametrize("value", [{"months": 0, "from": "training_end"}, {"months": 12}, 12,
                                   {"months": 12, "from": "last_payment"}])  # fmt: skip
def test_an_override_that_is_no_term_is_refused(value: object) -> None:
    assert load_law().find_value_problem("retention.traces", value) is not None


def test_every_class_has_a_provision_with_a_source() -> None:
    for name in RetentionClass:
        provision = load_law().provision(name.value, ON)
        assert provision.reference
        assert provision.status in {"verified", "design", "recalled"}


@given(day=st.dates(date(1990, 1, 1), date(2100, 1, 1)), months=st.integers(-240, 1200))
def test_months_after_land_in_the_month_that_they_should(day: date, months: int) -> None:
    found = months_after(day, months)

    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day == day.day or (found.day < day.day and (date.fromordinal(found.toordinal() + 1)).day == 1)
