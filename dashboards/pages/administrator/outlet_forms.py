"""The forms of forwards and webhooks: what they ask, and what their answers mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dashboards.frame.visit import Visit
from dashboards.pages.administrator.form import Field, Form, Values, lines_of, require, text_of, texts_of
from dashboards.views.administration.credentials import read_credentials
from dashboards.words import Words
from lrs.errors import InvalidRequest, Problem
from lrs.forwarding.editions import Speaks
from lrs.forwarding.event import TYPES
from lrs.forwarding.filter import Filter
from lrs.forwarding.outlet import ForwardSettings, SignIn, WebhookSettings

_FORWARD: Final = (
    "label", "url", "sign_in", "user", "secret", "token_url", "scope", "speaks", "verbs", "activities", "profiles",
    "credentials",
)  # fmt: skip
_WEBHOOK: Final = ("label", "url", "events")
_HINTS: Final = {
    "label": "hint_label",
    "url": "hint_url",
    "events": "hint_events",
    "user": "hint_user",
    "secret": "hint_secret",
    "token_url": "hint_token_url",
    "verbs": "hint_iris",
    "activities": "hint_activities",
    "profiles": "hint_iris",
    "grace": "hint_grace",
}
_POINTERS: Final = {
    "/filter/verbs": "verbs",
    "/filter/activities": "activities",
    "/filter/profiles": "profiles",
    "/filter/credentials": "credentials",
    "/grace_seconds": "grace",
}
FORWARD_NEW: Final = Form("forward-new", (*_FORWARD, "since"), (), _POINTERS, _HINTS)
FORWARD_CHANGE: Final = Form("forward-change", _FORWARD, (), _POINTERS, _HINTS)
WEBHOOK_NEW: Final = Form("webhook-new", _WEBHOOK, (), _POINTERS, _HINTS)
WEBHOOK_CHANGE: Final = Form("webhook-change", _WEBHOOK, (), _POINTERS, _HINTS)
ROTATE: Final = Form("webhook-rotate", ("grace",), (), _POINTERS, _HINTS)
TRY: Final = Form("outlet-try", ())
PAUSE: Final = Form("outlet-pause", ())
RESUME: Final = Form("outlet-resume", ())
REPLAY: Final = Form("outlet-replay", ("letter",))
REMOVE: Final = Form("outlet-remove", (), ("sure",))


def forward_fields(visit: Visit, now: ForwardSettings | None = None) -> list[Field]:
    """Return what is asked of a forward, as it stands."""
    words, known = visit.words, now or ForwardSettings("", "")
    secret = words("hint_secret") if now is None or now.sign_in is SignIn.NONE else words("hint_secret_kept")
    platforms = [(item.key, item.label) for item in read_credentials(visit.lens)]
    return [
        Field("label", words("field_label"), value=known.label, hint=words("hint_label"), is_required=True),
        Field("url", words("field_xapi"), value=known.url, hint=words("hint_xapi"), is_required=True),
        _choice(words, "sign_in", [item.value for item in SignIn], SignIn.BASIC if now is None else known.sign_in),
        Field("user", words("field_user"), value=known.user, hint=words("hint_user")),
        Field("secret", words("field_secret"), "secret", hint=secret),
        Field("token_url", words("field_token_url"), value=known.token_url, hint=words("hint_token_url")),
        Field("scope", words("field_scope"), value=known.scope, hint=words("hint_scope")),
        _choice(words, "speaks", [item.value for item in Speaks], known.speaks, words("hint_speaks")),
        _lines(words, "verbs", known.wanted.verbs, "hint_iris"),
        _lines(words, "activities", known.wanted.activities, "hint_activities"),
        _lines(words, "profiles", known.wanted.profiles, "hint_iris"),
        Field(
            "credentials", words("field_credentials"), "choices", list(known.wanted.credentials),
            words("hint_credentials"), platforms,
        ),
    ]  # fmt: skip


def webhook_fields(words: Words, now: WebhookSettings | None = None) -> list[Field]:
    """Return what is asked of a webhook, as it stands."""
    known = now or WebhookSettings("", "", ())
    options = [(name, words(f"event_{name}")) for name in TYPES]
    return [
        Field("label", words("field_label"), value=known.label, hint=words("hint_label"), is_required=True),
        Field("url", words("field_url"), value=known.url, hint=words("hint_url"), is_required=True),
        Field(
            "events", words("field_events"), "choices", list(known.events), words("hint_events"), options,
            is_required=True,
        ),
    ]  # fmt: skip


def forward_settings(values: Values) -> ForwardSettings:
    """Return what was answered; raises InvalidRequest for what no browser of ours sends."""
    require(values, "label", "url", "sign_in", "speaks")
    sign_in, speaks = text_of(values, "sign_in"), text_of(values, "speaks")
    if sign_in not in list(SignIn) or speaks not in list(Speaks):
        problem = Problem("/sign_in", "There is no such way.", ", ".join(SignIn))
        raise InvalidRequest("An answer is none of the options.", [problem])
    is_oauth = sign_in == SignIn.OAUTH
    return ForwardSettings(
        text_of(values, "label"),
        text_of(values, "url"),
        Filter(
            lines_of(values, "verbs"), lines_of(values, "activities"), lines_of(values, "profiles"),
            texts_of(values, "credentials"),
        ),
        Speaks(speaks),
        SignIn(sign_in),
        text_of(values, "user"),
        text_of(values, "token_url") if is_oauth else "",
        text_of(values, "scope") if is_oauth else "",
    )  # fmt: skip


def webhook_settings(values: Values) -> WebhookSettings:
    """Return what was answered."""
    require(values, "label", "url", "events")
    return WebhookSettings(text_of(values, "label"), text_of(values, "url"), texts_of(values, "events"))


def _choice(words: Words, name: str, options: Sequence[str], value: str, hint: str = "") -> Field:
    shown = [(item, words(f"{name}_{item}")) for item in options]
    return Field(name, words(f"field_{name}"), "choice", str(value), hint, shown, is_required=True)


def _lines(words: Words, name: str, value: Sequence[str], hint: str) -> Field:
    return Field(name, words(f"field_{name}"), "long", "\n".join(value), words(hint), lines=2)
