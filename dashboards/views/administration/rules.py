"""The rules that figures are counted by and evidence is kept by: values, sources, and what the organisation decided.

Every value is data with a date from which it holds and a source, and says how far that source can be trusted. An
organisation decides otherwise by a record of its own, with a reason; what holds is the newest that is in effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from dashboards.views.administration.organisation import VersionView, history_of
from dashboards.views.lens import Lens
from evidence.store.trail import TrailQuery
from lrs.clock import to_datetime
from lrs.errors import NotFound
from training.access import STAFF
from training.law import load_law
from training.law.provisions import Law, Provision
from training.records.kinds import Kind
from training.records.law_override import LawOverride

Group = Literal["attendance", "records", "facts", "support", "retention"]
PartKind = Literal["seconds", "share", "flag", "choice", "count", "number", "time"]

# Which figures, words or documents follow from a value, by the beginning of its name; the longest that fits counts.
_TOUCHES: Final[Mapping[str, tuple[str, ...]]] = {
    "attendance.": ("signatures", "attendance"),
    "slot.": ("slots",),
    "contract.": ("slots", "enrolments"),
    "facts.idle_cap": ("active", "credited", "realisation"),
    "facts.sitting_break": ("active", "connected", "credited"),
    "facts.longest_stretch": ("connected", "active", "credited"),
    "facts.clock_tolerance": ("active", "connected", "anomalies"),
    "facts.class_margin": ("attendance", "credited"),
    "facts.credits_class_log": ("attendance", "credited", "realisation"),
    "facts.credits_outside_contract": ("credited", "realisation"),
    "facts.long_sitting": ("anomalies",),
    "facts.silent_stretch": ("anomalies",),
    "facts.parallel_tolerance": ("anomalies",),
    "facts.speed_floor": ("anomalies",),
    "facts.low_connection": ("anomalies",),
    "facts.log_shortfall": ("anomalies",),
    "facts.probation_days": ("dropout",),
    "facts.realisation_cap": ("realisation", "documents"),
    "contact.": ("contacts",),
    "assistance.": ("assistance",),
    "retention.": ("retention",),
    "followup.": ("contacts",),
    "groups.": ("groups",),
    "risk.": ("estimates", "contacts"),
    "risk.retention": ("retention",),
}


_GROUPS: Final[Mapping[str, Group]] = {
    "attendance": "attendance",
    "facts": "facts",
    "contact": "support",
    "assistance": "support",
    "followup": "support",
    "groups": "support",
    "risk": "support",
    "retention": "retention",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One field by which a value is edited: where it stands in the value, what it holds, and between which limits."""

    path: tuple[str, ...]
    kind: PartKind
    value: Any
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OverrideView:
    """One decision of the organisation, in effect, to come or over; `version` is what a change of it replaces."""

    override_id: str
    value: Any
    effective_from: date
    effective_to: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class RuleView:
    """One rule as it holds on a day.

    `status` is `verified`, `design` or `recalled` (to be checked), or `override` where the organisation has decided;
    `default` is what comes with the product. `touches` names what follows from it.
    """

    name: str
    group: Group
    value: Any
    status: str
    reference: str
    effective_from: date
    default: Provision
    overrides: tuple[OverrideView, ...]
    touches: tuple[str, ...]

    @property
    def is_own(self) -> bool:
        """Whether the organisation has decided what holds."""
        return self.status == "override"


@dataclass(frozen=True, slots=True)
class RulesView:
    """Every rule on a day. `enrolments` says how many enrolments would be counted again after a change."""

    on: date
    edition: str
    rules: tuple[RuleView, ...]
    enrolments: int


@dataclass(frozen=True, slots=True)
class RuleDetail:
    """One rule, the fields it is edited by, and every decision that there ever was about it, newest first."""

    rule: RuleView
    parts: tuple[Part, ...]
    at_most: str | None
    history: tuple[VersionView, ...]
    enrolments: int


