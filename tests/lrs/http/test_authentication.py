"""From an Authorization header to a caller, or to a 401 and nothing else."""

from __future__ import annotations

import base64

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lrs.caller import Caller
from lrs.errors import Unauthenticated
from lrs.http.authentication import authenticate, parse_basic
from lrs.services import Services

XAPI = {"X-Experience-API-Version": "2.0.0"}


def basic(text: str | bytes) -> str:
    data = text if isinstance(text, bytes) else text.encode()
    return "Basic " + base64.b64encode(data).decode()


def test_a_basic_credential_says_who_is_asking(services: Services, caller: Caller, auth: dict[str, str]) -> None:
    assert authenticate(auth, services) == caller


def test_a_bearer_token_says_who_is_asking(services: Services, caller: Caller) -> None:
    token = services.credentials.issue_token(caller).token

    assert authenticate({"Authorization": f"bearer {token}"}, services) == caller


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic",
        "Basic ",
        "Basic !!!!",
        "Basic YTpi=YTpi",
        "Basic é",
        basic(b"\xff\xfe:x"),
        basic("no colon"),
        basic(":"),
        basic("essai:"),
        basic("essai\x00:x"),
        "Bearer",
        "Bearer ",
        "Digest username=a",
        "Basic" + basic("essai:x"),
    ],
)
def test_what_is_not_a_credential_is_401_with_both_ways_in(client: FlaskClient, caller: Caller, header: str) -> None:
    response = client.get("/xapi/statements", headers={**XAPI, "Authorization": header})

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith('Basic realm="Assidu"')
    assert "Bearer" in response.headers["WWW-Authenticate"]
    assert response.get_json()["code"] == 401


@given(header=st.text() | st.binary().map(basic) | st.text().map(lambda text: f"Basic {text}"))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
def test_no_header_makes_anything_but_a_refusal(services: Services, header: str) -> None:
    with pytest.raises(Unauthenticated):
        authenticate({"Authorization": header}, services)


@given(user=st.text().filter(lambda text: ":" not in text), password=st.text())
def test_key_and_secret_come_out_as_they_went_in(user: str, password: str) -> None:
    assert parse_basic(basic(f"{user}:{password}").removeprefix("Basic ")) == (user, password)
