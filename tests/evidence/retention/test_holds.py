"""A hold keeps what it is on, and nothing else; it is on record, and is never half placed."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from evidence.retention.holds import Held, Hold, HoldScope
from lrs.clock import Micros
from lrs.errors import Conflict, NotFound
from lrs.tenancy import OrganisationId
from tests.evidence.retention.conftest import BY, Office
from tests.training.examples import enrolment, person, session
from training.records import Records

E2 = UUID(int=7)
KNOWN = Records(
    OrganisationId(1),
    people={"lea": person(), "yann": person("yann")},
    sessions={"janvier": session(), "fevrier": session(id="fevrier")},
    enrolments={
        "e1": enrolment(),
        "e2": enrolment("e2", person_id="yann", registration=E2),
        "e3": enrolment("e3", session_id="fevrier", registration=UUID(int=8)),
    },
)
LEA, YANN = "mbox mailto:lea@exemple.fr", "mbox mailto:yann@exemple.fr"


def held(scope: HoldScope, about: str = "", *, released: int | None = None) -> Held:
    hold = Hold(uuid4(), OrganisationId(1), scope, about, "litige", Micros(1), BY,
                None if released is None else Micros(released))  # fmt: skip
    return Held([hold], KNOWN)


def test_a_hold_on_everything_is_on_everything_until_it_is_released() -> None:
    assert held(HoldScope.EVERYTHING).find() is not None
    assert held(HoldScope.EVERYTHING, released=5).find(about=["enrolment:e1"], identities=[LEA]) is None


def test_a_hold_on_a_learner_is_on_all_their_enrolments_files_and_statements() -> None:
    found = held(HoldScope.LEARNER, "lea")

    assert found.find(about=["person:lea"])
    assert found.find(about=["enrolment:e3"])
    assert found.find(about=["training_session:janvier"])
    assert found.find(identities=["autre", LEA])
    assert found.find(registration=UUID(int=8))
    assert found.find(identities=[LEA], registration=E2)
    assert not found.find(about=["enrolment:e2", "training_session:janvier", "person:yann"])
    assert not found.find(identities=[YANN], registration=E2)


def test_a_hold_on_an_enrolment_is_on_that_one_and_on_what_says_of_none() -> None:
    found = held(HoldScope.ENROLMENT, "e1")

    assert found.find(about=["enrolment:e1"])
    assert found.find(registration=enrolment().registration)
    assert found.find(identities=[LEA])
    assert found.find(identities=[LEA], registration=UUID(int=99))
    assert found.find(about=["training_session:janvier"])
    assert not found.find(identities=[LEA], registration=UUID(int=8))
    assert not found.find(about=["enrolment:e3", "person:lea"])
    assert not found.find(identities=[YANN])


def test_a_hold_on_a_session_is_on_everybody_in_it() -> None:
    found = held(HoldScope.SESSION, "janvier")

    assert found.find(about=["enrolment:e1"])
    assert found.find(about=["enrolment:e2"])
    assert found.find(registration=E2)
    assert found.find(about=["training_session:janvier"])
    assert not found.find(about=["enrolment:e3"])
    assert not found.find(about=["training_session:fevrier"])


def test_placing_and_releasing_stand_in_the_trail(office: Office) -> None:
    hold = office.holds.place(office.organisation, HoldScope.LEARNER, "lea", "litige prud’homal", BY)
    assert [item.hold_id for item in office.holds.all(office.organisation, in_force=True)] == [hold.hold_id]

    office.holds.release(office.organisation, hold.hold_id, "affaire close", BY)

    assert office.holds.all(office.organisation, in_force=True) == []
    deeds = [(entry.deed.act.value, entry.deed.what, entry.deed.why) for entry in
             office.trail.entries(office.organisation)]  # fmt: skip
    assert deeds == [("held", "person:lea", "litige prud’homal"), ("released", "person:lea", "affaire close")]
    with pytest.raises(Conflict):
        office.holds.release(office.organisation, hold.hold_id, "encore", BY)
    with pytest.raises(NotFound):
        office.holds.release(OrganisationId(99), hold.hold_id, "d’ailleurs", BY)
