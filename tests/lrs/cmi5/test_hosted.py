"""Units whose files came with their course: where they open, what they may ask for, and who else may not."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from assidu.app import create_app
from assidu.settings import Settings
from lrs.clock import Micros
from tests.lrs.cmi5.ground import ACTOR, COURSE_IRI, STRUCTURE, zipped

ADDRESS = "https://assidu.example"
CONTENT = "contenus.example"
HOSTED = STRUCTURE.replace(b"https://contenus.example/lire/", b"lecons/lire%20ceci.html?page=2#haut")
FILES = {"cmi5.xml": HOSTED, "lecons/lire ceci.html": "<p>À lire".encode(), "lecons/Image.PNG": b"png"}
SECOND = 1_000_000


@pytest.fixture
def served(services, tmp_path):
    """The application, with a host for content."""
    settings = Settings.from_environment({
        "ASSIDU_DATA": str(tmp_path), "ASSIDU_PUBLIC_URL": ADDRESS, "ASSIDU_CONTENT_URL": f"https://*.{CONTENT}",
    })  # fmt: skip
    return create_app(settings, services).test_client()


@pytest.fixture
def launched(served, auth):
    """The second unit, launched; its address."""
    imported = served.post("/api/v1/cmi5/courses", data=zipped(FILES), headers=auth)
    assert imported.status_code == 201, imported.json
    wanted = {"course": imported.json["id"], "unit": f"{COURSE_IRI}/lire", "actor": ACTOR}
    answer = served.post("/api/v1/cmi5/launches", json=wanted, headers=auth)
    assert answer.status_code == 201, answer.json
    return answer.json["url"]


def get(client, url, **headers):
    parts = urlsplit(url)
    return client.get(parts.path, base_url=f"{parts.scheme}://{parts.netloc}", headers=headers)


def fetched(client, launched, origin=None):
    address = urlsplit(parse_qs(urlsplit(launched).query)["fetch"][0])
    headers = {} if origin is None else {"Origin": origin}
    return client.post(address.path, base_url=ADDRESS, headers=headers)


def asked(client, launched, token, origin, method="GET", body=None, **more):
    """Ask for a state document as a page of `origin` would."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(launched).query).items()}
    parameters = {
        "activityId": query["activityId"], "agent": query["actor"], "registration": query["registration"],
        "stateId": "LMS.LaunchData" if method == "GET" else "page",
    }  # fmt: skip
    headers = {"Authorization": f"Basic {token}", "X-Experience-API-Version": "1.0.3", "Origin": origin, **more}
    return client.open(
        "/xapi/activities/state", method=method, base_url=ADDRESS, query_string=parameters, headers=headers, data=body
    )


def origin_of(url):
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def test_section_14_1_a_relative_address_is_opened_on_the_courses_own_host_with_what_8_1_adds(served, launched):
    parts = urlsplit(launched)
    query = parse_qs(parts.query)

    assert parts.netloc.endswith(f".{CONTENT}")
    assert parts.path.endswith("/lecons/lire%20ceci.html")
    assert (query.pop("page"), parts.fragment) == (["2"], "haut")
    assert query.keys() == {"endpoint", "fetch", "actor", "registration", "activityId"}
    assert query["endpoint"] == [f"{ADDRESS}/xapi/"]
    assert get(served, launched).text == "<p>À lire"


def test_section_9_6_3_4_the_address_that_was_launched_is_in_the_log_without_what_8_1_adds(served, launched, log):
    (statement,) = [one for verb, one in log() if verb == "launched"]

    url = statement["context"]["extensions"]["https://w3id.org/xapi/cmi5/context/extensions/launchurl"]
    assert url == f"{launched.partition('?')[0]}?page=2#haut"


def test_other_files_are_beside_it_and_say_whom_they_may_ask(served, launched):
    beside = launched.partition("lecons/")[0]

    page, image = get(served, launched), get(served, f"{beside}lecons/image.png")

    assert (image.status_code, image.data, image.content_type) == (200, b"png", "image/png")
    policy = page.headers["Content-Security-Policy"]
    assert f"connect-src 'self' data: blob: {ADDRESS}/xapi/ {ADDRESS}/cmi5/;" in policy
    assert "default-src 'self' data: blob:;" in policy
    assert "sandbox allow-scripts" in policy
    assert "Set-Cookie" not in page.headers
    assert get(served, f"{beside}absent.html").status_code == 404
    assert get(served, launched, **{"Service-Worker": "script"}).status_code == 404


