"""Which platforms' traces are held to profiles, and which rules each breaks."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.views.administration.organisation import ADMINISTRATORS
from dashboards.views.administration.trailing import leave_deed
from dashboards.views.lens import Lens
from lrs.errors import InvalidRequest, Problem
from lrs.profile_report import Report, read_report
from lrs.profiles.checks import CheckMode


@dataclass(frozen=True, slots=True)
class CheckedSender:
    """One credential that works, and what its traces are held to."""

    key: str
    label: str
    mode: CheckMode
    profiles: tuple[str, ...]
    looked: int


@dataclass(frozen=True, slots=True)
class ChecksView:
    """Every credential that works, and the report of the last thirty days."""

    senders: tuple[CheckedSender, ...]
    report: Report


def read_checks(lens: Lens) -> ChecksView:
    """Return what is checked, and what was found."""
    lens.viewer.require(ADMINISTRATORS)
    organisation = lens.viewer.organisation
    report = read_report(lens.services, organisation)
    senders = tuple(
        CheckedSender(
            str(item.key), item.settings.label, item.settings.profile_checks, item.settings.profiles,
            report.looked.get(str(item.key), 0),
        )
        for item in lens.services.credentials.all(organisation)
        if item.is_live(lens.now)
    )  # fmt: skip
    return ChecksView(senders, report)


def change_checks(lens: Lens, key: str, mode: str, profiles: tuple[str, ...]) -> None:
    """Say what a credential's traces are held to; raises InvalidRequest, NotFound, Conflict when it has ended."""
    lens.viewer.require(ADMINISTRATORS)
    try:
        wanted = CheckMode(mode)
    except ValueError as error:
        message = "There is no such mode."
        raise InvalidRequest(message, [Problem("/profile_checks", message, ", ".join(CheckMode))]) from error
    lens.services.credentials.change(lens.viewer.organisation, key, {"profile_checks": wanted, "profiles": profiles})
    details = {"mode": wanted.value, "profiles": " ".join(profiles)}
    leave_deed(lens, f"credential:{key}", "credential_checks_changed", details)
