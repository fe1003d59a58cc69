"""Everything one refresh of the live feed needs, read once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from analytics.store.view import FeedView, read_feed
from dashboards.live.words import Words
from dashboards.reader import Reader
from lrs.caller import CredentialId
from lrs.clock import Micros, to_datetime
from lrs.credential import Credential
from lrs.senders import SenderClock, sender_clock
from lrs.services import Services

# A platform that sent within a day counts as active: most send by a nightly or hourly task.
ACTIVE: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Feed:
    """One sender with its clock, in instants."""

    credential: Credential
    clock: SenderClock

    @property
    def label(self) -> str:
        """What people call this sender."""
        return self.credential.settings.label or str(self.credential.key)

    @property
    def last(self) -> datetime | None:
        """When its last statement was stored."""
        return None if self.clock.last_stored is None else to_datetime(Micros(self.clock.last_stored))

    def is_active(self, now: datetime) -> bool:
        """Say whether it sent anything lately."""
        return self.last is not None and now - self.last < ACTIVE


@dataclass(frozen=True, slots=True)
class Board:
    """The page's data and the language to say it in."""

    view: FeedView
    feeds: list[Feed]
    words: Words
    now_micros: Micros
    reader: Reader

    @property
    def now(self) -> datetime:
        """The instant of the figures."""
        return to_datetime(self.now_micros)

    @property
    def quiet(self) -> list[Feed]:
        """The senders whose alarm has gone off, longest silence first."""
        return sorted(
            (feed for feed in self.feeds if feed.clock.is_quiet), key=lambda feed: feed.clock.quiet_since or 0
        )

    @property
    def last(self) -> datetime | None:
        """When anything was last received."""
        return max((feed.last for feed in self.feeds if feed.last), default=None)

    def label(self, credential: CredentialId) -> str:
        """Return what a credential is called."""
        return next((feed.label for feed in self.feeds if feed.credential.key == credential), str(credential))


def load_board(services: Services, reader: Reader) -> Board:
    """Read the board of the reader's organisation as of now."""
    now = services.clock.now_micros()
    view = read_feed(services.store, reader.organisation, now)
    feeds = [Feed(row, sender_clock(row, view.head, now)) for row in services.credentials.all(reader.organisation)]
    # A revoked credential that never sent is nobody's feed.
    shown = [feed for feed in feeds if feed.credential.revoked is None or feed.last]
    shown.sort(key=lambda feed: feed.clock.last_stored or 0, reverse=True)
    return Board(view, shown, Words(reader.language), now, reader)
