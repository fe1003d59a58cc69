"""Links to packages: make one, open it, launch what is in the package for whoever it is for."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any, Final, Self
from uuid import UUID

from lrs.clock import Clock, IdSource, Micros
from lrs.cmi5.vocabulary import LaunchMode
from lrs.courses.hosting import Hosting
from lrs.courses.launches import Launches, NewLaunch
from lrs.errors import Conflict, InvalidRequest, NotFound, Problem, Unauthenticated
from lrs.keyring import Keyring
from lrs.packages.archive import ArchiveLimits
from lrs.packages.manifest import Item, Manifest
from lrs.packages.origin import ContentOrigin
from lrs.packages.package import PLAY_MOST_SECONDS, PLAY_SECONDS, Package, Version
from lrs.recent import Recent
from lrs.scorm.launch import Launch, launch_problems
from lrs.services import Services
from lrs.store.database import Store
from lrs.store.package_plays import Play, PlayStore
from lrs.tenancy import OrganisationId

PLAY_PREFIX: Final = "/contenu"
_PURPOSE: Final = "package-play"
_DERIVED: Final = "package-play-sco"
# What was opened is looked at again after so long: a page of a course asks for hundreds of files.
_REMEMBERED_SECONDS: Final = 30.0
REVOKED: Final = "link.revoked"
# How exactly it is known when a link was last followed.
_NOTED_MICROS: Final = 60_000_000
_UNKNOWN: Final = "The link is unknown or has ended; open the course again from where it is offered."


@dataclass(frozen=True, slots=True)
class NewPlay:
    """For whom a link is made, and by whom; `actor` is an Agent. `mode` is of units of cmi5, and of nothing else."""

    package: str
    actor: dict[str, Any]
    registration: UUID | None = None
    valid_seconds: int = PLAY_SECONDS
    mode: LaunchMode = LaunchMode.NORMAL
    by: str = ""


@dataclass(frozen=True, slots=True)
class IssuedPlay:
    """A link at the one moment when its token can be read."""

    play: Play
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that somebody follows: in which package and version it leads."""

    play: Play
    package: Package
    version: Version
    token: str = field(repr=False)

    @property
    def launched(self) -> tuple[Item, ...]:
        """Return what can be opened, in the order of the contents."""
        return self.version.manifest.launched


@dataclass(frozen=True, slots=True)
class Premises:
    """Where and how packages are hosted: `origin` None where there is no content host, `base` where our IRIs begin."""

    origin: ContentOrigin | None = None
    limits: ArchiveLimits = field(default_factory=ArchiveLimits)
    base: str = ""


def build_hosting(services: Services, limits: ArchiveLimits) -> Hosting:
    """Return the packages over these services."""
    return Hosting(services.store, services.clock, services.ids, limits, services.cmi5.courses)