def test_an_address_of_files_is_of_one_session_and_one_host_for_as_long_as_it_lasts(served, launched, clock):
    parts = urlsplit(launched)
    token = parts.path.split("/")[2]
    other = parts.path.replace(token, f"cs_{'0' * 32}.{token.partition('.')[2]}")

    assert get(served, f"https://{parts.netloc}{other}").status_code == 404
    assert get(served, f"https://p0.{CONTENT}{parts.path}").status_code == 404
    assert get(served, f"{ADDRESS}{parts.path}").status_code == 404
    clock.micros = Micros(clock.micros + 13 * 3600 * SECOND)
    ended = get(served, launched)
    assert (ended.status_code, "WWW-Authenticate" in ended.headers) == (404, False)


def test_the_token_is_for_pages_of_the_courses_own_origin(served, launched):
    stranger = fetched(served, launched, "https://ailleurs.example")
    own = fetched(served, launched, origin_of(launched))
    token = own.json["auth-token"]

    assert (stranger.status_code, "Access-Control-Allow-Origin" in stranger.headers) == (403, False)
    assert own.headers["Access-Control-Allow-Origin"] == origin_of(launched)
    refused = asked(served, launched, token, "https://ailleurs.example")
    assert (refused.status_code, "Access-Control-Allow-Origin" in refused.headers) == (403, False)
    neighbour = asked(served, launched, token, f"https://p0.{CONTENT}")
    assert (neighbour.status_code, "Access-Control-Allow-Origin" in neighbour.headers) == (403, False)
    read = asked(served, launched, token, origin_of(launched))
    assert read.status_code == 200
    assert read.headers["Access-Control-Allow-Origin"] == origin_of(launched)
    assert read.headers["Vary"] == "Origin"
    assert {"ETag", "X-Experience-API-Version"} <= set(read.headers["Access-Control-Expose-Headers"].split(", "))


def test_a_page_asks_first_and_is_let_through_with_what_content_sends(served, launched):
    for path in ("/xapi/statements", urlsplit(parse_qs(urlsplit(launched).query)["fetch"][0]).path):
        answer = served.options(path, base_url=ADDRESS, headers={
            "Origin": origin_of(launched), "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        })  # fmt: skip

        assert answer.status_code == 204
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers
    allowed = served.options("/xapi/activities/state", base_url=ADDRESS, headers={"Origin": "https://x.example"})
    assert {"Authorization", "X-Experience-API-Version", "If-Match", "If-None-Match"} <= set(
        allowed.headers["Access-Control-Allow-Headers"].split(", ")
    )


def test_a_page_changes_a_document_that_it_has_read(served, launched):
    origin, token = origin_of(launched), fetched(served, launched).json["auth-token"]

    created = asked(served, launched, token, origin, "PUT", b"un", **{"If-None-Match": "*"})
    again = asked(served, launched, token, origin, "PUT", b"deux", **{"If-Match": '"autre"'})

    assert (created.status_code, again.status_code) == (204, 412)
    assert again.headers["Access-Control-Allow-Origin"] == origin


def test_without_a_content_host_a_hosted_unit_is_not_launched_and_others_are(services, auth, tmp_path):
    settings = Settings.from_environment({"ASSIDU_DATA": str(tmp_path), "ASSIDU_PUBLIC_URL": ADDRESS})
    client = create_app(settings, services).test_client()
    course = client.post("/api/v1/cmi5/courses", data=zipped(FILES), headers=auth).json["id"]

    answers = [
        client.post("/api/v1/cmi5/launches", json={"course": course, "unit": unit, "actor": ACTOR}, headers=auth)
        for unit in (f"{COURSE_IRI}/lire", f"{COURSE_IRI}/proteger")
    ]

    assert [answer.status_code for answer in answers] == [409, 201]


def test_who_has_begun_keeps_the_files_of_their_session_and_the_next_has_the_newer(served, launched, auth):
    newer = {**FILES, "lecons/lire ceci.html": b"<p>Relu"}
    course = served.post("/api/v1/cmi5/courses", data=zipped(newer), headers=auth).json["id"]

    again = served.post(
        "/api/v1/cmi5/launches", json={"course": course, "unit": f"{COURSE_IRI}/lire", "actor": ACTOR}, headers=auth
    ).json["url"]

    assert get(served, launched).text == "<p>À lire"
    assert get(served, again).text == "<p>Relu"


def test_another_organisation_launches_none_of_it(served, launched, auth, services, log):
    from lrs.organisations import Organisations

    other = Organisations(services.store, services.clock).find_or_create("ailleurs", "Ailleurs").number
    services.credentials.seed(other, "ailleurs", "un-secret-seulement-pour-les-essais", label="x")
    course = served.get("/api/v1/cmi5/courses", headers=auth).json["items"][0]

    theirs = served.post(
        "/api/v1/cmi5/launches", json={"course": course["id"], "actor": ACTOR},
        auth=("ailleurs", "un-secret-seulement-pour-les-essais"),
    )  # fmt: skip

    assert theirs.status_code == 404
    assert course["package"].startswith("pk_")
