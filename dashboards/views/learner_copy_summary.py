"""The first pages of the copy of everything: what a person reads before, or instead of, its tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dashboards import formats
from dashboards.views.learner import Me
from dashboards.views.learner_data import who_saw
from dashboards.views.learner_home import CourseView, home
from dashboards.views.lens import Lens
from dashboards.words import typeset
from evidence.dossier.papers import STATES
from evidence.dossier.tables import MODALITIES
from evidence.issuing.document import IssuedDocument
from evidence.layout.french import length
from evidence.layout.summary import Part, Summary
from lrs.clock import to_datetime

_TITLE = "Vos données en bref"
_LEAD = "Résumé de la copie de vos données, pour vous. Il n’est ni scellé ni opposable : les documents émis le sont."
_FOOT = "Fait à votre demande le {when} (heure de Paris) ; à garder en lieu sûr."
_HOURS = ("Modalité", "Prévu", "Dû à ce jour", "Retenu")
# Of readings, the newest: all of them are in a table of the copy.
_SEEN_MOST = 20


def summary_of(lens: Lens, me: Me, organisation: str, documents: Sequence[IssuedDocument], traces: int) -> Summary:
    """Return what the summary says of the reader: who they are on record, each course, documents, who read them."""
    parts = [
        _person(me, organisation, traces),
        *map(_course, home(lens).courses),
        _documents(documents),
        _seen(lens, me),
    ]
    foot = typeset(_FOOT.format(when=formats.moment_of(lens.now, "fr")))
    return Summary(_TITLE, typeset(_LEAD), organisation, foot, parts)


def _person(me: Me, organisation: str, traces: int) -> Part:
    person = me.person
    rows = [
        ("Nom", person.name or "sans nom enregistré"),
        ("Adresse électronique", person.email or "aucune"),
        ("Organisme", organisation),
        ("Traces d’apprentissage", formats.number(traces, "fr")),
    ]
    return Part("Qui vous êtes", "", ("Ce qui est enregistré", ""), rows)


def _course(course: CourseView) -> Part:
    note = _days(course)
    if course.times is not None:
        times = course.times
        said = (
            ("prévu", times.planned_seconds), ("annoncé", times.estimated_seconds),
            ("connecté", times.connected_seconds), ("actif", times.active_seconds), ("retenu", times.credited_seconds),
        )  # fmt: skip
        told = " ; ".join(f"{name} {length(seconds)}" for name, seconds in said)
        note += f" Les cinq temps, qui ne s’additionnent pas : {told}."
    rows = [
        (
            MODALITIES[item.modality],
            *(length(seconds) for seconds in (item.planned_seconds, item.due_seconds, item.credited_seconds)),
        )
        for item in course.hours
    ]
    return Part(course.title, typeset(note.strip()), _HOURS, rows)


def _days(course: CourseView) -> str:
    if course.starts_on is None or course.ends_on is None:
        return ""
    first, last = (formats.short_day(day, "fr") for day in (course.starts_on, course.ends_on))
    return f"Du {first} au {last}."


def _documents(documents: Sequence[IssuedDocument]) -> Part:
    rows = [(f"{item.type.heading} {item.number}", STATES[item.status]) for item in documents]
    return Part("Documents émis à votre nom", "" if rows else "Aucun pour l’instant.", ("Document", "État"), rows)


def _seen(lens: Lens, me: Me) -> Part:
    rows = list(_readings(lens, me))
    note = "Financeurs, auditeurs, autres logiciels." if rows else "Personne d’autre que vous, pour l’instant."
    return Part("Qui a lu vos données", note, ("Qui", "Quand"), rows[:_SEEN_MOST])


def _readings(lens: Lens, me: Me) -> Iterator[tuple[str, str]]:
    for item in who_saw(lens, me):
        told = item.disclosure
        day = formats.short_day(to_datetime(told.at).astimezone(formats.PARIS).date(), "fr")
        yield told.reader_name or told.reader.value, day
