"""What an auditor is shown: counts without names, samples that anybody draws again, a log that is verified."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date

import pytest

from dashboards.views.audit import audit
from dashboards.views.audit_log import continuity, log_state, trail, trail_fault
from dashboards.views.audit_samples import SampleAsked, Strata, sample, sample_asked, sample_dossier, sampled_file
from evidence.dossier.asked import Asked, Scope, select
from evidence.trail.entry import Act
from lrs.errors import InvalidRequest, NotFound
from lrs.store.database import Store
from lrs.versions import Version
from tests.dashboards.auditor.conftest import seal
from tests.dashboards.school import ENDED, RUNNING, TRAINEES

DRAWN = SampleAsked("essai", 3)


def names(lines) -> list[str]:
    return [line.enrolment_id for line in lines]


def test_an_audit_counts_by_category_and_names_nobody(lens):
    found = audit(lens)

    assert (found.sessions, found.enrolments, found.people) == (2, 10, 7)
    assert found.provider.name == "Atelier des Savoirs SAS"
    assert sum(found.natures.values()) == sum(found.modalities.values()) == sum(found.families.values()) == 10
    said = json.dumps(asdict(found), default=str)
    assert not any(last in said for _, _, last in TRAINEES)


def test_a_period_narrows_what_there_is(lens):
    ended = lens.records.sessions[ENDED]

    assert audit(lens, last_on=ended.ends_on).enrolments == 3
    assert sample(lens, SampleAsked("x", 9, last_on=ended.ends_on)).population == 3


def test_a_sample_is_the_one_that_dossiers_draw_and_is_drawn_again(lens):
    first = sample(lens, DRAWN)
    by_dossier = select(Asked(Scope.SAMPLE, "", "x", "essai", 3), lens.records)

    assert set(names(first.lines)) == {item.id for item in by_dossier.enrolments}
    assert sample(lens, DRAWN) == first
    assert len({line.trainee for line in first.lines}) == 3


def test_a_sample_is_spread_and_says_over_what(lens):
    found = sample(lens, SampleAsked("essai", 4, Strata.SESSION))

    assert {item.part: item.population for item in found.strata} == {RUNNING: 7, ENDED: 3}
    assert sum(item.drawn for item in found.strata) == 4
    assert all(item.drawn >= 1 for item in found.strata)


def test_nobody_outside_a_sample_is_named(lens):
    found = sample(lens, DRAWN)
    inside = {line.trainee.partition(" ")[0] for line in found.lines}

    said = json.dumps(asdict(found), default=str, ensure_ascii=False)

    for _, _, last in TRAINEES:
        assert (last.partition(" ")[0] in inside) or last not in said


def test_what_is_entered_finds_whom_it_names_and_says_whom_it_does_not(lens):
    found = sample(lens, SampleAsked(entered=f"martin lea; {RUNNING}-theo\nPersonne, D-004"))

    assert set(names(found.lines)) == {f"{RUNNING}-lea", f"{ENDED}-lea", f"{RUNNING}-theo", f"{RUNNING}-mehdi"}
    assert found.unknown == ("Personne",)
    assert sample(lens, SampleAsked(entered="Mart")).lines == ()


def test_a_learner_is_shown_as_part_of_a_sample_only(lens):
    found = sampled_file(lens, SampleAsked(entered="Léa Martin"), f"{RUNNING}-lea")

    assert (found.line.trainee, found.has_results) == ("Martin Léa", True)
    assert found.half_days
    with pytest.raises(NotFound):
        sampled_file(lens, SampleAsked(entered="Léa Martin"), f"{RUNNING}-theo")


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        ({}, ["query:size", "query:seed"]),
        ({"size": "0", "seed": "x"}, ["query:size"]),
        ({"size": "dix", "by": "age", "first_on": "hier"}, ["query:size", "query:by", "query:first_on"]),
        ({"size": "3", "seed": "x", "first_on": "2026-02-01", "last_on": "2026-01-01"}, ["query:last_on"]),
        ({"entered": "x" * 4_000}, ["query:entered"]),
    ],
)
def test_a_sample_that_cannot_be_is_refused_with_all_that_is_wrong(place, wrong):
    with pytest.raises(InvalidRequest) as refused:
        sample_asked(place)

    assert [problem.pointer for problem in refused.value.problems] == wrong


def test_the_dossier_of_a_sample_holds_who_is_in_it(lens):
    asked = SampleAsked("essai", 3, Strata.SESSION)

    data = b"".join(sample_dossier(lens, asked, "audit").parts)

    assert data.startswith(b"PK")
    read = [line.what for line in trail(lens, Act.READ) if line.what.startswith("enrolment:")]
    assert set(read) == {f"enrolment:{name}" for name in names(sample(lens, asked).lines)}
    with pytest.raises(NotFound):
        sample_dossier(lens, SampleAsked(entered="personne"), "audit")


def test_the_log_is_verified_head_by_head(lens, services, audited, caller, clock):
    first = log_state(lens)
    assert first.head is not None
    assert first.head.is_signed
    assert first.head.verifier_key in first.verifier_keys
    services.ingest.post(
        caller, Version.V1_0_3, b'{"actor":{"mbox":"mailto:a@b.fr"},"verb":{"id":"urn:x:v"},"object":{"id":"urn:x:o"}}'
    )
    clock.micros += 3_600_000_000
    seal(services, audited)

    now = log_state(lens)
    found = continuity(lens, first.head.number, now.head.number)

    assert now.sealed == first.sealed + 1
    assert found.holds
    assert (found.old.size, found.new.size) == (first.head.size, now.head.size)
    assert now.head.number > first.head.number
    for old, new in ((now.head.number, first.head.number), (1, 99)):
        with pytest.raises(NotFound):
            continuity(lens, old, new)


def test_a_log_that_was_altered_is_found_out(lens, store: Store, services, audited, caller):
    heads = store.collection("ledger_heads")
    (row,) = list(heads.find({"o": audited})) or list(heads.find())
    heads.update_one({"_id": row["_id"]}, {"$set": {"root": bytes(32)}})

    found = log_state(lens)

    assert found.head is not None
    assert not found.head.is_signed


def test_the_trail_is_read_newest_first_and_gone_through(lens, store: Store):
    lens.note_reading([f"{RUNNING}-lea"], "auditor.sample")
    lens.note_reading([f"{RUNNING}-lea"], "auditor.sample")

    (line,) = trail(lens, Act.READ)

    assert (line.who, line.what, line.why) == ("account:audit", f"enrolment:{RUNNING}-lea", "auditor.sample")
    assert trail_fault(lens) == ""
    store.collection("trail").update_one({"n": line.number}, {"$set": {"why": "autre chose"}})
    assert trail_fault(lens).startswith(f"{line.number}:")


def test_a_period_may_be_open(lens):
    assert audit(lens, first_on=date(2000, 1, 1)).enrolments == 10
