"""The credentials with which platforms send and other systems read.

The administrator decides here who may send statements and who may read, with what rights, and sees which feed has
fallen silent. A secret is shown once, when it is made. The details of one stand on a page of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dash import html

from dashboards import formats
from dashboards.frame import answers, parts
from dashboards.frame.acts import Acts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.administrator.credential_words import CREDENTIAL_TEXTS
from dashboards.pages.administrator.days import end_of_day, iso
from dashboards.pages.administrator.form import (
    FORM_TEXTS,
    Field,
    Form,
    Values,
    lines_of,
    number_of,
    require,
    text_of,
    texts_of,
)
from dashboards.pages.administrator.passing import pass_on, passed_on
from dashboards.pages.administrator.secrets import SECRET_TEXTS, shown_once
from dashboards.pages.administrator.settings import ADMINISTRATORS
from dashboards.pages.administrator.subjects import (
    ROLE_OPTIONS,
    SUBJECT_TEXTS,
    SubjectKind,
    register_search,
    subject_options,
)
from dashboards.views.administration import credentials_changes as changes
from dashboards.views.administration.credentials import CredentialView, read_credential, read_credentials
from dashboards.views.administration.keys import KeyView, create_key, read_keys
from dashboards.words import Words
from lrs.caller import Scope

STATE_TONES: Final[Mapping[str, parts.Tone]] = {"active": "good", "expired": "warning", "revoked": "plain"}
_FIELDS: Final = ("label", "scopes", "origins", "requests_per_minute", "quiet_after")
HINTS: Final = {
    "label": "hint_label",
    "scopes": "hint_scopes",
    "origins": "hint_origins",
    "requests_per_minute": "hint_rate",
    "quiet_after": "hint_quiet",
    "expires": "hint_expires",
    "grace": "hint_grace",
    "subject": "hint_subject",
}
POINTERS: Final = {
    "/quiet_after_seconds": "quiet_after",
    "/grace_seconds": "grace",
    "/person_id": "subject",
    "/funder_id": "subject",
}
_NEW: Final = Form("credential-new", (*_FIELDS, "expires"), ("quarantine",), POINTERS, HINTS)
_CHANGE: Final = Form("credential-change", _FIELDS, ("quarantine",), POINTERS, HINTS)
_ROTATE: Final = Form("credential-rotate", ("grace",), (), POINTERS, HINTS)
_REVOKE: Final = Form("credential-revoke", (), ("sure",))
_KEY_NEW: Final = Form("key-new", ("label", "role", "subject", "expires"), (), POINTERS, HINTS)
_HOUR: Final = 3_600
_SUBJECTS: Final[tuple[SubjectKind, ...]] = ("funder", "person")


def draw(visit: Visit) -> Any:  # noqa: ANN401 - what Dash takes as children
    """Draw the list."""
    words, lens = visit.words, visit.lens
    return [
        *passed_on(visit),
        parts.heading(words("title"), words("lead")),
        parts.card(
            words("credentials"),
            parts.table(
                words,
                "credentials",
                _columns(words),
                [_row(words, item) for item in read_credentials(lens)],
                empty=words("credentials_none"),
            ),
            caption=words("credentials_caption"),
        ),
        parts.card(
            words("new"),
            _NEW.draw(words, [*_fields(words), _expires(words)], words("create")),
            caption=words("new_caption"),
        ),
        parts.card(
            words("keys"),
            parts.table(
                words,
                "keys",
                _key_columns(words),
                [_key_row(words, item) for item in read_keys(lens)],
                empty=words("keys_none"),
            ),
            caption=words("keys_caption"),
        ),
        parts.card(
            words("key_new"),
            _KEY_NEW.draw(words, _key_fields(visit), words("key_create")),
            caption=words("key_new_caption"),
        ),
    ]


def draw_one(visit: Visit) -> Any:  # noqa: ANN401 - Dash children
    """Draw one credential."""
    words, item = visit.words, read_credential(visit.lens, visit.place["key"])
    head = [
        parts.crumbs(words, (words("title"), "settings/credentials")),
        parts.heading(
            item.label, words("one_lead"), parts.badge(words(f"state_{item.state}"), STATE_TONES[item.state])
        ),
        parts.live("credential", parts.card(words("about"), parts.facts(*_facts(words, item)))),
    ]
    if item.state == "revoked":
        return [*head, parts.notice(words("revoked_title"), words("revoked_text"))]
    grace = Field("grace", words("grace"), "number", 24, words("hint_grace"), unit="h")
    sure = Field("sure", words("sure_revoke"), "flag")
    return [
        *head,
        parts.card(words("change"), _CHANGE.draw(words, _fields(words, item), words("save"))),
        parts.card(
            words("rotate"),
            _ROTATE.draw(words, [grace], words("rotate_do"), emphasis="second"),
            caption=words("rotate_caption"),
        ),
        parts.card(
            words("revoke"),
            _REVOKE.draw(words, [sure], words("revoke_do"), emphasis="danger"),
            caption=words("revoke_caption"),
        ),
    ]


def _columns(words: Words) -> list[parts.Column]:
    return [
        parts.Column("name", words("column_name"), "link", 240),
        parts.Column("state", words("column_state"), "badge"),
        parts.Column("last", words("column_last"), "instant"),
        parts.Column("statements", words("column_statements"), "number"),
        parts.Column("alarm", words("column_alarm"), "badge"),
        parts.Column("held", words("column_held"), "number"),
        parts.Column("scopes", words("column_scopes")),
        parts.Column("expires", words("column_expires"), "day"),
    ]


def _row(words: Words, item: CredentialView) -> dict[str, Any]:
    alarm = ""
    if item.quiet_since is not None:
        alarm = f"alarm:{words('alarm_quiet')}"
    elif item.quiet_after_seconds is not None and item.state == "active":
        alarm = f"good:{words('alarm_on')}"
    return {
        "id": item.key,
        "name": f"[{_escaped(item.label)}](/dashboards/settings/credentials/{item.key})",
        "state": f"{STATE_TONES[item.state]}:{words(f'state_{item.state}')}",
        "last": iso(item.last_stored),
        "statements": item.statements,
        "alarm": alarm,
        "held": item.held,
        "scopes": ", ".join(words(f"scope_{scope}") for scope in item.scopes),
        "expires": iso(item.expires),
    }


def _key_columns(words: Words) -> list[parts.Column]:
    return [
        parts.Column("name", words("column_name"), "link", 240),
        parts.Column("state", words("column_state"), "badge"),
        parts.Column("reads_as", words("column_reads_as")),
        parts.Column("used", words("column_used"), "day"),
        parts.Column("expires", words("column_expires"), "day"),
    ]


def _key_row(words: Words, item: KeyView) -> dict[str, Any]:
    used = item.key.last_used_on
    return {
        "id": item.key.key,
        "name": f"[{_escaped(item.key.label)}](/dashboards/settings/keys/{item.key.key})",
        "state": f"{STATE_TONES[item.state]}:{words(f'state_{item.state}')}",
        "reads_as": reads_as(words, item),
        "used": None if used is None else used.isoformat(),
        "expires": iso(item.key.expires),
    }


def reads_as(words: Words, item: KeyView) -> str:
    """Say in which role a key reads, and for whom."""
    role = words(f"role_{item.key.role.value}")
    return f"{role} — {item.stands_for}" if item.stands_for else role


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("]", "\\]")


def _facts(words: Words, item: CredentialView) -> list[tuple[str, Any]]:
    language = words.language
    last = words("never") if item.last_stored is None else formats.moment_of(item.last_stored, language)
    quiet: Any = (
        words("alarm_off")
        if item.quiet_after_seconds is None
        else formats.duration_seconds(item.quiet_after_seconds, language)
    )
    if item.quiet_since is not None:
        quiet = parts.badge(words("alarm_since", when=formats.moment_of(item.quiet_since, language)), "alarm")
    return [
        (words("column_key"), html.Code(item.key)),
        (words("column_created"), formats.moment_of(item.created, language)),
        (words("column_expires"), "—" if item.expires is None else formats.moment_of(item.expires, language)),
        (words("column_last"), last),
        (words("column_statements"), formats.number(item.statements, language)),
        (words("column_alarm"), quiet),
        (words("column_held"), parts.link(formats.number(item.held, language), "settings/quarantine")),
        (words("secrets"), words("secrets_two") if item.secrets > 1 else words("secrets_one")),
    ]


def _fields(words: Words, item: CredentialView | None = None) -> list[Field]:
    quiet = None if item is None or item.quiet_after_seconds is None else item.quiet_after_seconds / _HOUR
    scopes = [Scope.STATEMENTS_WRITE.value] if item is None else list(item.scopes)
    return [
        Field(
            "label",
            words("field_label"),
            value="" if item is None else item.label,
            hint=words("hint_label"),
            is_required=True,
        ),
        Field(
            "scopes",
            words("field_scopes"),
            "choices",
            scopes,
            words("hint_scopes"),
            [(scope.value, words(f"scope_{scope.value}")) for scope in Scope],
            is_required=True,
        ),
        Field(
            "origins",
            words("field_origins"),
            "long",
            "*" if item is None else "\n".join(item.origins),
            words("hint_origins"),
            lines=2,
        ),
        Field(
            "requests_per_minute",
            words("field_rate"),
            "number",
            None if item is None else item.requests_per_minute,
            words("hint_rate"),
        ),
        Field("quiet_after", words("field_quiet"), "number", quiet, words("hint_quiet"), unit="h", decimals=2),
        Field(
            "quarantine", words("field_quarantine"), "flag", item is None or item.quarantine, words("hint_quarantine")
        ),
    ]


def _expires(words: Words) -> Field:
    return Field("expires", words("field_expires"), "day", None, words("hint_expires"))


def _key_fields(visit: Visit) -> list[Field]:
    words = visit.words
    return [
        Field("label", words("field_key_label"), hint=words("hint_key_label"), is_required=True),
        Field(
            "role",
            words("field_role"),
            "choice",
            "funder",
            words("hint_role"),
            [(role, words(f"role_{role}")) for role in ROLE_OPTIONS],
            is_required=True,
        ),
        Field(
            "subject", words("field_subject"), "found", None, words("hint_subject"), subject_options(visit, _SUBJECTS)
        ),
        Field("expires", words("field_expires"), "day", None, words("hint_key_expires")),
    ]


def _wanted(values: Values) -> changes.Wanted:
    require(values, "label", "scopes")
    rate, quiet = number_of(values, "requests_per_minute"), number_of(values, "quiet_after")
    return changes.Wanted(
        label=text_of(values, "label"),
        scopes=texts_of(values, "scopes"),
        origins=lines_of(values, "origins") or ("*",),
        quarantine=bool(values.get("quarantine")),
        requests_per_minute=None if rate is None else int(rate),
        quiet_after_seconds=None if quiet is None else int(quiet * _HOUR),
    )


def grace(values: Values) -> int:
    """Return for how many seconds the secret before still opens."""
    return int((number_of(values, "grace") or 0) * _HOUR)


def register(acts: Acts) -> None:
    """Register what the list can do."""
    register_search(acts, ADMINISTRATORS, _KEY_NEW.name, "subject", _SUBJECTS)

    @_NEW.on(acts, ADMINISTRATORS, is_critical=True)
    def create(visit: Visit, values: Values) -> Any:  # noqa: ANN401 - Dash children
        issued = changes.create_credential(visit.lens, _wanted(values), end_of_day(values, "expires"))
        answers.draw_again()
        key = issued.credential.key
        return shown_once(
            visit.words, [("user", key), ("secret", issued.secret), ("endpoint", f"{visit.reader.address}xapi")]
        )

    @_KEY_NEW.on(acts, ADMINISTRATORS, is_critical=True)
    def create_access(visit: Visit, values: Values) -> Any:  # noqa: ANN401 - Dash children
        require(values, "label", "role")
        subject = text_of(values, "subject").partition(":")[2]
        issued = create_key(
            visit.lens, text_of(values, "role"), text_of(values, "label"), subject, end_of_day(values, "expires")
        )
        answers.draw_again()
        return shown_once(
            visit.words, [("key", issued.access_key.key), ("secret", issued.secret), ("bearer", issued.bearer)]
        )


def register_one(acts: Acts) -> None:
    """Register what the page of one credential can do."""

    @_CHANGE.on(acts, ADMINISTRATORS, is_critical=True)
    def change(visit: Visit, values: Values) -> None:
        changes.change_credential(visit.lens, visit.place["key"], _wanted(values))
        answers.say(visit.words("saved"))
        answers.draw_again()

    @_ROTATE.on(acts, ADMINISTRATORS, is_critical=True)
    def rotate(visit: Visit, values: Values) -> Any:  # noqa: ANN401 - Dash children
        issued = changes.rotate_credential(visit.lens, visit.place["key"], grace(values))
        answers.draw_again()
        return shown_once(visit.words, [("user", issued.credential.key), ("secret", issued.secret)])

    @_REVOKE.on(acts, ADMINISTRATORS, is_critical=True)
    def revoke(visit: Visit, values: Values) -> None:
        require(values, "sure")
        changes.revoke_credential(visit.lens, visit.place["key"])
        pass_on(visit, "settings/credentials", "revoked_title")


_TEXTS: Final = {**FORM_TEXTS, **SUBJECT_TEXTS, **SECRET_TEXTS, **CREDENTIAL_TEXTS}
PAGES: Final = (
    Page(
        name="administrator.credentials",
        path="settings/credentials",
        roles=ADMINISTRATORS,
        title=("Accès des plateformes", "Credentials"),
        draw=draw,
        menu=("Accès des plateformes", "Credentials"),
        icon="key",
        acts=register,
        texts=_TEXTS,
    ),
    Page(
        name="administrator.credential",
        path="settings/credentials/<key>",
        roles=ADMINISTRATORS,
        title=("Accès d’une plateforme", "Credential"),
        draw=draw_one,
        acts=register_one,
        texts=_TEXTS,
    ),
)
