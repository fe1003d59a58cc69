"""What a request must show before anything under /dashboards/ answers it, and how long answers may be kept."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from tests.dashboards.school import PASSWORD

UPDATE = "/dashboards/_dash-update-component"


@pytest.fixture
def client_as(gallery):
    def sign_in(role: str) -> FlaskClient:
        client = gallery.app.test_client()
        token = re.search(r'name="csrf" value="([^"]+)"', client.get("/login").text)[1]
        answer = client.post("/login", data={"csrf": token, "email": gallery.people[role], "password": PASSWORD})
        assert answer.status_code == 303
        return client

    return sign_in


def token_of(client: FlaskClient) -> str:
    client.get("/dashboards/gallery")
    cookie = client.get_cookie("_csrf_token")
    assert cookie is not None
    return cookie.value


def test_who_is_not_signed_in_is_led_to_the_sign_in_page_or_told_that_the_session_is_over(gallery):
    client = gallery.app.test_client()
    assert client.get("/dashboards/gallery?a=b").location == "/login?next=/dashboards/gallery%3Fa%3Db"
    assert client.get("/dashboards/_dash-layout").status_code == 401
    assert client.get("/dashboards/_dash-dependencies").status_code == 401
    assert client.post(UPDATE, json={}).status_code == 401


def test_a_callback_without_the_token_of_the_session_is_refused(client_as):
    client = client_as("manager")
    token = token_of(client)
    assert client.post(UPDATE, json={}).status_code == 403
    assert client.post(UPDATE, json={}, headers={"X-CSRFToken": token[:-1]}).status_code == 403
    # With it, it is Dash that finds nothing to do.
    assert client.post(UPDATE, json={}, headers={"X-CSRFToken": token}).status_code != 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_request_from_the_page_of_another_site_is_refused_and_a_link_from_there_is_followed(client_as, site):
    client = client_as("manager")
    sent = {"X-CSRFToken": token_of(client), "Sec-Fetch-Site": site}
    assert client.post(UPDATE, json={}, headers=sent).status_code == 403
    assert client.get("/dashboards/_dash-layout", headers=sent).status_code == 403
    assert client.post("/dashboards/attendance/slots/x/open", headers=sent).status_code == 403
    assert client.get("/dashboards/gallery", headers=sent).status_code == 200


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("manager", "gallery", 200),
        ("manager", "only/managers", 200),
        ("learner", "only/managers", 404),
        ("manager", "x", 404),
    ],
)
def test_a_page_that_is_not_there_for_the_reader_answers_404(client_as, role, path, status):
    assert client_as(role).get(f"/dashboards/{path}").status_code == status


def test_the_policy_lets_no_script_run_but_ours(client_as):
    policy = client_as("learner").get("/dashboards/gallery").headers["Content-Security-Policy"]
    rules = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert re.fullmatch(r"'self'( 'sha256-[A-Za-z0-9+/=]+')+", rules["script-src"])
    assert (rules["connect-src"], rules["frame-ancestors"]) == ("'self'", "'none'")


def test_what_is_named_by_its_content_is_kept_for_good_and_pages_never(client_as):
    client = client_as("learner")
    page = client.get("/dashboards/gallery")
    assert page.headers["Cache-Control"] == "no-store"
    files = re.findall(r'(?:src|href)="(/[^"]+\.(?:js|css)[^"]*)"', page.text)
    ours = [path for path in files if path.startswith("/look/")]
    assert len(ours) >= 9
    for path in files:
        answer = client.get(path, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200, path
        assert "immutable" in answer.headers["Cache-Control"], path
        assert answer.headers["Content-Encoding"] == "gzip", path
        assert "Set-Cookie" not in answer.headers, path
        again = client.get(path, headers={"Accept-Encoding": "gzip", "If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304, path
    # Under an address that says no version, or that of another edition, something else may stand tomorrow.
    suite = next(path for path in files if "/~" in path)
    for path in (ours[0].partition("?")[0], re.sub(r"/~\w+", "/~0123", suite), re.sub(r"/~\w+", "", suite)):
        assert "immutable" not in client.get(path).headers["Cache-Control"], path
    assert client.get("/look/../mount.py").status_code == 404


def test_every_act_has_roles_and_no_callback_is_without_a_guard(gallery):
    from dashboards.mount import mounted

    built = mounted(gallery.app).pages.get()
    assert built.acts.registered
    assert all(roles for roles in built.acts.registered.values())


def test_two_first_visits_at_once_build_the_pages_once(gallery):
    from concurrent.futures import ThreadPoolExecutor

    from dashboards.mount import mounted

    with ThreadPoolExecutor(4) as pool:
        built = list(pool.map(lambda _: mounted(gallery.app).pages.get(), range(4)))
    assert len({id(one) for one in built}) == 1
