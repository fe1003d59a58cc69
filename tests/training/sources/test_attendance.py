"""Badges and paper become presence at half-days, credited as what they are, once."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import orjson
import pytest
from openpyxl import Workbook

from analytics.derivation import PersonFacts
from analytics.facts import Confidence, Presence
from lrs.errors import InvalidRequest
from lrs.services import Services
from lrs.tenancy import OrganisationId
from schemas.loader import compiled
from tests.training.sources.school import READERS, sample
from training.attendance import Desk
from training.attendance.mark import Author, Remark, Status
from training.law import load_law
from training.sources.plan import RunReport

Send = Callable[..., RunReport]
Facts = Callable[[str], PersonFacts]
BADGES = {"home_page": READERS}
PAPER = {"certified_by": "anne"}
IN = "badge;entree;sortie\n"
SHEET = "nom complet;06/01/2026 matin\n"
LONG = "nom complet;date;demi-journée;présence\n"
CELL = "line 2, 06/01/2026 matin"


def bodies(services: Services, organisation: OrganisationId) -> list[dict[str, Any]]:
    return [orjson.loads(entry.body) for entry in services.statements.since(organisation, 0)]


def slots(facts: Facts, who: str) -> dict[str, tuple[int, Any, Any]]:
    return {
        item.slot_id: (item.credited_micros // 1_000_000, item.presence, item.confidence) for item in facts(who).slots
    }


def test_badges_are_measured_presence_of_half_days_and_never_a_signature(
    send: Send, facts: Facts, services: Services, school: OrganisationId
):
    done = send("badge", sample("badges-entrees-sorties.csv"), BADGES)

    assert (done.stored, done.problems, done.undecided) == (5, (), ())
    assert slots(facts, "lea") == {
        "matin": (12_600, Presence.PRESENT, Confidence.MEASURED),
        "midi": (12_600, Presence.PRESENT, Confidence.MEASURED),
        "lendemain": (12_600, Presence.PRESENT, Confidence.MEASURED),
        "classe": (0, Presence.UNKNOWN, None),
    }
    # 25 minutes late; an hour before the end.
    assert slots(facts, "yann")["matin"] == (11_100, Presence.LATE, Confidence.MEASURED)
    assert slots(facts, "yann")["midi"] == (9_000, Presence.LEFT_EARLY, Confidence.MEASURED)
    marks = bodies(services, school)
    assert all(compiled("attendance/mark.json").is_valid(mark) for mark in marks)
    (evidence,) = marks[0]["context"]["extensions"]["https://assidu.example/xapi/ext/evidence"]
    assert evidence == {
        "type": "badge-reader", "sha256": done.sha256, "lines": [2], "source": "badge",
        "entered-at": "2026-01-06T07:52:00.000000Z", "left-at": "2026-01-06T11:31:00.000000Z",
    }  # fmt: skip


def test_passages_are_paired_and_who_never_left_shows_no_time_unless_it_is_declared(send: Send, facts: Facts):
    done = send("badge", sample("badges-passages.csv"), BADGES)

    assert done.stored == 1
    # A quarter of an hour outside.
    assert slots(facts, "lea")["matin"] == (11_700, Presence.LEFT_EARLY, Confidence.MEASURED)
    assert [(note.line, note.message) for note in done.notes if note.line == 6] == [
        (6, "This shows no presence: no going was noted.")
    ]

    send("badge", sample("badges-passages.csv"), {**BADGES, "without_exit": "until-end"})

    assert slots(facts, "yann")["matin"] == (12_600, Presence.PRESENT, Confidence.DECLARED)


def test_the_same_file_again_stores_nothing_new_and_a_fuller_one_corrects(
    send: Send, facts: Facts, services: Services, school: OrganisationId
):
    send("badge", sample("badges-entrees-sorties.csv"), BADGES)
    again = send("badge", sample("badges-entrees-sorties.csv"), BADGES)
    assert (again.stored, again.already_stored, len(bodies(services, school))) == (0, 5, 5)

    fuller = send("badge", b"badge;entree;sortie\n0077;2026-01-06 08:59;2026-01-06 12:31\n", BADGES)

    assert fuller.stored == 2
    assert slots(facts, "yann")["matin"] == (12_600, Presence.PRESENT, Confidence.MEASURED)
    assert not [anomaly for anomaly in facts("yann").anomalies if "mark" in anomaly.kind.value]


def test_what_the_trainer_recorded_stays_and_the_desk_sees_badges(
    send: Send, services: Services, school: OrganisationId
):
    desk = Desk(services, load_law())
    desk.mark(school, "matin", "e-lea", Remark(Status.ABSENT_UNJUSTIFIED), Author("account", "anne"))

    done = send("badge", sample("badges-entrees-sorties.csv"), BADGES)

    assert [note.message for note in done.notes] == ["Something else is recorded here (absent), and stays."]
    lines = {line.enrolment_id: line for line in desk.sheet(school, "matin").lines}
    assert lines["e-lea"].mark is not None
    assert lines["e-lea"].mark.status is Status.ABSENT_UNJUSTIFIED
    yann = lines["e-yann"].mark
    assert yann is not None
    assert (yann.status, yann.evidence, yann.imported is not None) == (Status.LATE, None, True)
    assert not lines["e-yann"].is_signed

    # Taken back by hand, it is not put back by sending the file again.
    desk.void(school, "matin", "e-yann", yann.statement_id, "essai", Author("account", "anne"))
    assert send("badge", sample("badges-entrees-sorties.csv"), BADGES).stored == 0


def test_paper_is_declared_by_whoever_certifies_it(
    send: Send, facts: Facts, services: Services, school: OrganisationId
):
    done = send("paper", sample("papier.csv"), certified_by="anne", scan_sha256="ab" * 32)

    assert (done.stored, done.problems, done.date_order) == (8, (), "dmy")
    assert slots(facts, "lea")["lendemain"] == (11_700, Presence.LATE, Confidence.DECLARED)
    assert slots(facts, "zoe")["matin"][1] is Presence.ABSENT_JUSTIFIED
    assert slots(facts, "zoe")["midi"] == (10_800, Presence.LEFT_EARLY, Confidence.DECLARED)
    assert slots(facts, "yann")["midi"][1] is Presence.ABSENT_UNJUSTIFIED
    marks = bodies(services, school)
    assert all(compiled("attendance/mark.json").is_valid(mark) for mark in marks)
    for mark in marks:
        (evidence,) = mark["context"]["extensions"]["https://assidu.example/xapi/ext/evidence"]
        assert (evidence["type"], evidence["certified-by"], evidence["scan-sha256"]) == (
            "paper-sheet",
            "anne",
            "ab" * 32,
        )
    assert b"Martin" not in b"".join(entry.body for entry in services.statements.since(school, 0))
    assert send("paper", sample("papier.csv"), certified_by="anne").stored == 0


def test_a_workbook_is_read_as_the_table_it_shows(send: Send, facts: Facts):
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Nom complet", "06/01/2026 matin"])
    sheet.append(["Léa Martin", "P"])
    sheet.append(["Yann Le Gall", '=IF(TRUE,"P","A")'])
    data = BytesIO()
    book.save(data)

    with pytest.raises(InvalidRequest) as refusal:
        send("paper", data.getvalue(), certified_by="anne")

    (problem,) = refusal.value.problems
    assert problem.pointer == "line 3, 06/01/2026 matin"
    assert "formula" in problem.message


@pytest.mark.parametrize(
    ("kind", "data", "asked", "pointer", "says"),
    [
        ("badge", IN + "0042;hier;2026-01-06 12:00\n", {}, "line 2, entered", "not a date with a time"),
        ("badge", IN + "0042;2026-01-06 12:00;2026-01-06 09:00\n", {}, "line 2, left", "before the coming"),
        ("badge", IN + "0042;2026-01-06 12:00;2026-01-09 09:00\n", {}, "line 2, left", "longer than a day"),
        ("badge", IN + "0042;2026-09-06 12:00;\n", {}, "line 2, entered", "not happened"),
        ("badge", "badge;date et heure;sens\n0042;2026-01-06 12:00;?\n", {}, "line 2, direction", "this word"),
        ("badge", "badge;sortie\n0042;2026-01-06 12:00\n", {}, "line 1, entered", "when somebody came"),
        ("badge", "entree;sortie\n2026-01-06 12:00;2026-01-06 13:00\n", {}, "line 2", "names nobody"),
        ("badge", IN + "9999;2026-01-06 09:00;2026-01-06 12:00\n", {}, "line 2, name", "Nobody on record"),
        ("badge", 'badge;in;out\n0042;"2026-01-06 09:00;2026-01-06 12:00\n', {}, "line 2", "taken apart"),
        ("paper", SHEET + "Léa Martin;peut-être\n", PAPER, CELL, "word means"),
        ("paper", "nom complet;06/01/2026 soir\nLéa Martin;P\n", PAPER, "line 2, 06/01/2026 soir", "no such half-day"),
        ("paper", SHEET + "Léa Martin;R 999\n", PAPER, CELL, "last so long"),
        ("paper", SHEET + "Léa Martin;P\n", {}, "line 2, certified_by", "Who certifies"),
        ("paper", SHEET + "Léa Martin;P\n", {"certified_by": "x"}, "line 2, certified_by", "Nobody"),
        ("paper", SHEET + "Léa Martin;P\n", {**PAPER, "scan_sha256": "AB"}, "line 1, scan_sha256", "SHA"),
        ("paper", SHEET + "Léa Martin;P\nMARTIN Léa;A\n", PAPER, "line 3, 06/01/2026 matin", "otherwise"),
        ("paper", LONG + "Léa Martin;6;matin;P\n", PAPER, "line 2, date", "not a date"),
        ("paper", LONG + "Léa Martin;06/01/2026;nuit;P\n", PAPER, "line 2, half_day", "half"),
        ("paper", "nom complet;présence\nLéa Martin;P\n", PAPER, "line 1", "No column is a half-day"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_its_line_and_nothing_is_stored(
    kind: str, data: str, asked: dict[str, Any], pointer: str, says: str, send: Send, services: Services,
    school: OrganisationId,
):  # fmt: skip
    with pytest.raises(InvalidRequest) as refusal:
        send(kind, data.encode(), BADGES, **asked)

    assert [problem.pointer for problem in refusal.value.problems] == [pointer]
    assert says in refusal.value.problems[0].message
    assert refusal.value.problems[0].accepted
    assert bodies(services, school) == []


def test_dates_that_can_be_read_in_two_ways_are_never_guessed(send: Send, facts: Facts):
    data = b"badge;in;out\n0042;06/01/2026 09:00;06/01/2026 12:30\n"
    with pytest.raises(InvalidRequest) as refusal:
        send("badge", b"badge,date et heure,sens\n0042,06/01/2026 09:00,IN\n0042,06/01/2026 12:30,OUT\n", BADGES)
    assert "two ways" in refusal.value.message

    send("badge", data, {**BADGES, "date_order": "dmy"})

    assert slots(facts, "lea")["matin"][0] == 12_600


def test_a_person_decides_once_and_it_can_be_remembered(send: Send, facts: Facts):
    data = b"badge;entree;sortie\n5150;2026-01-06 09:00;2026-01-06 12:30\n5150;2026-01-13 09:00;2026-01-13 12:30\n"
    told = send("badge", data, BADGES, dry_run=True)
    assert [(item.lines, item.said, item.candidates) for item in told.undecided] == [((2, 3), "5150", ())]

    done = send("badge", data, BADGES, decisions={3: "zoe"}, remember=True)

    assert (done.stored, {item.person_id for item in done.items}) == (2, {"zoe"})
    assert slots(facts, "zoe")["matin"] == (12_600, Presence.PRESENT, Confidence.MEASURED)
    assert send("badge", data, BADGES).already_stored == 2


def test_left_out_on_purpose_is_counted(send: Send):
    data = b"badge;entree;sortie\n5150;2026-01-06 09:00;2026-01-06 12:30\n"

    assert (
        send("badge", data, {**BADGES, "unknown": "skip"}).skipped,
        send("badge", data, BADGES, decisions={2: None}).skipped,
    ) == (1, 1)


def test_a_dry_run_says_what_a_run_does_and_writes_nothing(send: Send, services: Services, school: OrganisationId):
    before = services.store.collection("record_versions").count_documents({})
    told = send("paper", sample("papier.csv"), certified_by="anne", dry_run=True)

    assert bodies(services, school) == []
    assert services.store.collection("record_versions").count_documents({}) == before
    assert services.store.collection("source_runs").count_documents({}) == 0
    done = send("paper", sample("papier.csv"), certified_by="anne")
    assert [item.statement_id for item in told.items] == [item.statement_id for item in done.items]
    assert (told.stored, told.sha256) == (done.stored, done.sha256)
