"""Files that leave through a learner's hands: everything about them, their documents, what a link shows."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import timedelta
from hashlib import sha256
from subprocess import run
from uuid import UUID

from dashboards.policy import PLAIN_PAGE
from dashboards.views.learner_copy import BATCH
from dashboards.views.learner_requests import ask
from dashboards.views.learner_sharing import share, sharing, withdraw
from evidence.store.issued import IssuedDocuments
from evidence.store.trail import Trail, TrailQuery
from evidence.trail import Act
from lrs.clock import to_datetime
from lrs.erasure import Eraser, Order
from lrs.store.erasure import Ground
from lrs.versions import Version
from tests.dashboards import school
from tests.dashboards.learner.conftest import CERTIFICATE, OTHERS, REVOKED, SHEET, Browse, LensOf
from tests.dashboards.trainer.conftest import settle
from training.access import Role
from training.rights import Asked, Right


def unzip(client) -> zipfile.ZipFile:
    answer = client.get("/dashboards/me/files/everything")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    return zipfile.ZipFile(io.BytesIO(answer.data))


def rows(file: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    text = file.read(name).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def bodies_of(services, organisation, name: str) -> dict[UUID, bytes]:
    """Every statement whose actor is somebody, as the log has it."""
    found = services.statements.since(organisation, 0)
    kept = {entry.statement_id: entry.body for entry in found if not entry.is_erased}
    return {
        key: body for key, body in kept.items() if f"mailto:{name}@exemple.fr" in json.dumps(json.loads(body)["actor"])
    }


def test_everything_holds_each_statement_byte_for_byte_and_nobody_elses(browse: Browse, papers, services, enrolled):
    file = unzip(browse("lea"))

    arrays = [file.read(name) for name in file.namelist() if name.startswith("traces/traces-")]
    mine = bodies_of(services, enrolled, "lea")
    inside = [json.loads(array) for array in arrays]
    assert {UUID(item["id"]) for array in inside for item in array} == set(mine)
    assert all(any(body in array for array in arrays) for body in mine.values())
    # Nothing stands between them but what makes an array of them.
    sizes = sum(len(body) for body in mine.values())
    assert sum(map(len, arrays)) == sizes + sum(5 + 2 * (len(array) - 1) for array in inside)
    everything = b"".join(file.read(name) for name in file.namelist())
    assert not any(name.encode() in everything for name in ("Garcia", "Lefèvre", "Benali", "mailto:ines"))


def test_numbers_keys_and_spaces_of_a_statement_are_taken_away_as_they_were_sent(
    browse: Browse, services, enrolled, caller
):
    now = to_datetime(services.clock.now_micros())
    odd = school.says(enrolled, "experienced", "devoir", "lea", now - timedelta(hours=2))
    text = json.dumps(odd)[:-1] + ',  "result":{"score":{"raw":1.50 },"response":"é\\u00e9"} }'
    services.ingest.post(caller, Version.V1_0_3, text.encode())

    file = unzip(browse("lea"))

    assert any(b'"raw":1.50 ' in file.read(name) for name in file.namelist() if name.startswith("traces/traces-"))


def test_everything_holds_the_documents_that_name_nobody_else_as_they_are_archived(browse: Browse, papers):
    file = unzip(browse("lea"))

    found = {name.split("/")[1][:30]: file.read(name) for name in file.namelist() if name.startswith("documents/")}
    assert found == {CERTIFICATE: papers[CERTIFICATE], REVOKED: papers[REVOKED]}
    assert {row["Code de vérification"] for row in rows(file, "tableaux/documents.csv")} == {CERTIFICATE, REVOKED}


def test_the_tables_say_what_the_facts_say_and_the_list_of_contents_every_digest(
    browse: Browse, papers, lens_of: LensOf
):
    ask(lens_of("lea"), Asked(Right.ACCESS, "=1+1"))
    file = unzip(browse("lea"))

    facts = lens_of().sources.facts.person(lens_of().viewer.organisation, "lea")
    assert len(rows(file, "tableaux/journees.csv")) == len(facts.days)
    assert len(rows(file, "tableaux/demi-journees.csv")) == len(facts.slots)
    assert len(rows(file, "tableaux/activites.csv")) == len(facts.standings)
    assert len(rows(file, "tableaux/inscriptions.csv")) == 2
    # What a spreadsheet would run is text.
    assert rows(file, "tableaux/demandes.csv")[0]["Texte"] == "'=1+1"
    listed = {row["Fichier"]: row["SHA-256"] for row in rows(file, "contenu.csv")}
    assert listed == {name: sha256(file.read(name)).hexdigest() for name in file.namelist() if name != "contenu.csv"}
    readme = file.read("LISEZ-MOI.txt").decode()
    assert "Léa Martin" in readme
    assert "octet pour octet" in readme
    assert "{" not in readme


def test_a_summary_that_anybody_can_read_says_the_same_and_names_nobody_else(browse: Browse, papers, tmp_path):
    pdf = tmp_path / "resume.pdf"
    pdf.write_bytes(unzip(browse("lea")).read("resume.pdf"))

    text = run(["pdftotext", "-raw", str(pdf), "-"], capture_output=True, check=True).stdout.decode()
    for words in ("Vos données en bref", "Léa Martin", "lea@exemple.fr", "Automne", "Les cinq temps", "en présentiel"):
        assert words in text, words
    assert "Certificat de réalisation" in text
    assert not any(name in text for name in ("Garcia", "Lefèvre", "Benali"))


def test_records_are_taken_away_in_every_version_without_who_pays_or_who_wrote_them(browse: Browse):
    found = json.loads(unzip(browse("lea")).read("fiches.json"))

    assert {item["kind"] for item in found} == {"person", "enrolment"}
    assert len(found) == 3
    assert "D-001" not in json.dumps(found)
    assert "recorded_by" not in found[0]


def test_taking_everything_away_is_put_on_record_before_the_first_byte(browse: Browse, papers, services, enrolled):
    answer = browse("lea").get("/dashboards/me/files/everything", buffered=False)

    entries = list(Trail(services.store, services.clock).entries(enrolled, TrailQuery(who="account:lea")))
    assert entries[0].deed.act is Act.EXPORTED
    assert entries[0].deed.what == "person:lea"
    answer.close()


def test_what_was_erased_is_nowhere_in_it(browse: Browse, services, enrolled):
    mine = list(bodies_of(services, enrolled, "lea"))
    eraser = Eraser(services)
    plan = eraser.plan(enrolled, mine[:1])
    eraser.run(eraser.begin(enrolled, Order(Ground.REQUEST, "Demande", "account:essai"), plan))
    settle(services, enrolled)

    file = unzip(browse("lea"))

    assert len(rows(file, "traces/index.csv")) == len(mine) - 1
    texts = [name for name in file.namelist() if name.endswith(".json")]
    assert not any(str(mine[0]).encode() in file.read(name) for name in texts)


def test_more_statements_than_go_into_one_array_go_into_several(browse: Browse, services, enrolled, caller):
    now = to_datetime(services.clock.now_micros())
    made = [
        school.says(enrolled, "experienced", "devoir", "lea", now - timedelta(minutes=at)) for at in range(BATCH + 5)
    ]
    services.ingest.post(caller, Version.V1_0_3, json.dumps(made).encode())

    file = unzip(browse("lea"))

    arrays = [json.loads(file.read(name)) for name in file.namelist() if name.startswith("traces/traces-")]
    assert len(arrays) == 2
    assert sum(map(len, arrays)) == len(bodies_of(services, enrolled, "lea"))


def test_a_file_is_for_nobody_but_the_learner_it_is_about(browse: Browse, papers, neighbour):
    address = f"/dashboards/me/files/documents/{CERTIFICATE}"

    assert browse("lea").get(address).data == papers[CERTIFICATE]
    refused = [browse("ines"), browse("lea", of=neighbour), browse(None), browse("personne")]
    refused += [browse("lea", role) for role in Role if role is not Role.LEARNER]
    for client in refused:
        assert client.get(address).status_code in (403, 404)
    for client in refused[2:]:
        assert client.get("/dashboards/me/files/everything").status_code in (403, 404)
    for code in (OTHERS, SHEET):
        assert browse("lea").get(f"/dashboards/me/files/documents/{code}").status_code == 404


# Links


def link(lens, codes=(CERTIFICATE,)) -> str:
    return share(lens, codes, "Cabinet <b>Exemple</b>", "Candidature", sharing(lens).today).path


def test_a_link_shows_the_documents_chosen_and_gives_their_bytes_to_whoever_has_it(
    browse: Browse, papers, lens_of: LensOf
):
    path = link(lens_of("lea"))
    nobody = browse(None)

    page = nobody.get(path)
    assert page.status_code == 200
    assert page.headers["Content-Security-Policy"] == PLAIN_PAGE
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    text = page.get_data(as_text=True)
    assert "Certificat de réalisation" in text
    assert "Cabinet &lt;b&gt;Exemple" in text
    assert not any(secret in text for secret in ("lea@exemple.fr", REVOKED, SHEET, "<script", school.RUNNING))
    assert nobody.get(f"{path}/{CERTIFICATE}").data == papers[CERTIFICATE]
    (line,) = sharing(lens_of("lea")).lines
    assert [item.what for item in line.share.opened] == [CERTIFICATE, "page"]


def test_a_link_opens_no_other_document_and_nothing_once_it_is_withdrawn(browse: Browse, papers, lens_of: LensOf):
    path = link(lens_of("lea"))
    nobody = browse(None)
    for code in (REVOKED, OTHERS, SHEET, "x"):
        assert nobody.get(f"{path}/{code}").status_code == 404
    withdraw(lens_of("lea"), sharing(lens_of("lea")).lines[0].share.id)

    assert nobody.get(path).status_code == 404
    assert nobody.get(f"{path}/{CERTIFICATE}").status_code == 404
    assert "n’ouvre rien" in nobody.get("/partage/inconnu").get_data(as_text=True)


def test_a_document_revoked_since_is_shown_as_such_and_not_given(
    browse: Browse, papers, lens_of: LensOf, services, enrolled
):
    path = link(lens_of("lea"))
    documents, now = IssuedDocuments(services.store), services.clock.now_micros()
    services.store.transaction(
        lambda session: documents.revoke(enrolled, CERTIFICATE, "Erreur", "account:essai", now, session)
    )

    page = browse(None).get(path).get_data(as_text=True)

    assert "Révoqué" in page
    assert "Télécharger" not in page
    assert browse(None).get(f"{path}/{CERTIFICATE}").status_code == 404


def test_whoever_tries_links_is_told_to_wait(browse: Browse, papers):
    nobody = browse(None)
    statuses = [nobody.get("/partage/essai").status_code for _ in range(62)]

    assert statuses[0] == 404
    assert statuses[-1] == 429
    assert int(nobody.get("/partage/essai").headers["Retry-After"]) > 0


def test_reading_by_a_link_stands_in_the_trail_as_the_links_own(
    browse: Browse, papers, lens_of: LensOf, services, enrolled
):
    path = link(lens_of("lea"))
    browse(None).get(f"{path}/{CERTIFICATE}")

    entries = list(Trail(services.store, services.clock).entries(enrolled, TrailQuery(act=Act.READ)))
    assert [entry.deed.why.partition(":")[0] for entry in entries] == ["share"]
