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
from dashboards.pages.administrator.form import FORM_TEXTS, Field, Form, Values, lines_of, number_of, require, text_of
from dashboards.pages.administrator.funder_words import FUNDER_TEXTS
from dashboards.pages.administrator.funders import deadline_text, version
from dashboards.pages.administrator.passing import pass_on, passed_on
from dashboards.pages.administrator.rule_values import STATUS_TONES
from dashboards.pages.administrator.settings import ADMINISTRATORS
from dashboards.pages.administrator.versions import VERSION_TEXTS, versions_of
from dashboards.views.administration.funders import (
    ProfileDetail,
    read_profile,
)
from dashboards.views.administration.funders_changes import adopt_profile, revise_profile
from dashboards.words import Words
from training.access import STAFF, Role
from training.records import SourceStatus
from training.records.funder import Granularity, PresenceRule, Report, Trigger

_ADOPT: Final = Form("profile-adopt", ())


_PROFILE: Final = Form(
    "profile",
    ("effective_from", "effective_to", "schemes", "url", "checked_on", "status", "note", "version"),
    (),
    {"/source/url": "url", "/source/checked_on": "checked_on", "/source/status": "status"},
    {"effective_from": "hint_from", "effective_to": "hint_to", "checked_on": "hint_checked"},
)


_REPORT: Final = Form(
    "report",
    (
        "report",
        "trigger",
        "value",
        "unit",
        "counting",
        "from_event",
        "granularity",
        "presence_rule",
        "documents",
        "note",
        "version",
    ),
    ("remove",),
    {},
    {"report": "hint_report", "value": "hint_value"},
)


_UNITS: Final = ("day", "week", "month", "year")


_COUNTINGS: Final = ("calendar", "working")


_EVENTS: Final = ("effective_end", "effective_start", "event")


_NEW_REPORT: Final = "new"


def draw_profile(visit: Visit) -> Any:  # noqa: ANN401
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
                _PROFILE.draw(words, _profile_fields(words, detail), words("save")),
                caption=words("change_caption"),
            )
        )
        drawn.append(
            parts.card(
                words("report_change"),
                _REPORT.draw(words, _report_fields(words, detail), words("report_save")),
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
            "name": report.id,
            "trigger": words(f"trigger_{report.trigger.value}"),
            "deadline": deadline_text(words, report),
            "documents": ", ".join(report.required_documents) or "—",
            "granularity": words(f"granularity_{report.granularity.value}"),
            "presence": words(f"presence_{report.presence_rule.value}"),
        }
        for report in profile.reports
    ]
    return html.Div(
        [parts.facts(*facts), parts.table(words, "reports", columns, rows, empty=words("reports_none"))],
        className="stack",
    )


def _profile_fields(words: Words, detail: ProfileDetail) -> list[Field]:
    plain = detail.plain
    statuses = [(item.value, words(f"status_{item.value}")) for item in SourceStatus]
    source = plain["source"]
    return [
        Field(
            "effective_from", words("column_from"), "day", plain["effective_from"], words("hint_from"), is_required=True
        ),
        Field("effective_to", words("column_to"), "day", plain["effective_to"], words("hint_to")),
        Field("schemes", words("schemes"), "long", "\n".join(plain["schemes"]), words("hint_schemes"), lines=2),
        Field("url", words("source"), value=source["url"], hint=words("hint_source")),
        Field("checked_on", words("checked_on"), "day", source["checked_on"], words("hint_checked")),
        Field(
            "status",
            words("column_status"),
            "choice",
            source["status"],
            words("hint_status"),
            statuses,
            is_required=True,
        ),
        Field("note", words("note"), hint=words("hint_note")),
        Field("version", words("version"), value=str(detail.version), hint=words("hint_version")),
    ]


def _report_fields(words: Words, detail: ProfileDetail) -> list[Field]:
    profile = detail.view.profile
    first = profile.reports[0] if profile.reports else Report(_NEW_REPORT, Trigger.ON_EXIT)
    deadline = first.deadline

    def options(prefix: str, names: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - of an enumeration or texts
        return [(str(name), words(f"{prefix}_{name}")) for name in names]

    return [
        Field("report", words("column_report"), value=first.id, hint=words("hint_report"), is_required=True),
        Field(
            "trigger",
            words("column_trigger"),
            "choice",
            first.trigger.value,
            "",
            options("trigger", Trigger),
            is_required=True,
        ),
        Field(
            "value",
            words("deadline_value"),
            "number",
            None if deadline is None else deadline.value,
            words("hint_value"),
        ),
        Field(
            "unit",
            words("deadline_unit"),
            "choice",
            "month" if deadline is None else deadline.unit,
            "",
            options("unit", _UNITS),
        ),
        Field(
            "counting",
            words("deadline_counting"),
            "choice",
            "calendar" if deadline is None else deadline.counting,
            "",
            options("counting", _COUNTINGS),
        ),
        Field(
            "from_event",
            words("deadline_from"),
            "choice",
            "effective_end" if deadline is None else deadline.from_event,
            "",
            options("event", _EVENTS),
        ),
        Field(
            "granularity",
            words("column_granularity"),
            "choice",
            first.granularity.value,
            "",
            options("granularity", Granularity),
        ),
        Field(
            "presence_rule",
            words("column_presence"),
            "choice",
            first.presence_rule.value,
            "",
            options("presence", PresenceRule),
        ),
        Field(
            "documents",
            words("column_documents"),
            "long",
            "\n".join(first.required_documents),
            words("hint_documents"),
            lines=3,
        ),
        Field("remove", words("remove"), "flag"),
        Field("note", words("note"), hint=words("hint_note")),
        Field("version", words("version"), value=str(detail.version), hint=words("hint_version")),
    ]


def _day_text(values: Values, name: str) -> str | None:
    day = day_of(values, name)
    return None if day is None else day.isoformat()


def _reports_with(detail: ProfileDetail, values: Values) -> list[dict[str, Any]]:
    """Return the reports with one written anew, by its id, or taken away."""
    name, number = text_of(values, "report"), number_of(values, "value")
    reports = {item["id"]: item for item in detail.plain["reports"]}
    if values.get("remove"):
        reports.pop(name, None)
        return list(reports.values())
    deadline = None
    if number is not None:
        deadline = {
            "value": int(number),
            "unit": text_of(values, "unit") or "month",
            "counting": text_of(values, "counting") or "calendar",
            "from_event": text_of(values, "from_event") or "effective_end",
        }
    written = {
        "id": name,
        "trigger": text_of(values, "trigger"),
        "deadline": deadline,
        "granularity": text_of(values, "granularity") or Granularity.TOTAL.value,
        "presence_rule": text_of(values, "presence_rule") or PresenceRule.CREDITED.value,
        "required_documents": list(lines_of(values, "documents")),
    }
    reports[name] = {**reports.get(name, {}), **written}
    return list(reports.values())


def register_profile(acts: Acts) -> None:
    """Register what the page of one profile can do."""

    @_ADOPT.on(acts, ADMINISTRATORS)
    def adopt(visit: Visit, _: Values) -> None:
        adopt_profile(visit.lens, visit.place["profile_id"])
        pass_on(visit, f"settings/profiles/{visit.place['profile_id']}", "adopted")

    @_PROFILE.on(acts, ADMINISTRATORS)
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

    @_REPORT.on(acts, ADMINISTRATORS)
    def report(visit: Visit, values: Values) -> None:
        require(values, "report", "trigger")
        detail = read_profile(visit.lens, visit.place["profile_id"])
        _revised(visit, {"reports": _reports_with(detail, values)}, values)


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
