"""Adopting and revising funder profiles, and keeping funders: a later revision leaves the former as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from dashboards.views.administration.funders import ProfileDetail, read_profile
from dashboards.views.administration.records_changes import change_records, write_record
from dashboards.views.administration.trailing import leave_deed
from dashboards.views.lens import Lens
from lrs.errors import InvalidRequest, PreconditionFailed, Problem
from training.records import FunderProfile
from training.records.ids import FunderProfileId
from training.records.kinds import Kind
from training.records.reading import read_plain
from training.store import Change


def adopt_profile(lens: Lens, profile_id: str) -> None:
    """Make a suggested profile the organisation's own; raises NotFound, Conflict when it is already."""
    detail = read_profile(lens, profile_id)
    write_record(lens, Kind.FUNDER_PROFILE, profile_id, detail.plain, expected=0)
    leave_deed(lens, f"funder_profile:{profile_id}", "profile_adopted")


def revise_profile(lens: Lens, profile_id: str, changes: Mapping[str, Any], expected: int, note: str) -> str:
    """Write a profile with some members changed, and return its id.

    With another first day it is a profile of its own, and the former ends on the eve. Raises InvalidRequest with every
    problem, Conflict or PreconditionFailed when somebody has changed it meanwhile, NotFound.
    """
    detail = read_profile(lens, profile_id)
    if detail.version != expected:
        message = f"This replaces version {expected}; the newest is {detail.version}."
        raise PreconditionFailed(message)
    plain = {**detail.plain, **changes, "id": profile_id}
    wanted = read_plain(FunderProfile, plain)
    before = detail.view.profile
    is_new = detail.version == 0 or wanted.effective_from != before.effective_from
    if not is_new:
        change_records(lens, [Change(Kind.FUNDER_PROFILE, profile_id, wanted, expected, note)])
    else:
        profile_id = _begin(lens, detail, wanted, note)
    leave_deed(lens, f"funder_profile:{profile_id}", "profile_revised", why=note)
    return profile_id


def write_funder(lens: Lens, funder_id: str, plain: Mapping[str, Any], expected: int) -> None:
    """Write a funder; raises as `write_record`."""
    write_record(lens, Kind.FUNDER, funder_id, plain, expected=expected)
    leave_deed(lens, f"funder:{funder_id}", "funder_written")


def new_funder(lens: Lens, plain: Mapping[str, Any]) -> str:
    """Write a funder under an id of its own, and return that."""
    funder_id = str(lens.services.ids.new_uuid())
    write_funder(lens, funder_id, plain, 0)
    return funder_id


def _begin(lens: Lens, detail: ProfileDetail, wanted: FunderProfile, note: str) -> str:
    """Write a profile that begins on another day than the one it follows, and end that one."""
    before = detail.view.profile
    if wanted.effective_from == before.effective_from:
        # A suggested profile that is changed before it was adopted.
        change_records(lens, [Change(Kind.FUNDER_PROFILE, before.id, wanted, 0, note)])
        return before.id
    if wanted.effective_from < before.effective_from:
        problem = Problem(
            "/effective_from", "It begins before the one it follows.", f"{before.effective_from} or later"
        )
        raise InvalidRequest("Nothing was changed.", [problem])
    next_id = FunderProfileId(f"{_stem(before.id)}-{wanted.effective_from.isoformat()}")
    eve = wanted.effective_from - timedelta(days=1)
    ended = replace(before, effective_to=eve if before.effective_to is None else min(eve, before.effective_to))
    changes = [
        Change(Kind.FUNDER_PROFILE, before.id, ended, detail.version, note),
        Change(Kind.FUNDER_PROFILE, next_id, replace(wanted, id=next_id), 0, note),
    ]
    change_records(lens, changes)
    return next_id


def _stem(profile_id: str) -> str:
    """Return an id without the day that an earlier revision put at its end.

    >>> _stem("agefice-2024-2027-01-01"), _stem("agefice-2024")
    ('agefice-2024', 'agefice-2024')
    """
    stem, day = profile_id[:-11], profile_id[-10:]
    try:
        date.fromisoformat(day)
    except ValueError:
        return profile_id
    return stem
