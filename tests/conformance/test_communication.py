"""Requests and answers: xAPI 1.0.3 Part Three 1.0 to 4.0; IEEE 9274.1.1 4.1.1 to 4.1.5."""

from __future__ import annotations

import base64
import json
from urllib.parse import urlencode

import pytest

from lrs.caller import Scope

VERSION = "X-Experience-API-Version"
AGENT = json.dumps({"mbox": "mailto:lea@example.org"})
ACTIVITY = "https://lms.example.org/cours/1"
STATE = {"activityId": ACTIVITY, "agent": AGENT, "stateId": "s"}
# Each resource with parameters that GET takes, and the methods it has.
RESOURCES = {
    "/statements": ({}, "GET PUT POST"),
    "/activities": ({"activityId": ACTIVITY}, "GET"),
    "/activities/state": (STATE, "GET PUT POST DELETE"),
    "/activities/profile": ({"activityId": ACTIVITY, "profileId": "p"}, "GET PUT POST DELETE"),
    "/agents": ({"agent": AGENT}, "GET"),
    "/agents/profile": ({"agent": AGENT, "profileId": "p"}, "GET PUT POST DELETE"),
}
paths = pytest.mark.parametrize("path", RESOURCES)


@pytest.fixture
def filled(lrs, make):
    """A record store in which every resource has something to answer."""
    lrs.store(
        make.small(
            actor={**json.loads(AGENT), "name": "Léa"}, object={"id": ACTIVITY, "definition": {"name": {"fr": "É"}}}
        )
    )
    for path in ("/activities/state", "/activities/profile", "/agents/profile"):
        assert lrs.send("POST", path, {"à": 1}, parameters=RESOURCES[path][0]).status_code == 204
    return lrs


# Methods ----------------------------------------------------------------------------------------------------


@paths
def test_head_answers_as_get_without_the_body_xapi_00125_xapi_00126(filled, path):
    """XAPI-00125, XAPI-00126: on every resource, refusals included."""
    for parameters in (RESOURCES[path][0], {"unknown": "1"}):
        got = filled.send("GET", path, parameters=parameters)
        head = filled.send("HEAD", path, parameters=parameters)
        assert (head.status_code, head.data) == (got.status_code, b"")
        assert got.data
        varying = ("X-Request-ID", "Date", "X-Experience-API-Consistent-Through")
        told = [{name: value for name, value in answer.headers if name not in varying} for answer in (got, head)]
        assert told[0] == told[1]
        assert int(head.headers["Content-Length"]) == len(got.data)


def test_head_answers_one_statement_a_list_and_about_too_xapi_00125(filled, make):
    """XAPI-00125."""
    (known,) = filled.find()
    for path, parameters in (
        ("/statements", {"statementId": known}), ("/statements", {"statementId": make.small()["id"]}), ("/about", {}),
        ("/activities/state", {"activityId": ACTIVITY, "agent": AGENT}), ("/agents/profile", {"agent": AGENT}),
    ):  # fmt: skip
        got, head = (filled.send(method, path, parameters=parameters) for method in ("GET", "HEAD"))
        assert (head.status_code, head.data) == (got.status_code, b"")
        for name in ("ETag", "Last-Modified", "Content-Type", VERSION, "Content-Length"):
            assert head.headers.get(name) == got.headers.get(name), name


@paths
def test_a_method_that_a_resource_lacks_is_405_and_says_which_it_has_xapi_00323(rules, path):
    """XAPI-00323: only with the codes of the specification; RFC 9110 15.5.6."""
    parameters, methods = RESOURCES[path]
    for method in {"GET", "PUT", "POST", "DELETE", "PATCH"} - set(methods.split()):
        refused = rules.send(method, path, parameters=parameters)
        assert refused.status_code == 405, method
        assert set(refused.headers["Allow"].split(", ")) == {*methods.split(), "HEAD", "OPTIONS"}
        assert refused.json["code"] == 405
    for method in methods.split():
        assert rules.send(method, path, parameters=parameters).status_code != 405


def test_about_is_only_read(rules):
    for method in ("PUT", "POST", "DELETE"):
        assert rules.send(method, "/about").status_code == 405
    assert rules.get("/about").status_code == 200


@paths
def test_a_trailing_slash_changes_nothing(filled, path):
    """The senders' contract: what a sender's settings page made of the endpoint."""
    parameters = RESOURCES[path][0]

    plain, slashed = (filled.send("GET", each, parameters=parameters) for each in (path, path + "/"))

    assert (slashed.status_code, slashed.data) == (plain.status_code, plain.data) == (200, plain.data)


