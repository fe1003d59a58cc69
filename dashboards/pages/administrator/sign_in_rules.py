"""How people of the organisation sign in: second factors, delays, its own provider."""

from __future__ import annotations

from typing import Any, Final

from dash import html

from dashboards.accounts.desk import current_desk
from dashboards.frame import answers, parts
from dashboards.frame.acts import Acts
from dashboards.frame.visit import Visit
from dashboards.pages.administrator.form import (
    Field,
    Form,
    Values,
    lines_of,
    number_of,
    require,
    text_of,
    texts_of,
)
from dashboards.pages.administrator.passing import pass_on
from dashboards.pages.administrator.settings import ADMINISTRATORS
from dashboards.words import Words
from training.access import Role
from training.accounts.policy import Policy
from training.accounts.provider import Provider, ProviderChange

_RULE_HINTS: Final = {
    "invitation_days": "hint_days",
    "idle_minutes": "hint_idle",
    "issuer": "hint_issuer",
    "client_id": "hint_client",
    "client_secret": "hint_secret",
    "domains": "hint_domains",
}


_RULE_POINTERS: Final = {
    "/provider/issuer": "issuer",
    "/provider/client_id": "client_id",
    "/provider/domains": "domains",
}


POLICY: Final = Form("policy", ("second_factor_for", "invitation_days", "idle_minutes"), (), {}, _RULE_HINTS)


_PROVIDER: Final = Form(
    "provider", ("issuer", "client_id", "client_secret", "domains"), ("asks_factor",), _RULE_POINTERS, _RULE_HINTS
)


_PROVIDER_END: Final = Form("provider-end", (), ("sure",))


def policy_fields(words: Words, policy: Policy) -> list[Field]:
    """Return the fields of the policy: who needs a second factor, and the delays."""
    roles = [(role.value, words(f"role_{role.value}")) for role in Role]
    asked = sorted(role.value for role in policy.second_factor_for)
    return [
        Field("second_factor_for", words("field_factor"), "choices", asked, words("hint_factor"), roles),
        Field(
            "invitation_days",
            words("field_days"),
            "number",
            policy.invitation_days,
            words("hint_days"),
            unit=words("unit_days"),
        ),
        Field("idle_minutes", words("field_idle"), "number", policy.idle_minutes, words("hint_idle"), unit="min"),
    ]


def provider(words: Words, provider: Provider | None) -> Any:  # noqa: ANN401 - Dash children
    """Draw the organisation's own provider, as it is set or to be set."""
    fields = [
        Field(
            "issuer",
            words("field_issuer"),
            value="" if provider is None else provider.issuer,
            hint=words("hint_issuer"),
            is_required=True,
        ),
        Field(
            "client_id",
            words("field_client"),
            value="" if provider is None else provider.client_id,
            hint=words("hint_client"),
            is_required=True,
        ),
        Field("client_secret", words("field_secret"), "secret", "", words("hint_secret")),
        Field(
            "domains",
            words("field_domains"),
            "long",
            "" if provider is None else "\n".join(provider.domains),
            words("hint_domains"),
            is_required=True,
            lines=2,
        ),
        Field("asks_factor", words("field_asks"), "flag", provider is not None and provider.asks_factor),
    ]
    drawn: list[Any] = [
        parts.more(words("provider_set" if provider else "provider_new"), _PROVIDER.draw(words, fields, words("save")))
    ]
    if provider is not None:
        sure = [Field("sure", words("provider_sure"), "flag")]
        drawn.append(
            parts.more(
                words("provider_end"), _PROVIDER_END.draw(words, sure, words("provider_end_do"), emphasis="danger")
            )
        )
    return html.Div(
        [html.P(words("provider_now", issuer=provider.issuer) if provider else words("provider_none")), *drawn]
    )


def register_settings(acts: Acts) -> None:
    """Register what can be set of signing in."""

    @POLICY.on(acts, ADMINISTRATORS, is_critical=True)
    def policy(visit: Visit, values: Values) -> None:
        require(values, "invitation_days", "idle_minutes")
        asked = frozenset(role for role in Role if role.value in texts_of(values, "second_factor_for"))
        wanted = Policy(
            asked, int(number_of(values, "invitation_days") or 0), int(number_of(values, "idle_minutes") or 0)
        )
        current_desk().administration.set_policy(visit.lens.viewer, wanted)
        answers.say(visit.words("saved"))

    @_PROVIDER.on(acts, ADMINISTRATORS, is_critical=True)
    def provider(visit: Visit, values: Values) -> None:
        require(values, "issuer", "client_id", "domains")
        wanted = Provider(
            text_of(values, "issuer"),
            text_of(values, "client_id"),
            lines_of(values, "domains"),
            bool(values.get("asks_factor")),
        )
        change = ProviderChange(wanted, text_of(values, "client_secret"))
        current_desk().administration.set_provider(visit.lens.viewer, change)
        pass_on(visit, "settings/people", "saved")

    @_PROVIDER_END.on(acts, ADMINISTRATORS, is_critical=True)
    def end(visit: Visit, values: Values) -> None:
        require(values, "sure")
        current_desk().administration.set_provider(visit.lens.viewer, None)
        pass_on(visit, "settings/people", "saved")
