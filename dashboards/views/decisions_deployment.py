"""What keeps figures from being right: silent feeds, refused bodies, activities nobody knows, parts about to end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from analytics.kept.sightings import UnmappedActivity, unmapped
from analytics.store.sightings import SightingsStore
from dashboards.views.administration.health import Check, Level, read_health
from dashboards.views.decisions_item import Decision, Kind, Urgency
from dashboards.views.lens import Lens
from lrs.clock import Micros, to_datetime
from lrs.quarantine import State
from training.access import Role

_HELD_MOST: Final = 500
_KINDS: Final = {
    "senders": Kind.SILENT_FEED,
    "facts": Kind.FACTS_BEHIND,
    "worker": Kind.FACTS_BEHIND,
    "ledger": Kind.EXPIRING,
    "stamps": Kind.EXPIRING,
    "seal": Kind.EXPIRING,
    "provider": Kind.PROVIDER,
}
# Where whoever runs training may mend something too; the rest is the administrator's.
_SHARED: Final = frozenset(("settings/organisation", "settings/quarantine"))
_URGENCY: Final = {Level.WRONG: Urgency.NOW, Level.WATCH: Urgency.LATER}


def checks(lens: Lens) -> Iterator[Decision]:
    """Yield what the organisation relies on and does not work, or is about to end."""
    for check in read_health(lens).checks:
        kind = _KINDS.get(check.part)
        if kind is None or check.level not in _URGENCY:
            continue
        # A credential that ends soon is no silent feed yet.
        kind = Kind.EXPIRING if check.finding == "ending" else kind
        yield Decision(
            kind=kind,
            key=f"{check.part}/{check.finding}",
            urgency=_URGENCY[check.level],
            path=_path(check, lens.viewer.role),
            values={"part": check.part, "finding": check.finding, **check.values},
            count=_count(check) if kind is Kind.SILENT_FEED else 1,
        )


def _path(check: Check, role: Role) -> str:
    path = check.path or "settings"
    return path if role is Role.ADMINISTRATOR or path in _SHARED else ""


def _count(check: Check) -> int:
    count = check.values.get("count")
    return count if isinstance(count, int) and count > 0 else 1


def held_back(lens: Lens) -> Iterator[Decision]:
    """Yield what was refused and kept, newest first: by sender, for one mends the sender and not each body."""
    services = lens.services
    labels = {
        item.key: item.settings.label or str(item.key) for item in services.credentials.all(lens.viewer.organisation)
    }
    found: dict[str, list[tuple[Micros, str]]] = {}
    for held in services.quarantine.page(lens.viewer.organisation, State.HELD, None, _HELD_MOST):
        said = held.problems[0].message if held.problems else ""
        found.setdefault(labels.get(held.credential, str(held.credential)), []).append((held.last_received, said))
    for label, entries in found.items():
        yield Decision(
            kind=Kind.QUARANTINED,
            key=label,
            urgency=Urgency.SOON,
            path="settings/quarantine",
            values={"sender": label, "problem": entries[0][1]},
            count=len(entries),
            since=to_datetime(max(at for at, _ in entries)).date(),
        )


def unmapped_activities(lens: Lens) -> Iterator[Decision]:
    """Yield what platforms send and no programme knows, by platform and the first part of the address.

    One mapping rule takes all that begins alike: it is not decided a thousand times.
    """
    organisation, records = lens.viewer.organisation, lens.records
    sightings = SightingsStore(lens.services.store)
    # As of the last minute, unless records have changed: a mapping is seen at once.
    found = lens.sources.memory.get(
        organisation, "unmapped", records.change, lens.now, lambda: unmapped(sightings.all(organisation), records)
    )
    groups: dict[tuple[str, str], list[UnmappedActivity]] = {}
    for item in found:
        groups.setdefault((item.platform, prefix_of(item.iri)), []).append(item)
    for (platform, prefix), items in groups.items():
        yield Decision(
            kind=Kind.UNMAPPED,
            key=f"{platform}/{prefix}",
            urgency=Urgency.LATER,
            path="decisions?kind=unmapped",
            values={
                "prefix": prefix, "platform": platform, "activities": len(items),
                "statements": sum(item.statements for item in items),
            },
            since=to_datetime(Micros(max(item.last_stored for item in items))).date(),
        )  # fmt: skip


def prefix_of(iri: str) -> str:
    """Return the host of an address and the first part of its path, which activities of one kind share.

    >>> prefix_of("https://lms.exemple.fr/mod/quiz/view.php?id=5"), prefix_of("urn:x:1")
    ('https://lms.exemple.fr/mod/', 'urn:x:1')
    """
    parts = urlsplit(iri)
    if not parts.netloc:
        return iri
    first, slash, _ = parts.path.lstrip("/").partition("/")
    return f"{parts.scheme}://{parts.netloc}/{first}/" if slash else f"{parts.scheme}://{parts.netloc}/"