@pytest.mark.parametrize("path", ["/nothing", "/statement", "/statements/x/y", "/activities/x", "/Statements", "/"])
def test_a_path_that_is_no_resource_is_404_in_the_version_asked(rules, path):
    answer = rules.get(path)

    assert (answer.status_code, answer.json["code"], answer.headers[VERSION]) == (404, 404, rules.version)


# Versions ---------------------------------------------------------------------------------------------------


@paths
def test_a_request_names_a_version_that_is_spoken_here_xapi_00321_xapi_00331(filled, path):
    """XAPI-00321, XAPI-00331; IEEE 9274.1.1 4.1.5."""
    parameters = RESOURCES[path][0]
    for wrong, rule in (
        (None, "XAPI-00321"),
        ("", "XAPI-00331"),
        ("0.9", "XAPI-00331"),
        ("0.95", "XAPI-00331"),
        ("1.1.0", "XAPI-00331"),
        ("2.1.0", "XAPI-00331"),
        ("3.0.0", "XAPI-00331"),
        ("latest", "XAPI-00331"),
        ("1", "XAPI-00331"),
        ("1.0.x", "XAPI-00331"),
    ):
        refused = filled.send("GET", path, parameters=parameters, headers={VERSION: wrong})
        assert refused.status_code == 400, wrong
        assert (refused.json["errors"][0]["pointer"], refused.json["errors"][0]["requirement"]) == (
            f"header:{VERSION}",
            rule,
        )
        assert refused.headers[VERSION]
    for right, told in (
        ("1.0", "1.0.3"),
        ("1.0.0", "1.0.3"),
        ("1.0.2", "1.0.3"),
        ("1.0.3", "1.0.3"),
        ("1.0.9", "1.0.3"),
        ("2.0", "2.0.0"),
        ("2.0.0", "2.0.0"),
        ("2.0.1", "2.0.0"),
    ):
        answer = filled.send("GET", path, parameters=parameters, headers={VERSION: right})
        assert (answer.status_code, answer.headers[VERSION]) == (200, told)


def test_every_answer_says_its_version_xapi_00333(rules, make):
    """XAPI-00333: whatever the code."""
    statement = make.small()
    answers = [
        rules.post(statement),
        rules.put(make.small()),
        rules.get(statementId=statement["id"]),
        rules.get(statementId=make.small()["id"]),
        rules.post({}),
        rules.post(b"{"),
        rules.post({**statement, "verb": {"id": "urn:x:1"}}),
        rules.get(x="1"),
        rules.get("/about"),
        rules.send("DELETE", "/statements"),
        rules.get("/nothing"),
        rules.send("GET", "/statements", headers={"Authorization": None}),
        rules.send("GET", "/statements", headers={"Authorization": "Basic x"}),
        rules.send("HEAD", "/statements"),
        rules.send("PUT", "/activities/state", {}, parameters=STATE, headers={"If-Match": '"x"'}),
        rules.post(b"x", content_type="text/xml"),
    ]

    assert {answer.status_code for answer in answers} == {200, 204, 400, 401, 404, 405, 409, 412}
    assert {answer.headers[VERSION] for answer in answers} == {rules.version}


def test_a_statement_is_read_in_either_version_whichever_it_came_in(lrs, make):
    """Part Three 3.3; IEEE 9274.1.1 4.1.5: what is stored is not converted."""
    statement = make.full()
    lrs.store(statement)

    one, other = (lrs.spoken(version).get(statementId=statement["id"]) for version in ("1.0.3", "2.0.0"))

    assert one.data == other.data


# Alternate request syntax -----------------------------------------------------------------------------------


def alternate(lrs, path, method, headers=None, query="", **fields):
    """Send a form in place of a request, as 1.0.3 lets browsers do that know no PUT and no headers."""
    form = {**lrs.headers, **fields}
    return lrs.send(
        "POST",
        f"{path}?method={method}{query}",
        urlencode({k: v for k, v in form.items() if v is not None}).encode(),
        content_type="application/x-www-form-urlencoded",
        headers={"Authorization": None, VERSION: None, **(headers or {})},
    )


