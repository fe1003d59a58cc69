"""The keys that sign a ledger's heads: made once, kept wrapped, replaced only when somebody asks for it."""

from __future__ import annotations

import secrets
from contextlib import suppress

from lrs.clock import Clock
from lrs.errors import Conflict, KeyUnreadable, LedgerBroken, NotFound
from lrs.ledger.notes import SEED_BYTES, Signer
from lrs.store.database import Store
from lrs.store.ledgers import LedgerKey, LedgerRow, Ledgers
from lrs.tenancy import OrganisationId
from lrs.vault import Purpose, Secret, Vault


class LedgerKeys:
    """Opens and makes the Ed25519 keys of every organisation's ledger."""

    def __init__(self, store: Store, clock: Clock, secret_key: bytes) -> None:
        self._ledgers = Ledgers(store)
        self._vault = Vault(store, clock, secret_key)
        self._clock = clock

    def signer(self, ledger: LedgerRow) -> tuple[Signer, LedgerRow]:
        """Return what signs the next head, and the ledger as it then is: it gets its first key here.

        Raises KeyUnreadable when the key does not open, is gone, or is not the one whose public half is published.
        """
        if not ledger.keys:
            ledger = self._first(ledger)
        wanted = ledger.keys[-1]
        secret = self._vault.find(ledger.organisation, Purpose.LEDGER, wanted.version)
        if secret is None:
            raise KeyUnreadable(
                f"The key that signs the heads of {ledger.origin} is gone: restore the collection “vault” from a "
                "backup, or have a new key made. Statements are sealed meanwhile, and no head is published."
            )
        signer = _signer(ledger, secret)
        if signer.key().public != wanted.public:
            raise KeyUnreadable(
                f"The kept key of {ledger.origin} is not the one that its heads were signed with so far: restore the "
                "collections “vault” and “ledgers” from one backup, or have a new key made."
            )
        return signer, ledger

    def rotate(self, organisation: OrganisationId) -> LedgerKey:
        """Make a new key, which signs from the next head on; heads before it keep theirs, which stays published.

        The key before need not open: this is also the way on when it is lost. Raises NotFound before the first
        head, and Conflict when somebody else was at it; then nothing has changed.
        """
        ledger = self._ledgers.find(organisation)
        if ledger is None or not ledger.keys:
            raise NotFound("The ledger has no key yet: it gets one with its first head.")
        secret = self._next(ledger)
        key = LedgerKey(secret.version, _signer(ledger, secret).key().public, ledger.head + 1, secret.made_at)
        # A head may be published in between, by the key before: then the new one signs from the one after it.
        while not self._ledgers.add_key(ledger, key):
            again = self._ledgers.find(organisation)
            if again is None or again.keys != ledger.keys:
                raise Conflict("Somebody else has just made a new key for this ledger.")
            ledger = again
            key = LedgerKey(key.version, key.public, ledger.head + 1, key.made_at)
        return key

    def _first(self, ledger: LedgerRow) -> LedgerRow:
        """Make the ledger's first key, or take the one that somebody has made and not yet put down."""
        if ledger.head:
            raise LedgerBroken(f"The keys of {ledger.origin} are not there: restore “ledgers” from a backup.")
        organisation = ledger.organisation
        secret = self._vault.find(organisation, Purpose.LEDGER)
        if secret is None:
            try:
                secret = self._make(organisation, 0)
            except Conflict:
                secret = self._vault.find(organisation, Purpose.LEDGER)
                assert secret is not None  # noqa: S101 - somebody has just kept it, and none is ever removed
        public = _signer(ledger, secret).key().public
        while not ledger.keys:
            self._ledgers.add_key(ledger, LedgerKey(secret.version, public, 1, secret.made_at))
            found = self._ledgers.find(organisation)
            assert found is not None  # noqa: S101 - a ledger is never removed
            ledger = found
        return ledger

    def _next(self, ledger: LedgerRow) -> Secret:
        """Return a key that no head was signed with: one that somebody made and never put down, else a new one."""
        newest, organisation = ledger.keys[-1].version, ledger.organisation
        kept = [version for version, _ in self._vault.versions(organisation, Purpose.LEDGER) if version > newest]
        if kept:
            with suppress(KeyUnreadable):
                found = self._vault.find(organisation, Purpose.LEDGER, kept[0])
                assert found is not None  # noqa: S101 - its version was just listed
                return found
        return self._make(organisation, max((newest, *kept)))

    def _make(self, organisation: OrganisationId, after: int) -> Secret:
        return self._vault.put(organisation, Purpose.LEDGER, secrets.token_bytes(SEED_BYTES), after=after)


def _signer(ledger: LedgerRow, secret: Secret) -> Signer:
    return Signer(ledger.origin, secret.data)
