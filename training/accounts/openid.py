"""Ask an organisation's provider who somebody is: OpenID Connect, authorization code with PKCE, state and nonce."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lrs.clock import Clock
from lrs.errors import NotFound, Unauthenticated
from lrs.tenancy import OrganisationId
from training.accounts.account import clean_email
from training.accounts.provider import Provider, Providers
from training.accounts.tokens import SECOND, Kind, Tokens

# How long somebody may take at the provider.
_AWAY_SECONDS: Final = 600
_TIMEOUT_SECONDS: Final = 5
# A provider's answers have a few thousand bytes.
_ANSWER_MOST: Final = 256 * 1024
_KNOWN_SECONDS: Final = 600
# Asymmetric ones: with the others our own client secret would be enough to write a token.
_ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_LEEWAY_SECONDS: Final = 60
_WRONG: Final = "The organisation's sign-in did not say who this is."


@dataclass(frozen=True, slots=True)
class Asked:
    """Where to send the browser, and the state that it has to bring back."""

    address: str
    state: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a provider says somebody is, of which organisation, and where they wanted to go."""

    organisation: OrganisationId
    provider: Provider
    subject: str = field(repr=False)
    email: str = field(repr=False)
    next: str = ""


class OpenId:
    """The providers of every organisation, asked over the network. Nothing of their answers is shown to anybody."""

    def __init__(self, providers: Providers, tokens: Tokens, clock: Clock) -> None:
        self._providers = providers
        self._tokens = tokens
        self._clock = clock
        self._known: dict[str, tuple[int, Mapping[str, Any]]] = {}

    def ask(self, organisation: OrganisationId, redirect_uri: str, wanted: str) -> Asked:
        """Begin to ask; `wanted` comes back with the answer.

        Raises NotFound when the organisation has no provider, and Unauthenticated when the provider does not answer.
        """
        provider = self._providers.find(organisation)
        if provider is None:
            raise NotFound("This organisation has no sign-in of its own.")
        from authlib.integrations.requests_client import OAuth2Session  # noqa: PLC0415 - takes a second to load

        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
        data = {"verifier": verifier, "nonce": nonce, "next": wanted, "issuer": provider.issuer}
        endpoint = self._configuration(provider)["authorization_endpoint"]
        state, _ = self._tokens.draw(Kind.PROVIDER, organisation, "", _AWAY_SECONDS, data)
        client = OAuth2Session(
            provider.client_id, scope="openid email", redirect_uri=redirect_uri, code_challenge_method="S256"
        )
        address, _ = client.create_authorization_url(endpoint, state=state, code_verifier=verifier, nonce=nonce)
        return Asked(address, state)

    def answer(self, state: str, code: str, redirect_uri: str) -> Identity:
        """Return who came back; raises Unauthenticated for whatever does not hold. A state serves once."""
        asked = self._tokens.take(state, Kind.PROVIDER)
        provider = None if asked is None else self._providers.find(asked.organisation)
        if asked is None or provider is None or provider.issuer != asked.data["issuer"] or not code:
            raise Unauthenticated(_WRONG)
        token = self._exchange(provider, asked.organisation, code, asked.data["verifier"], redirect_uri)
        claims = self._claims(provider, token, asked.data["nonce"])
        email = claims.get("email")
        if not isinstance(email, str) or claims.get("email_verified") is not True:
            raise Unauthenticated(_WRONG)
        subject = f"{provider.issuer} {claims['sub']}"
        return Identity(asked.organisation, provider, subject, clean_email(email), asked.data["next"])

    def _exchange(
        self, provider: Provider, organisation: OrganisationId, code: str, verifier: str, redirect_uri: str
    ) -> str:
        from authlib.integrations.requests_client import OAuth2Session  # noqa: PLC0415 - takes a second to load

        configuration = self._configuration(provider)
        ways = configuration.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        way = "client_secret_basic" if "client_secret_basic" in ways else "client_secret_post"
        client = OAuth2Session(
            provider.client_id,
            self._providers.secret(organisation),
            token_endpoint_auth_method=way,
            redirect_uri=redirect_uri,
        )
        try:
            token = client.fetch_token(
                configuration["token_endpoint"],
                code=code,
                code_verifier=verifier,
                timeout=_TIMEOUT_SECONDS,
                allow_redirects=False,
            )
            return str(token["id_token"])
        except Exception as error:  # the library's, requests', and whatever an odd answer makes of them
            raise Unauthenticated(_WRONG) from error

    def _claims(self, provider: Provider, token: str, nonce: str) -> Mapping[str, Any]:
        """Return what a token says, once its signature, issuer, audience, time and nonce hold (OpenID Core 3.1.3.7)."""
        from joserfc import jwt  # noqa: PLC0415 - takes half a second to load
        from joserfc.errors import JoseError  # noqa: PLC0415
        from joserfc.jwk import KeySet  # noqa: PLC0415

        keys = self._fetch(self._configuration(provider)["jwks_uri"])
        registry = jwt.JWTClaimsRegistry(
            now=self._clock.now_micros() // SECOND,
            leeway=_LEEWAY_SECONDS,
            iss={"essential": True, "value": provider.issuer},
            sub={"essential": True},
            aud={"essential": True, "value": provider.client_id},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            key_set = KeySet.import_key_set(keys)  # type: ignore[arg-type]  # whatever is wrong in it is refused there
            claims = jwt.decode(token, key_set, algorithms=list(_ALGORITHMS)).claims
            registry.validate(claims)
        except (JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unauthenticated(_WRONG) from error
        audience = claims["aud"]
        if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != provider.client_id:
            raise Unauthenticated(_WRONG)
        return claims

    def _configuration(self, provider: Provider) -> Mapping[str, Any]:
        now = self._clock.now_micros() // SECOND
        known = self._known.get(provider.issuer)
        if known is not None and now - known[0] < _KNOWN_SECONDS:
            return known[1]
        found = self._fetch(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
        needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        # OpenID Discovery 4.3: another issuer than the one asked is somebody else.
        if found.get("issuer") != provider.issuer or not all(_is_address(found.get(name), provider) for name in needed):
            raise Unauthenticated(_WRONG)
        self._known[provider.issuer] = (now, found)
        return found

    def _fetch(self, address: str) -> Mapping[str, Any]:
        import requests  # noqa: PLC0415 - loaded where there is a provider

        try:
            with requests.get(address, timeout=_TIMEOUT_SECONDS, allow_redirects=False, stream=True) as answer:
                answer.raise_for_status()
                body = answer.raw.read(_ANSWER_MOST + 1, decode_content=True)
            found = json.loads(body) if len(body) <= _ANSWER_MOST else None
        except (requests.RequestException, OSError, ValueError, RecursionError) as error:
            raise Unauthenticated(_WRONG) from error
        if not isinstance(found, dict):
            raise Unauthenticated(_WRONG)
        return found


def _is_address(value: object, provider: Provider) -> bool:
    """Say whether a provider that is reached by https names only addresses that are."""
    scheme = provider.issuer.partition(":")[0]
    return isinstance(value, str) and value.startswith(("https://", f"{scheme}://"))
