"""Statement templates: which statements each is about, and what it wants of them (Profiles, part two, 8.0)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lrs.errors import InvalidRequest, Problem
from lrs.profiles.rules import Breach, Rule, parse_rule

# Determining properties by what they look at among the context activities.
_RELATIONS: Final = {
    "contextGroupingActivityType": "grouping",
    "contextParentActivityType": "parent",
    "contextOtherActivityType": "other",
    "contextCategoryActivityType": "category",
}
_KNOWN: Final = {
    "id", "inScheme", "type", "prefLabel", "definition", "deprecated", "verb", "objectActivityType",
    "attachmentUsageType", "objectStatementRefTemplate", "contextStatementRefTemplate", "rules", *_RELATIONS,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Template:
    """One compiled template. `is_telling`: what determines it is a concept of its profile, so it needs no category."""

    id: str
    label: Mapping[str, str]
    verb: str | None
    object_type: str | None
    context_types: tuple[tuple[str, frozenset[str]], ...]
    usage_types: frozenset[str]
    is_about_statement: bool
    refers_to_statement: bool
    is_telling: bool
    rules: tuple[Rule, ...]

    def is_for(self, statement: Mapping[str, Any], *, is_claimed: bool) -> bool:
        """Say whether a statement is to follow this template.

        Every determining property must be there, as the specification has it. A statement that does not name the
        profile among its categories (`is_claimed`) is meant only where what determines the template is the profile's
        own: ADL's `completed` is sent by everybody, `played` of the video profile by nobody else.
        """
        if not is_claimed and not self.is_telling:
            return False
        if self.verb is not None and statement["verb"]["id"] != self.verb:
            return False
        if self.object_type is not None and _type_of(statement["object"]) != self.object_type:
            return False
        if self.usage_types and not self.usage_types <= _usages(statement):
            return False
        return all(types <= _context_types(statement, relation) for relation, types in self.context_types)

    def breaches(self, statement: Mapping[str, Any], base: str) -> Iterator[Breach]:
        """Yield every rule that a statement which this template is for breaks."""
        if self.is_about_statement and statement["object"].get("objectType") != "StatementRef":
            yield self._reference_breach("object", f"{base}/object")
        if self.refers_to_statement and "statement" not in statement.get("context", {}):
            yield self._reference_breach("context.statement", f"{base}/context/statement")
        for rule in self.rules:
            yield from rule.breaches(statement, base)

    def _reference_breach(self, place: str, pointer: str) -> Breach:
        rule = parse_rule({"location": f"$.{place}", "presence": "included"}, f"{self.id}/{place}")
        return Breach(rule, pointer, f"$.{place} refers to no statement.", "a StatementRef")


def parse_template(value: Mapping[str, Any], concepts: Iterable[str]) -> Template:
    """Compile a template of a profile that defines `concepts`; raise InvalidRequest."""
    own = frozenset(concepts)
    unknown = sorted(value.keys() - _KNOWN)
    if unknown or not isinstance(value.get("id"), str):
        message = f"The template {value.get('id', '')} has what no template has: {', '.join(unknown) or 'no id'}."
        raise InvalidRequest(message, [Problem("/templates", message, ", ".join(sorted(_KNOWN)))])
    types = tuple((relation, frozenset(value[name])) for name, relation in _RELATIONS.items() if value.get(name))
    usages = frozenset(value.get("attachmentUsageType", ()))
    determining = {value.get("verb"), value.get("objectActivityType"), *usages}.union(*(each for _, each in types))
    return Template(
        value["id"],
        value.get("prefLabel", {}),
        value.get("verb"),
        value.get("objectActivityType"),
        types,
        usages,
        "objectStatementRefTemplate" in value,
        "contextStatementRefTemplate" in value,
        not own.isdisjoint(determining - {None}),
        # Its place in the template identifies a rule: a template whose rules change gets another id (part two, 8.0).
        tuple(parse_rule(rule, f"{value['id']}/rules/{at}") for at, rule in enumerate(value.get("rules", ()))),
    )


def _type_of(activity: Mapping[str, Any]) -> str | None:
    found: str | None = activity.get("definition", {}).get("type")
    return found


def _usages(statement: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(each["usageType"] for each in statement.get("attachments", ()))


def _context_types(statement: Mapping[str, Any], relation: str) -> frozenset[str | None]:
    activities = statement.get("context", {}).get("contextActivities", {}).get(relation, ())
    return frozenset(map(_type_of, activities))
