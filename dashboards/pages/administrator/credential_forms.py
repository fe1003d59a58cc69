"""The forms of credentials and of access keys: what they ask, and what their answers mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dashboards.frame import parts
from dashboards.pages.administrator.form import Field, Values, lines_of, number_of, require, text_of, texts_of
from dashboards.views.administration import credentials_changes as changes
from dashboards.views.administration.credentials import CredentialView
from dashboards.views.administration.keys import KeyView
from dashboards.words import Words
from lrs.caller import Scope

STATE_TONES: Final[Mapping[str, parts.Tone]] = {"active": "good", "expired": "warning", "revoked": "plain"}
FIELDS: Final = ("label", "scopes", "origins", "requests_per_minute", "quiet_after")
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
_HOUR: Final = 3_600


def fields_of(words: Words, item: CredentialView | None = None) -> list[Field]:
    """Return the fields of a credential; of a new one without `item`."""
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


def wanted(values: Values) -> changes.Wanted:
    """Return what a form says that a credential shall be."""
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


def grace_field(words: Words) -> Field:
    """Return the field that asks how long the secret before still opens, when there is a new one."""
    return Field("grace", words("grace"), "number", 24, words("hint_grace"), unit="h")


def sure_field(words: Words) -> Field:
    """Return the box to tick before a credential or a key ends for good."""
    return Field("sure", words("sure_revoke"), "flag")


def grace_seconds(values: Values) -> int:
    """Return for how many seconds the secret before still opens."""
    return int((number_of(values, "grace") or 0) * _HOUR)


def reads_as(words: Words, item: KeyView) -> str:
    """Say in which role a key reads, and for whom."""
    role = words(f"role_{item.key.role.value}")
    return f"{role} — {item.stands_for}" if item.stands_for else role
