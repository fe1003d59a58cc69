"""Who pays, and what each family of funders asks for: profiles with effective dates, each with its source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from dashboards.views.administration.organisation import VersionView, history_of
from dashboards.views.lens import Lens
from evidence.content import DocumentType
from lrs.clock import to_datetime
from lrs.errors import NotFound
from training.access import STAFF
from training.funders import suggested_profiles
from training.records import Funder, FunderProfile
from training.records.ids import FunderId, FunderProfileId
from training.records.kinds import Kind
from training.records.plain import write_plain
from training.store import RecordReader

_NONE: Final = 0


@dataclass(frozen=True, slots=True)
class FunderView:
    """A funder on record, with the profile that it names and how many enrolments it funds."""

    funder: Funder
    profile: FunderProfile | None
    enrolments: int


@dataclass(frozen=True, slots=True)
class ProfileView:
    """A profile: the organisation's own, or (`is_suggested`) one that comes with the product and is not adopted yet."""

    profile: FunderProfile
    is_suggested: bool
    is_effective: bool
    funders: int


@dataclass(frozen=True, slots=True)
class FundersView:
    """Funders by name; profiles by family, then by their first day."""

    on: date
    funders: tuple[FunderView, ...]
    profiles: tuple[ProfileView, ...]


@dataclass(frozen=True, slots=True)
class ProfileDetail:
    """One profile as JSON, the version that a change replaces (0 for a suggested one), and its history."""

    view: ProfileView
    version: int
    plain: dict[str, Any]
    history: tuple[VersionView, ...]


@dataclass(frozen=True, slots=True)
class FunderDetail:
    """One funder as JSON, the version that a change replaces, and its history."""

    view: FunderView
    version: int
    plain: dict[str, Any]
    history: tuple[VersionView, ...]


def piece_name(code: str) -> str:
    """Return the title of a document that we issue, by its code; empty for any other."""
    return DocumentType(code).heading if code in {item.value for item in DocumentType} else ""


def read_funders(lens: Lens) -> FundersView:
    """Return the organisation's funders and profiles, and those that may be adopted."""
    lens.viewer.require(STAFF)
    on, records = to_datetime(lens.now).date(), lens.records
    funders = sorted(records.funders.values(), key=lambda item: (item.name.casefold(), item.id))
    own = [_profile(lens, item, on, is_suggested=False) for item in records.funder_profiles.values()]
    offered = [item for item in suggested_profiles() if item.id not in records.funder_profiles]
    profiles = [*own, *(_profile(lens, item, on, is_suggested=True) for item in offered)]
    profiles.sort(key=lambda item: (item.profile.family, item.profile.effective_from, item.profile.id))
    return FundersView(on, tuple(_funder(lens, item) for item in funders), tuple(profiles))


def read_funder(lens: Lens, funder_id: str) -> FunderDetail:
    """Return one funder; raises NotFound."""
    lens.viewer.require(STAFF)
    found = lens.records.funders.get(FunderId(funder_id))
    if found is None:
        message = "There is no funder of this id."
        raise NotFound(message)
    entry = _reader(lens).get(lens.viewer.organisation, Kind.FUNDER, funder_id)
    return FunderDetail(
        _funder(lens, found), entry.version, write_plain(found), history_of(lens, Kind.FUNDER, funder_id)
    )


def read_profile(lens: Lens, profile_id: str) -> ProfileDetail:
    """Return one profile, the organisation's own or a suggested one; raises NotFound."""
    lens.viewer.require(STAFF)
    on = to_datetime(lens.now).date()
    own = lens.records.funder_profiles.get(FunderProfileId(profile_id))
    if own is not None:
        entry = _reader(lens).get(lens.viewer.organisation, Kind.FUNDER_PROFILE, profile_id)
        view = _profile(lens, own, on, is_suggested=False)
        history = history_of(lens, Kind.FUNDER_PROFILE, profile_id)
        return ProfileDetail(view, entry.version, write_plain(own), history)
    offered = next((item for item in suggested_profiles() if item.id == profile_id), None)
    if offered is None:
        message = "There is no funder profile of this id."
        raise NotFound(message)
    return ProfileDetail(_profile(lens, offered, on, is_suggested=True), _NONE, write_plain(offered), ())


def _reader(lens: Lens) -> RecordReader:
    return RecordReader(lens.services.store, lens.services.clock)


def _funder(lens: Lens, funder: Funder) -> FunderView:
    profile = None if funder.profile_id is None else lens.records.funder_profiles.get(funder.profile_id)
    funded = sum(
        item.funding is not None and item.funding.funder_id == funder.id for item in lens.records.enrolments.values()
    )
    return FunderView(funder, profile, funded)


def _profile(lens: Lens, profile: FunderProfile, on: date, *, is_suggested: bool) -> ProfileView:
    named = sum(funder.profile_id == profile.id for funder in lens.records.funders.values())
    return ProfileView(profile, is_suggested, profile.is_effective(on), named)
