"""Which pages may use the record store, and what they may read."""

from __future__ import annotations

import dataclasses

import pytest
from flask.testing import FlaskClient

from lrs.caller import Caller, CredentialId, Scope
from lrs.errors import Forbidden
from lrs.http.cors import check_origin, preflight_headers, response_headers
from lrs.services import Services
from lrs.tenancy import OrganisationId

ANYONE = Caller(OrganisationId(1), CredentialId("ak"), frozenset({Scope.ALL}), b"{}")
OURS = dataclasses.replace(ANYONE, origins=("https://cours.example.fr", "http://localhost:8080"))
XAPI = {"X-Experience-API-Version": "1.0.3"}


@pytest.mark.parametrize("origin", ["https://cours.example.fr", "HTTPS://Cours.Example.fr:443", None])
def test_a_credential_for_some_origins_takes_those_and_servers(origin: str | None) -> None:
    check_origin(OURS, origin)


@pytest.mark.parametrize(
    "origin",
    ["https://example.fr", "http://cours.example.fr", "https://cours.example.fr.evil.com", "null", "", "*"],
)
def test_a_credential_for_some_origins_refuses_others_and_lets_them_read_nothing(origin: str) -> None:
    with pytest.raises(Forbidden):
        check_origin(OURS, origin)
    assert "Access-Control-Allow-Origin" not in response_headers(OURS, origin)


@pytest.mark.parametrize("origin", ["https://anything.example", "null"])
def test_a_credential_for_any_origin_takes_even_content_opened_from_a_file(origin: str) -> None:
    check_origin(ANYONE, origin)
    assert response_headers(ANYONE, origin)["Access-Control-Allow-Origin"] == "*"


def test_an_allowed_origin_is_named_and_caches_are_told_that_it_matters() -> None:
    headers = response_headers(OURS, "http://localhost:8080")

    assert headers["Access-Control-Allow-Origin"] == "http://localhost:8080"
    assert headers["Vary"] == "Origin"


def test_a_server_is_told_nothing_about_origins() -> None:
    assert preflight_headers(None) == response_headers(ANYONE, None) == response_headers(OURS, None) == {}


def test_no_answer_ever_allows_cookies() -> None:
    for headers in (preflight_headers("https://a.fr"), response_headers(ANYONE, "https://a.fr")):
        assert "Access-Control-Allow-Credentials" not in headers


def test_a_browsers_preflight_is_answered_without_a_credential(client: FlaskClient) -> None:
    response = client.options(
        "/xapi/activities/state",
        headers={
            "Origin": "https://cours.example.fr",
            "Access-Control-Request-Method": "PUT",
            "Access-Control-Request-Headers": "authorization,content-type,if-match,x-experience-api-version",
        },
    )

    assert response.status_code in {200, 204}
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "PUT" in response.headers["Access-Control-Allow-Methods"]
    allowed = response.headers["Access-Control-Allow-Headers"].lower().split(", ")
    assert {"authorization", "content-type", "if-match", "if-none-match", "x-experience-api-version"} <= set(allowed)


def test_a_page_may_read_why_it_was_not_let_in(client: FlaskClient) -> None:
    response = client.get("/xapi/statements", headers={**XAPI, "Origin": "https://cours.example.fr"})

    assert response.status_code == 401
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_a_page_of_another_origin_stores_nothing(
    client: FlaskClient, services: Services, caller: Caller, auth: dict[str, str]
) -> None:
    services.credentials.change(caller.organisation, caller.credential, {"origins": ("https://cours.example.fr",)})
    statement = {
        "actor": {"mbox": "mailto:a@example.fr"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": "https://example.fr/cours/1"},
    }

    def post(origin: str) -> int:
        response = client.post("/xapi/statements", json=statement, headers={**XAPI, **auth, "Origin": origin})
        assert ("Access-Control-Allow-Origin" in response.headers) == (response.status_code == 200)
        return response.status_code

    assert post("https://evil.example") == 403
    assert post("https://cours.example.fr") == 200
    found = client.get("/xapi/statements", headers={**XAPI, **auth}).get_json()["statements"]
    assert len(found) == 1
