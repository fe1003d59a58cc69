"""Participants are recognised by what is theirs alone; whoever it might be otherwise, a person says."""

from __future__ import annotations

from hashlib import sha1

import pytest

from lrs.tenancy import OrganisationId
from tests.training.meetings.reports import enrolment, person, records
from training.meetings.log import Participant
from training.meetings.matching import MatchedBy, Matching, name_key
from training.records import Enrolment, Identity, Person, Records, Slot, TrainingSession
from training.records.kinds import Record
from training.records.person import merged


def matching(*more: Record) -> Matching:
    kept = {(type(item), item.id): item for item in (*records(), *more)}

    def of(kind: type) -> dict:
        return {item.id: item for (found, _), item in kept.items() if found is kind}

    snapshot = Records(
        OrganisationId(1), people=of(Person), sessions=of(TrainingSession), slots=of(Slot), enrolments=of(Enrolment)
    )
    return Matching(snapshot, "mars")


def named(name: str, email: str = "", account: str = "") -> Participant:
    return Participant(name, (name,), email, account)


SHA1 = sha1(b"mailto:zoe@perso.fr", usedforsecurity=False).hexdigest()
ZOE_HASHED = person("zoe", "Zoé", "Diaz", email="", identities=(Identity.of_text(f"mbox_sha1sum {SHA1}"),))
ZOE_ACCOUNT = person(
    "zoe", "Zoé", "Diaz", email="", identities=(Identity.account("https://entra.exemple.fr", "zdiaz@exemple.fr"),)
)
HOMONYM = person("lea2", "Léa", "Martin")


@pytest.mark.parametrize(
    ("participant", "more", "expected", "by"),
    [
        (named("Léa", "LEA@exemple.fr"), (), "lea", MatchedBy.EMAIL),
        (named("Léa", account="lea@exemple.fr"), (), "lea", MatchedBy.EMAIL),
        (named("zz", "zoe@perso.fr"), (ZOE_HASHED,), "zoe", MatchedBy.IDENTITY),
        (named("zz", account="ZDiaz@exemple.fr"), (ZOE_ACCOUNT,), "zoe", MatchedBy.IDENTITY),
        (named("DIAZ zoe"), (), "zoe", MatchedBy.NAME),
        (named("zoé  diaz", "autre@perso.fr"), (), "zoe", MatchedBy.NAME),
        (named("Anne Prof"), (), "anne", MatchedBy.NAME),
        # Somebody of the organisation who is not of this session is known by the address and never by the name.
        (named("Paul Durand", "ailleurs@exemple.fr"), (), "ailleurs", MatchedBy.EMAIL),
        (named("Paul Durand"), (), None, None),
        (named("iPad de Léa"), (), None, None),
        (named("Léa"), (), None, None),
        # Léa Martin of another session does not make ours ambiguous.
        (named("Léa Martin"), (HOMONYM,), "lea", MatchedBy.NAME),
    ],
)
def test_by_address_then_identity_then_name(participant, more, expected, by):
    found = matching(*more).match(participant)
    assert (found.person_id, found.by) == (expected, by)


@pytest.mark.parametrize(
    ("participant", "more", "candidates"),
    [
        (named("Léa Martin"), (HOMONYM, enrolment("lea2", None)), ("lea", "lea2")),
        (
            named("x", "lea@exemple.fr"),
            (person("autre", "Luc", "Roy", email="Lea@exemple.fr", identities=()),),
            ("autre", "lea"),
        ),
        (named("Yann Le Gall", "lea@exemple.fr"), (), ("lea", "yann")),
    ],
)
def test_who_may_be_several_is_for_a_person_to_say(participant, more, candidates):
    found = matching(*more).match(participant)
    assert (found.person_id, found.candidates) == (None, candidates)
    assert found.reason


def test_somebody_merged_is_whom_they_were_merged_into():
    old = merged(person("vieux", "Léa", "Dupont"), "lea")
    assert matching(old).match(named("x", "vieux@exemple.fr")).person_id == "lea"
    assert matching(old, enrolment("vieux", None)).match(named("Léa Dupont")).person_id == "lea"


def test_names_are_compared_without_case_accents_signs_and_order():
    assert name_key("LE GALL, Yann") == name_key("Yann Le-Gall")
    assert name_key("Élodie N’Guyen") == name_key("elodie n'guyen")
    assert name_key("Léa Martin") != name_key("Léa Martin Roy")
    assert name_key("李 娜") == name_key("娜 李") != name_key("张 娜")
    assert name_key("🙂") == ()
