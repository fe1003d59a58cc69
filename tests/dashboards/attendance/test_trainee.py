"""What a trainee without an account can do with a link, and what nobody can."""

from __future__ import annotations

import re

import pytest

from tests.dashboards.attendance.conftest import MINUTE, SLOT, choice, form_token, found, post, sign, sign_in
from tests.training.examples import change
from training.records.kinds import Kind
from training.store import RecordReader, Register

SIGNATURE = "/emargement/signature"


def statements(services, organisation):
    return [entry.body.decode() for entry in services.statements.since(organisation, 0)]


def test_who_knows_the_displayed_code_signs_in_their_own_name(opened):
    phone = opened.trainee("Léa")

    page = phone.get(SIGNATURE).text
    assert "Je soussigné(e) Léa Martin certifie ma présence" in page
    answer = sign(phone)

    assert (answer.status_code, answer.location) == (303, SIGNATURE)
    done = phone.get(SIGNATURE).text
    assert "C’est signé" in done
    assert "case cochée, code affiché par le formateur" in done
    assert opened.mark("e-lea") == "Martin Léa Présence signé à 9 h 00"


def test_a_wrong_code_opens_nothing_and_after_some_one_waits(opened):
    phone = opened.pages.test_client()
    named = choice(phone.get(opened.link).text, "Léa")
    wrong = "000000" if opened.code != "000000" else "000001"

    form = {"csrf": form_token(phone.get(opened.link).text), "choice": named, "code": wrong, "way": "displayed"}

    answers = [phone.post(opened.link, data=form) for _ in range(6)]

    assert answers[0].status_code == 403
    assert "<title>Ce n’est pas le bon code · Émargement · Assidu</title>" in answers[0].text
    assert f'value="{named}" required checked' in answers[0].text
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert "réessayez dans" in answers[-1].text
    assert phone.get(SIGNATURE).status_code == 404


def test_a_code_is_taken_however_it_is_spaced(opened):
    code = opened.code

    assert sign(opened.trainee("Léa", f"{code[:3]}\xa0{code[3:]} ")).status_code == 303


def test_a_name_must_be_chosen(opened):
    phone = opened.pages.test_client()

    answer = post(phone, opened.link, code=opened.code, way="displayed")

    assert answer.status_code == 400
    assert "Choisissez votre nom." in answer.text


def test_nothing_is_signed_without_a_drawing_or_a_tick(opened, services, school):
    phone = opened.trainee("Léa")
    before = statements(services, school)

    answer = sign(phone, agree="")

    assert answer.status_code == 400
    assert "Il manque la signature" in answer.text
    assert statements(services, school) == before


@pytest.mark.parametrize("drawing", ["data:image/png;base64,AAAA", "data:image/svg+xml,<svg/>", "x" * 200_000])
def test_a_drawing_that_is_none_is_refused(opened, services, school, drawing):
    phone = opened.trainee("Léa")
    before = statements(services, school)

    assert sign(phone, agree="", drawing=drawing).status_code == 400
    assert statements(services, school) == before


def test_a_form_that_this_browser_was_not_shown_signs_nothing(opened, services, school):
    phone = opened.trainee("Léa")
    text = found(r'name="text" value="([^"]+)"', phone.get(SIGNATURE).text)
    before = statements(services, school)

    for csrf in ({}, {"csrf": "deviné"}):
        answer = phone.post(SIGNATURE, data={"text": text, "agree": "yes", **csrf})
        assert answer.status_code == 400
        assert "ouverte depuis trop longtemps" in answer.text
    assert statements(services, school) == before


def test_a_form_larger_than_a_signature_is_not_read(opened):
    phone = opened.trainee("Léa")

    answer = phone.post(SIGNATURE, data={"csrf": form_token(phone.get(SIGNATURE).text), "drawing": "x" * 1_000_000})

    assert answer.status_code == 413


def test_signing_again_by_whatever_way_leaves_one_mark(opened, services, school):
    first, second = opened.trainee("Léa"), opened.trainee("Léa")
    text = found(r'name="text" value="([^"]+)"', second.get(SIGNATURE).text)
    token = form_token(second.get(SIGNATURE).text)
    sign(first)
    after = statements(services, school)

    answer = second.post(SIGNATURE, data={"csrf": token, "text": text, "agree": "yes"})

    assert answer.status_code == 303
    assert "C’est signé" in second.get(SIGNATURE).text
    assert statements(services, school) == after
    assert "C’est signé" in opened.trainee("Léa").get(SIGNATURE).text


def test_what_has_changed_since_it_was_read_is_read_again_before_it_is_signed(opened):
    phone = opened.trainee("Théo")
    text = found(r'name="text" value="([^"]+)"', phone.get(SIGNATURE).text)
    post(opened.trainer, f"{SLOT}/trainees/e-theo", status="LATE", arrived="09:25", reason="Grève")

    answer = post(phone, SIGNATURE, text=text, agree="yes")

    assert answer.status_code == 412
    assert "Quelque chose a changé entre-temps" in answer.text
    assert "de 9\xa0h\xa025 à" in answer.text
    assert sign(phone).status_code == 303
    assert "Retard de 25\xa0min" in phone.get(SIGNATURE).text


def test_who_is_noted_absent_is_told_and_signs_nothing(opened, services, school):
    phone = opened.trainee("Mehdi")
    text = found(r'name="text" value="([^"]+)"', phone.get(SIGNATURE).text)
    token = form_token(phone.get(SIGNATURE).text)
    post(opened.trainer, f"{SLOT}/trainees/e-mehdi", status="ABSENT_UNJUSTIFIED")
    after = statements(services, school)

    answer = phone.post(SIGNATURE, data={"csrf": token, "text": text, "agree": "yes"})

    assert answer.status_code == 409
    assert "Le formateur a noté une absence." in answer.text
    assert statements(services, school) == after


