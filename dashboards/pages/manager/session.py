"""One training session: its figures, who is in it, its half-days, its documents.

Its reader decides whom to call, which half-day to have signed, what to issue, and whether something odd must be looked
at before a document says it. Everything leads to the learner's file, or to the statements behind a figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dash import html

from dashboards import formats
from dashboards.frame import parts, writing
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.manager import session_documents
from dashboards.pages.manager import words as said
from dashboards.pages.trainer.words import ANOMALIES, MODALITIES, STATES
from dashboards.views.portfolio import phase_of
from dashboards.views.session import EnrolmentLine, ModuleLine, SessionFile, session_file
from dashboards.views.session_half_days import SlotLine, SlotState
from dashboards.words import Texts, Words
from evidence.completeness import State
from lrs.clock import to_datetime
from training.access import STAFF

_TEXTS: Final[Texts] = {
    **said.SHARED,
    **session_documents.TEXTS,
    "lead": ("{dates} · {modality}", "{dates} · {modality}"),
    "registered": ("Inscrits", "Enrolled"),
    "registered_note": ("{entered} entrés, {ongoing} en cours", "{entered} entered, {ongoing} under way"),
    "hours": ("Heures-stagiaires", "Trainee hours"),
    "hours_note": ("sur {planned} conventionnées", "of {planned} agreed"),
    "waits": ("Ce qui attend", "What waits"),
    "waits_nothing": ("Rien n’attend dans cette session.", "Nothing waits in this session."),
    "to_sign": ("Demi-journées sans toutes les signatures", "Half-days without every signature"),
    "to_countersign": ("Demi-journées à contresigner", "Half-days to countersign"),
    "to_issue": ("Documents à émettre", "Documents to issue"),
    "overdue": ("dont en retard", "of which overdue"),
    "odd": ("Points à regarder", "Things to look at"),
    "learners": ("Stagiaires", "Learners"),
    "learners_caption": (
        "Chacun à ce jour ; la progression compare ce qui est fait à ce que le calendrier attend.",
        "Each as of now; progression compares what is done to what the calendar expects.",
    ),
    "learners_none": ("Personne n’est inscrit à cette session.", "Nobody is enrolled in this session."),
    "unknown": ("Sans marque", "No mark"),
    "documents_waiting": ("À émettre", "To issue"),
    "exit": ("Sortie", "Exit"),
    "half_days": ("Demi-journées", "Half-days"),
    "half_days_caption": (
        "Une demi-journée est à signer tant que rien ne dit, de quelqu’un qui devait venir, s’il était là.",
        "A half-day is to be signed while of somebody who was due nothing says whether they were there.",
    ),
    "half_days_none": ("Aucune demi-journée n’est prévue.", "No half-day is planned."),
    "half_day": ("Demi-journée", "Half-day"),
    "times": ("Horaire", "Times"),
    "trainer": ("Formateur", "Trainer"),
    "present": ("Présents", "Present"),
    "absent": ("Absents", "Absent"),
    "nobody_says": ("Sans marque", "No mark"),
    "modules": ("Modules", "Modules"),
    "modules_caption": (
        "Tous les stagiaires ensemble ; les temps ne s’additionnent pas entre eux.",
        "All learners together; the times are not to be added to each other.",
    ),
    "modules_none": ("Le programme n’a pas de module.", "The programme has no module."),
    "beside": ("Hors module", "Beside modules"),
    "workers": ("Stagiaires actifs", "Active learners"),
    "by_modality": ("Par modalité", "By modality"),
    "by_modality_caption": ("Heures et taux de chaque modalité.", "Hours and rates of each modality."),
    "anomalies": ("Points à regarder", "Things to look at"),
    "anomalies_caption": (
        "Rien n’est refusé ni retiré pour autant : quelqu’un regarde, et décide.",
        "Nothing is refused or taken away for it: somebody looks, and decides.",
    ),
    "anomalies_none": ("Rien d’étrange.", "Nothing odd."),
    "what": ("Constat", "Finding"),
}
_WAITING: Final = (State.OVERDUE, State.DUE, State.MISSING, State.EXPIRED)


def draw(visit: Visit) -> Any:  # noqa: ANN401 - what Dash takes as children
    """Draw the page."""
    words, lens = visit.words, visit.lens
    found = session_file(lens, visit.place["session_id"])
    lens.note_reading((line.enrolment.id for line in found.enrolments), "sessions")
    is_staff = lens.viewer.role in STAFF
    way = [parts.crumbs(words, (words("portfolio"), "portfolio"))] if is_staff else []
    return [
        *way,
        _heading(visit, found),
        parts.live("as-of", parts.as_of(words, found.overview.as_of)),
        parts.live("figures", _figures(words, found)),
        parts.live("waits", parts.card(words("waits"), _waits(words, found))),
        _learners(words, found),
        _half_days(words, found),
        _modalities(words, found),
        _modules(words, found),
        _anomalies(words, found),
        *session_documents.cards(visit, found, is_staff=is_staff),
    ]


def _heading(visit: Visit, found: SessionFile) -> html.Div:
    words, session = visit.words, found.session
    pair, tone = said.PHASES[phase_of(session, to_datetime(visit.lens.now).astimezone(session.zone).date())]
    dates = said.days_between(session.starts_on, session.ends_on, words.language)
    programme = "" if found.programme is None else found.programme.title
    lead = said.joined(
        (dates, words.say(MODALITIES[session.modality]), programme, ", ".join(found.trainers), session.place)
    )
    return parts.heading(found.title, lead, parts.badge(words.say(pair), tone))


def _figures(words: Words, found: SessionFile) -> html.Dl:
    overview, language = found.overview, words.language
    entered, ongoing = formats.number(overview.entered, language), formats.number(overview.ongoing, language)
    rates = (
        ("attendance", "attendance_rate_net", "#half-days"),
        ("realisation", "realisation_rate", "#learners"),
        ("completion", "completion_rate", "#learners"),
        ("progression", "progression", "#learners"),
        ("dropout", "dropout_rate", "#learners"),
    )
    return parts.figures(
        parts.figure(
            words, words("registered"), formats.number(overview.registered, language),
            note=words("registered_note", entered=entered, ongoing=ongoing), href="#learners",
        ),
        *(parts.figure(words, words(name), overview.figure(formula), href=href) for name, formula, href in rates),
        parts.figure(
            words, words("hours"), writing.hours(overview.credited_seconds, language),
            note=words("hours_note", planned=writing.hours(overview.planned_seconds, language)), href="#modules",
        ),
    )  # fmt: skip


def _waits(words: Words, found: SessionFile) -> Any:  # noqa: ANN401 - Dash children
    states = [line.state for line in found.half_days]
    documents = [sum(line.documents.get(state, 0) for state in _WAITING) for line in found.enrolments]
    overdue = sum(line.documents.get(State.OVERDUE, 0) for line in found.enrolments)
    counts = (
        ("to_sign", states.count(SlotState.TO_SIGN), "#half-days"),
        ("to_countersign", states.count(SlotState.TO_COUNTERSIGN), "#half-days"),
        ("to_issue", sum(documents), "#documents"),
        ("overdue", overdue, "#documents"),
        ("odd", len(found.anomalies), "#anomalies"),
    )
    shown = [
        (words(name), html.A(formats.number(count, words.language), href=href)) for name, count, href in counts if count
    ]
    return parts.facts(*shown) if shown else html.P(words("waits_nothing"))


def _learners(words: Words, found: SessionFile) -> Any:  # noqa: ANN401 - a component
    columns = [
        parts.Column("name", words("person"), "link", 190),
        parts.Column("attendance", words("attendance_short"), "percent", 115),
        parts.Column("realisation", words("realisation"), "percent", 125),
        parts.Column("completion", words("completion"), "percent", 130),
        parts.Column("progression", words("progression"), "percent", 130),
        parts.Column("unknown", words("unknown"), "number", 125),
        parts.Column("waiting", words("documents_waiting"), "number", 115),
        parts.Column("planned", words("planned"), "hours"),
        parts.Column("credited", words("credited"), "hours"),
        parts.Column("active", words("active"), "hours"),
        parts.Column("connected", words("connected"), "hours", 115),
        parts.Column("exit", words("exit"), "text", 130),
    ]
    rows = [_learner(words, line) for line in found.enrolments]
    table = parts.table(words, "learners", columns, rows, empty=words("learners_none"), label=words("learners"))
    return html.Div(parts.card(words("learners"), table, caption=words("learners_caption")), id="learners")


def _learner(words: Words, line: EnrolmentLine) -> Mapping[str, Any]:
    facts, left = line.facts, line.enrolment.exit
    rates = ("attendance_rate_net", "realisation_rate", "completion_rate", "progression")
    names = ("attendance", "realisation", "completion", "progression")
    shown: dict[str, Any] = dict.fromkeys(names)
    if facts is not None:
        shown = {name: facts.figure(rate).whole_percent for name, rate in zip(names, rates, strict=True)}
        shown |= {
            "planned": sum(facts.planned_seconds.values()),
            "credited": sum(facts.credited_seconds.values()),
            "active": facts.active_seconds,
            "connected": facts.connected_seconds,
        }
    return {
        "id": line.enrolment.id,
        "name": said.cell(line.name, said.enrolment_path(line.enrolment.id)),
        **shown,
        "unknown": line.unknown_half_days,
        "waiting": sum(line.documents.get(state, 0) for state in _WAITING),
        "exit": "" if left is None else words.say(said.EXITS[left.reason]),
    }


def _half_days(words: Words, found: SessionFile) -> Any:  # noqa: ANN401 - a component
    columns = [
        parts.Column("day", words("day"), "day"),
        parts.Column("half_day", words("half_day"), "link", 145),
        parts.Column("times", words("times"), "text", 145),
        parts.Column("state", words("state"), "badge", 200),
        parts.Column("present", words("present"), "number", 110),
        parts.Column("absent", words("absent"), "number", 110),
        parts.Column("unknown", words("nobody_says"), "number", 125),
        parts.Column("modality", words("modality"), "text", 150),
        parts.Column("module", words("module"), "text", 180),
        parts.Column("trainer", words("trainer"), "text", 150),
    ]
    rows = [_half_day(words, line) for line in found.half_days]
    table = parts.table(words, "half-days", columns, rows, empty=words("half_days_none"), label=words("half_days"))
    return html.Div(parts.card(words("half_days"), table, caption=words("half_days_caption")), id="half-days")


def _half_day(words: Words, line: SlotLine) -> Mapping[str, Any]:
    slot = line.slot
    start, end = slot.starts_at.astimezone(formats.PARIS), slot.ends_at.astimezone(formats.PARIS)
    name = words.say(said.HALF_DAYS[slot.half_day.value])
    pair, tone = STATES[line.state]
    return {
        "id": slot.id,
        "day": slot.held_on.isoformat(),
        "half_day": said.cell(name, f"attendance/slots/{slot.id}"),
        "times": f"{start:%H:%M} – {end:%H:%M}",
        "modality": words.say(MODALITIES[slot.mode]),
        "module": line.module,
        "trainer": line.trainer,
        "present": line.present,
        "absent": line.absent,
        "unknown": line.unknown,
        "state": f"{tone}:{words.say(pair)}",
    }


def _modules(words: Words, found: SessionFile) -> Any:  # noqa: ANN401 - a component
    columns = [
        parts.Column("module", words("module"), "text", 180),
        parts.Column("modality", words("modality"), "text", 130),
        parts.Column("announced", words("estimated"), "hours"),
        parts.Column("connected", words("connected"), "hours"),
        parts.Column("active", words("active"), "hours"),
        parts.Column("credited", words("credited"), "hours"),
        parts.Column("people", words("workers"), "number", 150),
        parts.Column("statements", words("statements"), "number", 100),
    ]
    rows = [_module(words, line) for line in found.modules]
    table = parts.table(words, "modules", columns, rows, empty=words("modules_none"), label=words("modules"))
    return html.Div(parts.card(words("modules"), table, caption=words("modules_caption")), id="modules")


def _module(words: Words, line: ModuleLine) -> Mapping[str, Any]:
    return {
        "id": line.module_id or "-",
        "module": line.title or words("beside"),
        "modality": "" if line.modality is None else words.say(MODALITIES[line.modality]),
        "announced": line.announced_seconds,
        "connected": line.connected_seconds,
        "active": line.active_seconds,
        "credited": line.credited_seconds,
        "people": line.people,
        "statements": line.statement_count,
    }


def _modalities(words: Words, found: SessionFile) -> Any:  # noqa: ANN401 - a component
    columns = [
        parts.Column("modality", words("modality"), "text", 150),
        parts.Column("planned", words("planned"), "hours"),
        parts.Column("due", words("due"), "hours"),
        parts.Column("credited", words("credited"), "hours"),
        parts.Column("attendance", words("attendance_short"), "percent", 115),
        parts.Column("realisation", words("realisation"), "percent", 125),
        parts.Column("people", words("people"), "number", 105),
    ]
    rows = [
        {
            "id": item.modality.value,
            "modality": words.say(MODALITIES[item.modality]),
            "planned": item.planned_seconds,
            "due": item.due_seconds,
            "credited": item.credited_seconds,
            "attendance": item.figure("attendance_rate_net").whole_percent,
            "realisation": item.figure("realisation_rate").whole_percent,
            "people": item.enrolment_count,
        }
        for item in found.overview.modalities
    ]
    table = parts.table(words, "modalities", columns, rows, label=words("by_modality"))
    return parts.card(words("by_modality"), table, caption=words("by_modality_caption"))


def _anomalies(words: Words, found: SessionFile) -> Any:  # noqa: ANN401 - a component
    names = {line.enrolment.id: line.name for line in found.enrolments}
    columns = [
        parts.Column("day", words("day"), "day"),
        parts.Column("what", words("what"), "link", 280),
        parts.Column("person", words("person"), "link", 180),
    ]
    rows = [
        {
            "id": str(at),
            "day": item.day.isoformat(),
            "what": said.cell(
                words.say(ANOMALIES[item.kind]),
                said.statements_path(item.enrolment_id, anomaly=item.kind.value, day=item.day),
            ),
            "person": said.cell(names[item.enrolment_id], said.enrolment_path(item.enrolment_id)),
        }
        for at, item in enumerate(sorted(found.anomalies, key=lambda one: one.day, reverse=True))
        if item.enrolment_id in names
    ]
    table = parts.table(words, "anomalies", columns, rows, empty=words("anomalies_none"), label=words("anomalies"))
    return html.Div(parts.card(words("anomalies"), table, caption=words("anomalies_caption")), id="anomalies")


PAGE: Final = Page(
    name="manager.session",
    path="sessions/<session_id>",
    roles=said.TEACHERS,
    title=("Session", "Session"),
    draw=draw,
    acts=session_documents.acts,
    # Documents that are being made change neither facts nor records.
    always_changes=True,
    texts=_TEXTS,
)
