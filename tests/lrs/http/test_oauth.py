"""OAuth 2.0 client credentials, by RFC 6749."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lrs.caller import Caller, Scope
from lrs.credential import Settings
from lrs.services import Services
from lrs.tenancy import OrganisationId

GRANT = {"grant_type": "client_credentials"}
XAPI = {"X-Experience-API-Version": "2.0.0"}


def basic(user: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


@pytest.fixture
def pair(services: Services, organisation: OrganisationId) -> tuple[str, str]:
    """The key and secret of a credential that writes and reads statements."""
    scopes = frozenset({Scope.STATEMENTS_WRITE, Scope.STATEMENTS_READ})
    issued = services.credentials.create(organisation, Settings("Moodle", scopes))
    return issued.credential.key, issued.secret


def test_client_secret_basic_gets_a_token_that_opens_xapi(client: FlaskClient, pair: tuple[str, str]) -> None:
    response = client.post("/oauth/token", data=GRANT, headers=basic(*pair))

    body = response.get_json()
    assert response.status_code == 200
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 3600)
    assert body["scope"] == "statements/read statements/write"
    assert response.headers["Cache-Control"] == "no-store"
    bearer = {"Authorization": f"Bearer {body['access_token']}"}
    assert client.get("/xapi/statements", headers={**XAPI, **bearer}).status_code == 200


def test_client_secret_post_gets_a_token_too(client: FlaskClient, pair: tuple[str, str]) -> None:
    form = {**GRANT, "client_id": pair[0], "client_secret": pair[1]}

    assert client.post("/oauth/token", data=form).status_code == 200


def test_a_form_encoded_basic_secret_is_understood(
    client: FlaskClient, services: Services, organisation: OrganisationId
) -> None:
    services.credentials.seed(organisation, "conteneur", "a secret: with+signs % &")

    response = client.post("/oauth/token", data=GRANT, headers=basic("conteneur", "a+secret%3A+with%2Bsigns+%25+%26"))

    assert response.status_code == 200


def test_a_token_for_fewer_scopes_does_only_that(client: FlaskClient, pair: tuple[str, str]) -> None:
    form = {**GRANT, "scope": "statements/write"}

    body = client.post("/oauth/token", data=form, headers=basic(*pair)).get_json()

    assert body["scope"] == "statements/write"
    bearer = {"Authorization": f"Bearer {body['access_token']}"}
    assert client.get("/xapi/statements", headers={**XAPI, **bearer}).status_code == 403


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({**GRANT, "scope": "state"}, "invalid_scope"),
        ({**GRANT, "scope": "all"}, "invalid_scope"),
        ({**GRANT, "scope": "everything"}, "invalid_scope"),
        ({**GRANT, "client_secret": "twice"}, "invalid_request"),
        ({"grant_type": ["client_credentials", "client_credentials"]}, "invalid_request"),
    ],
)
def test_a_wrong_form_is_refused_with_rfc_6749s_code(
    client: FlaskClient, pair: tuple[str, str], form: dict[str, Any], error: str
) -> None:
    response = client.post("/oauth/token", data=form, headers=basic(*pair))

    assert response.status_code == 400
    assert response.get_json()["error"] == error
    assert "access_token" not in response.get_json()


@pytest.mark.parametrize(
    ("headers", "form"),
    [
        ({}, {}),
        ({}, {"client_id": "essai"}),
        ({}, {"client_id": "nobody", "client_secret": "x"}),
        (basic("nobody", "x"), {}),
        ({"Authorization": "Basic é"}, {}),
        ({"Authorization": "Bearer at_x"}, {}),
    ],
)
def test_who_does_not_say_who_they_are_is_an_invalid_client(
    client: FlaskClient, headers: dict[str, str], form: dict[str, str]
) -> None:
    response = client.post("/oauth/token", data={**GRANT, **form}, headers=headers)

    assert response.status_code == 401
    assert response.get_json()["error"] == "invalid_client"
    assert ("WWW-Authenticate" in response.headers) == ("Authorization" in headers)


def test_json_and_get_are_not_how_tokens_are_asked_for(client: FlaskClient, pair: tuple[str, str]) -> None:
    as_json = client.post("/oauth/token", json=GRANT, headers=basic(*pair))

    assert (as_json.status_code, as_json.get_json()["error"]) == (400, "invalid_request")
    assert client.get("/oauth/token", headers=basic(*pair)).status_code == 405


def test_a_token_asked_for_with_a_revoked_credential_is_refused(
    client: FlaskClient, services: Services, organisation: OrganisationId, pair: tuple[str, str]
) -> None:
    token = client.post("/oauth/token", data=GRANT, headers=basic(*pair)).get_json()["access_token"]

    services.credentials.revoke(organisation, pair[0])

    assert client.post("/oauth/token", data=GRANT, headers=basic(*pair)).status_code == 401
    headers = {**XAPI, "Authorization": f"Bearer {token}"}
    assert client.get("/xapi/statements", headers=headers).status_code == 401


@given(body=st.binary(max_size=200), mimetype=st.sampled_from(["application/x-www-form-urlencoded", "text/plain"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
def test_no_body_makes_anything_but_a_refusal(
    client: FlaskClient, caller: Caller, auth: dict[str, str], body: bytes, mimetype: str
) -> None:
    response = client.post("/oauth/token", data=body, content_type=mimetype, headers=auth)

    assert response.status_code in {400, 401}


def test_a_huge_form_is_refused(client: FlaskClient, auth: dict[str, str]) -> None:
    response = client.post("/oauth/token", data={"grant_type": "x" * 100_000}, headers=auth)

    assert response.status_code == 413
