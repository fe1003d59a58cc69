"""The credentials with which platforms send and other systems read.

The administrator decides here who may send statements and who may read, with what rights, and sees which feed has
fallen silent. A secret is shown once, when it is made. The details of one stand on a page of its own.
"""

from __future__ import annotations

from typing import Any, Final

from dashboards.frame import answers, parts
from dashboards.frame.acts import Acts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.administrator.credential_forms import (
    FIELDS,
    HINTS,
    POINTERS,
    STATE_TONES,
    fields_of,
    reads_as,
    wanted,
)
from dashboards.pages.administrator.credential_words import CREDENTIAL_TEXTS
from dashboards.pages.administrator.days import end_of_day, iso
from dashboards.pages.administrator.form import FORM_TEXTS, Field, Form, Values, require, text_of
from dashboards.pages.administrator.passing import passed_on
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
from dashboards.views.administration.credentials import CredentialView, read_credentials
from dashboards.views.administration.keys import KeyView, create_key, read_keys
from dashboards.words import Words

_NEW: Final = Form("credential-new", (*FIELDS, "expires"), ("quarantine",), POINTERS, HINTS)
_KEY_NEW: Final = Form("key-new", ("label", "role", "subject", "expires"), (), POINTERS, HINTS)
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
            _NEW.draw(words, [*fields_of(words), _expires(words)], words("create")),
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
        "name": f"[{_escaped(item.key.label)}](/dashboards/settings/credentials/keys/{item.key.key})",
        "state": f"{STATE_TONES[item.state]}:{words(f'state_{item.state}')}",
        "reads_as": reads_as(words, item),
        "used": None if used is None else used.isoformat(),
        "expires": iso(item.key.expires),
    }


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("]", "\\]")


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


def register(acts: Acts) -> None:
    """Register what the list can do."""
    register_search(acts, ADMINISTRATORS, _KEY_NEW.name, "subject", _SUBJECTS)

    @_NEW.on(acts, ADMINISTRATORS, is_critical=True)
    def create(visit: Visit, values: Values) -> Any:  # noqa: ANN401 - Dash children
        issued = changes.create_credential(visit.lens, wanted(values), end_of_day(values, "expires"))
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


PAGE: Final = Page(
    name="administrator.credentials",
    path="settings/credentials",
    roles=ADMINISTRATORS,
    title=("Accès des plateformes", "Credentials"),
    draw=draw,
    menu=("Accès des plateformes", "Credentials"),
    icon="key",
    acts=register,
    texts={**FORM_TEXTS, **SUBJECT_TEXTS, **SECRET_TEXTS, **CREDENTIAL_TEXTS},
)
