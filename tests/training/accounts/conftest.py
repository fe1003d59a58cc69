"""An organisation with an administrator, and another one beside it."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from lrs.clock import FixedClock, Micros
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.tenancy import OrganisationId
from tests.training.examples import change, person
from training.access import Role, Viewer
from training.accounts import Accounts, SignedIn
from training.accounts.administration import Administration, Happening
from training.accounts.factors import Factors
from training.accounts.invitations import Invitations
from training.accounts.member import Invitation, Standing
from training.accounts.own import OwnAccount
from training.accounts.policy import Policy
from training.accounts.second import SecondStep
from training.accounts.sessions import Session, Stage
from training.attendance.device import Device
from training.store import Register

HERE = "192.0.2.1"
PASSWORD = "une phrase de passe"
MINUTE = 60 * 1_000_000
PHONE = Device("203.0.113.77", "Mozilla/5.0 (Linux; Android 9; Pixel 2) Chrome/90 Mobile Safari/537.36")


@dataclass
class House:
    """Everything about the accounts of one deployment, and what was noted for the audit trail."""

    services: Services
    clock: FixedClock
    ours: OrganisationId
    theirs: OrganisationId
    accounts: Accounts
    administration: Administration
    invitations: Invitations
    factors: Factors
    own: OwnAccount
    second: SecondStep
    notes: list[Happening] = field(default_factory=list)

    @property
    def admin(self) -> Viewer:
        return Viewer(self.ours, Role.ADMINISTRATOR, "account:essai")

    @property
    def stranger(self) -> Viewer:
        """The administrator of the other organisation."""
        return Viewer(self.theirs, Role.ADMINISTRATOR, "account:ailleurs")

    def pass_seconds(self, seconds: int) -> None:
        self.clock.micros = Micros(self.clock.micros + seconds * 1_000_000)

    def invite(self, email: str = "lea@exemple.fr", role: Role = Role.MANAGER, **standing: object) -> str:
        """Return the token of an invitation."""
        wanted = Standing(role, **standing)  # type: ignore[arg-type]
        return self.administration.invite(self.admin, Invitation(email, "Léa Martin", wanted)).token

    def member(self, email: str = "lea@exemple.fr", role: Role = Role.MANAGER, **standing: object) -> SignedIn:
        """Return somebody who has taken an invitation up."""
        return self.invitations.accept(self.invite(email, role, **standing), "Léa Martin", PASSWORD, "fr")

    def enter(self, person: SignedIn, stage: Stage = Stage.FULL) -> str:
        """Return the token of a session."""
        return self.accounts.sessions.begin(person, stage, PHONE, Policy())

    def session(self, token: str) -> tuple[Session, SignedIn]:
        found = self.accounts.find_session(token)
        assert found is not None
        return found


@pytest.fixture
def house(services: Services, clock: FixedClock) -> House:
    organisations = Organisations(services.store, clock)
    ours, theirs = (organisations.find_or_create(slug, slug).number for slug in ("essai", "ailleurs"))
    store, ids, key = services.store, services.ids, services.secret_key
    accounts = Accounts(store, clock, ids)
    for organisation, email in ((ours, "direction@exemple.fr"), (theirs, "direction@ailleurs.fr")):
        accounts.ensure_administrator(organisation, email, PASSWORD)
        people = [change(person("lea", email="lea@exemple.fr"))]
        Register(store, clock).write(organisation, people, "essai")
    notes: list[Happening] = []
    return House(
        services,
        clock,
        ours,
        theirs,
        accounts,
        Administration(store, clock, ids, key, note=notes.append),
        Invitations(store, clock, ids),
        Factors(store, clock, ids, key),
        OwnAccount(accounts, store, clock, ids, key),
        SecondStep(accounts, store, clock, ids, key),
        notes,
    )
