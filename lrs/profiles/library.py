"""The profiles that we know, by the names that settings call them; each compiled once, when first asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from lrs.profiles.profile import Profile, parse_profile
from lrs.profiles.rules import Rule
from lrs.profiles.template import Template

# Where each is published, below the room of schemas.
FILES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "cmi5": "profiles/cmi5.json",
        "video": "profiles/video.json",
        "scorm": "profiles/scorm.json",
        "virtual-classroom": "profiles/virtual-classroom.json",
        "attendance": "attendance/profile.json",
        "activity-summary": "activity_summary/profile.json",
    }
)


@cache
def known_profile(name: str) -> Profile:
    """Return the profile of this name; raise KeyError for one that is none of `FILES`."""
    return parse_profile(name, json.loads(files("schemas").joinpath(FILES[name]).read_text("utf-8")))


@cache
def known_profiles(names: tuple[str, ...] = tuple(FILES)) -> tuple[Profile, ...]:
    """Return these profiles, all of them by default."""
    return tuple(map(known_profile, names))


def unknown_names(names: Iterable[str]) -> list[str]:
    """Return those of these names that no profile has."""
    return [name for name in names if name not in FILES]


@cache
def _rules() -> Mapping[str, tuple[Profile, Template, Rule]]:
    return {
        rule.id: (profile, template, rule)
        for profile in known_profiles()
        for template in profile.templates
        for rule in template.rules
    }


def find_rule(rule_id: str) -> tuple[Profile, Template, Rule] | None:
    """Return a rule by its id, with its template and profile; None for one that no profile has (any more)."""
    return _rules().get(rule_id)