def test_before_the_window_the_page_says_when_and_a_signature_is_refused(opened, clock):
    phone = opened.trainee("Léa")
    clock.micros -= 40 * MINUTE

    assert "La signature ouvre à 8\xa0h\xa045" in opened.pages.test_client().get(opened.link).text
    answer = sign(phone)

    assert answer.status_code == 409
    assert "pendant la demi-journée" in answer.text
    assert opened.mark("e-lea") == "Martin Léa En attente"


def test_a_late_signature_takes_a_reason_and_is_marked(opened, clock):
    link = found(
        r"(/emargement/[^<]+)</p>", post(opened.trainer, f"{SLOT}/trainees/e-lea", f"{SLOT}/trainees/e-lea/link").text
    )
    clock.micros += 5 * 60 * MINUTE
    phone = opened.pages.test_client()
    assert "notée comme tardive" in phone.get(link).text
    post(phone, link, way="link")

    without = sign(phone)
    answer = sign(phone, reason="Téléphone déchargé")

    assert without.status_code == 400
    assert answer.status_code == 303
    assert "Téléphone déchargé" in phone.get(SIGNATURE).text
    sign_in(opened.trainer)
    assert "signature tardive" in opened.mark("e-lea")


def test_the_link_of_a_closed_half_day_opens_nothing(opened):
    link = opened.link
    phone = opened.trainee("Léa")
    post(opened.trainer, f"{SLOT}/close")

    for answer in (phone.get(link), phone.get(f"{link}x"), phone.get("/emargement/x/code")):
        assert answer.status_code == 404
    assert "n’existe pas, ou plus" in phone.get(link).text


def test_who_types_the_address_by_hand_is_told_that_it_takes_a_link(pages):
    answer = pages.test_client().get("/emargement/")

    assert answer.status_code == 404
    assert "Visez le QR code" in answer.text


def test_a_code_comes_by_mail_and_lets_its_owner_sign(opened, letters):
    phone = opened.pages.test_client()
    answer = post(phone, opened.link, choice=choice(phone.get(opened.link).text, "Inès"), way="mail")
    assert answer.location == f"{opened.link}/code"
    page = phone.get(answer.location).text
    assert "ines@exemple.fr" not in page
    assert "i…@exemple.fr" in page
    (letter,) = letters.messages
    assert letter["To"] == "ines@exemple.fr"
    code = "".join(found(r"présence\u00a0: (\d{3}\u00a0\d{3})", letters.text()).split())

    wrong = post(phone, answer.location, code="111111" if code != "111111" else "222222")
    right = post(phone, answer.location, code=code)

    assert wrong.status_code == 403
    assert right.location == SIGNATURE
    assert "Inès Garcia" in phone.get(SIGNATURE).text
    assert sign(phone).status_code == 303
    assert "code reçu par e-mail" in phone.get(SIGNATURE).text


def test_a_code_sent_to_one_person_does_not_open_for_another(opened, letters):
    sent, other = opened.pages.test_client(), opened.pages.test_client()
    post(sent, opened.link, choice=choice(sent.get(opened.link).text, "Inès"), way="mail")
    code = "".join(found(r"présence\u00a0: (\d{3}\u00a0\d{3})", letters.text()).split())
    post(other, opened.link, choice=choice(other.get(opened.link).text, "Théo"), way="mail")

    assert post(other, f"{opened.link}/code", code=code).status_code == 403


def test_a_letter_that_the_mail_server_refuses_is_said_on_both_sides(opened, letters):
    letters.refuses = True
    phone = opened.pages.test_client()
    page = phone.get(opened.link).text

    told = phone.post(opened.link, data={"csrf": form_token(page), "choice": choice(page, "Inès"), "way": "mail"})
    sent = post(opened.trainer, f"{SLOT}/trainees/e-ines", f"{SLOT}/trainees/e-ines/link", way="mail")

    assert "L’e-mail n’a pas pu partir" in told.text
    assert "l’a refusée" in sent.text


def test_who_has_no_address_is_told_to_ask_for_the_code(opened, services, clock, school):
    entry = RecordReader(services.store, clock).get(school, Kind.PERSON, "lea")
    from dataclasses import replace

    nobody = replace(entry.record, email="", identities=())
    Register(services.store, clock).write(school, [change(nobody, expected=entry.version)], "essai")
    phone = opened.pages.test_client()

    answer = post(phone, opened.link, choice=choice(phone.get(opened.link).text, "Léa"), way="mail")

    assert answer.status_code == 409
    assert "Aucune adresse e-mail n’est enregistrée" in answer.text


def test_somebody_elses_phone_is_given_back_without_a_trace(opened, services, school):
    phone = opened.trainee("Léa")
    before = statements(services, school)

    answer = post(phone, SIGNATURE, "/emargement/leave")

    assert "Rien n’a été signé" in answer.text
    assert phone.get(SIGNATURE).status_code == 404
    assert statements(services, school) == before


def test_the_page_that_asks_who_one_is_shows_no_full_name_and_no_address(opened):
    page = opened.pages.test_client().get(opened.link).text

    assert "Léa M." in page
    for secret in ("Martin", "Lefèvre", "exemple.fr", "e-lea"):
        assert secret not in page


def test_every_page_runs_our_scripts_alone_and_is_kept_by_nobody(opened):
    phone = opened.trainee("Léa")
    for client, path in ((phone, opened.link), (phone, SIGNATURE), (opened.trainer, SLOT), (phone, "/emargement/x")):
        answer = client.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert not re.search(r"<script(?![^>]*\ssrc=)|\son\w+=|\sstyle=|<style", answer.text)
