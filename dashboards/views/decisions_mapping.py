"""Say where activities belong that no programme knows: a mapping rule for all whose address begins alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from dashboards.views.decisions_deployment import unmapped_activities
from dashboards.views.lens import Lens
from lrs.errors import InvalidRequest, Problem
from training.access import STAFF
from training.records.ids import ActivityId, MappingRuleId, ModuleId, ProgrammeId
from training.records.kinds import Kind
from training.records.mapping import MappingRule, Matcher
from training.store import Change, Register


@dataclass(frozen=True, slots=True)
class Target:
    """A programme, a module or an activity; `names` are their titles, the programme's first."""

    programme_id: ProgrammeId
    names: tuple[str, ...]
    module_id: ModuleId | None = None
    activity_id: ActivityId | None = None

    @property
    def key(self) -> str:
        """What tells it from others."""
        return "\x1f".join((self.programme_id, self.module_id or "", self.activity_id or ""))


def targets(lens: Lens) -> Iterator[Target]:
    """Yield where something can belong, in the order of the programmes."""
    lens.viewer.require(STAFF)
    for programme in sorted(lens.records.programmes.values(), key=lambda item: (item.title.casefold(), item.id)):
        title = programme.title or programme.id
        yield Target(programme.id, (title,))
        for module in programme.modules:
            names = (title, module.title or module.id)
            yield Target(programme.id, names, module.id)
            for activity in module.activities:
                yield Target(programme.id, (*names, activity.title or activity.id), module.id, activity.id)


def prefixes(lens: Lens) -> list[str]:
    """Return what the addresses begin with that no programme knows, each once, as they are listed."""
    lens.viewer.require(STAFF)
    return list(dict.fromkeys(str(item.values["prefix"]) for item in unmapped_activities(lens)))


def map_activities(lens: Lens, prefix: str, target: str) -> MappingRule:
    """Have everything whose address begins so belong somewhere; facts follow by themselves.

    Raises Forbidden but for STAFF, InvalidRequest for what is not unknown, or nowhere on record.
    """
    lens.viewer.require(STAFF)
    found = next((item for item in targets(lens) if item.key == target), None)
    problems = []
    if prefix not in prefixes(lens):
        problems.append(Problem("/prefix", "Nothing unknown begins so.", "one of those that are listed"))
    if found is None:
        problems.append(Problem("/target", "There is no such programme, module or activity.", "one of those on record"))
    if problems or found is None:
        raise InvalidRequest("This cannot be mapped.", problems)
    rule = MappingRule(
        MappingRuleId(f"prefix-{sha256(prefix.encode()).hexdigest()[:16]}"), Matcher.IRI_PREFIX, prefix,
        found.programme_id, module_id=found.module_id, activity_id=found.activity_id,
    )  # fmt: skip
    register = Register(lens.services.store, lens.services.clock)
    register.write(lens.viewer.organisation, [Change(Kind.MAPPING_RULE, rule.id, rule)], lens.viewer.trail_name)
    return rule
