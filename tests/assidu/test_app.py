import json
import re

import pytest
from flask import Response
from structlog.testing import capture_logs

from assidu.app import create_app
from lrs.clock import to_text


def test_every_answer_forbids_a_browser_to_load_frame_or_guess(client):
    headers = client.get("/healthz").headers

    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nowhere", 404), ("DELETE", "/healthz", 405)])
def test_what_flask_refuses_has_the_one_shape(client, method, path, status):
    response = client.open(path, method=method)

    assert response.status_code == status
    assert set(response.json) == {"code", "status", "message", "errors", "request_id"}
    assert response.json["code"] == status


def test_a_failure_of_ours_is_answered_without_its_details(settings, services):
    app = create_app(settings, services)

    @app.get("/broken")
    def broken() -> Response:
        raise RuntimeError("a secret detail")

    response = app.test_client().get("/broken")

    assert response.status_code == 500
    assert response.json["code"] == 500
    assert "secret" not in response.text


def test_a_sane_request_id_is_taken_over_and_a_strange_one_replaced(client):
    assert client.get("/healthz", headers={"X-Request-ID": "abc-1.2_3"}).headers["X-Request-ID"] == "abc-1.2_3"
    strange = client.get("/healthz", headers={"X-Request-ID": "a b\tc"}).headers["X-Request-ID"]
    assert re.fullmatch("[0-9a-f]{16}", strange)


def test_a_request_is_logged_in_one_line_without_path_query_or_person(settings, services, auth):
    client = create_app(settings, services).test_client()
    agent = json.dumps({"mbox": "mailto:camille@example.org"})

    with capture_logs() as lines:
        client.get(
            "/xapi/statements",
            query_string={"agent": agent},
            headers={**auth, "X-Experience-API-Version": "2.0.0", "X-Request-ID": "abc"},
        )

    (line,) = lines
    assert line["request_id"] == "abc"
    assert (line["method"], line["route"], line["status"]) == ("GET", "/xapi/statements", 200)
    assert line["credential"] == "essai"
    assert line["at"] == to_text(services.clock.now_micros())
    assert isinstance(line["organisation"], int)
    assert line["bytes_out"] > 0
    assert "camille" not in repr(line)


def test_an_invented_method_does_not_grow_the_metrics(client):
    client.open("/healthz", method="BREW")

    assert "BREW" not in client.get("/metrics").text
