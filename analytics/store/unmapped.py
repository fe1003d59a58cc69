"""Activities that LMSs send and no programme knows: worked out when asked, so a new mapping shows at once."""

from __future__ import annotations

from typing import Final

from analytics.kept.sightings import UnmappedActivity, unmapped
from analytics.store.sightings import SightingsStore
from lrs.clock import Clock
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from training.records import MappingRule, Programme, Records
from training.records.kinds import Kind
from training.store import RecordReader

_PAGE: Final = 1_000


def find_unmapped(store: Store, clock: Clock, organisation: OrganisationId) -> list[UnmappedActivity]:
    """Return the unmapped activities of an organisation, most statements first."""
    reader = RecordReader(store, clock)
    programmes: dict[str, Programme] = {}
    rules: dict[str, MappingRule] = {}
    for kind in (Kind.PROGRAMME, Kind.MAPPING_RULE):
        after = ""
        while entries := reader.page(organisation, kind, after=after, limit=_PAGE):
            after = entries[-1].record_id
            for entry in entries:
                if isinstance(entry.record, Programme):
                    programmes[entry.record_id] = entry.record
                elif isinstance(entry.record, MappingRule):
                    rules[entry.record_id] = entry.record
    records = Records(organisation, programmes=programmes, mapping_rules=rules)  # type: ignore[arg-type]  # ids are texts
    return unmapped(SightingsStore(store).all(organisation), records)
