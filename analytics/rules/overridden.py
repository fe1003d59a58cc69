"""A rule book out of the product's own values and what an organisation has decided otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import date
from hashlib import sha256
from itertools import pairwise
from typing import Any, Final

import orjson

from analytics.rules.book import RuleBook, Rules
from training.law import Law, load_law
from training.records.law_override import LawOverride

# Under this the thresholds of facts stand among the provisions of the law: `facts.idle_cap_seconds`.
PREFIX: Final = "facts."
_KINDS: Final = {field.name: field.type for field in fields(Rules) if field.name not in ("version", "effective_on")}
PROVISIONS: Final = tuple(PREFIX + name for name in _KINDS)
_CASTS: Final = {"int": int, "float": float, "bool": bool}


def rule_book(overrides: Iterable[LawOverride] = (), law: Law | None = None) -> RuleBook:
    """Return the thresholds that hold for an organisation, day by day.

    `overrides` are its own values as of the instant asked about (`Records.law_overrides.values()`); those of other
    provisions are passed over. A version with values of the organisation's own is called after what it holds, as in
    `2026.1+5f0c2a91`: the same values have the same name, whenever and wherever they were decided. Raises
    InvalidRequest when the values contradict each other, which writing them has refused already.
    """
    law = law or load_law()
    own = [item for item in overrides if item.provision in PROVISIONS]
    versions = [_rules(law, own, day) for day in law.turning_days(PROVISIONS, own)]
    # A day on which nothing changes after all (an override replaced by a newer one) begins no version.
    fresh = [
        later for earlier, later in pairwise(versions) if replace(later, effective_on=earlier.effective_on) != earlier
    ]
    return RuleBook((versions[0], *fresh))


def default_rules() -> RuleBook:
    """Return the thresholds that the product comes with."""
    return rule_book()


def _rules(law: Law, own: list[LawOverride], day: date) -> Rules:
    values = _values(law, own, day)
    decided = {name: value for name, value in values.items() if value != _values(law, [], day)[name]}
    version = law.edition(day)
    if decided:
        version += f"+{sha256(orjson.dumps(decided, option=orjson.OPT_SORT_KEYS)).hexdigest()[:8]}"
    return Rules(version=version, effective_on=day, **values)


def _values(law: Law, own: list[LawOverride], day: date) -> dict[str, Any]:
    return {name: _CASTS[str(kind)](law.value(PREFIX + name, day, own)) for name, kind in _KINDS.items()}
