"""One place that something is sent to: a record store that statements are forwarded to, or a webhook.

Nothing here performs I/O.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from lrs.clock import Micros
from lrs.errors import Problem
from lrs.forwarding.editions import Speaks
from lrs.forwarding.event import TYPES
from lrs.forwarding.filter import EVERYTHING, Filter, filter_problems
from lrs.outgoing.places import Network, place_problems
from lrs.tenancy import OrganisationId

LABEL_MOST: Final = 200
SECRET_MOST: Final = 1_000
LOG_START: Final = Micros(0)
GRACE_SECONDS: Final = 86_400
GRACE_MOST_SECONDS: Final = 30 * 86_400


class Kind(StrEnum):
    """What goes there."""

    FORWARD = "forward"
    WEBHOOK = "webhook"


class State(StrEnum):
    """Whether anything is sent."""

    ACTIVE = "active"
    PAUSED = "paused"


class SignIn(StrEnum):
    """How a forward shows who it is."""

    NONE = "none"
    BASIC = "basic"
    OAUTH = "oauth"


@dataclass(frozen=True, slots=True)
class ForwardSettings:
    """What an organisation may change of a forward.

    Attributes:
        url: The other record store's xAPI address, that `/statements` is put behind.
        sign_in: `user` and the secret as HTTP Basic; or, as OAuth client credentials, asked of `token_url`.
    """

    label: str
    url: str
    wanted: Filter = EVERYTHING
    speaks: Speaks = Speaks.BOTH
    sign_in: SignIn = SignIn.NONE
    user: str = ""
    token_url: str = ""
    scope: str = ""


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """What an organisation may change of a webhook; `events` are names of `event.TYPES`."""

    label: str
    url: str
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SecretDates:
    """When a secret began and, for the one before the current, ends. Never the secret."""

    created: Micros
    until: Micros | None = None

    def is_live(self, now: Micros) -> bool:
        """Say whether it is still used."""
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True)
class Health:
    """How sending goes. `error` is a word or a status (`timeout`, `http_500`), never what the other side said.

    Attributes:
        failures: How often in a row it failed.
        next_at: When it is tried again, None for at once.
        test_at: When the last test was, None for never; `test` what came of it, `ok` or as `error`, empty until then.
    """

    last_success: Micros | None = None
    last_error: Micros | None = None
    error: str = ""
    failures: int = 0
    next_at: Micros | None = None
    test_at: Micros | None = None
    test: str = ""


@dataclass(frozen=True, slots=True)
class Outlet:
    """One place that something is sent to.

    Attributes:
        reason: Why it is paused: `by_hand`, or what somebody must mend (`lrs.forwarding.answers`).
        position: For a forward, the first statement of the log that is not settled yet.
        stored: The `stored` of the last statement that is.
        refused: How many statements in a row the other side refused, none taken in between.
    """

    id: str
    kind: Kind
    organisation: OrganisationId
    settings: ForwardSettings | WebhookSettings
    created: Micros
    state: State = State.ACTIVE
    reason: str = ""
    position: int = 0
    stored: Micros = LOG_START
    refused: int = 0
    secrets: tuple[SecretDates, ...] = ()
    health: Health = field(default_factory=Health)

    @property
    def forward(self) -> ForwardSettings:
        """The settings of a forward."""
        assert isinstance(self.settings, ForwardSettings)  # noqa: S101 - whoever asks has looked at `kind`
        return self.settings

    @property
    def webhook(self) -> WebhookSettings:
        """The settings of a webhook."""
        assert isinstance(self.settings, WebhookSettings)  # noqa: S101 - whoever asks has looked at `kind`
        return self.settings


def settings_problems(settings: ForwardSettings | WebhookSettings, network: Network) -> list[Problem]:
    """List all that is wrong with settings."""
    problems = place_problems(settings.url, network, "/url")
    if not settings.label.strip() or len(settings.label) > LABEL_MOST:
        problems.append(Problem("/label", "The label is empty or too long.", f"1 to {LABEL_MOST} characters"))
    if isinstance(settings, WebhookSettings):
        return problems + _event_problems(settings.events)
    problems += filter_problems(settings.wanted)
    if settings.sign_in is not SignIn.NONE and not settings.user.strip():
        problems.append(Problem("/user", "Who signs in is missing.", "a user name, or the client's id"))
    if ":" in settings.user and settings.sign_in is not SignIn.NONE:
        problems.append(Problem("/user", "HTTP Basic cannot carry a user name with a colon.", "a name without a colon"))
    if settings.sign_in is SignIn.OAUTH:
        problems += place_problems(settings.token_url, network, "/token_url")
    if "?" in settings.url:
        problems.append(Problem("/url", "The address has a query.", "the xAPI address that /statements stands behind"))
    return problems


def _event_problems(events: Sequence[str]) -> list[Problem]:
    accepted = "some of " + ", ".join(TYPES)
    if not events:
        return [Problem("/events", "A webhook without events is never called.", accepted)]
    return [
        Problem(f"/events/{position}", "There is no such event.", accepted)
        for position, name in enumerate(events)
        if name not in TYPES
    ]
