"""What a trainer does at the desk: follow, note, correct, close, countersign."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.dashboards.attendance.conftest import HOME, MINUTE, SLOT, TRAINER, found, post, sign, sign_in
from tests.dashboards.conftest import PASSWORD
from tests.training.examples import change, enrolment, session, slot
from training.store import Register

SHEET = f"{SLOT}/sheet"


def person(name: str) -> str:
    return f"{SLOT}/trainees/e-{name}"


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


@pytest.mark.parametrize(
    "path", [HOME, SLOT, f"{SLOT}/live", SHEET, f"{SHEET}.csv", person("lea"), f"{HOME}sessions/janvier"]
)
def test_who_is_not_signed_in_is_asked_to_and_led_back(pages, path):
    client = pages.test_client()
    answer = client.get(path)
    assert answer.location == f"/login?next={path}"
    assert client.post(path).status_code == 401

    token = found(r'name="csrf" value="([^"]+)"', client.get(answer.location).text)
    entered = client.post("/login", data={"csrf": token, "email": TRAINER, "password": PASSWORD, "next": path})

    assert entered.location == path


def test_a_form_that_this_session_was_not_shown_changes_nothing(trainer, services, school):
    for path in (f"{SLOT}/open", f"{SLOT}/close", SHEET, person("lea"), f"{person('lea')}/void"):
        answer = trainer.post(path, data={"csrf": "deviné", "status": "ABSENT_UNJUSTIFIED"})
        assert answer.status_code == 400
    assert not list(services.statements.since(school, 0))


def test_the_week_shows_each_half_day_and_leads_to_it(trainer):
    page = trainer.get(HOME).text

    assert "Semaine du 5\xa0janvier 2026" in page or "Semaine du 5 janvier 2026" in page
    assert page.index("9\xa0h\xa000") < page.index("13\xa0h\xa030")
    assert page.count("Pas ouvert") == 2
    assert f'href="{SLOT}"' in page
    assert "Aucune demi-journée" in trainer.get(f"{HOME}?week=2026-01-12").text
    assert trainer.get(f"{HOME}?week=hier").status_code == 200
    assert trainer.get(HOME.rstrip("/")).location == HOME
    post(trainer, SLOT, f"{SLOT}/open")
    assert "0 sur 6 signés, 6 en attente" in trainer.get(HOME).text


def test_what_is_over_and_unknown_waits_to_be_finished(trainer, clock):
    assert "À terminer" not in trainer.get(HOME).text
    for _ in range(3):  # who looks at it now and then stays signed in
        clock.micros += 3 * 60 * MINUTE
        assert trainer.get(HOME).status_code == 200

    def unfinished() -> str:
        return trainer.get(HOME).text.partition('id="unfinished"')[2].partition("</section>")[0]

    assert unfinished().count(f'href="{HOME}slots/') == 2
    post(trainer, f"{SLOT}/trainees/e-lea", status="ABSENT_UNJUSTIFIED")
    read = found(r'name="sheet" value="([^"]+)"', trainer.get(SHEET).text)
    post(trainer, SLOT, f"{SLOT}/open")
    post(trainer, SLOT, f"{SLOT}/close")
    assert "à contresigner" in unfinished()
    assert post(trainer, SHEET, sheet=read, agree="yes").status_code == 303
    assert SLOT not in unfinished()


def test_a_lateness_is_noted_by_the_clock_and_counts_to_the_minute(opened):
    answer = post(opened.trainer, person("theo"), status="LATE", arrived="09:25", reason="Grève", justified="yes")

    assert answer.location == SLOT
    assert opened.mark("e-theo") == "Lefèvre Théo Retard de 25 min, avec justification sans signature Grève"
    assert "3\xa0h\xa005 comptées sur 3\xa0h\xa030" in opened.trainer.get(person("theo")).text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "Choisissez ce qui s’est passé."),
        ({"status": "PARTI"}, "Choisissez ce qui s’est passé."),
        ({"status": "LATE"}, "Indiquez l’heure d’arrivée"),
        ({"status": "LATE", "arrived": "08:30"}, "Indiquez l’heure d’arrivée"),
        ({"status": "LATE", "arrived": "tard"}, "Indiquez l’heure d’arrivée"),
        ({"status": "LEFT_EARLY", "left": "12:45"}, "Indiquez l’heure de départ"),
        ({"status": "LATE", "arrived": "13:00"}, "notez une absence"),
        ({"status": "LATE", "arrived": "11:00", "left": "10:00"}, "notez une absence"),
    ],
)
def test_a_note_that_cannot_be_is_refused_with_what_was_typed(opened, form, said):
    answer = post(opened.trainer, person("theo"), reason="Grève <des> trains", **form)

    assert answer.status_code == 400
    assert said in answer.text
    assert "Grève &lt;des&gt; trains" in answer.text
    assert opened.mark("e-theo") == "Lefèvre Théo En attente"


def test_who_has_signed_and_leaves_early_keeps_their_signature(opened):
    sign(opened.trainee("Léa"))

    post(opened.trainer, person("lea"), status="LEFT_EARLY", left="12:00")

    assert opened.mark("e-lea") == "Martin Léa Départ 30 min avant la fin signé à 9 h 00"


def test_a_correction_takes_a_reason_and_leaves_what_was_there(opened):
    sign(opened.trainee("Léa"))
    mark = found(r'name="replaced" value="([^"]+)"', opened.trainer.get(person("lea")).text)
    wanted = {"status": "ABSENT_UNJUSTIFIED", "replaced": mark}

    without = post(opened.trainer, person("lea"), **wanted)
    answer = post(opened.trainer, person("lea"), correction="Signature d’une autre", **wanted)

    assert (without.status_code, answer.status_code) == (400, 303)
    page = opened.trainer.get(person("lea")).text
    history = page.partition('id="history"')[2]
    assert re.search(r'class="voided">\s*<span>Présence', history)
    assert "Signature d’une autre" in history


def test_a_page_that_has_been_overtaken_changes_nothing(opened):
    sign(opened.trainee("Léa"))
    mark = found(r'name="replaced" value="([^"]+)"', opened.trainer.get(person("lea")).text)
    post(opened.trainer, person("lea"), status="LEFT_EARLY", left="12:00")
    before = opened.mark("e-lea")

    corrected = post(opened.trainer, person("lea"), status="PRESENT", replaced=mark, correction="x")
    unnamed = post(opened.trainer, person("lea"), status="PRESENT", correction="x")
    voided = post(opened.trainer, person("lea"), f"{person('lea')}/void", voided=mark, reason="x")

    assert {corrected.status_code, unnamed.status_code, voided.status_code} == {412}
    assert "Quelque chose a changé entre-temps" in corrected.text
    assert opened.mark("e-lea") == before


def test_what_is_taken_back_can_be_signed_again(opened):
    post(opened.trainer, person("lea"), status="ABSENT_UNJUSTIFIED")
    mark = found(r'name="voided" value="([^"]+)"', opened.trainer.get(person("lea")).text)

    without = post(opened.trainer, person("lea"), f"{person('lea')}/void", voided=mark)
    answer = post(opened.trainer, person("lea"), f"{person('lea')}/void", voided=mark, reason="Arrivée à l’heure")

    assert (without.status_code, answer.status_code) == (400, 303)
    assert sign(opened.trainee("Léa")).status_code == 303
    assert opened.mark("e-lea") == "Martin Léa Présence signé à 9 h 00"


def test_a_personal_link_goes_by_mail_and_lets_its_owner_sign(opened, letters):
    answer = post(opened.trainer, person("lea"), f"{person('lea')}/link", way="mail")

    assert "Le lien est parti" in answer.text
    (letter,) = letters.messages
    assert letter["To"] == "lea@exemple.fr"
    assert letter["Subject"] == "Signer votre présence\xa0: Droit du travail"
    path = found(r"http://localhost(/emargement/\S+)", letters.text())
    assert path not in answer.text
    phone = opened.pages.test_client()
    phone.get(path)
    assert post(phone, path, way="link").location == "/emargement/signature"
    assert sign(phone).status_code == 303
    assert "lien personnel" in phone.get("/emargement/signature").text


def test_closing_may_note_who_is_missing_as_absent(opened):
    sign(opened.trainee("Léa"))
    assert "les 5 personnes en attente" in opened.trainer.get(f"{SLOT}/close").text

    post(opened.trainer, f"{SLOT}/close", absent="yes")

    page = opened.trainer.get(SLOT).text
    assert "1 sur 6 signés, 5\xa0absences" in page
    assert "Rouvrir la signature" in page


def test_a_sheet_is_countersigned_as_it_was_read_or_not_at_all(opened):
    sign(opened.trainee("Léa"))
    read = found(r'name="sheet" value="([^"]+)"', opened.trainer.get(SHEET).text)
    sign(opened.trainee("Inès"))

    stale = post(opened.trainer, SHEET, sheet=read, agree="yes")
    now = found(r'name="sheet" value="([^"]+)"', stale.text)
    unsigned = post(opened.trainer, SHEET, sheet=now)
    answer = post(opened.trainer, SHEET, sheet=now, agree="yes")

    assert (stale.status_code, unsigned.status_code, answer.status_code) == (412, 400, 303)
    assert "Contresignée par Yann Le Gall le lundi 5 janvier 2026 à 9\xa0h\xa000" in opened.trainer.get(SHEET).text


def test_a_countersigned_sheet_that_changes_is_to_be_countersigned_again(opened):
    sign(opened.trainee("Léa"))
    read = found(r'name="sheet" value="([^"]+)"', opened.trainer.get(SHEET).text)
    post(opened.trainer, SHEET, sheet=read, agree="yes")

    sign(opened.trainee("Inès"))

    assert "La feuille a changé depuis" in opened.trainer.get(SHEET).text


def test_the_sheets_of_a_session_are_one_table_on_screen_and_one_file(opened):
    sign(opened.trainee("Léa"))
    post(opened.trainer, person("theo"), status="LATE", arrived="09:25")
    post(opened.trainer, person("mehdi"), status="ABSENT_JUSTIFIED", reason="=1+1")

    page = opened.trainer.get(f"{HOME}sessions/janvier").text
    one, both = opened.trainer.get(f"{SHEET}.csv"), opened.trainer.get(f"{HOME}sessions/janvier.csv")

    codes = re.findall(r'aria-hidden="true" title="[^"]*">([^<]+)<', page)
    assert codes == ["AJ", "…", "…", "…", "…", "…", "…", "…", "R25", "…", "P", "…"]
    assert "3\xa0h\xa005 <small>sur 7\xa0h</small>" in page
    assert one.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert one.headers["Content-Disposition"] == 'attachment; filename="emargement-matin.csv"'
    assert rows(both.data)[:6] == rows(one.data)
    assert len(rows(both.data)) == 12
    assert {row["Nom"]: row["Minutes créditées"] for row in rows(one.data) if row["Minutes créditées"]} == {
        "Martin": "210",
        "Lefèvre": "185",
        "Benali": "0",
    }


def test_times_are_those_of_the_session_wherever_it_is(settings, services, school, clock):
    from assidu.app import create_app

    noon = datetime(2026, 1, 5, 12, tzinfo=UTC)
    records = [
        session(id="fort-de-france", time_zone="America/Martinique", territory="FR"),
        replace(slot("antilles", 5, starts_at=noon, ends_at=noon.replace(hour=15)), session_id="fort-de-france"),
        enrolment("e-antilles", session_id="fort-de-france", person_id="yann", registration=services.ids.new_uuid()),
    ]
    Register(services.store, clock).write(school, [change(record) for record in records], "essai")
    client = create_app(settings, services).test_client()
    token = found(r'name="csrf" value="([^"]+)"', client.get("/login").text)
    client.post("/login", data={"csrf": token, "email": TRAINER, "password": PASSWORD})

    for path in (f"{HOME}?week=2026-01-05", f"{HOME}slots/antilles", f"{HOME}slots/antilles/sheet"):
        assert "8\xa0h\xa000 – 11\xa0h\xa000" in client.get(path).text, path
    clock.micros += 5 * 60 * MINUTE
    sign_in(client)
    post(client, f"{HOME}slots/antilles/trainees/e-antilles", status="LATE", arrived="08:20")
    assert "Retard de 20\xa0min" in client.get(f"{HOME}slots/antilles").text
    assert "envoyer par e-mail" not in client.get(f"{HOME}slots/antilles/trainees/e-antilles").text


def test_a_cancelled_half_day_says_so_and_does_not_open(trainer, services, school, clock):
    from training.records.slot import Cancellation, CancelledBy

    given_up = slot("matin", 5, held_on=date(2026, 1, 5), cancelled=Cancellation(CancelledBy.PROVIDER, "Salle inondée"))
    Register(services.store, clock).write(school, [change(given_up, expected=1)], "essai")
    page = trainer.get(SLOT)

    answer = post(trainer, HOME.rstrip("/") + "/slots/apres-midi", f"{SLOT}/open")

    assert "Salle inondée" in page.text
    assert "Ouvrir la signature" not in page.text
    assert answer.status_code == 409
    assert "Cette demi-journée est annulée." in answer.text


def test_every_page_keeps_french_typography_and_says_its_title(opened):
    sign(opened.trainee("Léa"))
    post(opened.trainer, person("theo"), status="LATE", arrived="09:25")
    phone = opened.trainee("Inès")
    shown = [opened.trainer.get(path).text for path in (
        HOME, SLOT, f"{SLOT}/display", f"{SLOT}/close", SHEET, person("lea"), person("zoe"), f"{HOME}sessions/janvier"
    )]  # fmt: skip
    shown += [phone.get(path).text for path in (opened.link, "/emargement/signature", "/emargement/rien")]

    for page in shown:
        assert page.count("<h1") == 1
        assert '<html lang="fr">' in page
        text = re.sub(r"<[^>]*>", "\n", page)
        assert not re.search(r" [;:!?»]|« |\w'\w|[^\s\d]\.\.\.", text), re.search(
            r".* [;:!?»].*|.*« .*|.*\w'\w.*", text
        )
