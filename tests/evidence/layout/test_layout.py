"""Every document: both standards, its evidence inside, the same bytes again, text that reads in order."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from subprocess import run

import pytest
from msgspec.structs import replace
from pyhanko.pdf_utils.reader import PdfFileReader

from evidence.content import Content, DocumentType, Frame
from evidence.content.samples import FRAME, PROVIDER, REISSUED, SAMPLES, TRAINEE
from evidence.layout import LAYOUT_VERSION, Layout
from evidence.verification.text import page_texts
from tests.evidence.layout.pictures import JPEG, LOGO, grey_png, named

EVIDENCE = json.dumps({"format": "assidu-evidence/1", "texte": "« é » 😀"}, ensure_ascii=False).encode()
LONG_TITLE = (
    "Concevoir, animer et évaluer une action de formation multimodale : de l’analyse du besoin jusqu’à la mesure des "
    "effets sur le poste de travail, avec prise en compte des situations de handicap et accessibilité"
)
# Words that stand on each document in this order.
ORDER = {
    DocumentType.CERTREAL: (
        "Je soussigné(e) Hélène Aubry", "représentant légal du dispensateur", "atteste que", "Mme Léa Marchand",
        "salarié(e) de l’entreprise Fonderies du Val d’Orge", "a suivi l’action Gérer la paie",
        "Nature de l’action concourant au développement des compétences", "☑ action de formation",
        "☐ bilan de compétences", "☐ action de VAE", "☐ action de formation par apprentissage",
        "qui s’est déroulée du 2 mars 2026 au 27 mars 2026", "pour une durée de 30,5 heures (30 h 30)",
        "3 ans à compter de la fin de l’année du dernier paiement", "Fait à Paris, le 1er avril 2026",
        "Cachet et signature du responsable du dispensateur de formation", "Hélène Aubry, directrice",
        "projet de transition professionnelle", "le temps estimé pour les réaliser",
    ),
    DocumentType.CERTINT: (
        "qui s’est déroulée du 2 mars 2026 au 15 mars 2026", "pour une durée de 14 heures",
        "Période d’une action prévue du 2 mars 2026 au 27 mars 2026", "Depuis le début",
    ),
    DocumentType.ATTASS: (
        "atteste que l’assiduité", "Heures dues 21 h", "Heures suivies 19 h 30", "Absence justifiée 1 h",
        "Taux d’assiduité net 97 %", "19 h 30 / 20 h", "Rendez-vous médical", "Injustifiée", "Évaluations", "62,5 %",
    ),
    DocumentType.ATTFIN: (
        "durée réalisée : 30,5 heures",
        "durée prévue : 35 heures", "Objectifs", "Déclarer les cotisations sociales", "Acquis",
        "Non acquis", "Les conditions d’achèvement fixées par le programme sont réunies", "ni une certification",
    ),
    DocumentType.EMARG: (
        "Lundi 2 mars 2026, matin, de 9 h 30 à 13 h 00", "Établir le bulletin", "Yann Le Gall",
        "Benali Karim Présent(e), 3 h 30 Signé par case cochée 02/03/2026 à 9 h 34",
        "de La Rochefoucauld-Liancourt", "Arrivée en retard de 25 min", "Panne de train (justifié)",
        "Signé après la demi-journée, le 2 mars 2026 à 14 h 05", "Téléphone déchargé", "tracé identique",
        "Nguyen Thi Mai Absence justifiée", "Absent(e)", "Non signé par le stagiaire", "Non attendu(e)",
        "4 présences, 1 absence", "Contresignée par Yann Le Gall, le 2 mars 2026 à 13 h 04",
        "Demi-journée non tenue : Salle inondée",
    ),
    DocumentType.RELCO: (
        "Les cinq temps", "Prévu 14 h", "Estimé 14 h", "Connecté 9 h 21", "Actif 7 h 09", "Crédité 11 h",
        "ils ne s’additionnent pas", "2 activités réalisées sur 3", "Lire une fiche de paie 1 h 30 04/03/2026",
        "Non réalisée", "Assistance pédagogique", "Yann Le Gall, formateur", "Évaluations", "Connexions",
        "règles 2026.1", "Heures locales (Europe/Paris)",
    ),
    DocumentType.RELCOMP: ("Établir le bulletin", "85 %", "70 %", "Acquis", "1 élément acquis sur 2 évalués"),
    DocumentType.ATTENT: ("est entré(e) en formation le 2 mars 2026", "Dates prévues", "France Travail", "35 h"),
    DocumentType.ATTSORT: ("est sorti(e) de formation le 19 mars 2026", "Abandon – Reprise d’emploi", "87 %"),
}  # fmt: skip


def render(layout: Layout, content: Content, frame: Frame = FRAME, **pictures: bytes) -> bytes:
    return layout.render(content, frame, EVIDENCE, pictures)


@pytest.mark.parametrize("document_type", DocumentType)
def test_a_document_names_both_standards_and_carries_its_evidence(layout: Layout, document_type: DocumentType):
    pdf = render(layout, SAMPLES[document_type])

    for named_there in (b"<pdfaid:part>3</pdfaid:part>", b"<pdfaid:conformance>A<", b"<pdfuaid:part>1</pdfuaid:part>"):
        assert named_there in pdf
    reader = PdfFileReader(BytesIO(pdf))
    (reference,) = reader.root["/AF"]
    attached = reference.get_object()
    assert attached["/AFRelationship"] == "/Data"
    assert attached["/F"] == "evidence.json"
    assert attached["/EF"]["/F"].data == EVIDENCE
    assert reader.root["/Lang"] == "fr-FR"
    assert reader.root["/MarkInfo"]["/Marked"]


@pytest.mark.parametrize("document_type", DocumentType)
def test_text_is_copied_in_the_order_of_reading(
    layout: Layout, document_type: DocumentType, text_of: Callable[[bytes], str]
):
    text, at = text_of(render(layout, SAMPLES[document_type])), 0

    for words in (document_type.heading, "N° 2026-000127, version 1, émis le 1er avril 2026", *ORDER[document_type]):
        found = text.find(words, at)
        assert found >= 0, (words, text[at : at + 300])
        at = found + len(words)


@pytest.mark.parametrize("document_type", DocumentType)
def test_what_stands_around_every_document(
    layout: Layout, document_type: DocumentType, text_of: Callable[[bytes], str]
):
    text = text_of(render(layout, SAMPLES[document_type]))

    assert "Cachet de développement – non qualifié" in text
    assert "SIRET 732 829 320 00074" in text
    assert "enregistrée sous le numéro 11 75 50123 75 auprès du préfet de la région Île-de-France" in text
    assert "Cet enregistrement ne vaut pas agrément de l’État." in text
    assert "horodatage non qualifié" in text
    assert "https://assidu.example/verify/ K7QM-2XVD-9TFA-HB3R-W5JC-6NYE-PA" in text
    pages = re.findall(r"Page (\d+) / (\d+)", text)
    assert [int(number) for number, _ in pages] == list(range(1, int(pages[-1][1]) + 1))


def test_the_same_arguments_give_the_same_bytes_whoever_lays_them_out(layout: Layout):
    drawing = grey_png()
    pictures = named(drawing, LOGO)
    first, second = pictures
    sheet = _with_drawings(first)
    frame = replace(FRAME, provider=replace(PROVIDER, logo=second))

    once = layout.render(sheet, frame, EVIDENCE, pictures)
    layout.render(SAMPLES[DocumentType.RELCO], REISSUED, b"{}")

    assert layout.render(sheet, frame, EVIDENCE, pictures) == once
    assert Layout().render(sheet, frame, EVIDENCE, pictures) == once


def test_a_document_is_issued_at_any_instant_and_dates_itself_to_the_second(layout: Layout):
    later = replace(FRAME, issued_at=FRAME.issued_at.replace(microsecond=123_456))

    pdf = layout.render(SAMPLES[DocumentType.ATTENT], later, EVIDENCE)

    dated = PdfFileReader(BytesIO(pdf)).trailer["/Info"]["/CreationDate"]
    assert dated.startswith(f"D:{FRAME.issued_at.astimezone(UTC):%Y%m%d%H%M%S}")


def test_threads_take_turns(layout: Layout):
    wanted = {document_type: render(layout, content) for document_type, content in SAMPLES.items()}

    with ThreadPoolExecutor(4) as pool:
        made = pool.map(lambda item: (item[0], render(layout, item[1])), [*SAMPLES.items()] * 2)

    assert all(wanted[document_type] == pdf for document_type, pdf in made)


def test_a_new_version_says_what_it_replaces_and_no_notice_of_development(
    layout: Layout, text_of: Callable[[bytes], str]
):
    text = text_of(render(layout, SAMPLES[DocumentType.CERTREAL], REISSUED))

    assert "Annule et remplace la version 1, émise le 1er avril 2026." in text
    assert "N° 2026-000127, version 2, émis le 14 avril 2026" in text
    assert "développement – non" not in text
    assert "avec un horodatage qualifié" in text


def test_qpdf_finds_nothing_wrong(layout: Layout, tmp_path: Path):
    pictures = named(grey_png(), LOGO)
    drawing, logo = pictures
    frame = replace(REISSUED, provider=replace(PROVIDER, logo=logo))
    path = tmp_path / "feuille.pdf"
    path.write_bytes(layout.render(_with_drawings(drawing), frame, EVIDENCE, pictures))

    checked = run(["qpdf", "--check", str(path)], capture_output=True, check=False)

    assert checked.returncode == 0, checked.stdout
    assert b"No syntax or stream encoding errors" in checked.stdout


def test_pictures_have_words_for_those_who_do_not_see_them(layout: Layout):
    pictures = named(grey_png(), LOGO)
    drawing, logo = pictures
    frame = replace(FRAME, provider=replace(PROVIDER, logo=logo))

    reader = PdfFileReader(BytesIO(layout.render(_with_drawings(drawing), frame, EVIDENCE, pictures)))

    words = set(_alternatives(reader.root["/StructTreeRoot"]))
    assert "Logo de Atelier des Savoirs" in words
    assert "Signature tracée par Karim Benali" in words
    assert any(word.startswith("Code QR de la page de vérification, https://assidu.example") for word in words)


def test_the_stamp_stands_beside_who_signs_whatever_kind_of_picture_it_is(layout: Layout):
    pictures = named(JPEG)
    frame = replace(FRAME, provider=replace(PROVIDER, stamp=next(iter(pictures))))

    reader = PdfFileReader(BytesIO(layout.render(SAMPLES[DocumentType.CERTREAL], frame, EVIDENCE, pictures)))
    without = PdfFileReader(BytesIO(layout.render(SAMPLES[DocumentType.CERTREAL], FRAME, EVIDENCE, pictures)))

    assert "Cachet de Atelier des Savoirs" in set(_alternatives(reader.root["/StructTreeRoot"]))
    assert "Cachet de Atelier des Savoirs" not in set(_alternatives(without.root["/StructTreeRoot"]))


@pytest.mark.parametrize("document_type", DocumentType)
def test_much_and_long_content_breaks_no_page(
    layout: Layout, document_type: DocumentType, text_of: Callable[[bytes], str]
):
    name = "de La Rochefoucauld-Liancourt"
    text = text_of(render(layout, _grown(SAMPLES[document_type], name)))

    assert name in text
    if document_type is not DocumentType.EMARG:
        assert LONG_TITLE in text
    if document_type in (DocumentType.CERTREAL, DocumentType.CERTINT):
        assert "Page 1 / 1" in text


def test_a_picture_that_is_missing_broken_or_another_is_said_not_to_be_there(
    layout: Layout, text_of: Callable[[bytes], str]
):
    whole, strange = grey_png(), grey_png(filter_type=9)
    (digest,) = named(whole)
    (odd,) = named(strange)
    sheets = [
        layout.render(_with_drawings(digest), FRAME, EVIDENCE),
        layout.render(_with_drawings(digest), FRAME, EVIDENCE, {digest: grey_png(61)}),
        layout.render(_with_drawings(odd), FRAME, EVIDENCE, {odd: strange}),
    ]

    for sheet in sheets:
        assert "Signature tracée, image non disponible" in text_of(sheet)
    assert "non disponible" not in text_of(layout.render(_with_drawings(digest), FRAME, EVIDENCE, {digest: whole}))


def test_one_picture_that_no_decoder_follows_does_not_take_the_others_away(
    layout: Layout, text_of: Callable[[bytes], str]
):
    pictures = named(grey_png(), grey_png(filter_type=9))
    drawing, odd = pictures

    frame = replace(FRAME, provider=replace(PROVIDER, logo=odd))

    assert "non disponible" not in text_of(layout.render(_with_drawings(drawing), frame, EVIDENCE, pictures))


def test_pages_break_the_same_with_and_without_pictures(layout: Layout, text_of: Callable[[bytes], str]):
    pictures = named(grey_png(), LOGO)
    drawing, logo = pictures
    sheet = _with_drawings(drawing)
    many = replace(sheet, half_days=(replace(sheet.half_days[0], lines=sheet.half_days[0].lines * 12),))
    frame = replace(FRAME, provider=replace(PROVIDER, logo=logo))

    with_them = text_of(layout.render(many, frame, EVIDENCE, pictures))
    without = text_of(layout.render(many, frame, EVIDENCE))

    assert without.replace("Signature tracée, image non disponible ", "") == with_them


def test_nothing_is_left_in_the_folder_of_templates(layout: Layout):
    pictures = named(grey_png())
    (drawing,) = pictures
    layout.render(_with_drawings(drawing), FRAME, EVIDENCE, pictures)

    assert layout._illustrated is not None
    assert [*(layout._illustrated.root / "pictures").iterdir()] == []


def test_a_layout_takes_its_folder_with_it():
    layout = Layout()
    pictures = named(grey_png())
    (drawing,) = pictures
    layout.render(_with_drawings(drawing), FRAME, EVIDENCE, pictures)
    assert layout._illustrated is not None
    folder = layout._illustrated.root

    assert folder.exists()
    del layout
    assert not folder.exists()


def test_pages_say_something_else_only_under_another_version_of_the_layout(layout: Layout):
    """A document is checked by laying it out again: whoever changes what pages say, or where they break, says so.

    When this fails: give LAYOUT_VERSION a new value, and this test its digest.
    """
    digest = sha256()
    for content in SAMPLES.values():
        for pdf in (render(layout, content), render(layout, _grown(content, "Martin"), REISSUED)):
            digest.update("\f".join(page_texts(PdfFileReader(BytesIO(pdf)))).encode())

    assert (LAYOUT_VERSION, digest.hexdigest()) == (
        "1",
        "910202849111ddc365c16586f0ce315fae2f93bd37973e07063b59bc4e3cabc3",
    )


def _with_drawings(digest: str):
    sheet = SAMPLES[DocumentType.EMARG]
    first, *others = sheet.half_days
    lines = tuple(
        line if line.signature is None else replace(line, signature=replace(line.signature, drawing=digest))
        for line in first.lines
    )
    return replace(sheet, half_days=(replace(first, lines=lines), *others))


def _grown(content: Content, name: str) -> Content:
    """Give a content long names and titles, and lists twenty times as long."""
    changes: dict[str, object] = {}
    for member in ("lines", "activities", "connections", "absences", "evaluations"):
        if hasattr(content, member):
            changes[member] = getattr(content, member) * 20
    if hasattr(content, "trainee"):
        employer = "Société coopérative d’intérêt collectif des Ateliers réunis de la Vallée de la Haute-Loue"
        changes["trainee"] = replace(TRAINEE, last_name=name, first_name="Marie-Antoinette", employer=employer)
        changes["action"] = replace(content.action, title=LONG_TITLE)
    if hasattr(content, "half_days") and hasattr(content, "title"):
        day = content.half_days[0]
        changes["half_days"] = (replace(day, lines=day.lines * 5),) * 3
        changes["title"] = LONG_TITLE
    return replace(content, **changes)


def _alternatives(node: object):
    if hasattr(node, "get_object"):
        node = node.get_object()
    if isinstance(node, list):
        for kid in node:
            yield from _alternatives(kid)
    elif isinstance(node, dict):
        if "/Alt" in node:
            yield str(node["/Alt"])
        if "/K" in node:
            yield from _alternatives(node["/K"])
