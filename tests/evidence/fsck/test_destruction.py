"""Files and statements that a retention run destroyed hold as long as its certificate and its statements name them."""

from __future__ import annotations

from evidence.fsck.archive import check_archive
from evidence.fsck.finding import Findings, Kind
from evidence.fsck.log import LogCheck
from tests.evidence.retention.conftest import BY, YEAR, Office, office

__all__ = ["office"]


def looked(office: Office) -> Findings:
    findings = Findings()
    store, organisation = office.services.store, office.organisation
    LogCheck(store, organisation, findings, lambda _position, _leaf, _stored: None).run()
    check_archive(store, organisation, findings)
    return findings


def test_what_a_run_destroyed_holds_and_without_its_certificate_it_does_not(office: Office):
    office.send(office.says("completed"), office.says("viewed", minute=3))
    address = office.issue("A")
    office.pass_time(8 * YEAR)
    done = office.retention.run(office.retention.begin(office.organisation, "purge annuelle", BY))
    assert done.certificate is not None

    assert looked(office).kept == []
    assert looked(office).checked[Kind.DELETION] == 2

    archive = office.services.store.collection("archive")
    archive.delete_one({"_id": office.organisation.to_bytes(4, "big") + bytes.fromhex(done.certificate)})
    found = {(finding.kind, finding.subject) for finding in looked(office).kept}
    assert (Kind.DELETION, address) in found


def test_a_statement_that_is_gone_without_a_word_is_named(office: Office):
    office.send(office.says("completed"))
    rows = office.services.store.collection("statements")
    row = rows.find_one({"n": 0})
    rows.replace_one({"_id": row["_id"]}, {name: row[name] for name in ("_id", "o", "t", "n", "l")})

    first = looked(office).first

    assert first is not None
    assert first.kind is Kind.DELETION
    assert "at position 0" in first.subject
