"""What a first start has for people: an organisation to look at, a way in, and a line to try."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import click

from assidu.settings import Settings
from assidu.wiring import FIRST_ORGANISATION, FirstStart, connect
from lrs.clock import to_datetime
from lrs.keyring import Keyring
from lrs.organisations import Organisations
from lrs.services import Services
from training.accounts import Accounts

if TYPE_CHECKING:
    from assidu.demo.accounts import Visitor

DEMONSTRATION: Final = "demonstration"
_DEMO_NAME: Final = "Organisme de démonstration"
_DEMO_EMAIL: Final = "demo@assidu.local"
_LOCAL_KEY: Final = "local"
# What the demonstration's systems are called on the page of senders.
_SENDERS: Final = {
    "moodle": "Moodle",
    "classroom": "Classes virtuelles",
    "authoring": "Modules d’autoformation",
    "cmi5": "Lecteur cmi5",
    "attendance": "Émargement",
}
# Set on the demonstration's organisation once all of its year has been fed.
_FED: Final = "demonstration_fed"


@dataclass(frozen=True, slots=True)
class Guests:
    """Who may come in, and with what. A secret is None when it was changed since, or is the operator's own."""

    key: str
    secret: str | None
    email: str | None = None
    password: str | None = None
    is_hungry: bool = False


def invite(settings: Settings, services: Services, *, demo: bool) -> Guests:
    """Make the demonstration's organisation, or a first credential for one's own, unless they are there."""
    if demo:
        return _invite_demonstration(services)
    if settings.api_key:
        return Guests(settings.api_key, None)
    organisation = Organisations(services.store, services.clock).get_by_slug(FIRST_ORGANISATION)
    secret = shown_again(services, _LOCAL_KEY)
    opens = services.credentials.seed(organisation.number, _LOCAL_KEY, secret)
    return Guests(_LOCAL_KEY, secret if opens else None)


def _invite_demonstration(services: Services) -> Guests:
    organisation = Organisations(services.store, services.clock).find_or_create(DEMONSTRATION, _DEMO_NAME)
    secret = shown_again(services, DEMONSTRATION)
    opens = services.credentials.seed(organisation.number, DEMONSTRATION, secret, label="Vos essais")
    password = shown_again(services, _DEMO_EMAIL)[:16]
    Accounts(services.store, services.clock).ensure_administrator(
        organisation.number, _DEMO_EMAIL, password, name="Camille Démonstration"
    )
    row = services.store.collection("organisations").find_one({"_id": organisation.number}, {_FED: 1}) or {}
    return Guests(DEMONSTRATION, secret if opens else None, _DEMO_EMAIL, password, is_hungry=opens and _FED not in row)


def shown_again(services: Services, name: str) -> str:
    """Return a secret that this deployment can show at each start and yet keeps nowhere: drawn from its own key."""
    digest = Keyring(services.secret_key).digest("shown again", name)
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def feed(settings: Settings) -> None:
    """Put the demonstration on record, feed its year through HTTP, with a progress bar, and note that it is complete.

    A record in the data folder says how far it is, so that an interrupted feed goes on where it stopped.
    """
    from assidu.demo.feed import begun
    from assidu.demo.feed import feed as feed_year
    from assidu.demo.records import year_records
    from assidu.demo.statements import SENDERS
    from assidu.demo.year import DEFAULT_SEED
    from training.records.kinds import KINDS
    from training.store import Change, Register

    services = connect(settings)
    organisation = Organisations(services.store, services.clock).get_by_slug(DEMONSTRATION)
    credentials = []
    for sender in SENDERS:
        key = f"{DEMONSTRATION}-{sender}"
        secret = shown_again(services, key)
        services.credentials.seed(organisation.number, key, secret, label=_SENDERS[sender])
        credentials.append((key, secret))
    # Named after this very organisation: another database begins another feed.
    record = settings.data / f"demonstration-{organisation.created}.json"
    seed, until = begun(record) or (DEFAULT_SEED, to_datetime(services.clock.now_micros()).date())
    # On record first, so that what is posted counts for somebody at once. Written again, it says the same.
    register = Register(services.store, services.clock)
    changes = [Change(KINDS[type(row)], row.id, row) for row in year_records(seed, until)]
    register.write(organisation.number, changes, _DEMO_EMAIL)
    feed_year(f"{settings.address}/xapi", credentials, seed=seed, until=until, record=record)
    now = services.clock.now_micros()
    services.store.collection("organisations").update_one({"_id": organisation.number}, {"$set": {_FED: now}})


