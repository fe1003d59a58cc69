"""What the forms of a funder profile ask for, and what is answered as its record has it."""

from __future__ import annotations

from typing import Any, Final

from dashboards.pages.administrator.form import Field, Form, Values, lines_of, number_of, text_of
from dashboards.views.administration.funders import ProfileDetail
from dashboards.words import Words
from training.records import SourceStatus
from training.records.funder import Granularity, PresenceRule, Report, Trigger

PROFILE: Final = Form(
    "profile",
    ("effective_from", "effective_to", "schemes", "url", "checked_on", "status", "note", "version"),
    (),
    {"/source/url": "url", "/source/checked_on": "checked_on", "/source/status": "status"},
    {"effective_from": "hint_from", "effective_to": "hint_to", "checked_on": "hint_checked"},
)
REPORT: Final = Form(
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


def profile_fields(words: Words, detail: ProfileDetail) -> list[Field]:
    """Return the fields of the profile itself: when it holds, and who says so."""
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


def report_fields(words: Words, detail: ProfileDetail) -> list[Field]:
    """Return the fields of one of its reports."""
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


def reports_with(detail: ProfileDetail, values: Values) -> list[dict[str, Any]]:
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
