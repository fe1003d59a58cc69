"""A funder in a real browser: from its files to one, a document of it and its dossier; and what that leaves."""

from __future__ import annotations

import io
import zipfile

import pytest
from playwright.sync_api import expect

from dashboards.views.disclosures import disclosures
from dashboards.views.lens import Lens, build_sources
from evidence.content import DocumentType
from tests.dashboards.conftest import SignIn, Site
from tests.dashboards.issued import issue
from tests.dashboards.looks import check
from tests.dashboards.school import ENDED, RUNNING
from training.access import Role, Viewer
from training.records.ids import PersonId

MINE, NOT_MINE = f"{ENDED}-lea", f"{ENDED}-ines"
PATHS = ("files", f"files/{MINE}", "files/documents", "files?state=ended", "files?q=personne")


@pytest.fixture(scope="module", autouse=True)
def documents(campus: Site) -> None:
    """One certificate of a file that the OPCO funds, one of a file that it does not, and a sheet of both."""
    number = campus.ours.number
    issue(campus.services, number, ENDED, MINE)
    issue(campus.services, number, ENDED, NOT_MINE)
    issue(campus.services, number, ENDED, MINE, NOT_MINE, kind=DocumentType.EMARG)


@pytest.mark.parametrize("path", PATHS)
def test_every_page_is_drawn_and_breaks_no_rule_of_axe(sign_in: SignIn, path: str):
    seen = sign_in("funder", path=path)
    name = path.replace("/", "-").replace("?", "-").replace("=", "-")
    check(seen, f"funder-{name}", ((1280, "light"), (1280, "dark"), (390, "dark")))
    seen.assert_no_console_errors()


def test_a_funder_finds_its_file_takes_the_document_and_the_dossier_and_the_learner_sees_it(
    sign_in: SignIn, campus: Site
):
    seen = sign_in("funder")
    page = seen.page
    expect(page.locator("h1")).to_have_text("Mes dossiers financés")
    text = page.locator("#page").inner_text()
    assert "Garcia" not in text
    assert "Lefèvre" in text

    page.get_by_role("link", name="D-001").first.click()
    expect(page.locator("h1")).to_contain_text("Martin")
    seen.go(f"files/{MINE}")
    documents = page.locator("section", has_text="Documents du dossier").first
    with page.expect_download() as got:
        documents.get_by_role("link", name="Certificat de réalisation").first.click()
    assert got.value.path().read_bytes().startswith(b"%PDF-")
    with page.expect_download() as got:
        page.get_by_role("link", name="Télécharger le dossier (zip)").click()
    names = zipfile.ZipFile(io.BytesIO(got.value.path().read_bytes())).namelist()

    assert sum(name.endswith(".pdf") for name in names) == 1
    assert not any(name.endswith(("traces.ndjson", "fiches.ndjson", "journal.ndjson")) for name in names)
    viewer = Viewer(campus.ours.number, Role.LEARNER, "account:lea", person_id=PersonId("lea"))
    told = disclosures(Lens(build_sources(campus.services), viewer), MINE)
    assert {(item.role, item.reader_name, item.place) for item in told} >= {
        (Role.FUNDER, "OPCO des Métiers", "funder.files"),
        (Role.FUNDER, "OPCO des Métiers", "funder.file"),
        (Role.FUNDER, "OPCO des Métiers", "download.document"),
        (Role.FUNDER, "OPCO des Métiers", "download.dossier"),
    }
    seen.assert_no_console_errors()


@pytest.mark.parametrize("path", [f"files/{NOT_MINE}", "files/inconnu", "audit", "settings", "portfolio"])
def test_what_is_not_a_funders_is_not_there(sign_in: SignIn, path: str):
    seen = sign_in("funder", path=path)

    expect(seen.page.locator("#page")).not_to_contain_text("Garcia")
    expect(seen.page.locator("h1")).to_have_text("Cette page n’existe pas")


def test_nothing_is_downloaded_that_names_somebody_else(sign_in: SignIn, campus: Site):
    seen = sign_in("funder")
    number = campus.ours.number
    shared = issue(campus.services, number, ENDED, MINE, NOT_MINE, kind=DocumentType.EMARG)
    other = issue(campus.services, number, ENDED, NOT_MINE)
    for path in (
        f"documents/{shared.code}", f"documents/{other.code}", f"dossiers/enrolments/{NOT_MINE}",
        "dossiers/sample?seed=x&size=3",
    ):  # fmt: skip
        answer = seen.page.request.get(f"{campus.address}/dashboards/download/{path}")
        assert answer.status in (403, 404), path
        assert b"Garcia" not in answer.body()


def test_a_search_narrows_the_list_by_keyboard_alone(sign_in: SignIn):
    seen = sign_in("funder", path="files")
    page = seen.page
    page.get_by_role("link", name="En cours").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/files?state=running")
    seen.settle()
    page.locator(".table-filter input").focus()
    page.keyboard.type("haddad")

    expect(page.locator(".ag-center-cols-container .ag-row")).to_have_count(1)
    assert RUNNING
