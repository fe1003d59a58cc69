"""Who opens a page while every request that a process serves at once is taken is told so in their language."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect
from werkzeug.test import Client

from assidu.admission import Admission
from tests.browser import Lend, picture
from tests.serving import serve

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def answered(environ: Any, start_response: Any) -> list[bytes]:
    body = b"<!doctype html><title>Voici</title><h1>Voici</h1>"
    start_response("200 OK", [("Content-Type", "text/html"), ("X-Method", environ["REQUEST_METHOD"])])
    return [body]


@pytest.mark.parametrize(
    ("method", "language", "said", "comes_again"),
    [
        ("GET", "fr-FR,fr;q=0.9,en;q=0.8", "cette page se recharge toute seule", True),
        ("GET", "en-GB,en;q=0.9", "loads again by itself", True),
        ("GET", "de", "cette page se recharge toute seule", True),
        ("POST", "fr", "n’a pas été pris", False),
    ],
)
def test_a_person_is_shown_a_page_that_is_whole_in_itself(
    method: str, language: str, said: str, *, comes_again: bool
) -> None:
    full = Admission(answered, 0, people=0)
    asked = {"Accept": BROWSER, "Accept-Language": language}

    refused = Client(full).open("/emargement/signature", method=method, headers=asked)

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
    assert refused.mimetype == "text/html"
    assert said in refused.text
    assert ('http-equiv="refresh"' in refused.text) is comes_again
    assert "src=" not in refused.text
    assert "href=" not in refused.text
    assert refused.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "accept"), [("/xapi/statements", BROWSER), ("/login", "*/*"), ("/login", ""), ("/dashboards/_x", BROWSER)]
)
def test_a_program_is_told_in_json(path: str, accept: str) -> None:
    refused = Client(Admission(answered, 0, people=0)).get(path, headers={"Accept": accept})

    assert (refused.status_code, refused.mimetype) == (503, "application/json")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_page_comes_again_by_itself_and_then_shows_what_was_asked_for(
    lend: Lend, width: int, scheme: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assidu.busy._AGAIN_SECONDS", (1, 1))
    gate = Admission(answered, 0, people=0)
    page = lend(width=width, scheme=scheme).new_page()
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
    with serve(gate) as address:
        page.goto(f"{address}/emargement/abc")
        expect(page.locator("h1")).to_have_text("Beaucoup de demandes à la fois")
        picture(page, f"busy-{width}-{scheme}")
        assert page.evaluate("getComputedStyle(document.querySelector('main')).maxWidth") == "416px"
        gate._people = 8
        expect(page.locator("h1")).to_have_text("Voici")
    assert complaints == []
