"""An address that answers nothing shows people a page in their language, and programs JSON."""

from __future__ import annotations

import pytest

LOOKS = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "Accept-Language": "fr-FR,fr"}


@pytest.mark.parametrize(
    ("method", "path", "status", "said"),
    [
        ("GET", "/rien", 404, "Cette page n’existe pas"),
        ("GET", "/logout", 405, "Cette adresse ne s’ouvre pas ainsi"),
    ],
)
def test_people_are_told_what_happened_and_where_to_go(client, method, path, status, said):
    answer = client.open(path, method=method, headers=LOOKS)

    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    assert f"<h1>{said}</h1>" in answer.text
    assert answer.headers["X-Request-ID"] in answer.text
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert 'lang="fr"' in answer.text
    assert 'href="/dashboards/"' in answer.text


def test_what_a_form_may_be_sent_with_is_still_said(client):
    assert "POST" in client.get("/logout", headers=LOOKS).headers["Allow"]


def test_our_own_failure_says_that_it_is_ours_and_nothing_of_what_broke(app, client, monkeypatch):
    monkeypatch.setitem(app.view_functions, "accounts.ask", lambda: {}["secret"])

    answer = client.get("/login", headers=LOOKS)

    assert answer.status_code == 500
    assert "Quelque chose s’est cassé ici" in answer.text
    assert "secret" not in answer.text


@pytest.mark.parametrize("path", ["/api/v1/rien", "/xapi/rien", "/scorm/rien"])
def test_what_speaks_to_programs_never_answers_with_a_page(client, path):
    assert client.get(path, headers=LOOKS).mimetype == "application/json"


@pytest.mark.parametrize("headers", [{}, {"Accept": "*/*"}, {"Accept": "application/json"}])
def test_a_program_is_told_in_json_wherever_it_asks(client, headers):
    answer = client.get("/rien", headers=headers)

    assert answer.status_code == 404
    assert answer.json["code"] == 404
