"""Create accounts, and sign people in."""

from __future__ import annotations

from dataclasses import dataclass

from bson import ObjectId
from mongoengine import NotUniqueError, ValidationError
from mongoengine.queryset import QuerySet

from lrs.caller import OrganisationId
from lrs.clock import Clock, SystemClock
from lrs.errors import InvalidRequest, Problem, Unauthenticated
from lrs.store.database import Store
from training.access import Role, Viewer
from training.accounts.account import ACCOUNTS_COLLECTION, Account, clean_email
from training.accounts.guesses import Guesses
from training.accounts.passwords import fingerprint, hash_password, is_password, needs_rehash
from training.records.ids import FunderId, PersonId


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person whose password was right, as a page needs to know them."""

    account_id: str
    organisation: OrganisationId
    name: str
    role: Role
    locale: str
    # Changes with the password; a session carries it.
    stamp: str
    person_id: PersonId | None = None
    funder_id: FunderId | None = None

    @property
    def viewer(self) -> Viewer:
        """Who this is to what may be seen."""
        # As `evidence.trail.entry.who_account` writes it.
        name = f"account:{self.account_id}"
        return Viewer(self.organisation, self.role, name, self.person_id, self.funder_id)


class Accounts:
    """The accounts of one deployment."""

    def __init__(self, store: Store, clock: Clock | None = None) -> None:
        self._store = store
        self._clock = clock or SystemClock()
        self._guesses = Guesses(store)

    def ensure_administrator(
        self, organisation: OrganisationId, email: str, password: str, *, name: str = "", locale: str = "fr"
    ) -> bool:
        """Create the first account of an organisation; True when it was made, False when it was there.

        An account that exists is left as it is, password included: a restart changes nothing. Raises
        InvalidRequest for an address or a password that cannot be taken.
        """
        if self._all().filter(email=clean_email(email)).first() is not None:
            return False
        account = Account(
            organisation=organisation,
            email=clean_email(email),
            name=name or clean_email(email).partition("@")[0],
            password_hash=hash_password(password),
            role=Role.ADMINISTRATOR.value,
            locale=locale,
            created_micros=self._clock.now_micros(),
        )
        try:
            account.validate()
            self._all().insert(account)
        except ValidationError as error:
            problems = [Problem(f"/{field}", str(why)) for field, why in error.to_dict().items()]
            raise InvalidRequest("This account cannot be made.", problems) from error
        except NotUniqueError:
            return False
        return True

    def set_password(self, email: str, password: str) -> bool:
        """Change a password, which ends every session begun under the old one; False when there is no such account."""
        new_hash = hash_password(password)
        return bool(self._all().filter(email=clean_email(email)).update_one(set__password_hash=new_hash))

    def sign_in(self, email: str, password: str, remote: str) -> SignedIn:
        """Return who this is.

        Raises Unauthenticated, in the same words and at the same price whether the address is unknown, the
        account is closed or the password is wrong; TooManyRequests while wrong guesses from `remote` are slowed.
        """
        address = clean_email(email)
        self._guesses.claim(address, remote, self._clock.now_micros())
        account = self._all().filter(email=address, active=True).first()
        if not is_password(password, account.password_hash if account else None):
            raise Unauthenticated("This address and this password do not go together.")
        self._guesses.forget(address, remote)
        if needs_rehash(account.password_hash):
            account.password_hash = hash_password(password)
            self._all().filter(id=account.id).update_one(set__password_hash=account.password_hash)
        return _signed_in(account)

    def find_signed_in(self, account_id: str, stamp: str) -> SignedIn | None:
        """Return the person a session belongs to, unless the account is closed or its password has changed."""
        if not ObjectId.is_valid(account_id):
            return None
        account = self._all().filter(id=account_id, active=True).first()
        if account is None or fingerprint(account.password_hash) != stamp:
            return None
        return _signed_in(account)

    def _all(self) -> QuerySet:
        return QuerySet(Account, self._store.collection(ACCOUNTS_COLLECTION))


def _signed_in(account: Account) -> SignedIn:
    return SignedIn(
        account_id=str(account.id),
        organisation=OrganisationId(account.organisation),
        name=account.name,
        role=Role(account.role),
        locale=account.locale,
        stamp=fingerprint(account.password_hash),
    )
