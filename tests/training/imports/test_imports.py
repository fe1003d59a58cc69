"""CSV files: every problem with its line, and all of a file or nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.clock import FixedClock
from lrs.errors import AssiduError, InvalidRequest, TooLarge
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from tests.conftest import CountedIds
from tests.training.examples import HOUR
from training.imports import KINDS_OF_FILE, ImportReport, LineProblem, run_import
from training.imports.people import COLUMNS
from training.imports.table import LINES_MOST, parse_table
from training.records import ExitReason, Identity, Modality
from training.records.slot import HalfDay

PEOPLE = """\
identifiant;civilité;nom;prénom;e-mail;plateforme;compte
a1;Mme;Lefèvre;Zoé;zoe@exemple.fr;https://moodle.exemple.fr;17
a2;M.;O'Brien;Tom;tom@exemple.fr;;
"""
SESSIONS = """\
session;intitulé;programme;date;heure de début;heure de fin;modalité;module;e-mail formateur
mars;Mars;prog;02/03/2026;9h00;12h30;mixte;m2;yann@exemple.fr
mars;Mars;prog;02/03/2026;13:30;17:00;mixte;m2;yann@exemple.fr
mars;Mars;prog;2026-03-30;9:00;12:30;mixte;m2;
"""


@pytest.fixture
def load(store: Store, clock: FixedClock, organisation: OrganisationId):
    ids = CountedIds()

    def load(kind: str, text: str | bytes, **options: bool) -> ImportReport:
        data = text.encode() if isinstance(text, str) else text
        return run_import(store, clock, ids, organisation, kind, data, "essai", **options)

    return load


def told(report: ImportReport) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.column, problem.message) for problem in report.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_people_come_from_whatever_a_spreadsheet_writes(load, organisation, reader, encoding, delimiter):
    data = PEOPLE.replace(";", delimiter).replace("\n", "\r\n").encode(encoding)

    report = load("people", data)

    assert (report.lines, report.created, report.problems) == (2, 2, ())
    zoe = reader.records(organisation).people["a1"]
    assert (zoe.last_name, zoe.civility) == ("Lefèvre", "Mme")
    assert zoe.identities == (
        Identity.mbox("zoe@exemple.fr"),
        Identity.account("https://moodle.exemple.fr", "17"),
    )


def test_a_file_sent_again_changes_nothing(load, organisation, reader):
    load("people", PEOPLE)
    before = reader.head(organisation)

    report = load("people", PEOPLE)

    assert (report.created, report.changed, report.unchanged) == (0, 0, 2)
    assert reader.head(organisation).change == before.change


def test_somebody_without_id_is_found_by_an_identity_and_empty_cells_leave_what_is_known(load, organisation, reader):
    load("people", PEOPLE)

    report = load("people", "nom;prénom;email;téléphone;civilité\nLefèvre-Roy;Zoé;zoe@exemple.fr;0102030405;\n")

    assert (report.created, report.changed) == (0, 1)
    zoe = reader.records(organisation).people["a1"]
    assert (zoe.last_name, zoe.phone, zoe.civility, len(zoe.identities)) == ("Lefèvre-Roy", "0102030405", "Mme", 2)


def test_identities_of_two_people_on_one_line_contradict_each_other(load):
    load("people", PEOPLE)

    report = load(
        "people",
        "nom;prénom;email;plateforme;compte\nX;Y;tom@exemple.fr;https://moodle.exemple.fr;17\n",
        dry_run=True,
    )

    assert told(report) == [(2, "email", "These identities contradict each other: they belong to a1 and a2.")]


def test_a_dry_run_lists_every_problem_with_its_line_and_writes_nothing(load, organisation, reader):
    broken = (
        PEOPLE
        + "a3;;Roux;Ana;pas une adresse;;\n"
        + "a4;;Petit;Luc;luc@exemple.fr;https://moodle.exemple.fr;\n"
        + 'a5;;"Durand;Éva;eva@exemple.fr;;\n'
        + "a6;;;;vide@exemple.fr;;\n"
        + "a 7;;Morel;Lou;lou@exemple.fr;;\n"
        + "a8;;Blanc;Max;zoe@exemple.fr;;\n"
        + "a9;;Noir;Eve;eve@exemple.fr;;;;trop;long\n"
    )

    report = load("people", broken, dry_run=True)

    assert [(line, column) for line, column, _ in told(report)] == [
        (4, "email"),
        (5, "account_name"),
        (6, ""),
        (7, "last_name"),
        (8, "id"),
        (9, "email"),
        (10, ""),
    ]
    assert report.dry_run
    assert not reader.records(organisation).people


def test_a_file_with_one_line_in_ten_broken_is_kept_out_whole_and_says_which(load, organisation, reader):
    lines = [f"p{at};;Nom{at};Prénom;{'' if at % 10 else 'pas '}p{at}@exemple.fr;;" for at in range(1000)]

    with pytest.raises(InvalidRequest, match="100 lines are wrong; nothing was written") as error:
        load("people", PEOPLE.splitlines()[0] + "\n" + "\n".join(lines))

    assert [problem.pointer for problem in error.value.problems] == [
        f"line {at + 2}, email" for at in range(0, 1000, 10)
    ]
    assert not reader.records(organisation).people
    assert load("people", PEOPLE.splitlines()[0] + "\n" + "\n".join(lines[1:10])).created == 9


def test_sessions_come_with_their_slots_in_local_time(load, furnished, reader):
    report = load("sessions", SESSIONS)

    assert (report.created, report.problems) == (4, ())
    records = reader.records(furnished)
    session = records.sessions["mars"]
    assert (session.starts_on, session.ends_on, session.modality) == (
        date(2026, 3, 2),
        date(2026, 3, 30),
        Modality.BLENDED,
    )
    first, second, summer = records.slots_of("mars")
    assert (first.id, first.half_day, second.half_day) == ("mars-20260302-AM", HalfDay.AM, HalfDay.PM)
    assert first.starts_at == datetime(2026, 3, 2, 8, tzinfo=UTC)
    # The clocks have changed on the 29th.
    assert summer.starts_at == datetime(2026, 3, 30, 7, tzinfo=UTC)
    assert (first.trainer_id, summer.trainer_id) == ("yann", None)
    assert load("sessions", SESSIONS).unchanged == 4


def test_slots_that_contradict_their_session_are_listed_with_their_lines(load, furnished):
    wrong = (
        "session;programme;début session;fin session;date;heure début;heure fin\n"
        "mai;prog;04/05/2026;29/05/2026;05/05/2026;9h;12h\n"
        "mai;prog;04/05/2026;29/05/2026;30/04/2026;9h;12h\n"
        "mai;prog;04/05/2026;29/05/2026;08/05/2026;9h;12h\n"
        "mai;prog;04/05/2026;29/05/2026;11/05/2026;12h;9h\n"
        "mai;prog;04/05/2026;30/05/2026;12/05/2026;9h;25h\n"
        "mai;prog;04/05/2026;29/05/2026;31/02/2026;9h;12h\n"
    )

    report = load("sessions", wrong, dry_run=True)

    assert told(report) == [
        (3, "", "The slot comes before its session, which starts on 2026-05-04."),
        (4, "", "2026-05-08 is a public holiday (8 Mai)."),
        (5, "", "The slot ends before it starts."),
        (6, "ends_on", "Line 2 says 29/05/2026 of this session."),
        (6, "end", "There is no such time of day."),
        (7, "date", "There is no such day in the calendar."),
    ]


def test_enrolments_come_with_their_contract_funding_and_exit(load, furnished, reader):
    load("sessions", SESSIONS)
    text = (
        "session;e-mail;heures présentiel;heures foad;convention;date convention;financeur;dossier;heures accordées;"
        "date d'entrée;date de sortie;motif de sortie\n"
        "mars;lea@exemple.fr;10h30;2,5;CONV-7;01/02/2026;opco;D7;13;02/03/2026;30/03/2026;terminée\n"
    )

    report = load("enrolments", text)

    assert report.created == 1
    (enrolment,) = reader.records(furnished).enrolments_in("mars")
    assert isinstance(enrolment.registration, UUID)
    assert enrolment.planned_on(date(2026, 3, 2)) == {Modality.IN_PERSON: 10.5 * HOUR, Modality.ASYNC: 2.5 * HOUR}
    assert (enrolment.funding.file_no, enrolment.funding.agreed_seconds) == ("D7", 13 * HOUR)
    assert enrolment.exit.reason is ExitReason.COMPLETED
    assert load("enrolments", text).unchanged == 1
    assert load("enrolments", "session;e-mail;heures foad\nmars;lea@exemple.fr;3\n").changed == 1
    assert reader.records(furnished).enrolments_in("mars")[0].registration == enrolment.registration


def test_hours_over_the_contract_are_listed_with_their_lines(load, furnished):
    load("sessions", SESSIONS)

    report = load(
        "enrolments",
        "session;stagiaire;heures présentiel;financeur;heures accordées\nmars;lea;7;opco;\nmars;yann;10h30;opco;14\n"
        "mars;personne;7;;\n",
        dry_run=True,
    )

    assert told(report) == [
        (2, "", "The session's slots last 10 h 30 min in IN_PERSON, over the contract's 7 h."),
        (3, "", "14 h are funded, over the contract's 10 h 30 min."),
        (4, "person_id", "There is no such person."),
    ]


def test_activities_build_programmes_and_leave_what_they_do_not_name(load, furnished, reader):
    text = (
        "programme;module;activité;url;titre;durée estimée;obligatoire;condition;seuil\n"
        "prog;m1;quiz;;;45;;Passed;80 %\n"
        "prog;m3;video;https://lms.exemple.fr/video;Vidéo;0h20;non;;\n"
        "neuf;m1;page;https://lms.exemple.fr/page;Page;5;oui;;\n"
    )

    report = load("activities", text)

    assert (report.created, report.changed) == (1, 1)
    programme = reader.records(furnished).programmes["prog"]
    assert [module.id for module in programme.modules] == ["m1", "m2", "m3"]
    quiz, video = programme.find_activity("quiz"), programme.find_activity("video")
    assert (quiz.estimated_seconds, quiz.mastery_score, quiz.title) == (2700, 0.8, "Quiz")
    assert (video.estimated_seconds, video.mandatory) == (1200, False)


def test_columns_that_are_not_known_are_said_to_be_ignored(load):
    report = load("people", "nom;prénom;couleur\nRoux;Ana;bleu\n", dry_run=True)

    assert report.ignored_columns == ("couleur",)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "missing"),
        (b"\x00\x01\x02", "not text"),
        ("nom;prénom\nRoux;Ana".encode("utf-16"), "not text"),
        (b"nom;couleur\nRoux;bleu\n", "first_name is missing"),
        (b"nom;nom;prenom\nRoux;Ana;x\n", "last_name stands there twice"),
        (b'"nom;prenom\n', "taken apart"),
    ],
)
def test_what_is_no_file_of_people_is_refused_with_what_would_be_taken(load, data, said):
    with pytest.raises(InvalidRequest) as error:
        load("people", data)

    assert said in " ".join([error.value.message, *(problem.message for problem in error.value.problems)])
    assert all(problem.accepted for problem in error.value.problems)


def test_a_file_that_is_too_long_is_refused_before_it_is_read():
    with pytest.raises(TooLarge):
        parse_table(b"nom;prenom\n" * (LINES_MOST + 1), COLUMNS)


@given(st.one_of(st.binary(max_size=300), st.text('abc;,"\n\r é', max_size=300).map(str.encode)))
def test_any_bytes_are_taken_apart_or_refused_in_our_own_words(data: bytes):
    try:
        table = parse_table(b"nom;prenom;e-mail\n" + data, COLUMNS)
    except AssiduError:
        return
    lines = [row.line for row in table.rows] + [problem.line for problem in table.problems]
    assert all(line >= 2 for line in lines)
    assert len(lines) == len(set(lines))
    assert all(isinstance(problem, LineProblem) for problem in table.problems)


def test_every_column_stands_in_the_documentation():
    page = (Path(__file__).parents[3] / "docs" / "imports.md").read_text()
    for file in KINDS_OF_FILE.values():
        for column in file.columns:
            required = " (required)" if column.required else ""
            assert f"| `{column.name}`{required} | {', '.join(column.others)} |" in page
