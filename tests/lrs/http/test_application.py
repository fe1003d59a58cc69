"""The record store leaves out steps of Flask's that come to nothing there, and no others."""

from __future__ import annotations

from typing import Any

import pytest
from flask import appcontext_tearing_down, request_tearing_down
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder

from lrs.http.application import Answer, Application

XAPI = {"X-Experience-API-Version": "2.0.0"}


def application() -> Application:
    app = Application("a test", static_folder=None)
    app.add_url_rule("/xapi/statements", view_func=lambda: Answer(b"{}"), strict_slashes=False)
    return app


def started(answer: Answer, method: str = "GET") -> tuple[str, dict[str, str], list[bytes]]:
    seen: list[Any] = []
    body = answer(
        EnvironBuilder(method=method).get_environ(), lambda status, headers, *_: seen.extend((status, headers))
    )
    return seen[0], dict(seen[1]), list(body)


@pytest.mark.parametrize("host", ["localhost", "lrs.example.org:8443", "a b", "\xe9.example.org", ""])
def test_the_record_store_answers_whatever_host_it_is_asked_at(host: str) -> None:
    answer = application().test_client().get("/xapi/statements", environ_overrides={"HTTP_HOST": host})

    assert (answer.status_code, answer.data) == (200, b"{}")


def test_a_doubled_slash_leads_to_the_address_without() -> None:
    answer = application().test_client().get("/xapi//statements")

    assert (answer.status_code, answer.location) == (308, "http://localhost/xapi/statements")


@pytest.mark.parametrize("path", ["/xapi/nothing", "/xapi/", "/xapi", "/xapi/statements/%C3%A9", "/elsewhere"])
def test_what_is_nowhere_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path, headers=XAPI).status_code == 404


def test_an_answer_goes_out_in_one_piece_with_its_length() -> None:
    status, headers, body = started(Answer(b"{}", content_type="application/json"))

    assert (status, headers, body) == ("200 OK", {"Content-Type": "application/json", "Content-Length": "2"}, [b"{}"])


def test_an_answer_to_head_has_the_length_and_no_body() -> None:
    status, headers, body = started(Answer(b"{}"), "HEAD")

    assert (status, headers["Content-Length"], body) == ("200 OK", "2", [])


def test_an_answer_of_another_status_is_what_the_standard_asks() -> None:
    status, headers, body = started(Answer(b"{}", 204))

    assert (status, "Content-Length" in headers, body) == ("204 NO CONTENT", False, [])


def test_whoever_waits_for_the_end_of_an_answer_is_told() -> None:
    answer, told = Answer(b"{}"), []
    answer.call_on_close(lambda: told.append("closed"))

    answer({"REQUEST_METHOD": "GET", "wsgi.url_scheme": "http"}, lambda *_: None).close()  # type: ignore[attr-defined]

    assert told == ["closed"]


def test_whoever_waits_for_the_end_of_a_request_is_told() -> None:
    app, told = application(), []
    app.teardown_request(lambda _: told.append("request"))
    app.teardown_appcontext(lambda _: told.append("context"))

    def hear(_: object, **__: object) -> None:
        told.append("signal")

    app.test_client().get("/xapi/statements")
    with request_tearing_down.connected_to(hear, app), appcontext_tearing_down.connected_to(hear, app):
        app.test_client().get("/xapi/statements")

    assert told == ["request", "context", "request", "signal", "context", "signal"]


def test_a_signal_is_heard_where_no_function_waits() -> None:
    app, told = application(), []

    def hear(_: object, **__: object) -> None:
        told.append("signal")

    with request_tearing_down.connected_to(hear, app), appcontext_tearing_down.connected_to(hear, app):
        app.test_client().get("/xapi/statements")

    assert told == ["signal", "signal"]


def test_a_path_leads_to_the_same_view_again_whatever_else_is_asked_there() -> None:
    app, asked = Application("a test", static_folder=None), []

    def view(**arguments: str) -> Answer:
        asked.append(arguments)
        return Answer(b"{}")

    app.add_url_rule("/xapi/statements", "all", view, strict_slashes=False)
    app.add_url_rule("/xapi/statements/more/<token>", "more", view)
    client = app.test_client()

    for path in ("/xapi/statements", "/xapi/statements/", "/xapi/statements/more/a", "/xapi/statements/more/b") * 2:
        assert client.get(path).status_code == 200

    assert asked == [{}, {}, {"token": "a"}, {"token": "b"}] * 2
    assert [client.post("/xapi/statements").status_code for _ in range(2)] == [405, 405]
    assert [client.get("/xapi/nothing").status_code for _ in range(2)] == [404, 404]
