"""Accounts with the letters about them: what an administrator's page and the API call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from flask import has_request_context, request

from dashboards.accounts.letters import AccountLetters
from dashboards.attendance.letters import Delivery
from evidence.store.trail import Trail
from evidence.trail.entry import Act, Deed
from lrs.clock import Micros
from lrs.organisations import Organisations
from training.access import Viewer
from training.accounts.administration import Administration, Happening
from training.accounts.member import Invitation, Invited, Member

# Where every request of the outer application carries the desk, the Dash application within included.
DESK: Final = "assidu.accounts"


@dataclass(frozen=True, slots=True)
class Sent:
    """An account that waits for its owner, and what became of the letter.

    Where no letter can be sent (`Delivery.UNAVAILABLE`), `link` is for the administrator to hand over; else it is
    empty.
    """

    member: Member
    delivery: Delivery
    link: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class AccountsDesk:
    """Administration whose invitations are sent; everything else is `administration`'s, trail included."""

    administration: Administration
    organisations: Organisations
    letters: AccountLetters

    def invite(self, viewer: Viewer, invitation: Invitation) -> Sent:
        """Invite somebody by letter; raises what `Administration.invite` raises, with nothing sent."""
        return self._send(viewer, self.administration.invite(viewer, invitation))

    def resend(self, viewer: Viewer, account_id: str) -> Sent:
        """Send a fresh invitation; raises what `Administration.resend` raises, with nothing sent."""
        return self._send(viewer, self.administration.resend(viewer, account_id))

    def _send(self, viewer: Viewer, invited: Invited) -> Sent:
        member = invited.member
        delivery = self.letters.invite(
            member.email,
            member.name,
            member.locale,
            member.standing.role,
            self.organisations.get(viewer.organisation).name,
            invited.token,
            member.invitation_expires_at or Micros(0),
        )
        link = self.letters.invitation_link(invited.token) if delivery is Delivery.UNAVAILABLE else ""
        return Sent(member, delivery, link)


def trail_note(trail: Trail) -> Callable[[Happening], None]:
    """Return what leaves each act of an `Administration` in the audit trail."""

    def note(happening: Happening) -> None:
        details = {"change": happening.change, **happening.details}
        trail.record(happening.organisation, Deed(happening.who, Act.CHANGED, happening.what, details=details))

    return note


def current_desk() -> AccountsDesk:
    """Return the desk of the request at hand; raises LookupError outside one."""
    desk = request.environ.get(DESK) if has_request_context() else None
    if isinstance(desk, AccountsDesk):
        return desk
    raise LookupError(DESK)