def test_a_form_stands_for_any_request_xapi_00148_xapi_00336(lrs1, make):
    """XAPI-00148, XAPI-00336; Part Three 1.3."""
    statement, other = make.small(), make.small(actor={"mbox": "mailto:zoé@example.org"})

    assert (
        alternate(lrs1, "/statements", "PUT", statementId=statement["id"], content=json.dumps(statement)).status_code
        == 204
    )
    posted = alternate(lrs1, "/statements", "POST", content=json.dumps(other, ensure_ascii=False))
    assert (posted.status_code, posted.json) == (200, [other["id"]])
    assert alternate(lrs1, "/statements", "GET", statementId=other["id"]).json["actor"] == other["actor"]
    found = alternate(lrs1, "/statements", "GET", agent=AGENT, limit="1", ascending="true").json
    assert [each["id"] for each in found["statements"]] == [statement["id"]]
    assert alternate(lrs1, "/statements", "HEAD", statementId=other["id"]).status_code == 200

    for form in ("text/plain", "application/json; charset=utf-8"):
        content = json.dumps({"é": form})
        assert (
            alternate(lrs1, "/activities/state", "PUT", **STATE, content=content, **{"Content-Type": form}).status_code
            == 204
        )
        kept = lrs1.get("/activities/state", **STATE)
        assert (kept.headers["Content-Type"], json.loads(kept.data)) == (form, {"é": form})
    assert alternate(lrs1, "/activities/state", "DELETE", **STATE, **{"If-Match": '"x"'}).status_code == 412
    assert alternate(lrs1, "/activities/state", "DELETE", **STATE).status_code == 204
    assert lrs1.get("/activities/state", **STATE).status_code == 404


def test_credential_and_version_may_stay_headers_xapi_00336(lrs1, make):
    """XAPI-00336: a form field says again what a header may say."""
    statement = make.small()
    body = urlencode({"statementId": statement["id"], "content": json.dumps(statement)}).encode()

    answer = lrs1.send("POST", "/statements?method=PUT", body, content_type="application/x-www-form-urlencoded")

    assert (answer.status_code, answer.headers[VERSION]) == (204, "1.0.3")


def test_a_broken_alternate_request_is_refused_xapi_00336(lrs1, make):
    """XAPI-00336, Part Three 1.3: the query holds `method` alone; the form is a form; content is there, and right."""
    statement = make.small()
    good = {"statementId": statement["id"], "content": json.dumps(statement)}

    for refused in (
        alternate(lrs1, "/statements", "PUT", query=f"&statementId={statement['id']}", content=good["content"]),
        alternate(lrs1, "/statements", "PUT", statementId=statement["id"]),
        alternate(lrs1, "/statements", "PUT", statementId=statement["id"], content="{"),
        alternate(lrs1, "/statements", "TRACE", **good),
        alternate(lrs1, "/statements", "", **good),
        alternate(lrs1, "/statements", "PUT", **good, unknown="1"),
        alternate(lrs1, "/statements", "PUT", **{**good, VERSION: None}),
        alternate(lrs1, "/statements", "PUT", **{**good, VERSION: "0.9"}),
        lrs1.send("POST", "/statements?method=PUT", statement),
        lrs1.send("POST", "/statements?method=PUT", b"\xff=\xfe", content_type="application/x-www-form-urlencoded"),
        lrs1.send(
            "POST", "/statements?method=GET", b"limit=1&limit=2", content_type="application/x-www-form-urlencoded"
        ),
    ):
        assert refused.status_code == 400, refused.text
    assert alternate(lrs1, "/statements", "PUT", **{**good, "Authorization": None}).status_code == 401
    assert alternate(lrs1, "/statements", "PUT", **{**good, "Authorization": "Basic eDp5"}).status_code == 401
    assert lrs1.find() == []
    assert alternate(lrs1, "/statements", "PUT", **good).status_code == 204


@pytest.mark.parametrize("told", ["in a header", "in the form", "in both"])
def test_2_0_has_no_alternate_request_syntax_9274_4_1_2(lrs1, lrs2, make, told):
    """IEEE 9274.1.1 4.1.2: refused, wherever the version stands."""
    statement = make.small()
    good = {"statementId": statement["id"], "content": json.dumps(statement)}
    headers = {} if told == "in the form" else {VERSION: "2.0.0", **lrs2.auth}
    fields = {**good, VERSION: None} if told == "in a header" else good

    refused = alternate(lrs2, "/statements", "PUT", headers=headers, **fields)

    assert (refused.status_code, refused.headers[VERSION]) == (400, "2.0.0")
    assert (
        alternate(lrs2, "/statements", "GET", headers=headers, **{VERSION: fields.get(VERSION, "2.0.0")}).status_code
        == 400
    )
    assert lrs2.find() == []
    assert alternate(lrs1, "/statements", "PUT", **good).status_code == 204


# Parameters -------------------------------------------------------------------------------------------------


