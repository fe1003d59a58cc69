"""What a learner's file shows of their work: days with the five times, half-days, activities, what is odd."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dash import html

from dashboards import formats
from dashboards.frame import parts, writing
from dashboards.pages.manager import words as said
from dashboards.pages.trainer.words import ANOMALIES, MODALITIES
from dashboards.views.enrolment import ActivityLine, DayLine, EnrolmentFile, HalfDayLine
from dashboards.words import Texts, Words
from lrs.clock import Micros, to_text

TEXTS: Final[Texts] = {
    "days": ("Jours", "Days"),
    "days_caption": (
        "Chaque jour avec ses temps ; « annoncé » est celui des activités touchées ce jour-là.",
        "Each day with its times; “announced” is that of the activities touched on that day.",
    ),
    "days_none": ("Aucun jour avec une trace ou une demi-journée.", "No day with a statement or a half-day."),
    "days_chart": (
        "Temps crédité et temps actif par jour, du {first} au {last}.",
        "Credited and active time by day, from {first} to {last}.",
    ),
    "first_at": ("Première trace", "First statement"),
    "last_at": ("Dernière trace", "Last statement"),
    "half_days": ("Demi-journées", "Half-days"),
    "half_days_caption": ("Ce que l’on sait de la présence, et par quoi.", "What is known of presence, and by what."),
    "half_days_none": ("Aucune demi-journée.", "No half-day."),
    "half_day": ("Demi-journée", "Half-day"),
    "presence": ("Présence", "Presence"),
    "is_due": ("Due", "Due"),
    "justified": ("Justifié", "Justified"),
    "logged": ("Journal de la classe", "Class log"),
    "known_by": ("Connu par", "Known by"),
    "activities": ("Activités", "Activities"),
    "activities_caption": (
        "Dans l’ordre du programme ; chacune mène à ses traces.",
        "In the order of the programme; each leads to its statements.",
    ),
    "activities_none": ("Le programme n’a pas d’activité.", "The programme has no activity."),
    "activity": ("Activité", "Activity"),
    "attempts": ("Tentatives", "Attempts"),
    "best": ("Meilleur score", "Best score"),
    "progress": ("Avancement", "Progress"),
    "satisfied": ("Remplie le", "Satisfied on"),
    "standing_satisfied": ("faite", "done"),
    "standing_waived": ("dispensée", "waived"),
    "standing_begun": ("commencée", "begun"),
    "standing_none": ("pas commencée", "not begun"),
    "optional": ("facultative", "optional"),
    "history": ("Historique des activités", "History of activities"),
    "history_caption": (
        "Chaque changement, avec la trace qui l’a apporté ; rien de ce qui fut vrai n’est perdu.",
        "Each change with the statement that brought it; nothing that was once true is lost.",
    ),
    "history_none": ("Aucun changement.", "No change."),
    "when": ("Quand", "When"),
    "change": ("Changement", "Change"),
    "proof": ("Trace", "Statement"),
    "anomalies": ("Points à regarder", "Things to look at"),
    "anomalies_none": ("Rien d’étrange.", "Nothing odd."),
    "what": ("Constat", "Finding"),
    "observed": ("Observé", "Observed"),
    "limit": ("Seuil", "Limit"),
}


def cards(words: Words, found: EnrolmentFile) -> list[Any]:
    """Return what the file says about work."""
    return [
        html.Div(_days(words, found), id="days"),
        html.Div(_half_days(words, found), id="half-days"),
        html.Div(_activities(words, found), id="activities"),
        _history(words, found),
        html.Div(_anomalies(words, found), id="anomalies"),
    ]


def _then(found: EnrolmentFile) -> int | None:
    return found.as_of if found.is_past else None


def _path(found: EnrolmentFile, **asked: object) -> str:
    return said.statements_path(found.enrolment.id, **asked, as_of=_then(found))


def _days(words: Words, found: EnrolmentFile) -> Any:  # noqa: ANN401 - a component
    columns = [
        parts.Column("day", words("day"), "link", 130),
        parts.Column("planned", words("planned"), "hours"),
        parts.Column("estimated", words("estimated"), "hours"),
        parts.Column("connected", words("connected"), "hours", 115),
        parts.Column("active", words("active"), "hours"),
        parts.Column("credited", words("credited"), "hours"),
        parts.Column("statements", words("statements"), "number", 90),
        parts.Column("first", words("first_at"), "instant", 165),
        parts.Column("last", words("last_at"), "instant", 165),
    ]
    rows = [_day(words, found, line) for line in found.days]
    table = parts.table(words, "days", columns, rows, empty=words("days_none"), label=words("days"))
    children = [_chart(words, found), table] if len(found.days) > 1 else [table]
    return parts.card(words("days"), children, caption=words("days_caption"))


def _day(words: Words, found: EnrolmentFile, line: DayLine) -> Mapping[str, Any]:
    name = writing.short_date(line.day.isoformat(), words.language)
    return {
        "id": line.day.isoformat(),
        "day": said.cell(name, _path(found, day=line.day)) if line.statement_count else name,
        "planned": line.planned_seconds,
        "estimated": line.estimated_seconds,
        "connected": line.connected_seconds,
        "active": line.active_seconds,
        "credited": line.credited_seconds,
        "statements": line.statement_count,
        "first": None if line.first_at is None else to_text(line.first_at),
        "last": None if line.last_at is None else to_text(line.last_at),
    }


def _chart(words: Words, found: EnrolmentFile) -> Any:  # noqa: ANN401 - a component
    language, days = words.language, [line.day.isoformat() for line in found.days]
    series = (
        (words("credited"), [line.credited_seconds for line in found.days], parts.SERIES[0]),
        (words("active"), [line.active_seconds for line in found.days], parts.SERIES[1]),
    )
    picture = {
        "data": [
            {
                "type": "bar", "name": name, "x": days, "y": [round(value / 3600, 2) for value in values],
                "marker": {"color": colour}, "customdata": [writing.hours(value, language) for value in values],
                "hovertemplate": "%{x|%d/%m/%Y}<br>%{fullData.name} %{customdata}<extra></extra>",
            }
            for name, values, colour in series
        ],
        "layout": {"barmode": "group", "yaxis": {"ticksuffix": "\u00a0h"}, "xaxis": {"type": "date"}},
    }  # fmt: skip
    first, last = (formats.short_day(found.days[at].day, language) for at in (0, -1))
    return parts.chart(words, "days", picture, caption=words("days_chart", first=first, last=last), height="13rem")


def _half_days(words: Words, found: EnrolmentFile) -> Any:  # noqa: ANN401 - a component
    columns = [
        parts.Column("day", words("day"), "day"),
        parts.Column("half_day", words("half_day"), "link", 145),
        parts.Column("presence", words("presence"), "badge", 210),
        parts.Column("modality", words("modality"), "text", 150),
        parts.Column("module", words("module"), "text", 150),
        parts.Column("planned", words("planned"), "hours"),
        parts.Column("credited", words("credited"), "hours"),
        parts.Column("justified", words("justified"), "hours"),
        parts.Column("logged", words("logged"), "hours", 140),
        parts.Column("known_by", words("known_by"), "text", 120),
    ]
    rows = [_half_day(words, found, line) for line in found.half_days]
    table = parts.table(words, "half-days", columns, rows, empty=words("half_days_none"), label=words("half_days"))
    return parts.card(words("half_days"), table, caption=words("half_days_caption"))


def _half_day(words: Words, found: EnrolmentFile, line: HalfDayLine) -> Mapping[str, Any]:
    name = words.say(said.HALF_DAYS.get(line.half_day, said.HALF_DAYS[""])) or line.slot_id
    return {
        "id": line.slot_id,
        "day": line.day.isoformat(),
        "half_day": said.cell(name, _path(found, slot=line.slot_id)) if line.statement_count else name,
        "modality": words.say(MODALITIES[line.modality]),
        "module": line.module,
        "presence": said.badge_of(words, said.PRESENCES[line.presence]),
        "planned": line.planned_seconds,
        "credited": line.credited_seconds,
        "justified": line.justified_seconds,
        "logged": line.logged_seconds,
        "known_by": "" if line.confidence is None else words.say(said.CONFIDENCES[line.confidence]),
    }


def _activities(words: Words, found: EnrolmentFile) -> Any:  # noqa: ANN401 - a component
    columns = [
        parts.Column("activity", words("activity"), "link", 230),
        parts.Column("state", words("state"), "badge", 150),
        parts.Column("satisfied", words("satisfied"), "instant", 165),
        parts.Column("estimated", words("estimated"), "hours"),
        parts.Column("active", words("active"), "hours"),
        parts.Column("connected", words("connected"), "hours"),
        parts.Column("credited", words("credited"), "hours"),
        parts.Column("attempts", words("attempts"), "number", 120),
        parts.Column("best", words("best"), "percent", 130),
        parts.Column("module", words("module"), "text", 160),
    ]
    rows = [_activity(words, found, line) for line in found.activities]
    table = parts.table(words, "activities", columns, rows, empty=words("activities_none"), label=words("activities"))
    return parts.card(words("activities"), table, caption=words("activities_caption"))


def _activity(words: Words, found: EnrolmentFile, line: ActivityLine) -> Mapping[str, Any]:
    standing = line.standing
    is_known = line.statement_count or (standing is not None and standing.history)
    satisfied = None if standing is None else standing.satisfied_at
    best = None if standing is None else standing.best_scaled
    title = line.title if line.is_mandatory else f"{line.title} ({words('optional')})"
    return {
        "id": line.activity_id,
        "activity": said.cell(title, _path(found, activity=line.activity_id)) if is_known else title,
        "module": line.module,
        "state": _state(words, line),
        "satisfied": None if satisfied is None else to_text(Micros(satisfied)),
        "estimated": line.estimated_seconds,
        "active": line.active_seconds,
        "connected": line.connected_seconds,
        "credited": line.credited_seconds,
        "attempts": 0 if standing is None else standing.attempts,
        "best": None if best is None else int(100 * best),
    }


def _state(words: Words, line: ActivityLine) -> str:
    standing = line.standing
    if standing is not None and standing.is_waived:
        return f"plain:{words('standing_waived')}"
    if standing is not None and standing.is_satisfied:
        return f"good:{words('standing_satisfied')}"
    return f"warning:{words('standing_begun')}" if line.statement_count else f"plain:{words('standing_none')}"


def _history(words: Words, found: EnrolmentFile) -> Any:  # noqa: ANN401 - a component
    columns = [
        parts.Column("when", words("when"), "instant", 165),
        parts.Column("activity", words("activity"), "text", 240),
        parts.Column("change", words("change"), "text", 180),
        parts.Column("proof", words("proof"), "link", 110),
    ]
    changes = [
        (change.at, at, line, change)
        for line in found.activities
        if line.standing is not None
        for at, change in enumerate(line.standing.history)
    ]
    rows = [
        {
            "id": f"{line.activity_id}/{at}",
            "when": to_text(Micros(change.at)),
            "activity": line.title,
            "change": words.say(said.EVENTS[change.event]),
            "proof": said.cell(
                words("see_statements"), f"statements/{change.statement_id}?enrolment={found.enrolment.id}"
            ),
        }
        for _, at, line, change in sorted(changes, key=lambda item: (-item[0], item[2].activity_id, item[1]))
    ]
    table = parts.table(words, "history", columns, rows, empty=words("history_none"), label=words("history"))
    return parts.card(words("history"), table, caption=words("history_caption"))


def _anomalies(words: Words, found: EnrolmentFile) -> Any:  # noqa: ANN401 - a component
    columns = [
        parts.Column("day", words("day"), "day"),
        parts.Column("what", words("what"), "link", 320),
        parts.Column("observed", words("observed"), "hours"),
        parts.Column("limit", words("limit"), "hours"),
    ]
    rows = [
        {
            "id": str(at),
            "day": item.day.isoformat(),
            "what": said.cell(words.say(ANOMALIES[item.kind]), _path(found, anomaly=item.kind.value, day=item.day)),
            "observed": int(item.observed_seconds),
            "limit": int(item.limit_seconds),
        }
        for at, item in enumerate(found.anomalies)
    ]
    table = parts.table(words, "anomalies", columns, rows, empty=words("anomalies_none"), label=words("anomalies"))
    return parts.card(words("anomalies"), table)
