"""One person who may sign in, as it is kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, ClassVar

from mongoengine import Document, IntField, LongField, StringField
from mongoengine.queryset import QuerySet

from lrs.clock import Micros
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from training.access import Role, Viewer
from training.accounts.member import Standing, State
from training.records.ids import FunderId, PersonId

ACCOUNTS_COLLECTION = "accounts"


class Account(Document):  # type: ignore[misc]  # mongoengine ships no types
    """A person of one organisation, in which no two accounts have the same address, lower-cased."""

    # The class is never bound to a connection: `Accounts` hands it the collection of the store it was
    # given, so that two databases in one process (tests, a migration) cannot be mistaken for each other.
    meta: ClassVar[dict[str, Any]] = {
        "collection": ACCOUNTS_COLLECTION,
        "auto_create_index": False,
        # What an earlier version wrote beside these is passed over.
        "strict": False,
    }

    organisation = IntField(required=True)
    email = StringField(required=True, max_length=254, regex=r"^[^\s@]+@[^\s@]+$")
    # The address again once its owner has shown that it is theirs: unique in the whole deployment, for it is all that
    # somebody types. Not before: whom an organisation invites is nobody's business in another.
    login = StringField()
    name = StringField(required=True, max_length=200)
    # Empty for who signs in with the organisation's provider alone.
    password_hash = StringField(default="")
    role = StringField(required=True, choices=[role.value for role in Role])
    person_id = StringField()
    funder_id = StringField()
    expires_micros = LongField()
    state = StringField(required=True, choices=[state.value for state in State], default=State.ACTIVE.value)
    locale = StringField(required=True, choices=["fr", "en"], default="fr")
    created_micros = LongField(required=True)
    invited_micros = LongField()
    invitation_until_micros = LongField()
    signed_in_micros = LongField()
    # Whoever the organisation's provider says this is: `issuer subject`.
    subject = StringField()
    # One more each time that the sessions begun so far must end.
    epoch = IntField(default=0)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person who has shown who they are, as a page needs to know them."""

    account_id: str
    organisation: OrganisationId
    name: str
    role: Role
    locale: str
    # Changes with the password, the role and the factors; a session carries it.
    stamp: str = field(repr=False)
    person_id: PersonId | None = None
    funder_id: FunderId | None = None
    email: str = field(default="", repr=False)

    @property
    def viewer(self) -> Viewer:
        """Who this is to what may be seen."""
        # As `evidence.trail.entry.who_account` writes it.
        name = f"account:{self.account_id}"
        return Viewer(self.organisation, self.role, name, self.person_id, self.funder_id)


def rows(store: Store) -> QuerySet:
    """Return all the accounts of a deployment, to be filtered."""
    return QuerySet(Account, store.collection(ACCOUNTS_COLLECTION))


def clean_email(text: str) -> str:
    """Return the one spelling under which an address is kept and looked up."""
    return text.strip().lower()


def is_open(account: Account, now: Micros) -> bool:
    """Say whether whoever has this account may sign in at `now`."""
    return account.state == State.ACTIVE and (account.expires_micros is None or now < account.expires_micros)


def standing_of(account: Account) -> Standing:
    """Return what an account is for."""
    return Standing(
        Role(account.role),
        None if account.person_id is None else PersonId(account.person_id),
        None if account.funder_id is None else FunderId(account.funder_id),
        None if account.expires_micros is None else Micros(account.expires_micros),
    )


def signed_in(account: Account) -> SignedIn:
    """Return an account as pages need it."""
    standing = standing_of(account)
    return SignedIn(
        account_id=str(account.id),
        organisation=OrganisationId(account.organisation),
        name=account.name,
        role=standing.role,
        locale=account.locale,
        stamp=_stamp(account),
        person_id=standing.person_id,
        funder_id=standing.funder_id,
        email=account.email,
    )


def _stamp(account: Account) -> str:
    parts = (account.password_hash, account.epoch or 0, account.role, account.person_id, account.funder_id)
    return hashlib.blake2b("\0".join(map(str, parts)).encode(), digest_size=12).hexdigest()
