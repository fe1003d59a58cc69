"""What the demonstration organisation has on record: the people, programmes, sessions and contracts behind its year."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.resources import files
from random import Random
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from assidu.demo.behaviour import Fate, live
from assidu.demo.catalogue import Activity, Catalogue, Kind, Mode, Programme, load_catalogue
from assidu.demo.people import HOME_PAGE, Person
from assidu.demo.sessions import Enrolment, Slot, TrainingSession, plan_sessions
from assidu.demo.year import DEFAULT_LEARNERS, DEFAULT_MONTHS, year_days
from training import records
from training.records.ids import (
    ActivityId,
    EnrolmentId,
    FunderId,
    MappingRuleId,
    ModuleId,
    PersonId,
    ProgrammeId,
    ProviderId,
    SessionId,
    SlotId,
)
from training.records.kinds import Record

# Who pays, with the scheme, and for how many in a hundred; whoever is left pays for themselves.
_FUNDERS: Final = (
    records.Funder(FunderId("opco-exemple"), "Opco Exemple", records.FunderFamily.OPCO),
    records.Funder(FunderId("region-exemple"), "Région Exemple", records.FunderFamily.REGION),
    records.Funder(FunderId("entreprise-exemple"), "Ateliers Exemple", records.FunderFamily.EMPLOYER),
)
_SCHEMES: Final = ("Plan de développement des compétences", "Programme régional de formation", "")
_SHARES: Final = (55, 20, 15)
_MODALITIES: Final = {Mode.IN_PERSON: records.Modality.IN_PERSON, Mode.REMOTE: records.Modality.SYNC_REMOTE}
# What Moodle calls the kinds of its modules, where that is not their own name.
_PLUGINS: Final = {Kind.VIDEO: "hvp", Kind.ASSIGNMENT: "assign", Kind.CMI5: "cmi5launch"}
# Somebody who has not come back for so long has left.
_WRITTEN_OFF: Final = timedelta(days=14)


def year_records(
    seed: int, until: date, *, learners: int = DEFAULT_LEARNERS, months: int = DEFAULT_MONTHS
) -> Iterator[Record]:
    """Yield the records behind the statements that `year` yields for the same arguments, each after what it names."""
    start = until - timedelta(days=year_days(months))
    root = uuid5(NAMESPACE_URL, f"{HOME_PAGE}/{seed}/{until.isoformat()}/{learners}/{months}")
    catalogue = load_catalogue()
    plan = plan_sessions(Random(f"{root}"), catalogue, start, until, learners=learners, root=root)  # noqa: S311 - a simulation
    everybody = {session.trainer.account: session.trainer for session, _ in plan}
    everybody |= {enrolment.person.account: enrolment.person for _, group in plan for enrolment in group}
    yield _provider(catalogue)
    yield from _FUNDERS
    yield from map(_person, everybody.values())
    programmes = {session.programme.slug: session.programme for session, _ in plan}
    yield from map(_programme, programmes.values())
    for session, group in plan:
        yield _session(session)
        yield from (_slot(session, slot) for slot in session.slots)
        yield from (_mapping(session, activity) for activity in session.programme.activities)
        yield from (_enrolment(enrolment, until) for enrolment in group)


def _provider(catalogue: Catalogue) -> records.Provider:
    about = catalogue.provider
    logo = files("assidu.demo").joinpath("logo.svg").read_bytes()
    return records.Provider(
        ProviderId("cap-horizon"),
        about["legal_name"],
        trade_name=catalogue.organisation,
        activity_number=about["activity_number"],
        registered_with=about["registered_with"],
        siret=about["siret"],
        address=tuple(about["address"]),
        email=about["email"],
        phone=about["phone"],
        website=about["website"],
        place=catalogue.town,
        signatories=(records.Signatory(about["signatory"], about["quality"], date(2015, 1, 1)),),
        logo=records.Picture(records.PictureType.SVG, b64encode(logo).decode(), f"Logo de {catalogue.organisation}"),
    )


def _person(person: Person) -> records.Person:
    identities = (
        records.Identity.account(HOME_PAGE, person.account),
        records.Identity.mbox(person.by_mail["mbox"]),
    )
    return records.Person(
        _person_id(person), person.last_name, person.first_name, identities=identities
    )  # fmt: skip


def _programme(programme: Programme) -> records.Programme:
    modules = tuple(
        records.Module(
            ModuleId(f"m{number}"),
            title,
            activities=tuple(_activity(programme, item) for item in programme.activities if item.module == number),
        )
        for number, title in enumerate(programme.modules, start=1)
    )
    return records.Programme(
        ProgrammeId(programme.slug), programme.title, modules=modules, objectives=programme.objectives
    )


def _activity(programme: Programme, item: Activity) -> records.TrainingActivity:
    iri = None
    if item.kind is Kind.VIDEO:
        iri = f"{HOME_PAGE}/videos/{programme.slug}-{item.number}"
    elif item.kind in (Kind.SCORM, Kind.CMI5):
        iri = f"{HOME_PAGE}/programmes/{programme.slug}/contenus/{item.number}"
    return records.TrainingActivity(ActivityId(f"a{item.number}"), iri, item.title, item.minutes * 60)


def _session(session: TrainingSession) -> records.TrainingSession:
    return records.TrainingSession(
        SessionId(session.code),
        ProgrammeId(session.programme.slug),
        session.starts_on,
        session.ends_on,
        session.programme.title,
        records.Modality.BLENDED if session.slots else records.Modality.ASYNC,
        place=session.room,
        trainer_ids=(_person_id(session.trainer),),
    )


def _slot(session: TrainingSession, slot: Slot) -> records.Slot:
    starts_at, ends_at = slot.hours
    return records.Slot(
        SlotId(f"{session.code}-{slot.day:%Y%m%d}-{slot.half}"),
        SessionId(session.code),
        slot.day,
        records.HalfDay(slot.half),
        starts_at,
        ends_at,
        _MODALITIES[slot.mode],
        ModuleId(f"m{slot.module}"),
        _person_id(session.trainer),
    )


def _mapping(session: TrainingSession, item: Activity) -> records.MappingRule:
    """Return the rule for one module of the session's Moodle course: Moodle numbers them afresh in each course."""
    number = 1000 * session.number + item.number
    iri = f"{HOME_PAGE}/mod/{_PLUGINS.get(item.kind, item.kind)}/view.php?id={number}"
    return records.MappingRule(
        MappingRuleId(f"moodle-{number}"),
        records.Matcher.IRI_PREFIX,
        iri,
        ProgrammeId(session.programme.slug),
        module_id=ModuleId(f"m{item.module}"),
        activity_id=ActivityId(f"a{item.number}"),
    )


