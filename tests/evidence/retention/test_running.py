"""A retention run takes what has outlived its time and nothing else, certifies it, and survives being stopped."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from hashlib import sha256
from random import Random
from typing import Any

import orjson
import pytest

from evidence.archive import ArchiveDestroyed
from evidence.retention.certificate import FORMAT
from evidence.retention.holds import HoldScope
from evidence.retention.running import CERTIFICATE_EXTENSION, DESTROYED, Retention
from evidence.store.retention_runs import Run, Stage
from lrs.errors import Conflict, InvalidRequest
from tests.analytics.store.campus import statement_id
from tests.analytics.store.test_histories import Cut, CutOffStore
from tests.evidence.retention.conftest import BY, YEAR, Office


def furnished(office: Office) -> dict[str, str]:
    """Raw traces, attendance, a document that cites one trace; return the addresses of two files."""
    office.send(
        office.says("completed"), office.says("viewed", minute=3), office.says("attended", "matin", completion=True),
        office.says("viewed", who="zoe", enrolment_=None, minute=5), office.says("viewed", who="yann", enrolment_="e2"),
    )  # fmt: skip
    return {"cited": office.issue("A", statement_id(1)), "other": office.issue("B", enrolment_id="e2")}


def run(office: Office) -> Run:
    return office.retention.run(office.retention.begin(office.organisation, "purge annuelle", BY))


def certificate(office: Office, done: Run) -> dict[str, Any]:
    assert done.certificate is not None
    page = office.archive.read(office.organisation, done.certificate, BY, "essai").decode()
    found = re.search(r'<script type="application/json" id="destruction">(.*?)</script>', page)
    assert found is not None
    return json.loads(found[1])


def test_nothing_goes_before_its_time(office: Office) -> None:
    furnished(office)

    done = run(office)

    assert (done.stage, done.statements) == (Stage.DONE, 0)
    assert len(office.left()) == 5
    assert certificate(office, done)["files"] == []


def test_raw_traces_go_after_two_years_and_evidence_and_what_is_cited_stay(office: Office) -> None:
    furnished(office)
    office.work()
    office.pass_time(3 * YEAR)

    forecast = office.retention.forecast(office.organisation)
    done = run(office)

    assert office.left() == {statement_id(1), statement_id(3)}
    assert forecast.statements == {"retention.traces": 3}
    assert forecast.statements_about == {"enrolment:e1": 1, "enrolment:e2": 1, "unknown": 1}
    assert forecast.kept_statements == {"cited": 1}
    assert (forecast.file_count, done.statements) == (0, 3)
    office.work()
    office.check()


def test_evidence_goes_after_its_own_time_its_document_first(office: Office) -> None:
    files = furnished(office)
    office.pass_time(8 * YEAR)

    forecast = office.retention.forecast(office.organisation)
    done = run(office)

    assert {item.file.sha256 for item in forecast.files} == set(files.values())
    assert sum(forecast.statements.values()) == 5
    assert office.left() == set()
    for address in files.values():
        with pytest.raises(ArchiveDestroyed):
            office.archive.read(office.organisation, address, BY, "")
        assert office.archive.get(office.organisation, address).destroyed_by == str(done.run_id)


def test_the_certificate_says_what_went_and_the_log_names_it(office: Office) -> None:
    files = furnished(office)
    leaves = [row["l"] for row in office.services.store.collection("statements").find().sort("n", 1)]
    office.pass_time(8 * YEAR)

    done = run(office)

    said = certificate(office, done)
    assert (said["format"], said["by"], said["reason"], said["statements"]) == (FORMAT, BY, "purge annuelle", 5)
    assert {item["sha256"] for item in said["files"]} == set(files.values())
    (erased,) = said["erasures"]
    assert erased["leaves_sha256"] == sha256(b"".join(leaves)).hexdigest()
    assert (erased["first_position"], erased["last_position"]) == (0, 4)
    rows = [orjson.loads(row["b"]) for row in office.services.store.collection("statements").find() if "b" in row]
    assert [row["id"] for row in rows if row["verb"]["id"] != DESTROYED["id"]] == erased["deletion_statements"]
    (named,) = [row for row in rows if row["verb"]["id"] == DESTROYED["id"]]
    assert named["context"]["extensions"][CERTIFICATE_EXTENSION] == done.certificate
    deed = next(entry.deed for entry in office.trail.entries(office.organisation) if entry.deed.act.value == "pruned")
    assert deed.details == {"files": "2", "statements": "5", "certificate": done.certificate}
    assert {item["name"] for item in said["provisions"]} >= {"retention.traces", "retention.documents"}


@pytest.mark.parametrize(
    ("scope", "about", "left"),
    [
        (HoldScope.EVERYTHING, "", {1, 2, 3, 4, 5}),
        (HoldScope.LEARNER, "lea", {1, 2, 3}),
        (HoldScope.ENROLMENT, "e2", {5}),
        (HoldScope.SESSION, "fevrier", set()),
    ],
)
def test_a_hold_keeps_what_it_is_on(office: Office, scope: HoldScope, about: str, left: set[int]) -> None:
    files = furnished(office)
    office.holds.place(office.organisation, scope, about, "litige", BY)
    office.pass_time(8 * YEAR)

    run(office)

    assert office.left() == {statement_id(number) for number in left}
    kept = {name for name, address in files.items()
            if office.archive.get(office.organisation, address).destroyed_at is None}  # fmt: skip
    assert kept == {"everything": {"cited", "other"}, "person": {"cited"}, "enrolment": {"other"}}.get(scope, set())


def test_what_voids_goes_with_what_it_voids(office: Office) -> None:
    office.send(office.says("viewed"), office.says("attended", "matin", completion=True))
    office.send(office.voids(statement_id(1)), office.voids(statement_id(2)))
    office.pass_time(3 * YEAR)

    run(office)

    assert office.left() == {statement_id(2), statement_id(4)}


def test_one_run_at_a_time_and_never_without_a_reason(office: Office) -> None:
    with pytest.raises(InvalidRequest):
        office.retention.begin(office.organisation, " ", BY)
    first = office.retention.begin(office.organisation, "purge", BY)
    with pytest.raises(Conflict):
        office.retention.begin(office.organisation, "purge", BY)

    assert office.retention.run(first).stage is Stage.DONE
    assert office.retention.run(office.retention.begin(office.organisation, "encore", BY)).stage is Stage.DONE


@pytest.mark.parametrize("seed", range(3))
def test_a_run_that_is_stopped_anywhere_goes_on_and_certifies_once_what_went(office: Office, seed: int) -> None:
    files = furnished(office)
    office.work()
    office.pass_time(8 * YEAR)
    store = CutOffStore(office.services.store, Random(seed))
    begun = office.retention.begin(office.organisation, "purge annuelle", BY)

    for _ in range(200):
        try:
            if not Retention(replace(office.services, store=store)).go_on():
                break
        except Cut:
            continue

    done = office.retention.runs.get(office.organisation, begun.run_id)
    assert (done.stage, done.statements, office.left()) == (Stage.DONE, 5, set())
    said = certificate(office, done)
    assert (len(said["files"]), said["statements"]) == (len(files), 5)
    every = list(office.archive.every(office.organisation))
    assert len([file for file in every if file.kind.value == "destruction_certificate"]) == 1
    pruned = [entry for entry in office.trail.entries(office.organisation) if entry.deed.act.value == "pruned"]
    assert len(pruned) == 1
    office.work()
    office.check()
