"""One LRS credential: what it is, and what may be asked of it. Nothing here performs I/O."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from lrs.caller import Caller, CredentialId, Scope
from lrs.clock import Micros
from lrs.errors import Problem
from lrs.profiles.checks import CheckMode, accepted_profiles, checks_of, unknown_names
from lrs.statements.rules import agent_problems
from lrs.tenancy import OrganisationId
from lrs.versions import Version

# Basic authentication splits at the first colon, and the key is a path segment of /api/v1/credentials/<key>.
KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}\Z")
LABEL_MOST: Final = 200
ORIGINS_MOST: Final = 50
RATE_MOST: Final = 1_000_000
QUIET_MOST_SECONDS: Final = 366 * 86_400
ANY_ORIGIN: Final = "*"
_ORIGIN: Final = re.compile(r"https?://(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{1,5})?\Z")


@dataclass(frozen=True, slots=True)
class Secret:
    """What is kept of one secret; `until` is when it stops working, None while it is the current one."""

    digest: bytes = field(repr=False)
    created: Micros
    until: Micros | None = None

    def is_live(self, now: Micros) -> bool:
        """Say whether this secret still opens the door."""
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True)
class Settings:
    """What its organisation may change about a credential at any time."""

    label: str
    scopes: frozenset[Scope]
    quarantine: bool = False
    origins: tuple[str, ...] = (ANY_ORIGIN,)
    requests_per_minute: int | None = None
    quiet_after_seconds: int | None = None
    profile_checks: CheckMode = CheckMode.OFF
    profiles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Credential:
    """A sender or reader of one organisation, known by its API key."""

    key: CredentialId
    organisation: OrganisationId
    settings: Settings
    authority: bytes
    secrets: tuple[Secret, ...]
    created: Micros
    expires: Micros | None = None
    revoked: Micros | None = None

    def is_live(self, now: Micros) -> bool:
        """Say whether this credential may do anything at all."""
        return self.revoked is None and (self.expires is None or now < self.expires)

    def state(self, now: Micros) -> Literal["active", "expired", "revoked"]:
        """Say in a word what became of this credential."""
        if self.revoked is not None:
            return "revoked"
        return "active" if self.is_live(now) else "expired"

    def caller(self, scopes: frozenset[Scope] | None = None) -> Caller:
        """Return who this credential is to the rest of the record store, with narrower `scopes` if given."""
        return Caller(
            organisation=self.organisation,
            credential=self.key,
            scopes=self.settings.scopes if scopes is None else scopes,
            authority=self.authority,
            quarantine=self.settings.quarantine,
            origins=self.settings.origins,
            requests_per_minute=self.settings.requests_per_minute,
            checks=checks_of(self.settings.profile_checks, self.settings.profiles),
        )


def settings_problems(settings: Settings) -> list[Problem]:
    """List all that is wrong with a credential's settings."""
    problems = []
    if not 1 <= len(settings.label.strip()) <= LABEL_MOST:
        problems.append(Problem("/label", "The label is empty or too long.", f"1 to {LABEL_MOST} characters"))
    if not settings.scopes:
        problems.append(Problem("/scopes", "A credential without a scope may do nothing.", f"some of {_known()}"))
    problems += _origin_problems(settings.origins)
    for name, value, most in (
        ("requests_per_minute", settings.requests_per_minute, RATE_MOST),
        ("quiet_after_seconds", settings.quiet_after_seconds, QUIET_MOST_SECONDS),
    ):
        if value is not None and not 1 <= value <= most:
            problems.append(Problem(f"/{name}", "The number is out of range.", f"1 to {most}, or none at all"))
    return [*problems, *_profile_problems(settings)]


def authority_problems(authority: Any) -> list[Problem]:  # noqa: ANN401 - untrusted JSON
    """List all that is wrong with an authority; an Agent by xAPI's own rules."""
    if not isinstance(authority, dict) or authority.get("objectType", "Agent") != "Agent":
        return [Problem("/authority", "The authority of a credential is an Agent.", "an Agent", "XAPI-00098")]
    return agent_problems(authority, Version.V2_0_0, "/authority")


def parse_scopes(names: Iterable[str]) -> tuple[frozenset[Scope], list[Problem]]:
    """Read scope names; what is not a scope comes back as problems."""
    known, problems = set(), []
    for position, name in enumerate(names):
        try:
            known.add(Scope(name))
        except ValueError:
            problems.append(Problem(f"/scopes/{position}", "There is no such scope.", f"one of {_known()}"))
    return frozenset(known), problems


def normal_origin(origin: str) -> str:
    """Write an origin as browsers do: lower case, no default port, no closing slash.

    >>> normal_origin("HTTPS://Moodle.Example.FR:443/")
    'https://moodle.example.fr'
    """
    text = origin.strip().lower().removesuffix("/")
    if text.startswith("https://"):
        return text.removesuffix(":443")
    return text.removesuffix(":80") if text.startswith("http://") else text


def _origin_problems(origins: Sequence[str]) -> list[Problem]:
    if not 1 <= len(origins) <= ORIGINS_MOST:
        return [Problem("/origins", "There are none or too many.", f"1 to {ORIGINS_MOST} origins; * for any")]
    return [
        Problem(f"/origins/{position}", "This is not an origin.", "* or as in https://moodle.example.fr")
        for position, origin in enumerate(origins)
        if origin != ANY_ORIGIN and not _ORIGIN.match(origin)
    ]


def _profile_problems(settings: Settings) -> list[Problem]:
    accepted = f"some of {accepted_profiles()}"
    problems = [
        Problem(f"/profiles/{settings.profiles.index(name)}", "There is no such profile.", accepted)
        for name in unknown_names(settings.profiles)
    ]
    if settings.profile_checks is not CheckMode.OFF and not settings.profiles:
        problems.append(Problem("/profiles", "Statements are to be checked, and by no profile.", accepted))
    return problems


def _known() -> str:
    return ", ".join(Scope)
