"""Who pays, and what each asks for.

The administrator sees which reports a family of funders expects, when and with which documents; which of that is still
to be checked in its source; and adopts, dates and changes it. A profile that begins another day leaves the former as
it was, so that an old file is judged by what was asked then.
"""

from __future__ import annotations

from typing import Any, Final

from dashboards import formats
from dashboards.frame import parts
from dashboards.frame.acts import Acts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.administrator.form import FORM_TEXTS, Field, Form, Values, require, text_of
from dashboards.pages.administrator.funder_words import FUNDER_TEXTS
from dashboards.pages.administrator.passing import pass_on, passed_on
from dashboards.pages.administrator.rule_values import STATUS_TONES
from dashboards.pages.administrator.settings import ADMINISTRATORS
from dashboards.pages.administrator.versions import VERSION_TEXTS, versions_of
from dashboards.views.administration.funders import (
    FunderView,
    ProfileView,
    read_funder,
    read_funders,
)
from dashboards.views.administration.funders_changes import new_funder, write_funder
from dashboards.words import Words
from lrs.errors import InvalidRequest, Problem
from training.access import STAFF, Role
from training.records import FunderFamily, SourceStatus
from training.records.funder import Report

_FUNDER_FIELDS: Final = ("name", "family", "siret", "email", "profile_id")
_FUNDER_HINTS: Final = {"siret": "hint_siret", "name": "hint_name"}
_FUNDER_NEW: Final = Form("funder-new", _FUNDER_FIELDS, (), {}, _FUNDER_HINTS)
_FUNDER: Final = Form("funder", (*_FUNDER_FIELDS, "version"), (), {}, _FUNDER_HINTS)


def draw(visit: Visit) -> Any:  # noqa: ANN401 - what Dash takes as children
    """Draw funders and profiles."""
    words, found = visit.words, read_funders(visit.lens)
    to_check = sum(item.profile.source.status is SourceStatus.RECALLED for item in found.profiles)
    notice = (
        [parts.notice(words("to_check", count=to_check), words("to_check_text"), tone="warning")] if to_check else []
    )
    is_administrator = visit.lens.viewer.role is Role.ADMINISTRATOR
    fields = _funder_fields(words, {}, found.profiles)
    new = (
        [parts.card(words("funder_new"), _FUNDER_NEW.draw(words, fields, words("funder_create")))]
        if is_administrator
        else []
    )
    return [
        parts.heading(words("title"), words("lead")),
        parts.card(words("funders"), _funders(words, found.funders), caption=words("funders_caption")),
        *notice,
        parts.card(words("profiles"), _profiles(words, found.profiles), caption=words("profiles_caption")),
        *new,
    ]


def draw_funder(visit: Visit) -> Any:  # noqa: ANN401 - Dash children
    """Draw one funder."""
    words, detail = visit.words, read_funder(visit.lens, visit.place["funder_id"])
    profiles = read_funders(visit.lens).profiles
    crumbs = parts.crumbs(words, (words("title"), "settings/funders"))
    lead = words("funder_lead", count=formats.number(detail.view.enrolments, words.language))
    head = [*passed_on(visit), crumbs, parts.heading(detail.view.funder.name or detail.view.funder.id, lead)]
    history = parts.live("history", parts.card(words("history"), versions_of(visit, detail.history)))
    if visit.lens.viewer.role is not Role.ADMINISTRATOR:
        return [*head, history]
    version = Field("version", words("version"), value=str(detail.version), hint=words("hint_version"))
    form = _FUNDER.draw(words, [*_funder_fields(words, detail.plain, profiles), version], words("save"))
    return [*head, parts.card(words("settings"), form), history]


def _funders(words: Words, found: tuple[FunderView, ...]) -> Any:  # noqa: ANN401 - Dash children
    columns = [
        parts.Column("name", words("column_funder"), "link", 260),
        parts.Column("family", words("column_family"), width=220),
        parts.Column("profile", words("column_profile"), width=220),
        parts.Column("enrolments", words("column_enrolments"), "number", 120),
    ]
    rows = [
        {
            "id": item.funder.id,
            "name": f"[{_shown(item)}](/dashboards/settings/funders/{item.funder.id})",
            "family": words(f"family_{item.funder.family.value}"),
            "profile": item.funder.profile_id or words("by_family"),
            "enrolments": item.enrolments,
        }
        for item in found
    ]
    return parts.table(words, "funders", columns, rows, empty=words("funders_none"))


