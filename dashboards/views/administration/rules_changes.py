"""Deciding otherwise than a rule's default, and going back to it; every decision has a reason and a first day."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

import orjson

from dashboards.views.administration.organisation import ADMINISTRATORS
from dashboards.views.administration.records_changes import change_records
from dashboards.views.administration.trailing import leave_deed
from dashboards.views.lens import Lens
from lrs.errors import InvalidRequest, NotFound, Problem
from training.law import load_law
from training.records.ids import LawOverrideId
from training.records.kinds import Kind
from training.records.law_override import LawOverride
from training.store import Change

_REASON_MOST: Final = 2_000


def decide_rule(lens: Lens, name: str, value: object, effective_from: date, reason: str) -> None:
    """Let a value hold for the organisation from a day on; what was decided for the same day is replaced.

    Raises InvalidRequest: no reason, a value that cannot stand, or that contradicts another rule; NotFound.
    """
    lens.viewer.require(ADMINISTRATORS)
    _known(name)
    _refuse_no_reason(reason)
    override_id = LawOverrideId(f"{name}-{effective_from.isoformat()}")
    record = LawOverride(override_id, name, value, effective_from, None, reason.strip())
    change_records(lens, [Change(Kind.LAW_OVERRIDE, override_id, record, note=reason.strip())])
    details = {"override": override_id, "from": effective_from.isoformat(), "value": orjson.dumps(value).decode()}
    leave_deed(lens, f"rule:{name}", "rule_decided", details, why=reason.strip())


def restore_default(lens: Lens, name: str, effective_from: date, reason: str) -> None:
    """Let the product's value hold again from a day on: decisions in effect end on its eve, later ones are taken back.

    Raises InvalidRequest without a reason, or when another rule contradicts; NotFound where nothing was decided.
    """
    lens.viewer.require(ADMINISTRATORS)
    _known(name)
    _refuse_no_reason(reason)
    changes = []
    for item in lens.records.law_overrides.values():
        if item.provision != name or (item.effective_to is not None and item.effective_to < effective_from):
            continue
        ended = LawOverride(
            item.id, name, item.value, item.effective_from, effective_from - timedelta(days=1), item.reason
        )
        kept = None if item.effective_from >= effective_from else ended
        changes.append(Change(Kind.LAW_OVERRIDE, item.id, kept, note=reason.strip()))
    if not changes:
        message = "The organisation has decided nothing about this rule."
        raise NotFound(message)
    change_records(lens, changes)
    for change in changes:
        details = {"override": change.record_id, "from": effective_from.isoformat()}
        leave_deed(lens, f"rule:{name}", "rule_restored", details, why=reason.strip())


def value_with(value: Any, changes: Mapping[tuple[str, ...], Any]) -> Any:  # noqa: ANN401 - JSON
    """Return a value with some of its parts changed, by their paths.

    >>> value_with({"months": 72, "from": "recorded"}, {("months",): 12})
    {'months': 12, 'from': 'recorded'}
    """
    if () in changes:
        return changes[()]
    found = copy.deepcopy(value)
    for path, part in changes.items():
        place = found
        for step in path[:-1]:
            place = place[int(step) if isinstance(place, list) else step]
        place[int(path[-1]) if isinstance(place, list) else path[-1]] = part
    return found


def _known(name: str) -> None:
    if name not in load_law().names:
        message = "There is no rule of this name."
        raise NotFound(message)


def _refuse_no_reason(reason: str) -> None:
    if not reason.strip() or len(reason) > _REASON_MOST:
        problem = Problem(
            "/reason", "A decision about a rule has a reason.", f"a text of 1 to {_REASON_MOST} characters"
        )
        raise InvalidRequest("Nothing was changed.", [problem])
