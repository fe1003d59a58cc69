"""One funder profile: what it asks for, adopting a suggested one, and dating it anew."""

from __future__ import annotations

from typing import Any, Final

from dash import html

from dashboards import formats
from dashboards.frame import parts
from dashboards.frame.acts import Acts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.administrator.days import day_of
from dashboards.pages.administrator.form import FORM_TEXTS, Form, Values, lines_of, require, text_of
from dashboards.pages.administrator.funder_words import FUNDER_TEXTS
from dashboards.pages.administrator.funders import deadline_text, version
from dashboards.pages.administrator.passing import pass_on, passed_on
from dashboards.pages.administrator.profile_fields import PROFILE, REPORT, profile_fields, report_fields, reports_with
from dashboards.pages.administrator.rule_values import STATUS_TONES
from dashboards.pages.administrator.settings import ADMINISTRATORS
from dashboards.pages.administrator.versions import VERSION_TEXTS, versions_of
from dashboards.views.administration.funders import (
    ProfileDetail,
    piece_name,
    read_profile,
)
from dashboards.views.administration.funders_changes import adopt_profile, revise_profile
from dashboards.words import Words
from training.access import STAFF, Role
from training.records import SourceStatus

_ADOPT: Final = Form("profile-adopt", ())


def draw_profile(visit: Visit) -> Any:  # noqa: ANN401 - Dash children
    """Draw one profile."""
    words, detail = visit.words, read_profile(visit.lens, visit.place["profile_id"])
    profile = detail.view.profile
    status = profile.source.status
    badge = parts.badge(words(f"status_{status.value}"), STATUS_TONES.get(status.value, "plain"))
    drawn: list[Any] = [
        *passed_on(visit),
        parts.crumbs(words, (words("title"), "settings/funders")),
        parts.heading(words(f"family_{profile.family.value}"), words("profile_lead", id=profile.id), badge),
    ]
    if status is SourceStatus.RECALLED:
        drawn.append(parts.notice(words("recalled"), words("recalled_text"), tone="warning"))
    drawn.append(parts.live("profile", parts.card(words("asks"), _asks(words, detail))))
    if visit.lens.viewer.role is Role.ADMINISTRATOR:
        if detail.view.is_suggested:
            drawn.append(
                parts.card(words("adopt"), _ADOPT.draw(words, [], words("adopt_do")), caption=words("adopt_caption"))
            )
        drawn.append(
            parts.card(
                words("change"),
                PROFILE.draw(words, profile_fields(words, detail), words("save")),
                caption=words("change_caption"),
            )
        )
        drawn.append(
            parts.card(
                words("report_change"),
                REPORT.draw(words, report_fields(words, detail), words("report_save")),
                caption=words("report_caption"),
            )
        )
    drawn.append(parts.live("history", parts.card(words("history"), versions_of(visit, detail.history))))
    return drawn


def _asks(words: Words, detail: ProfileDetail) -> html.Div:
    profile, language = detail.view.profile, words.language
    source = profile.source
    checked = words("unchecked") if source.checked_on is None else formats.short_day(source.checked_on, language)
    link = (
        html.A(source.url, href=source.url, rel="noreferrer")
        if source.url.startswith("https://")
        else source.url or words("no_source")
    )
    until = words("lasting") if profile.effective_to is None else formats.short_day(profile.effective_to, language)
    facts = [
        (words("column_origin"), words("suggested") if detail.view.is_suggested else words("own")),
        (words("column_from"), formats.short_day(profile.effective_from, language)),
        (words("column_to"), until),
        (words("source"), link),
        (words("checked_on"), checked),
        (words("schemes"), ", ".join(profile.schemes) or "—"),
        (words("column_enrolments_of"), formats.number(detail.view.funders, language)),
    ]
    columns = [
        parts.Column("name", words("column_report"), width=200),
        parts.Column("trigger", words("column_trigger"), width=200),
        parts.Column("deadline", words("column_deadline"), width=210),
        parts.Column("documents", words("column_documents"), width=320),
        parts.Column("granularity", words("column_granularity")),
        parts.Column("presence", words("column_presence")),
    ]
    rows = [
        {
            "id": report.id,
            "name": _report_name(words, report.id),
            "trigger": words(f"trigger_{report.trigger.value}"),
            "deadline": deadline_text(words, report),
            "documents": words("piece_between").join(_piece(words, code) for code in report.required_documents) or "—",
            "granularity": words(f"granularity_{report.granularity.value}"),
            "presence": words(f"presence_{report.presence_rule.value}"),
        }
        for report in profile.reports
    ]
    return html.Div(
        [parts.facts(*facts), parts.table(words, "reports", columns, rows, empty=words("reports_none"))],
        className="stack",
    )


def _report_name(words: Words, name: str) -> str:
    """Return what a report is called, with the id that its record has; of an organisation's own, the id."""
    try:
        return words("report_called", name=words(f"report_{name}"), id=name)
    except KeyError:
        return name


def _piece(words: Words, code: str) -> str:
    """Return what a required document is called: `EMARG?mode=mixed` is a sheet where the training is blended."""
    kind, _, condition = code.partition("?")
    try:
        name = piece_name(kind) or words(f"piece_{kind}")
    except KeyError:
        return code
    return words("piece_mixed", name=name) if condition == "mode=mixed" else name


def _day_text(values: Values, name: str) -> str | None:
    day = day_of(values, name)
    return None if day is None else day.isoformat()


def register_profile(acts: Acts) -> None:
    """Register what the page of one profile can do."""

    @_ADOPT.on(acts, ADMINISTRATORS)
    def adopt(visit: Visit, _: Values) -> None:
        adopt_profile(visit.lens, visit.place["profile_id"])
        pass_on(visit, f"settings/profiles/{visit.place['profile_id']}", "adopted")

    @PROFILE.on(acts, ADMINISTRATORS)
    def revise(visit: Visit, values: Values) -> None:
        require(values, "effective_from", "status")
        changes = {
            "effective_from": _day_text(values, "effective_from"),
            "effective_to": _day_text(values, "effective_to"),
            "schemes": list(lines_of(values, "schemes")),
            "source": {
                "url": text_of(values, "url"),
                "checked_on": _day_text(values, "checked_on"),
                "status": text_of(values, "status"),
            },
        }
        _revised(visit, changes, values)

    @REPORT.on(acts, ADMINISTRATORS)
    def report(visit: Visit, values: Values) -> None:
        require(values, "report", "trigger")
        detail = read_profile(visit.lens, visit.place["profile_id"])
        _revised(visit, {"reports": reports_with(detail, values)}, values)


def _revised(visit: Visit, changes: dict[str, Any], values: Values) -> None:
    name, note = visit.place["profile_id"], text_of(values, "note")
    profile_id = revise_profile(visit.lens, name, changes, version(values), note)
    pass_on(visit, f"settings/profiles/{profile_id}", "saved")


PAGES: Final = (
    Page(
        name="administrator.profile",
        path="settings/profiles/<profile_id>",
        roles=STAFF,
        title=("Profil de financeur", "Funder profile"),
        draw=draw_profile,
        acts=register_profile,
        texts={**FORM_TEXTS, **VERSION_TEXTS, **FUNDER_TEXTS},
    ),
)
