"""`assidu account …`: people who sign in, without the pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import click

from assidu.commands.connection import open_services
from assidu.settings import read_environment
from assidu.wiring import FIRST_ORGANISATION
from lrs.clock import to_datetime, to_micros
from lrs.errors import NotFound
from lrs.organisations import Organisations
from lrs.services import Services
from training.access import Role, Viewer
from training.accounts.account import clean_email
from training.accounts.administration import Administration
from training.accounts.member import Invitation, Member, Standing
from training.records.ids import FunderId, PersonId

_ORGANISATION: Final = click.option(
    "--organisation",
    "slug",
    default=FIRST_ORGANISATION,
    show_default=True,
    metavar="SLUG",
    help="The organisation, as `assidu organisations list` names it.",
)


@click.group("account")
def group() -> None:
    """People who sign in to the pages."""


@group.command("invite")
@click.argument("email")
@click.argument("name")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), required=True, help="What the account is for."
)
@click.option("--person", metavar="ID", help="The person on record that a learner or a trainer is.")
@click.option("--funder", metavar="ID", help="The funder on record that a funder's account is of.")
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day of the account (UTC); auditors need one."
)
@click.option("--locale", type=click.Choice(["fr", "en"]), default="fr", show_default=True, help="Their language.")
@_ORGANISATION
def invite(
    email: str,
    name: str,
    role: str,
    person: str | None,
    funder: str | None,
    until: datetime | None,
    locale: str,
    slug: str,
) -> None:
    """Invite somebody; the link that opens the account is printed and not sent."""
    services, viewer = _within(slug)
    ends = None if until is None else to_micros(until.replace(tzinfo=UTC) + timedelta(days=1))
    standing = Standing(
        Role(role), None if person is None else PersonId(person), None if funder is None else FunderId(funder), ends
    )
    invited = _administration(services).invite(viewer, Invitation(email, name, standing, locale))
    click.echo(f"Invited {invited.member.email} as {role}. Hand over this link; nobody can show it again:")
    click.echo(f"{read_environment().address}/invitation/{invited.token}")


@group.command("list")
@_ORGANISATION
def list_accounts(slug: str) -> None:
    """List an organisation's accounts, by name."""
    services, viewer = _within(slug)
    for member in _administration(services).members(viewer):
        ends = member.standing.expires_at
        until = "" if ends is None else f"until {to_datetime(ends):%Y-%m-%d %H:%M} UTC"
        factors = ",".join(member.factors) or "password alone"
        parts = (member.email, member.name, member.standing.role, member.state, factors, until)
        click.echo("\t".join(parts).rstrip())


@group.command("close")
@click.argument("email")
@_ORGANISATION
def close(email: str, slug: str) -> None:
    """End an account and its sessions; an invitation that was not taken up is withdrawn."""
    services, viewer = _within(slug)
    administration = _administration(services)
    member = _find(administration.members(viewer), email)
    if member.invitation_expires_at is None:
        administration.close(viewer, member.account_id)
        click.echo(f"Closed {member.email}.")
    else:
        administration.withdraw(viewer, member.account_id)
        click.echo(f"Withdrew the invitation of {member.email}.")


def _within(slug: str) -> tuple[Services, Viewer]:
    services = open_services()
    organisation = Organisations(services.store, services.clock).get_by_slug(slug).number
    # As the audit trail names what is done on the machine itself (`evidence.trail.entry.PRODUCT`).
    return services, Viewer(organisation, Role.ADMINISTRATOR, "assidu")


def _administration(services: Services) -> Administration:
    from dashboards.accounts.desk import trail_note
    from evidence.store.trail import Trail

    note = trail_note(Trail(services.store, services.clock))
    return Administration(services.store, services.clock, services.ids, services.secret_key, note=note)


def _find(members: list[Member], email: str) -> Member:
    for member in members:
        if member.email == clean_email(email):
            return member
    message = f"The organisation has no account of {email}."
    raise NotFound(message)