@paths
def test_a_parameter_that_is_unknown_miscased_or_double_is_refused_xapi_00324_xapi_00325(filled, path):
    """XAPI-00324, XAPI-00325: on every resource and method."""
    parameters, methods = RESOURCES[path]
    body = {"GET": None, "DELETE": None}
    for method in methods.split():
        names = [*parameters, *(["statementId"] if path == "/statements" else [])]
        for extra in (
            "unknown",
            *(name.upper() for name in names),
            *(name.lower() for name in names if name.lower() != name),
        ):
            refused = filled.send(method, path, body.get(method, {}), parameters={**parameters, extra: "x"})
            assert refused.status_code == 400, (method, extra)
            assert f"query:{extra}" in [problem["pointer"] for problem in refused.json["errors"]]
        if parameters:
            twice = urlencode([*parameters.items(), *parameters.items()])
            assert filled.send(method, f"{path}?{twice}", body.get(method, {})).status_code == 400
    assert filled.send("GET", path, parameters=parameters).status_code == 200


def test_parameters_are_utf_8_xapi_00015(rules, make):
    """XAPI-00015; RFC 3986 2.5."""
    iri = "https://exämple.org/é"
    (made,) = rules.store(make.small(object={"id": iri}))

    assert made in rules.find(activity=iri)
    assert rules.send("GET", "/statements?activity=https://example.org/%E9").status_code == 400


# Content types ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        "application/json;charset=UTF8",
        "Application/JSON",
        "application/json;",
        'application/json; charset="utf-8"',
        "application/json; charset=ISO-8859-1",
        "application/json; profile=x; charset=us-ascii",
    ],
)
def test_json_is_json_whatever_charset_a_sender_says_xapi_00127(rules, make, content_type):
    """XAPI-00127; RFC 8259 8.1: JSON is UTF-8, and the charset parameter has no meaning."""
    statement = make.changed(make.small(), "/actor/name", "Zoé")
    body = json.dumps(statement, ensure_ascii=False).encode()

    assert rules.post(body, content_type=content_type).status_code == 200
    assert rules.read(statement["id"])["actor"]["name"] == "Zoé"


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "text/json",
        "application/xml",
        "application/json+x",
        "multipart/form-data; boundary=b",
        "application/octet-stream",
        "application/x-www-form-urlencoded",
        "json",
        "text/html; application/json",
    ],
)
def test_statements_come_in_no_other_type_xapi_00127(rules, make, content_type):
    """XAPI-00127."""
    statement = make.small()

    for refused in (rules.post(statement, content_type=content_type), rules.put(statement, content_type=content_type)):
        assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (400, "header:Content-Type")
    assert rules.get(statementId=statement["id"]).status_code == 404
    assert rules.put(statement).status_code == 204


def test_a_body_over_the_limit_is_413_and_nothing_of_it_is_stored_xapi_00328(rules, make):
    """XAPI-00328."""
    limits = rules.services.limits
    large = make.small(result={"response": "x" * limits.statement_bytes})
    small = make.small(result={"response": "x" * (limits.statement_bytes - 1_000)})

    assert rules.post(large).status_code == 413
    assert rules.post([make.small(), large]).status_code == 413
    assert rules.post(b" " * (limits.body_bytes + 1)).status_code == 413
    assert rules.get(statementId=large["id"]).status_code == 404
    assert rules.post(small).status_code == 200


# Authentication ---------------------------------------------------------------------------------------------


