"""One file that a funder funds.

Whoever reads it decides whether what was agreed took place: hours by modality against what is planned, half-days where
the profile asks for them, the documents to keep and to check. Results of assessments are left out unless the profile
asks for them; what the trainee did on the platform is not the funder's.
"""

from __future__ import annotations

from typing import Any, Final

from dash import html

from dashboards.frame import parts, writing
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.funder.tables import asked_table, day_text, documents_table
from dashboards.pages.funder.words import EXITS, HALF_DAYS, MODALITIES, PRESENCES, STATES, TEXTS
from dashboards.views.files import FileLine, FileState
from dashboards.views.files_detail import File, ModalityHours, file
from dashboards.words import Words
from training.access import Role

NAME: Final = "funder.file"
_RATES: Final = {"attendance_rate_net": "file_attendance", "realisation_rate": "file_realisation"}


def draw(visit: Visit) -> Any:  # noqa: ANN401 - Dash children
    """Draw one file; raises NotFound for one that the reader does not fund."""
    words, lens = visit.words, visit.lens
    enrolment = lens.enrolment(visit.place.get("enrolment_id", ""))
    lens.note_reading([enrolment.id], NAME)
    found = file(lens, enrolment.id)
    line = found.line
    dossier = html.A(
        words("dossier_get"), href=f"/dashboards/download/dossiers/enrolments/{enrolment.id}", className="button",
        download="",
    )  # fmt: skip
    lead = words(
        "file_lead", session=line.session, first=day_text(words, line.starts_on), last=day_text(words, line.ends_on)
    )
    return [
        parts.crumbs(words, (words("files_title"), "files")),
        parts.heading(line.trainee, lead, parts.as_of(words, found.as_of) if found.as_of else None, dossier),
        parts.live("figures", figures_of(words, found)),
        parts.two(about_card(words, line), hours_card(words, found)),
        parts.card(
            words("documents_of_file"),
            documents_table(words, found.documents)
            if found.documents
            else parts.nothing(words("documents_none"), words("documents_none_hint")),
            caption=words("documents_caption"),
        ),
        parts.card(words("file_asked"), asked_table(words, found.asked), caption=words("file_asked_caption")),
        *half_days_cards(words, found),
        *_days(words, found),
        *results_cards(words, found),
        html.P(words("files_seen"), className="caption"),
    ]


def figures_of(words: Words, found: File) -> Any:  # noqa: ANN401 - Dash children
    """Return hours and rates."""
    language, line = words.language, found.line
    rates = [parts.figure(words, words(_RATES[item.formula]), item) for item in found.figures if item.formula in _RATES]
    hours = parts.figure(
        words, words("files_hours"), writing.hours(line.credited_seconds, language),
        note=words("files_hours_of", planned=writing.hours(line.planned_seconds, language)).partition(",")[0],
    )  # fmt: skip
    return parts.figures(hours, *rates)


def about_card(words: Words, line: FileLine) -> Any:  # noqa: ANN401 - Dash children
    """Return what the funding file says, and how the enrolment stands."""
    tone: parts.Tone = "good" if line.state is FileState.RUNNING else "plain"
    known = [
        (words("file_no"), line.file_no or words("file_unnamed")),
        (words("file_agreement"), line.agreement_no),
        (words("file_scheme"), line.scheme),
        (words("file_state"), parts.badge(words.say(STATES[line.state]), tone)),
        (words("file_exit"), _exit(words, line)),
        (
            words("file_agreed"),
            "" if line.agreed_seconds is None else writing.hours(line.agreed_seconds, words.language),
        ),
        (words("file_due_next"), "" if line.next_due_on is None else day_text(words, line.next_due_on)),
    ]
    return parts.card(words("file_about"), parts.facts(*((name, what) for name, what in known if what)))


def _exit(words: Words, line: FileLine) -> str:
    if line.exit_reason is None:
        return ""
    return words("file_exit_on", reason=words.say(EXITS[line.exit_reason]), day=day_text(words, line.exit_on))


def hours_card(words: Words, found: File) -> Any:  # noqa: ANN401 - Dash children
    """Return hours by modality."""
    shown: Any = parts.nothing(words("file_nothing"), words("file_nothing_hint"))
    if found.hours:
        shown = parts.stack(*(_meter(words, item) for item in found.hours))
    return parts.card(words("file_hours"), shown, caption=words("file_hours_caption"))


def _meter(words: Words, item: ModalityHours) -> Any:  # noqa: ANN401 - Dash children
    language = words.language
    text = words(
        "hours_of_due" if item.due_seconds else "hours_of",
        credited=writing.hours(item.credited_seconds, language),
        planned=writing.hours(item.planned_seconds, language),
        due=writing.hours(item.due_seconds, language),
    )
    return parts.meter(
        words, words.say(MODALITIES[item.modality]), item.credited_seconds, item.planned_seconds,
        expected=item.due_seconds or None, text=text,
    )  # fmt: skip


def half_days_cards(words: Words, found: File) -> list[Any]:
    """Return the half-days, where they are to be shown."""
    if not found.half_days:
        return []
    columns = (
        parts.Column("day", words("file_day"), "day"),
        parts.Column("half_day", words("file_half_day")),
        parts.Column("modality", words("file_modality"), width=170),
        parts.Column("presence", words("file_presence"), "badge", 170),
        parts.Column("planned", words("file_planned"), "hours"),
        parts.Column("credited", words("file_credited"), "hours"),
    )
    rows = []
    for item in found.half_days:
        tone, said = PRESENCES[item.presence]
        rows.append(
            {
                "id": item.slot_id,
                "day": item.day.isoformat(),
                "half_day": "" if item.half_day is None else words.say(HALF_DAYS[item.half_day]),
                "modality": words.say(MODALITIES[item.modality]),
                "presence": f"{tone}:{words.say(said)}",
                "planned": item.planned_seconds,
                "credited": item.credited_seconds,
            }
        )
    table = parts.table(words, "half-days", columns, rows, label=words("file_half_days"))
    return [parts.card(words("file_half_days"), table, caption=words("file_half_days_caption"))]


def _days(words: Words, found: File) -> list[Any]:
    if not found.days:
        return []
    columns = (
        parts.Column("day", words("file_day"), "day"),
        parts.Column("credited", words("file_credited"), "hours"),
    )
    rows = [
        {"id": item.day.isoformat(), "day": item.day.isoformat(), "credited": item.credited_seconds}
        for item in found.days
    ]
    table = parts.table(words, "days", columns, rows, label=words("file_days"))
    return [parts.card(words("file_days"), table, caption=words("file_days_caption"))]


def results_cards(words: Words, found: File) -> list[Any]:
    """Return the results of assessments, where they are to be shown."""
    if not found.results:
        return []
    columns = (
        parts.Column("activity", words("file_activity"), width=240),
        parts.Column("score", words("file_score"), "percent", 150),
        parts.Column("passed", words("file_passed")),
    )
    rows = [
        {
            "id": f"{number}",
            "activity": item.activity,
            "score": None if item.best_scaled is None else int(item.best_scaled * 100),
            "passed": item.is_passed,
        }
        for number, item in enumerate(found.results)
    ]
    table = parts.table(words, "results", columns, rows, label=words("file_results"))
    return [parts.card(words("file_results"), table, caption=words("file_results_caption"))]


PAGE: Final = Page(
    name=NAME,
    path="files/<enrolment_id>",
    roles=frozenset((Role.FUNDER,)),
    title=("Dossier financé", "Funded file"),
    draw=draw,
    texts=TEXTS,
)