def read_rules(lens: Lens, group: Group | None = None) -> RulesView:
    """Return the rules that hold today."""
    lens.viewer.require(STAFF)
    law, on = load_law(), to_datetime(lens.now).date()
    rules = tuple(_rule(lens, law, name, on) for name in law.names)
    shown = tuple(rule for rule in rules if group in (None, rule.group))
    return RulesView(on, law.edition(on), shown, len(lens.records.enrolments))


def read_rule(lens: Lens, name: str) -> RuleDetail:
    """Return one rule with its history; raises NotFound."""
    lens.viewer.require(STAFF)
    law = load_law()
    if name not in law.names:
        message = "There is no rule of this name."
        raise NotFound(message)
    rule = _rule(lens, law, name, to_datetime(lens.now).date())
    longer = next((other for own, other in law.pairs if own == name), None)
    parts = tuple(parts_of(law.schema(name), rule.value, name))
    return RuleDetail(rule, parts, longer, _history(lens, rule), len(lens.records.enrolments))


def parts_of(schema: Mapping[str, Any], value: Any, name: str, path: tuple[str, ...] = ()) -> Iterable[Part]:  # noqa: ANN401 - JSON
    """Yield the fields that make up a value, from its schema: one for a number, several for an object."""
    if schema.get("type") == "object":
        known = schema.get("properties", {})
        inner: Mapping[str, Any] = next(iter(schema.get("patternProperties", {}).values()), {})
        for member in known or schema["required"]:
            yield from parts_of(known.get(member, inner), value[member], member, (*path, member))
    elif schema.get("type") == "array":
        for at, item in enumerate(value):
            yield from parts_of(schema["items"], item, name, (*path, str(at)))
    elif "enum" in schema:
        yield Part(path, "choice", value, choices=tuple(schema["enum"]))
    elif schema.get("type") == "boolean":
        yield Part(path, "flag", value)
    elif schema.get("type") == "string":
        yield Part(path, "time", value)
    else:
        yield Part(path, _number(schema, name), value, schema.get("minimum"), schema.get("maximum"))


def _number(schema: Mapping[str, Any], name: str) -> PartKind:
    if name.endswith("seconds"):
        return "seconds"
    if schema.get("type") == "integer":
        return "count"
    return "share" if name.endswith(("_share", "_cap")) else "number"


def _rule(lens: Lens, law: Law, name: str, on: date) -> RuleView:
    own = tuple(item for item in lens.records.law_overrides.values() if item.provision == name)
    holds, default = law.provision(name, on, own), law.provision(name, on)
    return RuleView(
        name=name,
        group=_group(name),
        value=holds.value,
        status=holds.status,
        reference=holds.reference,
        effective_from=holds.effective_from,
        default=default,
        overrides=tuple(_override(item) for item in sorted(own, key=_by_day)),
        touches=_touches(name),
    )


def _by_day(item: LawOverride) -> tuple[date, str]:
    return item.effective_from, item.id


def _override(item: LawOverride) -> OverrideView:
    return OverrideView(item.id, item.value, item.effective_from, item.effective_to, item.reason)


def _group(name: str) -> Group:
    return _GROUPS.get(name.partition(".")[0], "records")


def _touches(name: str) -> tuple[str, ...]:
    fitting = [beginning for beginning in _TOUCHES if name.startswith(beginning)]
    return _TOUCHES[max(fitting, key=len)] if fitting else ()


def _history(lens: Lens, rule: RuleView) -> tuple[VersionView, ...]:
    """Return every version of every decision, those taken back too: the trail says which records those were."""
    deeds = lens.sources.trail.entries(lens.viewer.organisation, TrailQuery(what=f"rule:{rule.name}"))
    ids = {entry.deed.details["override"] for entry in deeds if "override" in entry.deed.details}
    ids.update(item.override_id for item in rule.overrides)
    found = [version for name in ids for version in history_of(lens, Kind.LAW_OVERRIDE, name)]
    return tuple(sorted(found, key=lambda version: version.recorded_at, reverse=True))