def _enrolment(enrolment: Enrolment, until: date) -> records.Enrolment:
    """Return one enrolment, under a contract for just the hours that the session holds and its activities take."""
    session, person = enrolment.session, enrolment.person
    planned: Counter[records.Modality] = Counter()
    for slot in session.slots:
        starts_at, ends_at = slot.hours
        planned[_MODALITIES[slot.mode]] += round((ends_at - starts_at).total_seconds())
    planned[records.Modality.ASYNC] = sum(item.minutes for item in session.programme.activities) * 60
    life = live(Random(f"{enrolment.registration}"), enrolment)  # noqa: S311 - the one that lived the year
    left = life.left_on if life.fate is Fate.LEAVES else None
    is_noted = left is not None and left + _WRITTEN_OFF < until
    return records.Enrolment(
        EnrolmentId(f"{session.code}-{person.account}"),
        SessionId(session.code),
        _person_id(person),
        enrolment.registration,
        (records.Contract(session.starts_on, dict(planned), f"CONV-{session.code}"),),
        funding=_funding(enrolment, sum(planned.values())),
        exit=records.Exit(left, records.ExitReason.ABANDON) if left is not None and is_noted else None,
    )


def _funding(enrolment: Enrolment, planned: int) -> records.FundingFile | None:
    """Return who pays, drawn by the enrolment itself: the same whenever it is asked."""
    chance = Random(f"funding {enrolment.registration}")  # noqa: S311 - a simulation
    at, drawn = 0, chance.randrange(100)
    while at < len(_SHARES) and drawn >= sum(_SHARES[: at + 1]):
        at += 1
    if at == len(_SHARES):
        return None
    number = f"{enrolment.session.starts_on:%Y}-{chance.randrange(10_000, 100_000)}"
    return records.FundingFile(_FUNDERS[at].id, _SCHEMES[at], number, f"AC-{number}", agreed_seconds=planned)


def _person_id(person: Person) -> PersonId:
    return PersonId(f"p{person.account}")