class Plays:
    """The links of every organisation. `origin` is None where no content host is configured."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: IdSource,
        secret_key: bytes,
        hosting: Hosting,
        origin: ContentOrigin | None,
    ) -> None:
        self.hosting = hosting
        self.origin = origin
        self.launches = Launches(store, clock, ids, secret_key)
        self._rows = PlayStore(store)
        self._clock = clock
        self._ids = ids
        self._keyring = Keyring(secret_key)
        self._opened: Recent[str, Opened] = Recent(_REMEMBERED_SECONDS)

    @classmethod
    def over(cls, services: Services, premises: Premises) -> Self:
        """Return the links over these services."""
        hosting = build_hosting(services, premises.limits)
        return cls(services.store, services.clock, services.ids, services.secret_key, hosting, premises.origin)

    def issue(self, organisation: OrganisationId, wanted: NewPlay) -> IssuedPlay:
        """Make a link; raise NotFound, Conflict for a retired package or no content host, InvalidRequest."""
        if self.origin is None:
            message = "There is no content host: packages are served from an address of their own, ASSIDU_CONTENT_URL."
            raise Conflict(message)
        package = self.hosting.get(organisation, wanted.package)
        activity = {"id": package.activity}
        problems = launch_problems(wanted.actor, activity, None, wanted.valid_seconds, None)
        problems += _format_problems(wanted, self.hosting.version(organisation, package.id, package.newest).manifest)
        if wanted.valid_seconds > PLAY_MOST_SECONDS:
            problems.append(Problem("/valid_seconds", "The number is out of range.", f"60 to {PLAY_MOST_SECONDS}"))
        if problems:
            message = "The link cannot be like that."
            raise InvalidRequest(message, problems)
        if package.retired is not None:
            message = "The package is retired: nobody begins it any more. Upload it again to offer it again."
            raise Conflict(message)
        now, token = self._clock.now_micros(), self._ids.new_secret()
        play = Play(
            f"pl_{self._ids.new_uuid().hex}", organisation, package.id, wanted.actor, wanted.registration, now,
            Micros(now + wanted.valid_seconds * 1_000_000), wanted.mode, wanted.by,
        )  # fmt: skip
        self._rows.insert(self._keyring.digest(_PURPOSE, token), play)
        return IssuedPlay(play, f"{self.origin.of(package)}{PLAY_PREFIX}/{token}/")

    def open(self, token: str) -> Opened:
        """Return what a link leads to; raise Unauthenticated for one that is unknown, has ended or was revoked.

        Another process may still follow one for half a minute after it was revoked; its launches end at once.
        """
        recent = self._opened.find(token)
        now = self._clock.now_micros()
        if recent is not None and now < recent[0].play.expires:
            return recent[0]
        epoch = self._opened.epoch
        digest = self._keyring.digest(_PURPOSE, token)
        play = self._rows.find_anywhere(digest)
        if play is None or now >= play.expires:
            raise Unauthenticated(_UNKNOWN)
        if play.revoked is not None:
            raise _revoked()
        if play.opened is None or now - play.opened >= _NOTED_MICROS:
            self._rows.note_opened(digest, play.organisation, now)
        package = self.hosting.get(play.organisation, play.package)
        number = self._rows.begin(play, package.newest)
        opened = Opened(play, package, self.hosting.version(play.organisation, play.package, number), token)
        self._opened.put(token, opened, epoch)
        return opened

    def page(self, organisation: OrganisationId, package: str, after: tuple[int, str] | None, limit: int) -> list[Play]:
        """Return up to `limit` links to a package that have not ended, oldest first; raise NotFound."""
        self.hosting.get(organisation, package)
        return self._rows.page(organisation, package, after, limit)

    def newest(self, organisation: OrganisationId, package: str, limit: int) -> list[Play]:
        """Return up to `limit` links to a package that have not ended, the newest first."""
        return self._rows.newest(organisation, package, limit)

    def revoke(self, organisation: OrganisationId, package: str, name: str) -> Play:
        """End a link for good, and all launches that it has led to; raise NotFound. What was committed stays."""
        found = self._rows.revoke(organisation, package, name, self._clock.now_micros())
        if found is None:
            message = "There is no such link."
            raise NotFound(message)
        play, launches = found
        for launch in launches:
            self.launches.revoke(organisation, launch)
        self._opened.clear()
        return play

    def origin_of(self, opened: Opened) -> str:
        """Return the one origin where a link may be opened: another package's host is no place for it."""
        return "" if self.origin is None else self.origin.of(opened.package)

    def item(self, opened: Opened, number: int) -> Item:
        """Return what can be opened at a place of the contents, from 0; raise NotFound."""
        if not 0 <= number < len(opened.launched):
            message = "The course has no such part."
            raise NotFound(message)
        return opened.launched[number]

    def launch(self, opened: Opened, item: Item) -> tuple[Launch, str]:
        """Return the launch of a SCO for whoever the link is for, and its token: the same at each opening."""
        token = self._token(opened, item)
        found = self.launches.find(token)
        if found is None:
            found = self.launches.issue(opened.play.organisation, self._wanted(opened, item), token).launch
            if not self._rows.note_launch(opened.play, found.id):
                self.launches.revoke(opened.play.organisation, found.id)
                raise _revoked()
        if found.revoked is not None:
            # With its link: a process that still follows the link says what one that does not would.
            raise _revoked()
        return self.launches.check(found, self._clock.now_micros()), token

    def unsaved(self, opened: Opened, item: Item) -> Launch:
        """Return the launch that a SCO would have, to find its track by."""
        wanted, play = self._wanted(opened, item), opened.play
        return Launch(
            "", play.organisation, "", wanted.actor, wanted.activity, None, wanted.registration, wanted.edition, (),
            None, None, play.created, play.expires,
        )  # fmt: skip

    def _wanted(self, opened: Opened, item: Item) -> NewLaunch:
        play, package, manifest = opened.play, opened.package, opened.version.manifest
        activity = package.activity_of(manifest, item)
        course = {"id": package.activity, "definition": {"name": {"und": manifest.title}}}
        left = max(60, (play.expires - self._clock.now_micros()) // 1_000_000)
        return NewLaunch(
            play.actor, {"id": activity, "definition": {"name": {"und": item.title}}},
            None if activity == package.activity else course, play.registration, manifest.title[:100] or "SCORM",
            manifest.edition, (self.origin_of(opened),), valid_seconds=left,
        )  # fmt: skip

    def _token(self, opened: Opened, item: Item) -> str:
        """Return the token of one SCO of a link: nobody who has not the link can tell it, nor the link from it."""
        derived = self._keyring.digest(_DERIVED, opened.token, item.identifier)
        return base64.urlsafe_b64encode(derived).rstrip(b"=").decode()


def _format_problems(wanted: NewPlay, manifest: Manifest) -> list[Problem]:
    """Return what is wrong with a link by the format of what it leads to."""
    problems = []
    if manifest.is_cmi5 and "account" not in wanted.actor:
        message = "The learner of a launch is an Agent with an account."
        problems.append(Problem("/actor", message, "account with homePage and name", "cmi5 9.2"))
    if not manifest.is_cmi5 and wanted.mode is not LaunchMode.NORMAL:
        problems.append(Problem("/mode", "Only units of cmi5 are launched so.", LaunchMode.NORMAL.value))
    return problems


def _revoked() -> Unauthenticated:
    message = "The link was revoked by whoever gave it."
    return Unauthenticated(message, [Problem("", message, "a link that is given anew", REVOKED)])