def _profiles(words: Words, found: tuple[ProfileView, ...]) -> Any:  # noqa: ANN401 - Dash children
    columns = [
        parts.Column("name", words("column_profile"), "link", 230),
        parts.Column("family", words("column_family"), width=210),
        parts.Column("origin", words("column_origin"), "badge", 170),
        parts.Column("status", words("column_status"), "badge", 160),
        parts.Column("from", words("column_from"), "day"),
        parts.Column("to", words("column_to"), "day"),
        parts.Column("reports", words("column_reports"), width=380),
    ]
    rows = [
        {
            "id": item.profile.id,
            "name": f"[{item.profile.id}](/dashboards/settings/profiles/{item.profile.id})",
            "family": words(f"family_{item.profile.family.value}"),
            "origin": f"plain:{words('suggested')}" if item.is_suggested else f"good:{words('own')}",
            "status": _status(words, item),
            "from": item.profile.effective_from.isoformat(),
            "to": None if item.profile.effective_to is None else item.profile.effective_to.isoformat(),
            "reports": " ; ".join(_report_text(words, report) for report in item.profile.reports),
        }
        for item in found
    ]
    return parts.table(words, "profiles", columns, rows)


def _shown(item: FunderView) -> str:
    return (item.funder.name or item.funder.id).replace("]", " ")


def _status(words: Words, item: ProfileView) -> str:
    status = item.profile.source.status.value
    return f"{STATUS_TONES.get(status, 'plain')}:{words(f'status_{status}')}"


def _report_text(words: Words, report: Report) -> str:
    """Say one report shortly: what makes it due, until when, with which documents."""
    text = words(f"trigger_{report.trigger.value}")
    if report.deadline is not None:
        text += f", {deadline_text(words, report)}"
    return text


def deadline_text(words: Words, report: Report) -> str:
    """Say by when a report is due."""
    if report.deadline is None:
        return words("no_deadline")
    deadline = report.deadline
    working = deadline.unit == "day" and deadline.counting != "calendar"
    unit = words("unit_working" if working else f"unit_{deadline.unit}")
    return words("deadline", value=deadline.value, unit=unit)


def _funder_fields(words: Words, plain: dict[str, Any], profiles: tuple[ProfileView, ...]) -> list[Field]:
    families = [(item.value, words(f"family_{item.value}")) for item in FunderFamily]
    own = [(item.profile.id, item.profile.id) for item in profiles if not item.is_suggested]
    return [
        Field("name", words("column_funder"), value=plain.get("name", ""), hint=words("hint_name"), is_required=True),
        Field(
            "family",
            words("column_family"),
            "choice",
            plain.get("family", FunderFamily.OPCO.value),
            "",
            families,
            is_required=True,
        ),
        Field("siret", words("siret"), value=plain.get("siret", ""), hint=words("hint_siret")),
        Field("email", words("email"), "email", plain.get("email", "")),
        Field("profile_id", words("column_profile"), "choice", plain.get("profile_id"), words("hint_profile"), own),
    ]


def _funder_plain(values: Values) -> dict[str, Any]:
    require(values, "name", "family")
    return {name: text_of(values, name) for name in _FUNDER_FIELDS[:-1]} | {
        "profile_id": text_of(values, "profile_id") or None
    }


def version(values: Values) -> int:
    """Return the version that a form was drawn from."""
    text = text_of(values, "version")
    if not text.isdecimal():
        problem = Problem("/version", "This is no version.", "the number of the version that this replaces")
        raise InvalidRequest("Nothing was changed.", [problem])
    return int(text)


def register(acts: Acts) -> None:
    """Register what the list can do."""

    @_FUNDER_NEW.on(acts, ADMINISTRATORS)
    def create(visit: Visit, values: Values) -> None:
        funder_id = new_funder(visit.lens, _funder_plain(values))
        pass_on(visit, f"settings/funders/{funder_id}", "saved")


def register_funder(acts: Acts) -> None:
    """Register what the page of one funder can do."""

    @_FUNDER.on(acts, ADMINISTRATORS)
    def save(visit: Visit, values: Values) -> None:
        funder_id = visit.place["funder_id"]
        write_funder(visit.lens, funder_id, _funder_plain(values), version(values))
        pass_on(visit, f"settings/funders/{funder_id}", "saved")


_TEXTS: Final = {**FORM_TEXTS, **VERSION_TEXTS, **FUNDER_TEXTS}
PAGES: Final = (
    Page(
        name="administrator.funders",
        path="settings/funders",
        roles=STAFF,
        title=("Financeurs", "Funders"),
        draw=draw,
        menu=("Financeurs", "Funders"),
        icon="money",
        acts=register,
        texts=_TEXTS,
    ),
    Page(
        name="administrator.funder",
        path="settings/funders/<funder_id>",
        roles=STAFF,
        title=("Financeur", "Funder"),
        draw=draw_funder,
        acts=register_funder,
        texts=_TEXTS,
    ),
)
