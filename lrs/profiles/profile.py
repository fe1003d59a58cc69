"""A profile as it is checked against: what names it, and its templates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from lrs.errors import InvalidRequest, Problem
from lrs.profiles.patterns import Pattern, parse_patterns
from lrs.profiles.rules import Breach
from lrs.profiles.template import Template, parse_template

_DETERMINING: Final = ("Verb", "ActivityType", "AttachmentUsageType")


class Finding(NamedTuple):
    """A rule that a statement breaks, and which profile and template have it."""

    profile: str
    template: Template
    breach: Breach

    @property
    def problem(self) -> Problem:
        """Return it in the shape of every refusal; the requirement is the rule's id."""
        label = self.template.label.get("en", self.template.id)
        return Problem(
            self.breach.pointer, f"Profile {self.profile}, {label}: {self.breach.message}", self.breach.accepted,
            self.breach.rule.id,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Profile:
    """One compiled profile. `name` is what settings call it; `claims` are the categories that name it."""

    name: str
    id: str
    label: Mapping[str, str]
    definition: Mapping[str, str]
    claims: frozenset[str]
    templates: tuple[Template, ...]
    patterns: tuple[Pattern, ...] = ()

    def matching(self, statement: Mapping[str, Any]) -> list[Template]:
        """Return the templates that a statement is to follow."""
        is_claimed = not self.claims.isdisjoint(_categories(statement))
        return [template for template in self.templates if template.is_for(statement, is_claimed=is_claimed)]

    def findings(self, statement: Mapping[str, Any], base: str = "") -> Iterator[Finding]:
        """Yield every rule that a valid statement breaks; `base` is where it stands in the body."""
        whole = normal(statement)
        for template in self.matching(whole):
            for breach in template.breaches(whole, base):
                yield Finding(self.name, template, breach)


def parse_profile(name: str, document: Mapping[str, Any]) -> Profile:
    """Compile a profile document; raise InvalidRequest for one that is none."""
    if document.get("type") != "Profile" or not isinstance(document.get("id"), str):
        message = f"The profile {name} is not a profile document."
        raise InvalidRequest(message, [Problem("/type", message, "JSON-LD of type Profile, with an id")])
    own = {each["id"] for each in document.get("concepts", ()) if each["type"] in _DETERMINING}
    claims = {document["id"], *([document["seeAlso"]] if "seeAlso" in document else [])}
    for version in document.get("versions", ()):
        claims |= {version["id"], *version.get("wasRevisionOf", ())}
    templates = tuple(
        parse_template(each, own) for each in document.get("templates", ()) if not each.get("deprecated", False)
    )
    patterns = parse_patterns(document, {template.id for template in templates})
    return Profile(
        name, document["id"], document["prefLabel"], document["definition"], frozenset(claims), templates, patterns
    )  # fmt: skip


def normal(statement: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a statement whose context activities are lists, as they are once stored (xAPI 1.0.3 part two, 2.4.6.2)."""
    activities: Mapping[str, Any] = statement.get("context", {}).get("contextActivities", {})
    if all(isinstance(value, list) for value in activities.values()):
        return statement
    listed = {name: value if isinstance(value, list) else [value] for name, value in activities.items()}
    return {**statement, "context": {**statement["context"], "contextActivities": listed}}


def _categories(statement: Mapping[str, Any]) -> Iterator[str]:
    for activity in statement.get("context", {}).get("contextActivities", {}).get("category", ()):
        yield activity["id"]
