"""One session as whoever teaches it sees it: who comes, who works, what they have done, what is worth a look.

Its reader decides whom to turn to, which half-day to put right, and whether the group needs another pace.
"""

from __future__ import annotations

from typing import Any, Final

from dash import html

from dashboards import formats
from dashboards.frame import parts, writing
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.trainer.learner import LEARNER_TEXTS, delays_text
from dashboards.pages.trainer.letters import LETTER_TEXTS, letter_form
from dashboards.pages.trainer.sessions import cell_link
from dashboards.pages.trainer.words import ANOMALIES, MODALITIES, STATES, TEXTS, WHYS, hours_between, slot_text
from dashboards.views.session_half_days import SlotState
from dashboards.views.trainer_sessions import TaughtFile, Trainee, taught_file
from dashboards.words import Texts, Words
from lrs.clock import Micros, to_datetime
from training.access import Role
from training.records.modality import Modality

_TEXTS: Final[Texts] = {
    **TEXTS,
    **LEARNER_TEXTS,
    **LETTER_TEXTS,
    "session_up": ("Mes sessions", "My sessions"),
    "session_dates": ("Du {first} au {last}", "From {first} to {last}"),
    "session_results": ("Résultats et blocages", "Results and blocking points"),
    "session_contacts": ("À contacter", "To contact"),
    "session_sheets": ("Émargement", "Attendance"),
    "session_attendance": ("Assiduité", "Attendance"),
    "session_realisation": ("Réalisation", "Realisation"),
    "session_completion": ("Complétion", "Completion"),
    "session_progression": ("Progression", "Progression"),
    "session_people": ("Stagiaires", "Trainees"),
    "session_people_caption": (
        "Chaque taux à côté de ce qu’il compte. Le nom mène aux échanges et au suivi.",
        "Each rate beside what it counts. The name leads to the log and follow-up.",
    ),
    "session_people_none": ("Personne n’est inscrit à cette session.", "Nobody is enrolled in this session."),
    "session_times": ("Heures créditées par modalité", "Hours credited by modality"),
    "session_odd": ("À vérifier", "Worth a look"),
    "session_odd_caption": (
        "Ce que les traces ont d’inhabituel. Ce n’est pas une faute : souvent un réglage, ou un travail hors ligne.",
        "What is unusual about the statements. It is no fault: often a setting, or work done offline.",
    ),
    "session_odd_none": ("Rien d’inhabituel.", "Nothing unusual."),
    "session_half_days": ("Demi-journées à terminer", "Half-days to be finished"),
    "session_assistance": ("Réponses aux questions", "Answers to questions"),
    "col_name": ("Stagiaire", "Trainee"),
    "col_why": ("À contacter", "To contact"),
    "col_attendance": ("Assiduité", "Attendance"),
    "col_attended": ("Suivies", "Attended"),
    "col_due": ("Dues", "Due"),
    "col_realisation": ("Réalisation", "Realisation"),
    "col_done": ("Réalisées", "Done"),
    "col_planned": ("Prévues", "Planned"),
    "col_completion": ("Complétion", "Completion"),
    "col_activities": ("Activités", "Activities"),
    "col_last": ("Dernière trace", "Last trace"),
    "col_odd": ("À vérifier", "Worth a look"),
    "col_day": ("Jour", "Day"),
    "col_what": ("Quoi", "What"),
    "col_facts": ("Faits", "Facts"),
    "some_of": ("{part} sur {whole}", "{part} of {whole}"),
}
_SHOWN: Final = (Modality.IN_PERSON, Modality.SYNC_REMOTE, Modality.ASYNC, Modality.BLENDED, Modality.WORKPLACE)


def draw(visit: Visit) -> Any:  # noqa: ANN401 - Dash children
    """Draw the page."""
    words, found = visit.words, taught_file(visit.lens, visit.place["session_id"])
    language, name = visit.language, found.session.id
    dates = words(
        "session_dates",
        first=formats.short_day(found.session.starts_on, language),
        last=formats.short_day(found.session.ends_on, language),
    )
    lead = f"{found.programme_title} · {dates}" if found.programme_title not in ("", found.title) else dates
    people = [(item.enrolment.id, item.name) for item in found.trainees]
    return [
        parts.crumbs(words, (words("session_up"), "teaching/sessions")),
        parts.heading(
            found.title,
            lead,
            parts.button_link(words("session_results"), f"teaching/sessions/{name}/results", quiet=True),
            parts.button_link(words("session_contacts"), f"teaching/contacts?session={name}", quiet=True),
            html.A(words("session_sheets"), href=f"/dashboards/attendance/sessions/{name}", className="button quiet"),
        ),
        parts.live("figures", _figures(words, found)),
        parts.live("half-days", _half_days(words, found)),
        parts.card(words("session_people"), _people(words, found), caption=words("session_people_caption")),
        parts.card(words("session_times"), _times(words, found)),
        parts.card(words("session_odd"), _odd(words, found), caption=words("session_odd_caption")),
        parts.card(words("session_assistance"), parts.live("delays", html.P(delays_text(words, found.delays)))),
        *(
            [parts.card(words("letter_title"), letter_form(visit, people), caption=words("letter_caption"))]
            if people
            else []
        ),
    ]


def _figures(words: Words, found: TaughtFile) -> Any:  # noqa: ANN401 - Dash children
    shown = (
        ("session_attendance", "attendance_rate_net"),
        ("session_realisation", "realisation_rate"),
        ("session_completion", "completion_rate"),
        ("session_progression", "progression"),
    )
    return [
        parts.figures(*(parts.figure(words, words(key), found.overview.figure(formula)) for key, formula in shown)),
        parts.as_of(words, found.overview.as_of),
    ]


