"""The facts of an organisation's live feed, folded from its log in order of position. Nothing here performs I/O."""

from analytics.feed.counts import Change, Counter, Delta, Kind
from analytics.feed.entry import FeedEntry, parse_entry
from analytics.feed.fold import fold, take_back

__all__ = ["Change", "Counter", "Delta", "FeedEntry", "Kind", "fold", "parse_entry", "take_back"]
