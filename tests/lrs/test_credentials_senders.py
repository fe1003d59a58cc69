"""The last-statement clock, and whose feed has gone quiet."""

from __future__ import annotations

import dataclasses

from lrs.caller import CredentialId, Scope
from lrs.clock import Micros
from lrs.credential import Credential, Settings
from lrs.senders import quiet_senders, sender_clock
from lrs.store.heads import Head, Sender
from lrs.tenancy import OrganisationId

ONE, OTHER = OrganisationId(1), OrganisationId(2)
SECOND = 1_000_000
HOURLY = Settings("Moodle", frozenset({Scope.ALL}), quiet_after_seconds=3600)


def a_credential(key: str, settings: Settings = HOURLY, organisation: OrganisationId = ONE) -> Credential:
    return Credential(CredentialId(key), organisation, settings, b"{}", (), Micros(0))


def a_head(**last_stored: int) -> Head:
    senders = {CredentialId(key): Sender(Micros(at), 7) for key, at in last_stored.items()}
    return Head(ONE, Micros(0), 7, has_references=False, senders=senders)


def test_a_sender_is_quiet_once_its_silence_outlasts_what_was_agreed() -> None:
    credential, head = a_credential("moodle"), a_head(moodle=10 * SECOND)

    at_limit = sender_clock(credential, head, Micros(3610 * SECOND))
    after = sender_clock(credential, head, Micros(3610 * SECOND + 1))

    assert (at_limit.is_quiet, after.is_quiet) == (False, True)
    assert after.quiet_since == 3610 * SECOND
    assert (after.last_stored, after.statements) == (10 * SECOND, 7)


def test_a_sender_that_never_sent_is_quiet_since_its_creation() -> None:
    clock = sender_clock(a_credential("moodle"), None, Micros(3600 * SECOND + 1))

    assert (clock.last_stored, clock.statements, clock.is_quiet) == (None, 0, True)


def test_a_credential_without_an_agreement_or_revoked_is_never_quiet() -> None:
    unwatched = a_credential("a", dataclasses.replace(HOURLY, quiet_after_seconds=None))
    revoked = dataclasses.replace(a_credential("b"), revoked=Micros(1))

    assert quiet_senders({}, [unwatched, revoked], Micros(10**15)) == []


def test_an_expired_credential_is_quiet_for_that_is_how_feeds_go_quiet() -> None:
    expired = dataclasses.replace(a_credential("moodle"), expires=Micros(1))

    assert [clock.credential for clock in quiet_senders({}, [expired], Micros(10**15))] == ["moodle"]


def test_the_longest_silence_comes_first_and_organisations_are_kept_apart() -> None:
    head = a_head(first=20 * SECOND, second=10 * SECOND, elsewhere=10**14)
    credentials = [a_credential("first"), a_credential("second"), a_credential("elsewhere", organisation=OTHER)]

    quiet = quiet_senders({ONE: head}, credentials, Micros(10**14))

    assert [clock.credential for clock in quiet] == ["elsewhere", "second", "first"]