def _half_days(words: Words, found: TaughtFile) -> Any:  # noqa: ANN401 - Dash children
    late = [
        item for item in found.half_days if item.state in (SlotState.OPEN, SlotState.TO_SIGN, SlotState.TO_COUNTERSIGN)
    ]
    if not late:
        return []
    lines = []
    for item in late:
        text, tone = STATES[item.state]
        when = slot_text(item.slot.held_on, item.slot.half_day.value, words.language)
        label = f"{when}, {hours_between(item.slot.starts_at, item.slot.ends_at)}"
        lines.append(
            html.Li(
                [
                    html.A(label, href=f"/dashboards/attendance/slots/{item.slot.id}"),
                    " ",
                    parts.badge(words.say(text), tone),  # type: ignore[arg-type]  # the tones of STATES
                ]
            )
        )
    return parts.card(words("session_half_days"), html.Ul(lines, className="table-list"))


def _people(words: Words, found: TaughtFile) -> Any:  # noqa: ANN401 - Dash children
    columns = (
        parts.Column("name", words("col_name"), "link", 200),
        parts.Column("why", words("col_why"), width=150),
        parts.Column("attendance", words("col_attendance"), "percent", 120),
        parts.Column("attended", words("col_attended"), "hours"),
        parts.Column("due", words("col_due"), "hours"),
        parts.Column("realisation", words("col_realisation"), "percent", 120),
        parts.Column("done", words("col_done"), "hours"),
        parts.Column("planned", words("col_planned"), "hours"),
        parts.Column("completion", words("col_completion"), "percent", 120),
        parts.Column("activities", words("col_activities")),
        parts.Column("last", words("col_last"), "instant"),
        parts.Column("odd", words("col_odd"), "number"),
    )
    rows = [_row(words, item) for item in found.trainees]
    return parts.table(
        words, "trainees", columns, rows, empty=words("session_people_none"), label=words("session_people")
    )


def _row(words: Words, item: Trainee) -> dict[str, Any]:
    reasons = () if item.contact is None else item.contact.reasons
    row: dict[str, Any] = {
        "id": item.enrolment.id,
        "name": cell_link(item.name, f"teaching/learners/{item.enrolment.id}"),
        "why": ", ".join(dict.fromkeys(words.say(WHYS[reason.why]) for reason in reasons)),
        "last": None if item.last_at is None else to_datetime(Micros(item.last_at)).isoformat(),
        "odd": len(item.anomalies),
    }
    if item.facts is None:
        return row
    attendance, realisation = item.facts.figure("attendance_rate_net"), item.facts.figure("realisation_rate")
    completion = item.facts.figure("completion_rate")
    activities = words("some_of", part=completion.numerator, whole=completion.denominator)
    return {
        **row,
        "attendance": attendance.whole_percent,
        "attended": attendance.numerator,
        "due": attendance.denominator,
        "realisation": realisation.whole_percent,
        "done": realisation.numerator,
        "planned": realisation.denominator,
        "completion": completion.whole_percent,
        "activities": activities,
    }


def _times(words: Words, found: TaughtFile) -> Any:  # noqa: ANN401 - Dash children
    used = {
        modality
        for item in found.trainees
        if item.facts is not None
        for modality in (*item.facts.planned_seconds, *item.facts.credited_seconds)
    }
    shown = [modality for modality in _SHOWN if modality in used]
    columns = [parts.Column("name", words("col_name"), "link", 200)]
    columns += [parts.Column(item.value, words.say(MODALITIES[item])) for item in shown]
    rows = [
        {
            "id": item.enrolment.id,
            "name": cell_link(item.name, f"teaching/learners/{item.enrolment.id}"),
            **{modality.value: _hours(words, item, modality) for modality in shown},
        }
        for item in found.trainees
    ]
    return parts.table(words, "times", columns, rows, label=words("session_times"))


def _hours(words: Words, item: Trainee, modality: Modality) -> str:
    """Return what is credited of what is planned in a modality."""
    if item.facts is None:
        return ""
    credited, planned = item.facts.credited_seconds.get(modality, 0), item.facts.planned_seconds.get(modality, 0)
    language = words.language
    return words("some_of", part=writing.hours(credited, language), whole=writing.hours(planned, language))


def _odd(words: Words, found: TaughtFile) -> Any:  # noqa: ANN401 - Dash children
    columns = (
        parts.Column("day", words("col_day"), "day"),
        parts.Column("name", words("col_name"), "link", 200),
        parts.Column("what", words("col_what"), width=280),
        parts.Column("facts", words("col_facts"), "link"),
    )
    rows = [
        {
            "id": f"{item.enrolment.id} {number}",
            "day": anomaly.day.isoformat(),
            "name": cell_link(item.name, f"teaching/learners/{item.enrolment.id}"),
            "what": words.say(ANOMALIES[anomaly.kind]),
            "facts": cell_link(
                words("see_facts"), f"statements?enrolment={item.enrolment.id}&day={anomaly.day.isoformat()}"
            ),
        }
        for item in found.trainees
        for number, anomaly in enumerate(item.anomalies)
    ]
    rows.sort(key=lambda row: row["day"], reverse=True)
    return parts.table(words, "odd", columns, rows, empty=words("session_odd_none"), label=words("session_odd"))


SESSION: Final = Page(
    name="trainer.session",
    path="teaching/sessions/<session_id>",
    roles=frozenset((Role.TRAINER,)),
    title=("Session", "Session"),
    draw=draw,
    texts=_TEXTS,
)
