"""Erasure on a person's word: all of theirs goes, unless something stands against it; then nothing, and why is said."""

from __future__ import annotations

from datetime import date

import pytest

from evidence.retention.holds import HoldScope
from lrs.erasure import Order
from lrs.errors import Conflict, NotFound
from lrs.store.erasure import Ground, State
from lrs.tenancy import OrganisationId
from tests.analytics.store.campus import statement_id, with_identity
from tests.evidence.retention.conftest import BY, YEAR, Office
from training.records.ids import PersonId
from training.rights import Offer, Shares

ORDER = Order(Ground.REQUEST, "demande reçue", BY)


def kinds(office: Office, person: str = "lea") -> list[str]:
    return [item.kind for item in office.erasing.of_person(office.organisation, person).plan.obstacles]


def erase(office: Office, person: str = "lea") -> State:
    preview = office.erasing.of_person(office.organisation, person)
    return office.erasing.run(office.erasing.erase(office.organisation, ORDER, preview, f"person:{person}")).state


def test_a_person_s_statements_go_whatever_identity_they_were_sent_under_and_facts_forget_them(office: Office) -> None:
    office.write(with_identity("lea", "lea", "lea.martin"))
    office.send(office.says("completed"), office.says("viewed", who="lea.martin", enrolment_=None, minute=3),
                office.says("viewed", who="yann", enrolment_="e2", minute=4))  # fmt: skip
    office.work()

    assert erase(office) is State.DONE

    assert office.left() == {statement_id(3)}
    office.work()
    office.check()
    assert not any(fact.statement_count for fact in office.facts.days(office.organisation) if fact.person_id == "lea")
    deed = list(office.trail.entries(office.organisation))[-1].deed
    assert (deed.who, deed.act.value, deed.what, deed.details["statements"]) == (BY, "erased", "person:lea", "2")


def test_what_they_share_opens_nothing_any_more_and_what_others_share_still_does(office: Office) -> None:
    shares, offer = Shares(office.services), Offer(("code-1",), "Cabinet", "Candidature", date(2026, 2, 1))
    theirs, other = (shares.share(office.organisation, PersonId(who), offer) for who in ("lea", "yann"))
    elsewhere = shares.share(OrganisationId(99), PersonId("lea"), offer)
    office.send(office.says("completed"))

    assert erase(office) is State.DONE

    with pytest.raises(NotFound):
        shares.open(theirs.link_token, "203.0.113.77")
    assert shares.open(other.link_token, "203.0.113.77").id == other.id
    assert shares.open(elsewhere.link_token, "203.0.113.77").id == elsewhere.id
    assert list(office.trail.entries(office.organisation))[-1].deed.details["shares"] == "1"


def test_a_person_who_is_not_on_record_is_not_found(office: Office) -> None:
    with pytest.raises(NotFound):
        kinds(office, "nobody")


@pytest.mark.parametrize(
    ("scope", "about"),
    [
        (HoldScope.EVERYTHING, ""),
        (HoldScope.LEARNER, "lea"),
        (HoldScope.ENROLMENT, "e1"),
        (HoldScope.SESSION, "janvier"),
    ],
)
def test_a_hold_stands_against_it_and_nothing_is_erased(office: Office, scope: HoldScope, about: str) -> None:
    office.send(office.says("completed"), office.says("viewed", enrolment_="e3", minute=3))
    office.holds.place(office.organisation, scope, about, "litige", BY)

    with pytest.raises(Conflict) as refused:
        erase(office)

    assert {problem.accepted for problem in refused.value.problems} == {"hold"}
    assert office.left() == {statement_id(1), statement_id(2)}
    assert list(office.trail.entries(office.organisation))[-1].deed.act.value == "refused"
    assert (erase(office, "yann") is State.DONE) if scope is not HoldScope.EVERYTHING else True


def test_a_document_that_is_kept_stands_against_erasing_what_it_cites(office: Office) -> None:
    office.send(office.says("completed"), office.says("viewed", minute=3))
    office.issue("A", statement_id(1))

    (obstacle,) = office.erasing.of_person(office.organisation, "lea").plan.obstacles

    assert (obstacle.kind, obstacle.statement_id) == ("cited", statement_id(1))
    assert office.codes["A"] in obstacle.message
    preview = office.erasing.of_statements(office.organisation, [statement_id(2)])
    office.erasing.run(office.erasing.erase(office.organisation, ORDER, preview, "statements"))
    assert office.left() == {statement_id(1)}


def test_attendance_stands_against_it_until_its_time_is_over(office: Office) -> None:
    office.send(office.says("attended", "matin", completion=True), office.says("viewed", minute=3))

    assert kinds(office) == ["retention"]
    (obstacle,) = office.erasing.of_person(office.organisation, "lea").plan.obstacles
    assert "31/12/2032" in obstacle.message

    office.pass_time(7 * YEAR)
    assert kinds(office) == []
    assert erase(office) is State.DONE


def test_a_dry_look_says_who_else_names_the_person_and_changes_nothing(office: Office) -> None:
    about_lea = office.says("viewed", who="yann", enrolment_="e2")
    about_lea["context"]["instructor"] = {"mbox": "mailto:lea@exemple.fr"}
    office.send(office.says("completed"), about_lea)

    preview = office.erasing.of_person(office.organisation, "lea")

    assert (len(preview.plan.entries), preview.mentions, preview.documents) == (1, 1, 0)
    assert preview.identities == ("mbox mailto:lea@exemple.fr",)
    assert office.left() == {statement_id(1), statement_id(2)}
    assert office.trail.head(office.organisation).count == 0


def test_a_hold_that_is_placed_between_the_look_and_the_erasure_is_seen(office: Office) -> None:
    office.send(office.says("completed"))
    preview = office.erasing.of_person(office.organisation, "lea")
    office.holds.place(office.organisation, HoldScope.LEARNER, "lea", "litige", BY)

    with pytest.raises(Conflict):
        office.erasing.erase(office.organisation, ORDER, preview, "person:lea")

    assert office.left() == {statement_id(1)}


def test_the_day_of_the_last_term_is_still_kept(office: Office) -> None:
    office.send(office.says("attended", "matin", completion=True))
    last = office.erasing.guard_on(office.organisation, date(2032, 12, 31))
    after = office.erasing.guard_on(office.organisation, date(2033, 1, 1))
    entries = office.services.statements.entries(office.organisation, [statement_id(1)])

    assert [item.kind for item in last.obstacles(entries)] == ["retention"]
    assert after.obstacles(entries) == []