def basic(key, secret):
    return {"Authorization": "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()}


@paths
def test_a_request_without_a_good_credential_is_401_xapi_00334_xapi_00335(filled, path):
    """XAPI-00334, XAPI-00335; RFC 7617."""
    parameters, _ = RESOURCES[path]
    good = filled.auth["Authorization"]
    for wrong in (
        None,
        "",
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic " + base64.b64encode(b"sans-deux-points").decode(),
        "Digest x",
        good[:-4],
        basic(filled.key, "faux")["Authorization"],
        basic("personne", "x")["Authorization"],
        basic("", "")["Authorization"],
        "Bearer x",
        "Bearer",
        good.removeprefix("Basic "),
    ):
        refused = filled.send("GET", path, parameters=parameters, headers={"Authorization": wrong})
        assert refused.status_code == 401, wrong
        assert refused.headers["WWW-Authenticate"].startswith("Basic realm=")
        assert (refused.json["code"], refused.headers[VERSION]) == (401, filled.version)
    for right in (good, good.replace("Basic", "basic"), good.replace("Basic ", "BASIC  ")):
        assert filled.send("GET", path, parameters=parameters, headers={"Authorization": right}).status_code == 200


SCOPES = [
    ({Scope.STATEMENTS_WRITE}, {"POST /statements"}),
    ({Scope.STATEMENTS_READ}, {"GET /statements", "GET /activities", "GET /agents"}),
    ({Scope.STATEMENTS_READ_MINE}, {"GET /statements", "GET /activities", "GET /agents"}),
    ({Scope.STATE}, {"GET /activities/state", "POST /activities/state"}),
    (
        {Scope.PROFILE},
        {
            "GET /activities/profile",
            "POST /activities/profile",
            "GET /agents/profile",
            "POST /agents/profile",
            "GET /activities",
            "GET /agents",
        },
    ),
    (
        {Scope.ALL_READ},
        {
            "GET /statements",
            "GET /activities",
            "GET /agents",
            "GET /activities/state",
            "GET /activities/profile",
            "GET /agents/profile",
        },
    ),
]


@pytest.mark.parametrize(("scopes", "allowed"), SCOPES, ids=["+".join(sorted(row[0])) for row in SCOPES])
def test_a_scope_opens_what_it_names_and_no_more_xapi_00327(standard, make, scopes, allowed):
    """XAPI-00327: 403; Part Three 4.2. With `all`, the same requests pass."""
    limited, whole = standard.lrs("1.0.3", scopes=frozenset(scopes)), standard.lrs("1.0.3")
    for path, (parameters, methods) in RESOURCES.items():
        for method in {"GET", "POST"} & set(methods.split()):
            body = None if method == "GET" else make.small() if path == "/statements" else {}
            answers = [each.send(method, path, body, parameters=parameters) for each in (limited, whole)]
            is_allowed = f"{method} {path}" in allowed
            assert (answers[0].status_code != 403) == is_allowed, (method, path, answers[0].text)
            assert answers[1].status_code in (200, 204, 404)


def test_statements_read_mine_reads_what_its_own_authority_wrote_xapi_00327(standard, make):
    """Part Three 4.2."""
    whole = standard.lrs("1.0.3")
    issued = whole.services.credentials.create(
        whole.caller.organisation,
        type_of_settings(whole)("le mien", frozenset({Scope.STATEMENTS_WRITE, Scope.STATEMENTS_READ_MINE})),
    )
    mine = basic(issued.credential.key, issued.secret)
    (others,) = whole.store(make.small())
    own = whole.post(make.small(), headers=mine).json[0]

    found = whole.send("GET", "/statements", headers=mine).json["statements"]

    assert [statement["id"] for statement in found] == [own]
    for each, code in ((own, 200), (others, 404)):
        assert whole.send("GET", "/statements", parameters={"statementId": each}, headers=mine).status_code == code
    assert whole.find() == [own, others]


def type_of_settings(lrs):
    return type(lrs.services.credentials.get(lrs.caller.organisation, lrs.key).settings)


def test_a_revoked_credential_opens_nothing(lrs):
    assert lrs.get().status_code == 200
    lrs.services.credentials.revoke(lrs.caller.organisation, lrs.key)
    assert lrs.get().status_code == 401


# Browsers ---------------------------------------------------------------------------------------------------

ORIGIN = {"Origin": "https://cours.example.fr"}


@pytest.mark.parametrize("path", [*RESOURCES, "/about", "/statements/more/x"])
def test_a_preflight_is_answered_on_every_resource(rules, path):
    asked = {
        **ORIGIN,
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": f"authorization,{VERSION.lower()},if-match",
    }

    answer = rules.client.options(f"/xapi{path}", headers=asked)

    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert {"GET", "PUT", "POST", "DELETE"} <= set(answer.headers["Access-Control-Allow-Methods"].split(", "))
    allowed = answer.headers["Access-Control-Allow-Headers"].lower().split(", ")
    assert {"authorization", "content-type", "if-match", "if-none-match", VERSION.lower()} <= set(allowed)


@paths
def test_a_page_may_read_every_answer_and_its_headers(filled, path):
    parameters = RESOURCES[path][0]
    for parameters, code in ((RESOURCES[path][0], 200), ({"x": "1"}, 400)):
        answer = filled.send("GET", path, parameters=parameters, headers=ORIGIN)
        assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (code, "*")
        exposed = answer.headers["Access-Control-Expose-Headers"].split(", ")
        assert {"ETag", "Last-Modified", VERSION, "X-Experience-API-Consistent-Through"} <= set(exposed)
    assert "Access-Control-Allow-Origin" not in filled.send("GET", path, parameters=RESOURCES[path][0]).headers


def test_a_credential_for_one_site_is_not_used_by_another(standard, make):
    lrs = standard.lrs("1.0.3", origins=("https://cours.example.fr",))

    assert lrs.post(make.small(), headers={"Origin": "https://ailleurs.example"}).status_code == 403
    assert lrs.find() == []
    assert lrs.post(make.small(), headers=ORIGIN).status_code == 200
