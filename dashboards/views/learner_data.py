"""What is recorded of a learner, why, who saw it, and how long it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from analytics.derivation import PersonFacts
from analytics.time import day_of
from dashboards.views.disclosures import Disclosure, disclosures
from dashboards.views.enrolment import DayLine, days_of
from dashboards.views.learner import Me, course_title, find_me, own_enrolments, own_facts
from dashboards.views.lens import Lens
from evidence.retention.classes import RetentionClass, Terms
from lrs.erasure import Eraser
from training.law import load_law
from training.rights.notice import Notice, load_notice

# What a learner's data is kept as; certificates of destruction name nobody.
_CLASSES = (RetentionClass.DOCUMENTS, RetentionClass.ATTENDANCE, RetentionClass.TRACES, RetentionClass.VERIFICATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptUntil:
    """Until when one kind of data about an enrolment is kept, and what says so (its source and how sure it is)."""

    enrolment_id: str
    course: str
    retention_class: RetentionClass
    title: str
    until: date
    reference: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One reading of what is recorded of an enrolment, with what the enrolment is called."""

    course: str
    disclosure: Disclosure


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What there is: under which names systems know the person, how many statements, documents, days."""

    name: str
    email: str
    phone: str
    identities: tuple[str, ...]
    statement_count: int
    document_count: int
    enrolments: tuple[tuple[str, str], ...]
    anomaly_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MyData:
    """What a learner's page of their data shows; `days` newest first."""

    is_known: bool
    as_of: int
    notice: Notice
    recorded: Recorded | None = None
    days: tuple[DayLine, ...] = ()
    seen: tuple[Seen, ...] = ()
    kept: tuple[KeptUntil, ...] = ()


def my_data(lens: Lens) -> MyData:
    """Return what is recorded of the reader, and what becomes of it; raises Forbidden to who is no learner."""
    me = find_me(lens)
    if me is None:
        return MyData(is_known=False, as_of=lens.as_of, notice=load_notice())
    facts = own_facts(lens, me)
    return MyData(
        is_known=True,
        as_of=facts.as_of,
        notice=load_notice(),
        recorded=_recorded(lens, me, facts),
        days=tuple(reversed(days_of(facts.days))),
        seen=who_saw(lens, me),
        kept=kept_until(lens, me),
    )


def who_saw(lens: Lens, me: Me) -> tuple[Seen, ...]:
    """Return who read what of the reader, what they read themself left out; newest first."""
    found: dict[int, Seen] = {}
    for enrolment in own_enrolments(lens, me):
        title = course_title(lens, enrolment)
        for item in disclosures(lens, enrolment.id):
            if not item.is_self:
                found.setdefault(item.number, Seen(course=title, disclosure=item))
    return tuple(found[number] for number in sorted(found, reverse=True))


def kept_until(lens: Lens, me: Me) -> tuple[KeptUntil, ...]:
    """Return until when each kind of data about each of the reader's enrolments is kept, as things stand today."""
    terms = Terms(lens.records, load_law(), day_of(lens.now, "Europe/Paris"))
    found = []
    for enrolment in own_enrolments(lens, me):
        for name in _CLASSES:
            term = terms.of(name, [f"enrolment:{enrolment.id}"], lens.now)
            provision = term.provision
            found.append(
                KeptUntil(
                    enrolment_id=enrolment.id,
                    course=course_title(lens, enrolment),
                    retention_class=name,
                    title=provision.title,
                    until=term.until,
                    reference=provision.reference,
                    status=provision.status,
                )
            )
    return tuple(found)


def _recorded(lens: Lens, me: Me, facts: PersonFacts) -> Recorded:
    identities = lens.records.identities_of(me.person.id)
    enrolments = own_enrolments(lens, me)
    documents = {item.code for enrolment in enrolments for item in lens.documents_of(enrolment.id)}
    return Recorded(
        name=me.person.name,
        email=me.person.email,
        phone=me.person.phone,
        identities=tuple(_shown(text) for text in identities),
        statement_count=len(Eraser(lens.services).of_agents(lens.viewer.organisation, identities)),
        document_count=len(documents),
        enrolments=tuple((item.id, course_title(lens, item)) for item in enrolments),
        anomaly_count=len(facts.anomalies),
    )


def _shown(identity: str) -> str:
    """Write a name that a system gives somebody as people read it: the address, or the account and where it is."""
    kind, _, rest = identity.partition(" ")
    if kind == "account":
        home, _, name = rest.partition(" ")
        return f"{name} ({home})"
    return rest.removeprefix("mailto:")
