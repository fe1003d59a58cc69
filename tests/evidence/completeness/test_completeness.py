"""What a funder asks for, from when and by when; and where each document stands, in words that promise nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from evidence.completeness import Item, State, completeness_of, expected_of
from evidence.completeness.expected import course_of, default_profile, profile_of
from evidence.content import DocumentType
from evidence.issuing.document import IssuedDocument, Status
from lrs.clock import Micros
from lrs.tenancy import OrganisationId
from tests.training.examples import enrolment, programme, session, slot
from training.law import load_law
from training.records import Exit, ExitReason, Funder, FunderFamily, FundingFile, Records
from training.records.funder import Deadline, FunderProfile, Report, Source, SourceStatus, Trigger

FUNDED = replace(enrolment(), funding=FundingFile("agefice"))


def records(*profiles: FunderProfile, funder: Funder | None = None) -> Records:
    funder = funder or Funder("agefice", family=FunderFamily.FAF, profile_id=profiles[0].id if profiles else None)
    return Records(
        OrganisationId(1), programmes={"prog": programme()}, sessions={"janvier": session()},
        slots={"matin": slot()}, enrolments={"e1": FUNDED}, funders={"agefice": funder},
        funder_profiles={item.id: item for item in profiles},
    )  # fmt: skip


def profile(*reports: Report, name: str = "agefice-2024", **changes) -> FunderProfile:
    source = Source("https://communication-agefice.fr", date(2026, 11, 21), SourceStatus.VERIFIED)
    given = {"effective_from": date(2024, 1, 1), "source": source, "reports": reports}
    return FunderProfile(**{"id": name, "family": FunderFamily.FAF, **given, **changes})


def report(trigger: Trigger, *documents: str, deadline: Deadline | None = None) -> Report:
    return Report("rapport", trigger, deadline, required_documents=documents)


def document(kind: DocumentType, status: Status = Status.VALID, **changes) -> IssuedDocument:
    given = {
        "organisation": OrganisationId(1), "code": "C", "number": "N", "version": 1, "type": kind, "status": status,
        "session_id": "janvier", "enrolment_id": "e1", "enrolments": ("e1",), "people": ("lea",), "first_on": None,
        "last_on": None, "title": "", "holder": "", "provider": "", "as_of": instant(2026, 2, 1),
        "issued_at": instant(2026, 2, 1), "issued_by": "x", "digest": "d", "size_bytes": 1, "evidence_digest": "",
        "inputs": "", "substance": "",
    }  # fmt: skip
    return IssuedDocument(**{**given, **changes})


def instant(*day: int) -> Micros:
    return Micros(int(datetime(*day, tzinfo=UTC).timestamp()) * 1_000_000)  # type: ignore[arg-type]


def judge(
    asked: FunderProfile, today: date, *documents: IssuedDocument, absent: tuple[date, ...] = (), who=FUNDED
) -> list[Item]:
    course = course_of(who, records(asked), absent)
    assert course is not None
    found = expected_of(course, asked, load_law().holidays, today)
    return completeness_of(found, documents, frozenset({"gone"}), today)


def states(*arguments, **named) -> list[State]:
    return [item.state for item in judge(*arguments, **named)]


FOUR_MONTHS = Deadline(4, "month", "calendar", "effective_end")
AT_EXIT = profile(report(Trigger.ON_EXIT, "CERTREAL", deadline=FOUR_MONTHS))


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2026, 1, 29), State.UPCOMING),
        (date(2026, 1, 30), State.DUE),
        (date(2026, 5, 30), State.DUE),
        (date(2026, 5, 31), State.OVERDUE),
    ],
)
def test_a_document_is_due_from_its_event_to_its_deadline_and_overdue_behind_it(today: date, state: State) -> None:
    assert states(AT_EXIT, today) == [state]


def test_the_deadline_says_where_it_comes_from() -> None:
    (item,) = judge(AT_EXIT, date(2026, 6, 1))

    expected = item.expected
    assert (expected.profile_id, expected.due_on) == ("agefice-2024", date(2026, 5, 30))
    assert (expected.source, expected.source_status) == ("https://communication-agefice.fr", "verified")
    assert expected.deadline == "4 month (calendar), from effective_end"


def test_without_a_deadline_it_is_missing_and_never_overdue() -> None:
    assert states(profile(report(Trigger.ON_EXIT, "CERTREAL")), date(2030, 1, 1)) == [State.MISSING]


@pytest.mark.parametrize(
    ("found", "state"),
    [
        (document(DocumentType.CERTREAL), State.PRESENT),
        (document(DocumentType.CERTREAL, Status.TO_REPLACE), State.EXPIRED),
        (document(DocumentType.CERTREAL, digest="gone"), State.EXPIRED),
        (document(DocumentType.CERTREAL, Status.REVOKED), State.OVERDUE),
        (document(DocumentType.CERTREAL, Status.SUPERSEDED), State.OVERDUE),
        (document(DocumentType.ATTASS), State.OVERDUE),
    ],
)
def test_only_what_is_in_force_is_present(found: IssuedDocument, state: State) -> None:
    assert states(AT_EXIT, date(2026, 7, 1), found) == [state]


def test_an_early_exit_makes_it_due_earlier() -> None:
    left = replace(FUNDED, exit=Exit(date(2026, 1, 12), ExitReason.ABANDON))

    (item,) = judge(AT_EXIT, date(2026, 1, 20), who=left)

    assert (item.state, item.expected.due_on) == (State.DUE, date(2026, 5, 12))


def test_a_month_is_covered_by_the_document_of_that_month() -> None:
    long = replace(FUNDED, entered_on=date(2025, 11, 15))
    monthly = profile(report(Trigger.MONTHLY, "CERTINT"))
    december = document(DocumentType.CERTINT, first_on=date(2025, 12, 1), last_on=date(2025, 12, 31))

    found = judge(monthly, date(2026, 1, 10), december, who=long)

    periods = [(item.expected.first_on, item.expected.last_on, item.state) for item in found]
    assert periods == [
        (date(2025, 11, 15), date(2025, 11, 30), State.MISSING),
        (date(2025, 12, 1), date(2025, 12, 31), State.PRESENT),
        (date(2026, 1, 1), date(2026, 1, 30), State.UPCOMING),
    ]


def test_working_days_leave_out_week_ends_and_holidays() -> None:
    asked = profile(report(Trigger.ON_ENTRY, "ATTENT", deadline=Deadline(3, "day", "working", "effective_start")))
    # Wednesday 31 December: the 1st is a holiday, then a week-end.
    (item,) = judge(asked, date(2026, 1, 2), who=replace(FUNDED, entered_on=date(2025, 12, 31)))

    assert item.expected.due_on == date(2026, 1, 6)


def test_each_absence_asks_for_its_own() -> None:
    asked = profile(report(Trigger.ON_ABSENCE, "ATTASS", deadline=Deadline(2, "day", "calendar", "event")))
    days = (date(2026, 1, 6), date(2026, 1, 7))

    found = judge(asked, date(2026, 1, 9), absent=days)

    assert [(item.expected.event_on, item.state) for item in found] == [(days[0], State.OVERDUE), (days[1], State.DUE)]


def test_what_has_no_date_and_what_is_not_ours_is_said_to_be_so() -> None:
    asked = profile(report(Trigger.ON_REQUEST, "RELCO"), report(Trigger.ON_EXIT, "FACTURE_ACQUITTEE"))

    assert states(asked, date(2026, 7, 1)) == [State.ON_REQUEST, State.ELSEWHERE]


def test_a_condition_on_the_mode_is_heeded_and_an_unknown_one_leaves_nothing_out() -> None:
    asked = profile(report(Trigger.ON_EXIT, "EMARG?mode=mixed", "RELCO?mode=workplace", "ATTASS?when=moon"))

    assert [item.expected.document for item in judge(asked, date(2026, 7, 1))] == ["EMARG", "ATTASS"]


def test_the_profile_is_the_funder_s_else_its_family_s_else_our_own() -> None:
    named, family = profile(), profile(name="faf-2025", effective_from=date(2025, 1, 1))
    old = profile(name="faf-2020", effective_from=date(2020, 1, 1), effective_to=date(2020, 12, 31))
    on = date(2026, 1, 30)

    assert profile_of(FUNDED, records(named, family), on) == named
    unnamed = Funder("agefice", family=FunderFamily.FAF)
    assert profile_of(FUNDED, records(named, family, old, funder=unnamed), on) == family
    assert profile_of(FUNDED, records(funder=unnamed), on) == default_profile()
    assert profile_of(enrolment(), records(named), on) == default_profile()


def test_no_word_says_that_anybody_complies() -> None:
    from evidence.completeness.item import WORDS

    assert not [word for word in (*WORDS.values(), *State) if "conform" in word or "compliant" in word]
    assert set(WORDS) == set(State)
