"""Launches of SCORM content: issue a token for one, say what a token stands for, revoke it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from lrs.caller import Scope
from lrs.clock import Clock, IdSource, Micros
from lrs.credential import Settings, normal_origin, settings_problems
from lrs.errors import InvalidRequest, NotFound, Unauthenticated
from lrs.keyring import Keyring
from lrs.recent import Recent
from lrs.scorm.launch import ANY_ORIGIN, REQUESTS_PER_MINUTE, VALID_SECONDS, Launch, launch_problems
from lrs.scorm.values import Edition
from lrs.store.database import Store
from lrs.store.scorm_launches import LaunchStore
from lrs.store.scorm_tracks import TrackStore
from lrs.tenancy import OrganisationId

_PURPOSE: Final = "scorm-launch"
# A launch never changes but for its end; revoking it changes the revision of its track, which every commit that stores
# anything runs into, wherever it is served.
_REMEMBERED_SECONDS: Final = 600.0
_UNKNOWN: Final = "The token is unknown, expired or revoked; launch the content again."


@dataclass(frozen=True, slots=True)
class NewLaunch:
    """What a launch is made of; `actor` is an Agent, `activity` and `course` are Activities."""

    actor: dict[str, Any]
    activity: dict[str, Any]
    course: dict[str, Any] | None = None
    registration: UUID | None = None
    label: str = "SCORM"
    edition: Edition | None = None
    origins: tuple[str, ...] = (ANY_ORIGIN,)
    requests_per_minute: int | None = REQUESTS_PER_MINUTE
    silence_seconds: int | None = None
    valid_seconds: int = VALID_SECONDS


@dataclass(frozen=True, slots=True)
class IssuedLaunch:
    """A launch with its token, at the one moment when the token can be read."""

    launch: Launch
    token: str = field(repr=False)

    @property
    def path(self) -> str:
        """Return where its player commits, below the deployment's address."""
        return f"/scorm/{self.token}/commit"


class Launches:
    """The launches of every organisation."""

    def __init__(self, store: Store, clock: Clock, ids: IdSource, secret_key: bytes) -> None:
        self._rows = LaunchStore(store)
        self._tracks = TrackStore(store)
        self._clock = clock
        self._ids = ids
        self._keyring = Keyring(secret_key)
        self._recent: Recent[bytes, Launch | None] = Recent(_REMEMBERED_SECONDS)

    def issue(self, organisation: OrganisationId, wanted: NewLaunch, token: str | None = None) -> IssuedLaunch:
        """Make a launch and its token, or one for a `token` that follows from another secret of as many bits.

        Raises InvalidRequest with every problem.
        """
        origins = tuple(dict.fromkeys(normal_origin(origin) for origin in wanted.origins))
        settings = Settings(
            wanted.label, frozenset({Scope.STATEMENTS_WRITE}), origins=origins,
            requests_per_minute=wanted.requests_per_minute,
        )  # fmt: skip
        problems = [
            *settings_problems(settings),
            *launch_problems(
                wanted.actor, wanted.activity, wanted.course, wanted.valid_seconds, wanted.silence_seconds
            ),
        ]
        if problems:
            message = "The launch cannot be like that."
            raise InvalidRequest(message, problems)
        now = self._clock.now_micros()
        token = token or self._ids.new_secret()
        launch = Launch(
            f"la_{self._ids.new_uuid().hex}", organisation, wanted.label.strip(), wanted.actor, wanted.activity,
            wanted.course, wanted.registration, wanted.edition, origins, wanted.requests_per_minute,
            wanted.silence_seconds, now, Micros(now + wanted.valid_seconds * 1_000_000),
        )  # fmt: skip
        self._rows.insert(self._digest(token), launch)
        return IssuedLaunch(launch, token)

    def get(self, organisation: OrganisationId, name: str) -> Launch:
        """Return one launch; raise NotFound."""
        return _known(self._rows.find(organisation, name))

    def of(self, organisation: OrganisationId, names: Collection[str]) -> dict[str, Launch]:
        """Return those of these launches that there are, by their ids."""
        return self._rows.of(organisation, names)

    def page(self, organisation: OrganisationId, after: tuple[int, str] | None, limit: int) -> list[Launch]:
        """Return up to `limit` launches, oldest first, revoked ones included."""
        return self._rows.page(organisation, after, limit)

    def revoke(self, organisation: OrganisationId, name: str) -> Launch:
        """End a launch for good; raise NotFound. What was committed stays."""
        revoked = _known(self._rows.revoke(organisation, name, self._clock.now_micros()))
        self._tracks.touch(organisation, revoked.track)
        self._recent.clear()
        return revoked

    def find(self, token: str) -> Launch | None:
        """Return the launch of a token, live or not; None for a token that nobody gave out."""
        digest = self._digest(token)
        recent = self._recent.find(digest)
        if recent is not None:
            return recent[0]
        epoch = self._recent.epoch
        found = self._rows.find_anywhere(digest)
        if found is not None:
            self._recent.put(digest, found, epoch)
        return found

    def check(self, launch: Launch | None, now: Micros) -> Launch:
        """Return a launch that is live; raise Unauthenticated for any other, in the same words."""
        if launch is None or not launch.is_live(now):
            raise Unauthenticated(_UNKNOWN)
        return launch

    def again(self, launch: Launch) -> Launch:
        """Return a launch as it stands now, whatever is remembered of it; raise Unauthenticated unless it is live."""
        now = self._rows.find(launch.organisation, launch.id)
        if now is None or now.revoked is not None:
            self._recent.clear()
        return self.check(now, self._clock.now_micros())

    def _digest(self, token: str) -> bytes:
        return self._keyring.digest(_PURPOSE, token)


def _known(launch: Launch | None) -> Launch:
    if launch is None:
        message = "There is no such launch."
        raise NotFound(message)
    return launch
