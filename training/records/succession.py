"""Records after some changes, out of the records before them: what is untouched is neither read nor indexed again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final, NamedTuple

from training.records.ids import ProgrammeId
from training.records.kinds import Kind, Record
from training.records.programme import Programme
from training.records.snapshot import Records

# Where the records of each kind are.
MEMBERS: Final[Mapping[Kind, str]] = {
    Kind.PERSON: "people",
    Kind.PROGRAMME: "programmes",
    Kind.TRAINING_SESSION: "sessions",
    Kind.SLOT: "slots",
    Kind.ENROLMENT: "enrolments",
    Kind.FUNDER: "funders",
    Kind.FUNDER_PROFILE: "funder_profiles",
    Kind.COMPLETION_RULE: "completion_rules",
    Kind.MAPPING_RULE: "mapping_rules",
    Kind.LAW_OVERRIDE: "law_overrides",
    Kind.PROVIDER: "providers",
}
# What each look-up of `Records` is made of: one that no change is about is taken over as it is. The versions that
# sessions keep to follow from sessions and programmes.
LOOK_UPS: Final[Mapping[str, frozenset[Kind]]] = {
    "_owners": frozenset((Kind.PERSON,)),
    "_identities": frozenset((Kind.PERSON,)),
    "_enrolments_by_person": frozenset((Kind.ENROLMENT, Kind.PERSON, Kind.TRAINING_SESSION)),
    "_enrolments_by_session": frozenset((Kind.ENROLMENT,)),
    "_enrolments_by_registration": frozenset((Kind.ENROLMENT,)),
    "_slots_by_session": frozenset((Kind.SLOT,)),
    "_exact_places": frozenset((Kind.PROGRAMME, Kind.TRAINING_SESSION)),
    "_ordered_rules": frozenset((Kind.MAPPING_RULE,)),
    "_places": frozenset((Kind.PROGRAMME, Kind.TRAINING_SESSION, Kind.ENROLMENT, Kind.MAPPING_RULE)),
}


class Successor(NamedTuple):
    """What became of one record: its new content, or None when it was deleted."""

    kind: Kind
    record_id: str
    record: Record | None


def following(
    before: Records,
    successors: Iterable[Successor],
    change: int,
    versions: Mapping[tuple[ProgrammeId, int], Programme] | None = None,
) -> Records:
    """Return the records after changes up to number `change`; `before` stays as it is.

    `successors` are in the order of their changes. `versions` replaces the versions that sessions keep to, where given.
    """
    members: dict[Kind, dict[Any, Any]] = {}
    for kind, record_id, record in successors:
        if kind not in members:
            members[kind] = dict(getattr(before, MEMBERS[kind]))
        if record is None:
            members[kind].pop(record_id, None)
        else:
            members[kind][record_id] = record
    fresh: dict[str, Any] = {MEMBERS[kind]: found for kind, found in members.items()}
    if versions is not None:
        fresh["programme_versions"] = versions
    after = replace(before, change=change, **fresh)
    for name, kinds in LOOK_UPS.items():
        if name in vars(before) and kinds.isdisjoint(members):
            vars(after)[name] = vars(before)[name]
    return after
