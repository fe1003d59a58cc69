"""Passkeys (WebAuthn level 2): what a browser is asked, and whether what it answers holds."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from lrs.errors import Unauthenticated

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

# An answer has two or three thousand letters.
ANSWER_MOST: Final = 32_768
_WRONG: Final = "This passkey does not open this account."


@dataclass(frozen=True, slots=True)
class Site:
    """Where the passkeys are good for: the address that people see in their browser, without a path."""

    origin: str
    name: str = "Assidu"

    @property
    def domain(self) -> str:
        """The host alone: what a passkey is bound to.

        >>> Site("https://lrs.exemple.fr:8443").domain
        'lrs.exemple.fr'
        """
        return urlsplit(self.origin).hostname or ""


@dataclass(frozen=True, slots=True)
class Passkey:
    """One passkey as it is kept: public parts alone."""

    credential_id: bytes
    public_key: bytes
    count: int
    transports: tuple[str, ...] = ()


# The library is loaded when somebody has a passkey: a web process that takes statements in never needs it.
# ruff: noqa: PLC0415


def registration(site: Site, account_id: str, name: str, known: Iterable[Passkey]) -> tuple[str, bytes]:
    """Return what the browser is asked to make, as JSON, and the challenge within."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = generate_registration_options(
        rp_id=site.domain,
        rp_name=site.name,
        user_id=account_id.encode(),
        user_name=name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            # The password has been given already; a plain security key without a code is a second factor too.
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_described(known),
    )
    return options_to_json(options), options.challenge


def registered(site: Site, challenge: bytes, answer: str) -> Passkey:
    """Return the passkey that a browser has made; raises Unauthenticated for an answer that does not hold."""
    from webauthn import verify_registration_response
    from webauthn.helpers.exceptions import WebAuthnException

    parsed = _parse(answer)
    try:
        made = verify_registration_response(
            credential=parsed,
            expected_challenge=challenge,
            expected_rp_id=site.domain,
            expected_origin=site.origin,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise Unauthenticated(_WRONG) from error
    return Passkey(made.credential_id, made.credential_public_key, made.sign_count, _transports(parsed))


def request(site: Site, known: Iterable[Passkey]) -> tuple[str, bytes]:
    """Return what the browser is asked to show, as JSON, and the challenge within."""
    from webauthn import generate_authentication_options, options_to_json

    options = generate_authentication_options(rp_id=site.domain, allow_credentials=_described(known))
    return options_to_json(options), options.challenge


def answered(site: Site, challenge: bytes, answer: str, known: Iterable[Passkey]) -> Passkey:
    """Return the passkey that was shown, with its new count; raises Unauthenticated for whatever does not hold."""
    from webauthn import base64url_to_bytes, verify_authentication_response
    from webauthn.helpers.exceptions import WebAuthnException

    parsed = _parse(answer)
    try:
        shown = base64url_to_bytes(str(parsed.get("rawId", "")))
        passkey = next(item for item in known if item.credential_id == shown)
        checked = verify_authentication_response(
            credential=parsed,
            expected_challenge=challenge,
            expected_rp_id=site.domain,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.count,
        )
    except (WebAuthnException, StopIteration, ValueError, KeyError, TypeError) as error:
        raise Unauthenticated(_WRONG) from error
    return Passkey(passkey.credential_id, passkey.public_key, checked.new_sign_count, passkey.transports)


def _parse(answer: str) -> dict[str, Any]:
    try:
        parsed = json.loads(answer) if len(answer) <= ANSWER_MOST else None
    except (ValueError, RecursionError) as error:
        raise Unauthenticated(_WRONG) from error
    if not isinstance(parsed, dict):
        raise Unauthenticated(_WRONG)
    return parsed


def _transports(parsed: dict[str, Any]) -> tuple[str, ...]:
    """Return how the browser can reach the passkey again, of the ways that the standard knows."""
    from webauthn.helpers.structs import AuthenticatorTransport

    response = parsed.get("response")
    named = response.get("transports") if isinstance(response, dict) else None
    known = {one.value for one in AuthenticatorTransport}
    return tuple(one for one in named if one in known) if isinstance(named, list) else ()


def _described(known: Iterable[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    from webauthn.helpers.structs import AuthenticatorTransport, PublicKeyCredentialDescriptor

    return [
        PublicKeyCredentialDescriptor(
            id=item.credential_id, transports=[AuthenticatorTransport(name) for name in item.transports]
        )
        for item in known
    ]
