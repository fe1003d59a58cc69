"""Logs and gradebooks of platforms become the statements that their own plugins would have sent, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import orjson
import pytest
from openpyxl import Workbook

from analytics.derivation import PersonFacts
from lrs.errors import InvalidRequest, TooLarge
from lrs.services import Services
from lrs.tenancy import OrganisationId
from tests.training.sources.school import LEA, MOODLE, sample
from training.sources.moodle import parse_event
from training.sources.plan import RunReport

Send = Callable[..., RunReport]
Facts = Callable[[str], PersonFacts]
SITE = {"home_page": MOODLE, "date_order": "dmy"}
JOURNAL = {
    "home_page": "https://lms.exemple.fr",
    "columns": {"time": "Quand", "email": "Qui", "activity": "Leçon"},
}
LOG = "Time,User full name,Description\n"
PERCENT = "line 2, Quiz (Percentage)"
TIMES = "date;email;activité;durée\n"
ACTS = "date;email;action;activité\n"
MARKS = "date;email;activité;note\n"
VIEWED = "http://id.tincanapi.com/verb/viewed"


def bodies(services: Services, organisation: OrganisationId) -> list[dict[str, Any]]:
    return [orjson.loads(entry.body) for entry in services.statements.since(organisation, 0)]


def test_a_moodle_log_becomes_what_moodle_s_plugin_sends(send: Send, services: Services, school: OrganisationId):
    done = send("moodle-log", sample("moodle-en.csv"), SITE)

    assert (done.problems, done.undecided, done.stored, done.skipped, done.date_order) == ((), (), 5, 2, "dmy")
    said = {(body["verb"]["id"], body["object"]["id"], body["timestamp"]) for body in bodies(services, school)}
    assert said == {
        (VIEWED, f"{MOODLE}/course/view.php?id=3", "2026-01-06T13:59:00.000+01:00"),
        (VIEWED, f"{MOODLE}/mod/quiz/view.php?id=7", "2026-01-06T13:59:40.000+01:00"),
        ("http://activitystrea.ms/start", f"{MOODLE}/mod/quiz/attempt.php?attempt=9&cmid=7",
         "2026-01-06T14:00:01.000+01:00"),
        ("http://adlnet.gov/expapi/verbs/completed", f"{MOODLE}/mod/quiz/attempt.php?attempt=9&cmid=7",
         "2026-01-06T14:05:09.000+01:00"),
    }  # fmt: skip
    first = next(body for body in bodies(services, school) if "attempt=9" in body["object"]["id"])
    assert first["actor"] == {"objectType": "Agent", "account": {"homePage": MOODLE, "name": "5"}}
    assert first["context"]["registration"] == str(LEA)
    assert first["context"]["contextActivities"]["parent"][0]["id"] == f"{MOODLE}/mod/quiz/view.php?id=7"
    text = b"".join(entry.body for entry in services.statements.since(school, 0))
    assert b"203.0.113.9" not in text
    assert b"Martin" not in text
    assert [note.line for note in done.notes] == []


def test_an_act_that_is_in_two_exports_is_stored_once(send: Send, services: Services, school: OrganisationId):
    send("moodle-log", sample("moodle-en.csv"), SITE)
    again = send("moodle-log", sample("moodle-en.csv"), SITE)
    assert (again.stored, again.already_stored) == (0, 5)
    lines = sample("moodle-en.csv").split(b"\n")

    part = send("moodle-log", b"\n".join([lines[0], *lines[2:5]]), SITE)

    assert (part.stored, part.already_stored) == (0, 3)


def test_a_french_log_is_read_and_names_count_within_the_session(
    send: Send, services: Services, school: OrganisationId
):
    done = send("moodle-log", sample("moodle-fr.csv"), SITE)

    assert (done.problems, done.stored) == ((), 2)
    assert {body["object"]["id"] for body in bodies(services, school)} == {
        f"{MOODLE}/mod/quiz/view.php?id=7", f"{MOODLE}/mod/forum/view.php?id=11"
    }  # fmt: skip


@pytest.mark.parametrize("time", ["06 janv. 26, 13:59", "6 janvier 2026, 13:59:40", "06/01/26, 13:59:40"])
def test_headers_and_dates_of_moodle_s_french_language_pack_are_read(send: Send, time: str):
    # lang/fr: report_log.php, moodle.php (`fullnameuser`), langconfig.php (`strftimedatetimeshort`: %d %b %y, %H:%M).
    header = (
        "Heure,Nom complet de l'utilisateur,Utilisateur touché,Contexte de l'événement,Composant,Nom de l'événement,"
        "Description,Origine,Adresse IP\n"
    )
    line = f'"{time}",Léa Martin,-,Test: Quiz 1,Test,Module de cours consulté,'
    line += "The user with id '5' viewed the 'quiz' activity with course module id '7'.,web,203.0.113.9\n"

    done = send("moodle-log", (header + line).encode(), {"home_page": MOODLE})

    assert (done.problems, done.undecided, done.stored, done.date_order) == ((), (), 1, "dmy")


def test_what_a_log_shows_is_connected_time_of_the_enrolment(send: Send, facts: Facts):
    send("moodle-log", sample("moodle-en.csv"), SITE)

    lea = facts("lea")
    assert sum(day.active_micros for day in lea.days if day.enrolment_id == "e-lea") > 0
    assert {day.activity_id for day in lea.days if day.enrolment_id == "e-lea"} >= {"test"}


@pytest.mark.parametrize(
    ("description", "verb", "target"),
    [
        ("The user with id '5' viewed the 'scorm' activity with course module id '7'.", "viewed", "module"),
        (
            "The user with id '5' launched the sco with id '1' for the scorm with course module id '7'.",
            "launched",
            "module",
        ),
        ("The user with id '5' completed the course with id '3'.", "completed", "course"),
        ("The user with id '5' has logged in.", "logged-in", "site"),
        ("The user with id '5' did something new.", "interacted", "site"),
        ("Une description d'un autre temps", "interacted", "site"),
    ],
)
def test_descriptions_say_what_was_done(description: str, verb: str, target: str):
    event = parse_event(description)
    assert (event.verb, event.target) == (verb, target)


def test_what_others_did_about_somebody_is_no_act(send: Send):
    graded = "The user with id '2' has graded the submission '4' for the user with id '5' for the assignment with course module id '8'."  # noqa: E501
    assert parse_event(graded).why
    assert parse_event("The user with id '5' updated the completion state for the course module with id '7'").why


def test_any_other_platform_is_read_by_its_saved_columns_and_words(send: Send, facts: Facts):
    done = send("lms-log", sample("journal.csv"), {**JOURNAL, "columns": {**JOURNAL["columns"], "score": "Note"}})

    assert (done.problems, done.stored, done.date_order) == ((), 3, "dmy")
    (quiz,) = [item for item in facts("lea").standings if item.activity_id == "quiz"]
    assert (quiz.is_passed, quiz.best_scaled) == (True, 0.85)


def test_a_gradebook_is_scores_and_passes_once_whenever_it_is_exported(
    send: Send, facts: Facts, services: Services, school: OrganisationId
):
    done = send(
        "gradebook",
        sample("notes.csv"),
        {"activities": {"Test : Quiz (Brut)": {"iri": "https://lms.exemple.fr/quiz", "highest": 20}}},
    )

    assert (done.problems, done.stored) == ((), 2)
    assert [note.column for note in done.notes] == ["Devoir : Inconnu (Brut)"]
    (quiz,) = [item for item in facts("lea").standings if item.activity_id == "quiz"]
    assert (quiz.is_passed, quiz.best_scaled) == (True, 0.85)
    (quiz,) = [item for item in facts("yann").standings if item.activity_id == "quiz"]
    assert (quiz.is_passed, quiz.best_scaled) == (False, 0.4)
    later = sample("notes.csv").replace(b"1768485600", b"1768572000").replace(b'"40,00 %"', b'"60,00 %"')

    again = send("gradebook", later, {"activities": {}})

    assert (again.stored, again.already_stored) == (1, 1)


@pytest.mark.parametrize("between", [": ", "\u00a0: ", " ", "\u00a0"])
def test_activities_are_known_behind_what_moodle_writes_before_them(send: Send, between: str):
    # lang/fr/langconfig.php: `labelsep` was a space alone; « Total de … » is `categorytotalfull` of grades.php.
    header = f"Prénom;Nom;Adresse de courriel;Test{between}Quiz (Pourcentage);Total de Examens (Pourcentage)\n"
    data = header + "Léa;Martin;lea@exemple.fr;85,00 %;85,00 %\n"

    done = send("gradebook", data.encode(), graded_on=date(2026, 1, 20))

    assert (done.problems, done.notes, done.stored) == ((), (), 1)


def test_a_gradebook_may_be_a_workbook_and_needs_a_day(send: Send):
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Prénom", "Nom", "Adresse de courriel", "Quiz: Quiz (Percentage)"])
    sheet.append(["Léa", "Martin", "lea@exemple.fr", "85.00 %"])
    data = BytesIO()
    book.save(data)
    with pytest.raises(InvalidRequest) as refusal:
        send("gradebook", data.getvalue())
    assert [problem.pointer for problem in refusal.value.problems] == ["line 2, graded_on"]

    assert send("gradebook", data.getvalue(), graded_on=date(2026, 1, 20)).stored == 1


@pytest.mark.parametrize(
    ("kind", "data", "pointer", "says"),
    [
        ("moodle-log", LOG + "hier,Léa Martin,x\n", "line 2, time", "not a date with a time"),
        ("moodle-log", LOG + "2026-09-01 10:00:00,Léa Martin,x\n", "line 2, time", "not happened"),
        ("moodle-log", LOG + "2026-01-06 10:00:00,Inconnu,x\n", "line 2, name", "Nobody"),
        ("moodle-log", "Time,Description\n2026-01-06 10:00:00,x\n", "line 1", "column name is missing"),
        ("lms-log", ACTS + "2026-01-06 10:00;lea@exemple.fr;danse;Quiz\n", "line 2, verb", "this word"),
        ("lms-log", "date;email;activité\n2026-01-06 10:00;lea@exemple.fr;Rien\n", "line 2, activity", "which"),
        ("lms-log", TIMES + "2026-01-06 10:00;lea@exemple.fr;Quiz;long\n", "line 2, duration", "of time"),
        ("lms-log", MARKS + "2026-01-06 10:00;lea@exemple.fr;Quiz;12\n", "line 2, score", "highest"),
        ("lms-log", MARKS + "2026-01-06 10:00;lea@exemple.fr;Quiz;120 %\n", "line 2, score", "no mark"),
        ("gradebook", "email;Quiz (Percentage)\nlea@exemple.fr;beaucoup\n", PERCENT, "not a number"),
        ("gradebook", "email;Quiz (Percentage)\nlea@exemple.fr;120\n", PERCENT, "beyond"),
        ("gradebook", "email;Quiz (Real)\nlea@exemple.fr;12\n", "line 2, Quiz (Real)", "highest mark"),
        ("gradebook", "email;Rien\nlea@exemple.fr;12\n", "line 1", "No column is the mark"),
        ("gradebook", "", "line 1", "No column is the mark"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_its_line_and_nothing_is_stored(
    kind: str, data: str, pointer: str, says: str, send: Send, services: Services, school: OrganisationId
):
    asked = {"graded_on": date(2026, 1, 20)} if kind == "gradebook" else {}
    with pytest.raises(InvalidRequest) as refusal:
        send(kind, data.encode(), SITE, **asked)

    assert [problem.pointer for problem in refusal.value.problems] == [pointer]
    assert says in refusal.value.problems[0].message
    assert refusal.value.problems[0].accepted
    assert bodies(services, school) == []


def test_workbooks_that_hide_something_are_refused_before_they_are_unpacked(send: Send):
    import zipfile

    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "x")
        archive.writestr("xl/big.xml", b"\0" * (210 * 1024 * 1024))
    with pytest.raises(TooLarge):
        send("paper", bomb.getvalue(), certified_by="anne")
    entity = BytesIO()
    with zipfile.ZipFile(entity, "w") as archive:
        archive.writestr("[Content_Types].xml", "<!DOCTYPE x [<!ENTITY a 'a'>]><x/>")
    for data in (entity.getvalue(), b"PK\x03\x04 rien"):
        with pytest.raises(InvalidRequest):
            send("paper", data, certified_by="anne")
