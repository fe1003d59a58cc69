"""A sample: how it was drawn, who is in it, what evidence there is of each, and the dossier of all of it.

Whoever reads it decides whether what is shown of these people bears out what the provider says of everybody.
"""

from __future__ import annotations

from typing import Any, Final

from dash import html

from dashboards import formats
from dashboards.frame import parts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.auditor.home import ROLES, sample_query
from dashboards.pages.auditor.words import NATURES, SPREADS, TEXTS
from dashboards.pages.funder.tables import pieces
from dashboards.pages.funder.words import MODALITIES, STATES
from dashboards.pages.funder.words import TEXTS as FILE_TEXTS
from dashboards.views.audit_samples import Sample, SampleAsked, Strata, StratumLine, sample, sample_asked
from dashboards.words import Words
from lrs.errors import InvalidRequest
from training.records.modality import Modality
from training.records.programme import ActionNature

NAME: Final = "auditor.sample"


def draw(visit: Visit) -> Any:  # noqa: ANN401 - Dash children
    """Draw the sample that the address gives."""
    words, lens = visit.words, visit.lens
    again = parts.button_link(words("sample_again"), "audit", quiet=True)
    try:
        asked = sample_asked(visit.place)
    except InvalidRequest:
        title = parts.heading(words("sample_title"))
        return [title, parts.nothing(words("audit_wrong"), words("audit_wrong_text", most=500), again)]
    found = sample(lens, asked)
    lens.note_reading([line.enrolment_id for line in found.lines], NAME)
    head = _heading(words, found, again)
    unknown = []
    if found.unknown:
        text = words("sample_unknown_text", names=", ".join(found.unknown))
        unknown = [parts.notice(words("sample_unknown"), text, tone="warning")]
    if not found.lines:
        return [*head, *unknown, parts.nothing(words("sample_empty"), words("sample_empty_hint"), again)]
    return [*head, *unknown, _who(words, found), *_how(words, visit, found)]


def _heading(words: Words, found: Sample, again: Any) -> list[Any]:  # noqa: ANN401 - Dash children
    key = "sample_lead_entered" if found.asked.entered else "sample_lead_drawn"
    drawn, population = (formats.number(count, words.language) for count in (len(found.lines), found.population))
    lead = words(key, drawn=drawn, population=population)
    crumbs = parts.crumbs(words, (words("audit_title"), "audit"))
    return [crumbs, parts.heading(words("sample_title"), lead, again)]


def _who(words: Words, found: Sample) -> Any:  # noqa: ANN401 - Dash children
    query = sample_query(found.asked)
    columns = (
        parts.Column("learner", words("sample_learner"), "link", 180),
        parts.Column("state", words("file_state"), "badge", 122),
        parts.Column("evidence", words("sample_evidence"), "badge", 140),
        parts.Column("issued", words("sample_issued"), "number", 96),
        parts.Column("credited", words("file_credited"), "hours", 98),
        parts.Column("planned", words("file_planned"), "hours", 88),
        parts.Column("attendance", words("file_attendance"), "percent", 116),
        parts.Column("realisation", words("file_realisation"), "percent", 128),
        parts.Column("session", words("file_session"), width=200),
        parts.Column("id_", "Id"),
    )
    rows = [
        {
            "id": line.enrolment_id,
            "learner": f"[{line.trainee}](/dashboards/audit/learners/{line.enrolment_id}?{query})",
            "session": line.session,
            "state": f"plain:{words.say(STATES[line.state])}",
            "evidence": pieces(words, line.documents),
            "issued": line.issued,
            "planned": line.planned_seconds,
            "credited": line.credited_seconds,
            "attendance": None if line.attendance is None else line.attendance.whole_percent,
            "realisation": None if line.realisation is None else line.realisation.whole_percent,
            "id_": line.enrolment_id,
        }
        for line in found.lines
    ]
    dossier = html.A(
        words("sample_dossier"), href=f"/dashboards/download/dossiers/sample?{query}", className="button", download=""
    )
    return parts.card(
        words("sample_who"),
        [
            parts.table(words, "sample", columns, rows, label=words("sample_who")),
            parts.row(dossier),
            html.P(words("sample_dossier_note"), className="caption"),
        ],
        caption=words("sample_who_caption"),
    )


def _how(words: Words, visit: Visit, found: Sample) -> list[Any]:
    if found.asked.entered:
        return []
    asked = found.asked
    rule = words("sample_rule_text" if asked.by is Strata.NONE else "sample_rule_strata")
    known: list[tuple[str, Any]] = [
        (words("sample_seed"), html.Code(asked.seed)),
        (words("sample_size"), str(asked.size)),
        (words("audit_by"), words.say(SPREADS[asked.by])),
        (words("audit_period"), _period(words, asked)),
        (words("sample_method"), html.Code(found.method)),
        (words("sample_rule"), rule),
    ]
    told = parts.facts(*((name, what) for name, what in known if what))
    card = parts.card(words("sample_how"), told, caption=words("sample_how_caption"))
    return [parts.two(card, _spread(words, visit, found))] if found.strata else [card]


def _spread(words: Words, visit: Visit, found: Sample) -> Any:  # noqa: ANN401 - Dash children
    columns = (
        parts.Column("part", words("audit_part")),
        parts.Column("population", words("sample_population"), "number", 120),
        parts.Column("drawn", words("sample_drawn"), "number", 100),
    )
    rows = [
        {
            "id": item.part,
            "part": _part(words, visit, found.asked.by, item),
            "population": item.population,
            "drawn": item.drawn,
        }
        for item in found.strata
    ]
    return parts.card(words("sample_spread"), parts.table(words, "spread", columns, rows, label=words("sample_spread")))


def _part(words: Words, visit: Visit, by: Strata, item: StratumLine) -> str:
    if by is Strata.NATURE:
        return words.say(NATURES[ActionNature(item.part)])
    if by is Strata.MODALITY:
        return words.say(MODALITIES[Modality(item.part)])
    session = visit.lens.session(item.part)
    return session.title or session.id


def _period(words: Words, asked: SampleAsked) -> str:
    days = ("…" if day is None else formats.short_day(day, words.language) for day in (asked.first_on, asked.last_on))
    return "" if asked.first_on is None and asked.last_on is None else " – ".join(days)


PAGE: Final = Page(
    name=NAME,
    path="audit/sample",
    roles=ROLES,
    title=("Échantillon", "Sample"),
    draw=draw,
    texts={**FILE_TEXTS, **TEXTS},
)
