"""Sealing: what comes out holds before others, and nothing comes out that does not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from assidu.authority.revocation import revoke
from evidence.seals import (
    Anchor,
    SealExpired,
    SealLevel,
    SealMissing,
    SealNotYetValid,
    SealProblem,
    SealRevoked,
    SealTrust,
    SealUnreadable,
    check_seal,
)
from lrs.clock import Micros, to_micros
from lrs.errors import Conflict, InvalidRequest
from lrs.timestamps import AuthorityUnreachable, ClocksDisagree, NoAuthority, StampFailure
from lrs.vault import Purpose, Vault
from tests.conftest import MONDAY
from tests.evidence.independent import assert_all_accept
from tests.lrs.timestamps.certificates import START, Holder, holder

DAY = 86_400 * 1_000_000


def key_file(who: Holder) -> bytes:
    encryption = BestAvailableEncryption(b"mot de passe")
    return serialize_key_and_certificates(b"cachet", who.key, who.certificate, who.chain[1:], encryption)


def test_a_development_seal_is_accepted_by_programs_that_share_nothing_with_us(seals, organisation, pdf, trust):
    sealed = seals.seal(organisation, pdf)

    assert_all_accept(sealed.pdf, trust.seals)
    assert sealed.level is SealLevel.B_LT
    assert sealed.is_development
    assert not sealed.is_stamp_qualified
    assert (sealed.signer, sealed.sealed_at, sealed.stamped_at) == ("Organisme d’essai", MONDAY, MONDAY)
    report = check_seal(sealed.pdf, trust)
    assert report.is_trusted
    assert report.is_development
    assert (report.signer, report.level, report.stamped_at) == ("Organisme d’essai", SealLevel.B_LT, MONDAY)


def test_the_layouts_claims_stand_in_the_sealed_file_as_they_were_written(seals, organisation, pdf):
    sealed = seals.seal(organisation, pdf).pdf

    assert sealed.startswith(pdf)
    assert b"pdfaid" not in sealed[len(pdf) :]
    assert b"/Metadata" in sealed[len(pdf) :]


@pytest.mark.parametrize("kind", ["P-256", "RSA"])
def test_an_uploaded_seal_seals_from_then_on(build, organisation, pdf, authority, kind):
    root = holder("Autorité", is_authority=True)
    key = rsa.generate_private_key(65537, 2048) if kind == "RSA" else None
    who = holder("Organisme réel", holder("Émission", root, is_authority=True), key=key)
    seals = build()
    before = seals.seal(organisation, pdf)

    state = seals.upload(organisation, key_file(who), "mot de passe")
    after = seals.seal(organisation, pdf)

    trust = SealTrust((root.certificate,), (authority.root(),))
    assert (state.problem, state.subject) == (None, "CN=Organisme réel")
    assert_all_accept(after.pdf, [root.certificate, authority.root()])
    report = check_seal(after.pdf, trust)
    assert (report.signer, report.level, report.is_trusted) == ("Organisme réel", SealLevel.B_T, True)
    assert check_seal(before.pdf, trust).seal_anchor is Anchor.DEVELOPMENT
    assert check_seal(after.pdf, SealTrust()).seal_anchor is Anchor.UNTRUSTED
    assert check_seal(after.pdf, SealTrust()).is_intact


def test_a_seal_whose_file_has_no_other_certificate_seals_too(build, organisation, pdf):
    root = holder("Autorité", is_authority=True)
    who = holder("Organisme réel", root)
    seals = build()
    seals.upload(organisation, key_file(Holder(who.key, who.chain[:1])), "mot de passe")

    sealed = seals.seal(organisation, pdf)

    assert check_seal(sealed.pdf, SealTrust((root.certificate,))).seal_anchor is Anchor.TRUSTED


def test_a_seal_outlives_its_certificate_and_then_seals_nothing_more(build, organisation, pdf, clock, trust):
    root = holder("Autorité", is_authority=True)
    who = holder("Organisme réel", root, begins=datetime(2026, 1, 4, tzinfo=UTC), days=3)
    seals = build()
    seals.upload(organisation, key_file(who), "mot de passe")
    sealed = seals.seal(organisation, pdf)

    clock.micros = Micros(MONDAY + 30 * DAY)
    with pytest.raises(SealExpired, match="2026-01-07"):
        seals.seal(organisation, pdf)
    assert seals.state(organisation).problem is SealProblem.EXPIRED
    assert check_seal(sealed.pdf, SealTrust((root.certificate,), trust.stamps)).is_trusted

    clock.micros = Micros(MONDAY - 3 * DAY)
    with pytest.raises(SealNotYetValid, match="clock"):
        seals.seal(organisation, pdf)
    assert seals.state(organisation).problem is SealProblem.NOT_YET


def test_an_organisation_without_a_seal_is_told_how_to_bring_one(build, organisation, pdf):
    seals = build(issuer=None)

    with pytest.raises(SealMissing, match="/api/v1/organisation/seal"):
        seals.seal(organisation, pdf)
    assert seals.state(organisation).problem is SealProblem.MISSING


def test_another_secret_opens_no_seal_and_makes_none_in_its_place(build, organisation, pdf, services, clock):
    build().seal(organisation, pdf)
    other = build(secret_key=b"another deployment's secret, 32 b")

    with pytest.raises(SealUnreadable, match="ASSIDU_SECRET_KEY"):
        other.seal(organisation, pdf)

    assert other.state(organisation).problem is SealProblem.WRONG_SECRET
    assert len(Vault(services.store, clock, services.secret_key).versions(organisation, Purpose.SEAL)) == 1


def test_a_seal_of_a_form_that_is_not_known_is_said_to_be_unreadable(build, organisation, pdf, services, clock):
    Vault(services.store, clock, services.secret_key).put(organisation, Purpose.SEAL, b"something", after=0)

    with pytest.raises(SealUnreadable, match="not one that this version"):
        build().seal(organisation, pdf)


def test_nothing_is_sealed_without_a_stamp(build, organisation, pdf, authority, server):
    seals = build()
    seals.seal(organisation, pdf)

    with pytest.raises(AuthorityUnreachable):
        build(stamper=NoAuthority()).seal(organisation, pdf)
    server.shutdown()
    server.server_close()
    with pytest.raises(AuthorityUnreachable):
        seals.seal(organisation, pdf)


def test_clocks_that_disagree_seal_nothing(build, organisation, pdf, clock, services, server):
    from assidu.authority.client import DevelopmentAuthority
    from lrs.clock import FixedClock

    ahead = DevelopmentAuthority(server.address, services.secret_key, FixedClock(Micros(MONDAY + DAY)))

    with pytest.raises(ClocksDisagree):
        build(stamper=ahead).seal(organisation, pdf)


def test_a_stamp_by_an_authority_that_is_not_trusted_seals_nothing(build, organisation, pdf, server, clock):
    from lrs.timestamps import TimestampAuthority

    stranger = holder("Autre racine", is_authority=True)
    stamper = TimestampAuthority(server.address + "/tsa", [stranger.certificate], clock)

    with pytest.raises(StampFailure):
        build(stamper=stamper).seal(organisation, pdf)


def test_a_certificate_that_was_withdrawn_seals_nothing_and_what_it_sealed_before_holds(
    build, organisation, pdf, clock, tmp_path, trust
):
    sealed = build().seal(organisation, pdf)
    serial = check_seal(sealed.pdf, trust).certificate.serial_number
    clock.micros = Micros(MONDAY + DAY)
    revoke(tmp_path / "authority", serial, clock.micros)

    with pytest.raises(SealRevoked, match="révoqué"):
        build().seal(organisation, pdf)

    assert check_seal(sealed.pdf, trust).is_trusted


def test_where_no_list_of_what_was_withdrawn_is_had_the_seal_is_b_t(build, organisation, pdf, authority, trust):
    class Closed:
        def issue(self, request):
            return authority.issue(request)

        def revocation_lists(self):
            raise AuthorityUnreachable("no list")

    sealed = build(issuer=Closed()).seal(organisation, pdf)

    assert sealed.level is SealLevel.B_T
    assert_all_accept(sealed.pdf, trust.seals)
    assert check_seal(sealed.pdf, trust).level is SealLevel.B_T


def test_many_threads_and_two_deployments_processes_share_one_seal(build, organisation, pdf, trust, services, clock):
    one, other = build(), build()
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda n: (one, other)[n % 2].seal(organisation, pdf), range(12)))

    reports = [check_seal(sealed.pdf, trust) for sealed in made]
    assert all(report.is_trusted for report in reports)
    assert len({report.certificate for report in reports}) == 1
    assert len(Vault(services.store, clock, services.secret_key).versions(organisation, Purpose.SEAL)) == 1


@pytest.mark.parametrize("body", [b"", b"not a PDF", b"%PDF-1.7\n%%EOF"])
def test_what_is_no_pdf_is_refused(seals, organisation, body):
    with pytest.raises(InvalidRequest, match="no PDF"):
        seals.seal(organisation, body)


def test_a_file_is_sealed_once(seals, organisation, pdf):
    with pytest.raises(InvalidRequest, match="already"):
        seals.seal(organisation, seals.seal(organisation, pdf).pdf)


def test_the_seal_of_one_organisation_is_not_anothers(seals, build, organisation, pdf):
    seals.seal(organisation, pdf)

    with pytest.raises(SealMissing):
        build(issuer=None).seal(organisation + 1, pdf)


def test_state_before_anything_is_made_says_what_will_be(seals, organisation, services, clock):
    state = seals.state(organisation)

    assert (state.problem, state.subject, state.is_development) == (None, None, True)
    assert Vault(services.store, clock, services.secret_key).versions(organisation, Purpose.SEAL) == []


def test_two_uploads_at_once_are_two_versions_or_a_conflict(build, organisation):
    seals = build()
    files = [key_file(holder(f"Organisme {n}")) for n in range(4)]

    def upload(file):
        try:
            return seals.upload(organisation, file, "mot de passe").problem
        except Conflict:
            return "conflict"

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(upload, files))

    assert None in outcomes
    assert set(outcomes) <= {None, "conflict"}


def test_a_uploaded_seal_must_come_from_whom_the_settings_trust(build, organisation):
    root = holder("Autorité", is_authority=True)
    seals = build(trust=[root.certificate])

    with pytest.raises(InvalidRequest) as refused:
        seals.upload(organisation, key_file(holder("Seul")), "mot de passe")
    assert "vouches" in refused.value.problems[0].message
    assert seals.upload(organisation, key_file(holder("Organisme", root)), "mot de passe").problem is None


START_AND_END = (to_micros(START), to_micros(START + timedelta(days=3650)))


def test_the_state_of_an_uploaded_seal_says_who_and_until_when(build, organisation):
    state = build().upload(organisation, key_file(holder("Organisme")), "mot de passe")

    assert (state.not_before, state.not_after) == START_AND_END
    assert state.issuer == "CN=Organisme"
    assert len(state.sha256) == 64
    assert state.is_development  # for the stamps are