def introduce(settings: Settings) -> None:
    """Say what is about to happen, before it takes its time."""
    click.echo(f"{settings.address}/ answers already. A demonstration LMS now posts its training year:")


def greet(settings: Settings, first: FirstStart, guests: Guests) -> None:
    """Print where everything is, how to come in, and lines that post a statement and ask for a document."""
    address = settings.address
    lines = [
        "",
        f"  Dashboards     {address}/dashboards/",
        f"  xAPI           {address}/xapi",
        f"  API and docs   {address}/api/docs",
        f"  Data and logs  {settings.data}",
        "",
    ]
    if guests.email:
        lines.append(f"  Demonstration login    {guests.email}   {guests.password}")
        lines += [f"    as {item.role.value:<18} {item.email}   {item.password}" for item in _visitors(settings)]
    if first.admin_password:
        lines.append(f"  Administrator's login  {first.admin_email}   {first.admin_password}   (shown only this once)")
    shown = guests.secret or "THE-SECRET-YOU-CHOSE"
    lines += ["", "  Post a statement:", "", *_curl(address, guests.key, shown), ""]
    trainee = _trainee(settings) if guests.email else None
    if trainee is not None:
        lines += ["  Have a trainee’s attendance attested; the answer has the CODE of the sealed PDF file:", ""]
        lines += [*_attest(address, guests.key, shown, trainee), ""]
    click.echo("\n".join([*lines, "  Ctrl-C stops everything.", ""]))


def _visitors(settings: Settings) -> list[Visitor]:
    """Return the demonstration's accounts of the other roles, made if need be."""
    from assidu.demo.accounts import ensure_visitors

    services = connect(settings)
    try:
        organisation = Organisations(services.store, services.clock).get_by_slug(DEMONSTRATION)
        return ensure_visitors(services, organisation.number, lambda email: shown_again(services, email)[:16])
    finally:
        services.store.client.close()


def _trainee(settings: Settings) -> str | None:
    """Return the enrolment of somebody in the demonstration's first session, which is over."""
    from training.records.kinds import Kind
    from training.store import RecordReader

    services = connect(settings)
    try:
        organisation = Organisations(services.store, services.clock).get_by_slug(DEMONSTRATION)
        reader = RecordReader(services.store, services.clock)
        return next((row.record_id for row in reader.page(organisation.number, Kind.ENROLMENT, limit=1)), None)
    finally:
        services.store.client.close()


def _curl(address: str, key: str, secret: str) -> list[str]:
    statement = (
        '{"actor": {"mbox": "mailto:camille@example.org"}, '
        '"verb": {"id": "http://adlnet.gov/expapi/verbs/completed"}, '
        '"object": {"id": "https://example.org/formations/premiers-secours"}}'
    )
    return [
        f"    curl -u '{key}:{secret}' -H 'X-Experience-API-Version: 2.0.0' -H 'Content-Type: application/json' \\",
        f"      {address}/xapi/statements -d '{statement}'",
    ]


def _attest(address: str, key: str, secret: str, enrolment_id: str) -> list[str]:
    asked = f'{{"type": "ATTASS", "enrolment_id": "{enrolment_id}"}}'
    return [
        f"    curl -u '{key}:{secret}' -H 'Content-Type: application/json' \\",
        f"      {address}/api/v1/documents -d '{asked}'",
        f"    curl -u '{key}:{secret}' -o attestation.pdf {address}/api/v1/documents/CODE/file",
    ]
