"""Content that is launched, over real HTTP: what it may do, what becomes of it, and what nobody else may."""

from __future__ import annotations

import base64
import json
import threading
import urllib.error
import urllib.request
from contextlib import contextmanager
from urllib.parse import parse_qs, quote, urlencode, urlsplit
from uuid import UUID

import pytest
from werkzeug.serving import make_server

from assidu.tending import tend_cmi5
from lrs.clock import Micros
from lrs.cmi5.vocabulary import BROKEN, CMI5, MOVE_ON, SESSION_ID
from lrs.profile_report import read_report
from lrs.versions import Version
from tests.lrs.cmi5.ground import ACTOR, COMPLETED, COURSE_IRI, PASSED, STRUCTURE

SECOND = 1_000_000
ADL = "http://adlnet.gov/expapi/verbs/"


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)


@pytest.fixture
def server(app):
    served = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=served.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()
    thread.join()


def ask(method, url, body=None, **headers):
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    asked = urllib.request.Request(url, data=data, method=method, headers=named)  # noqa: S310 - our own server
    try:
        with urllib.request.urlopen(asked, timeout=20) as response:  # noqa: S310
            return Answer(response.status, response.headers, response.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.headers, error.read())


class Content:
    """An assignable unit as a publisher would write it: it knows its address and nothing else."""

    def __init__(self, server, url, clock):
        found = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        # The deployment's own address is another than the test's server.
        self.endpoint = server + urlsplit(found["endpoint"]).path.rstrip("/")
        self.fetch_url = server + urlsplit(found["fetch"]).path
        self.actor, self.activity = json.loads(found["actor"]), found["activityId"]
        self.registration = found["registration"]
        self.clock, self.count, self.auth, self.data = clock, 0, None, None

    def start(self):
        self.auth = f"Basic {self.fetch().json['auth-token']}"
        self.data = self.state("GET", "LMS.LaunchData").json
        return self

    def fetch(self):
        return ask("POST", self.fetch_url)

    def send(self, method, path, body=None, **parameters):
        query = f"?{urlencode(parameters)}" if parameters else ""
        return ask(
            method, f"{self.endpoint}{path}{query}", body, Authorization=self.auth or "",
            X_Experience_API_Version="1.0.3", Content_Type="application/json",
        )  # fmt: skip

    def state(self, method, name, body=None, **more):
        return self.send(
            method, "/activities/state", body, **{
                "activityId": self.activity, "agent": json.dumps(self.actor), "registration": self.registration,
                "stateId": name, **more,
            },
        )  # fmt: skip

    def statement(self, verb, result=None, *, defined=True):
        self.count += 1
        self.clock.micros = Micros(self.clock.micros + SECOND)
        context = json.loads(json.dumps(self.data["contextTemplate"]))
        context["registration"] = self.registration
        if defined:
            move_on = [{"id": MOVE_ON}] if result and result.keys() & {"success", "completion"} else []
            context["contextActivities"]["category"] = [{"id": CMI5}, *move_on]
        seconds = (self.clock.micros - 1_767_600_000 * SECOND) // SECOND
        return {
            "id": str(UUID(int=(UUID(context["extensions"][SESSION_ID]).int + self.count) % 2**128)),
            "actor": self.actor, "verb": {"id": ADL + verb},
            "object": {"id": self.activity if defined else "https://contenus.example/question"},
            "context": context, "timestamp": f"2026-01-05T08:{seconds // 60:02}:{seconds % 60:02}Z",
            **({"result": result} if result else {}),
        }  # fmt: skip

    def says(self, verb, result=None, **more):
        return self.send("POST", "/statements", [self.statement(verb, result, **more)])


@pytest.fixture
def api(client, auth):
    def api(method, path, **more):
        return client.open(f"/api/v1/cmi5{path}", method=method, headers=auth, **more)

    return api


@pytest.fixture
def course(api):
    return api("POST", "/courses", data=STRUCTURE).json


@pytest.fixture
def launch(api, course, server, clock):
    def launch(unit="proteger", **more):
        wanted = {"course": course["id"], "unit": f"{COURSE_IRI}/{unit}", "actor": ACTOR, **more}
        answer = api("POST", "/launches", json=wanted)
        assert answer.status_code == 201, answer.json
        return Content(server, answer.json["url"], clock)

    return launch


def verbs(log):
    return [verb for verb, _ in log()]


def problems(answer):
    return {each["requirement"] for each in answer.json["errors"]}


def test_a_course_is_imported_launched_followed_and_satisfied(api, launch, log):
    content = launch()
    assert verbs(log) == ["launched"]
    content.start()
    assert content.data["launchParameters"] == "niveau=1"

    for verb, result in (
        ("initialized", None), ("completed", COMPLETED), ("passed", PASSED), ("terminated", {"duration": "PT4S"}),
    ):  # fmt: skip
        assert content.says(verb, result).status == 200

    assert verbs(log) == ["launched", "initialized", "completed", "passed", "satisfied", "satisfied", "terminated"]
    satisfied = [one for verb, one in log() if verb == "satisfied"]
    session = content.data["contextTemplate"]["extensions"][SESSION_ID]
    assert [one["context"]["contextActivities"]["grouping"][0]["id"] for one in satisfied] == [
        f"{COURSE_IRI}/gestes", COURSE_IRI,
    ]  # fmt: skip
    assert {one["context"]["extensions"][SESSION_ID] for one in satisfied} == {session}
    standing = api("GET", f"/registrations/{content.registration}").json
    assert [(unit["completed"], unit["passed"], unit["met"]) for unit in standing["units"]] == [
        (True, True, True), (False, False, True),
    ]  # fmt: skip
    assert [one["state"] for one in standing["sessions"]] == ["terminated"]


def test_section_8_2_a_token_is_fetched_once_by_post_and_readable_by_the_contents_page(launch):
    content = launch()

    first, again = ask("POST", content.fetch_url, Origin="https://contenus.example"), content.fetch()

    assert first.json.keys() == {"auth-token"}
    assert (first.headers["Access-Control-Allow-Origin"], first.headers["Content-Type"]) == ("*", "application/json")
    assert (again.status, again.json["error-code"]) == (200, "1")
    assert ask("GET", content.fetch_url).status == 405
    assert ask("POST", content.fetch_url.replace("/fetch", "x/fetch")).json["error-code"] == "2"


def test_section_8_2_3_a_launch_that_nobody_followed_for_long_gives_out_no_token(launch, clock):
    content = launch()
    clock.micros = Micros(clock.micros + 601 * SECOND)

    assert content.fetch().json["error-code"] == "1"


def test_a_strict_launch_refuses_what_breaks_a_rule_and_stores_nothing_of_it(launch, log, services, caller):
    content = launch().start()

    answer = content.says("completed", {"completion": True})

    assert answer.status == 400
    assert problems(answer) == {"cmi5 7.1.1", "cmi5 9.5.4.1"}
    assert verbs(log) == ["launched"]
    refused = {one.rule_id: one.refused for one in read_report(services, caller.organisation).broken}
    assert refused == {"cmi5 7.1.1": 1, "cmi5 9.5.4.1": 1}


def test_section_6_3_a_lenient_launch_stores_counts_and_voids_it_and_moves_nothing_on(
    api, launch, log, services, caller, client, auth
):
    content = launch(strict=False).start()
    content.says("initialized")
    completed = content.statement("completed", {"completion": True})

    # Sent again it is answered as before, and voided once.
    assert [content.send("POST", "/statements", [completed]).status for _ in range(2)] == [200, 200]

    assert verbs(log) == ["launched", "initialized", "voided"]
    voiding = log()[-1][1]
    assert voiding["object"] == {"objectType": "StatementRef", "id": completed["id"]}
    assert voiding["context"]["extensions"] == {BROKEN: ["cmi5 9.5.4.1"]}
    assert voiding["actor"] == voiding["authority"]
    headers = {**auth, "X-Experience-API-Version": "1.0.3"}
    assert client.get(f"/xapi/statements?voidedStatementId={completed['id']}", headers=headers).status_code == 200
    (one,) = read_report(services, caller.organisation).broken
    assert (one.rule_id, one.stored, one.looked) == ("cmi5 9.5.4.1", 1, 2)
    assert not api("GET", f"/registrations/{content.registration}").json["units"][0]["completed"]


@pytest.mark.parametrize("change", ["actor", "registration", "object", "void"])
def test_no_launch_is_so_lenient_that_content_speaks_for_others(launch, change):
    content = launch(strict=False).start()
    content.says("initialized")
    statement = content.statement("completed", COMPLETED)
    if change == "actor":
        statement["actor"] = {"account": {"homePage": "https://lms.example", "name": "une-autre"}}
    elif change == "registration":
        statement["context"]["registration"] = str(UUID(int=7 << 100))
    elif change == "object":
        statement["object"] = {"id": "https://contenus.example/un-autre"}
    else:
        statement["verb"] = {"id": ADL + "voided"}
        statement["object"] = {"objectType": "StatementRef", "id": str(UUID(int=9))}

    assert content.send("POST", "/statements", [statement]).status == 400


def test_a_statement_that_is_sent_again_is_answered_as_before(launch, log):
    content = launch().start()
    started = content.statement("initialized")

    assert [content.send("POST", "/statements", [started]).status for _ in range(3)] == [200, 200, 200]
    query = f"/statements?statementId={started['id']}"
    assert content.send("PUT", query, started).status == 204
    assert verbs(log) == ["launched", "initialized"]


def test_section_9_3_6_a_launch_abandons_what_is_open_and_its_content_is_heard_no_more(launch, log):
    content = launch().start()
    content.says("initialized")
    content.says("answered", defined=False)

    launch(registration=content.registration)

    assert verbs(log) == ["launched", "initialized", "answered", "abandoned", "launched"]
    assert log()[3][1]["result"] == {"duration": "PT2S"}
    assert content.says("terminated", {"duration": "PT1S"}).status == 403


def test_section_9_3_8_after_terminated_content_is_heard_for_a_grace_alone(launch, clock):
    content = launch().start()
    content.says("initialized")
    late, later = content.statement("answered", defined=False), content.statement("answered", defined=False)
    content.says("terminated", {"duration": "PT1S"})

    within = content.send("POST", "/statements", [late])
    clock.micros = Micros(clock.micros + 61 * SECOND)
    after = content.send("POST", "/statements", [later])

    assert (within.status, after.status) == (200, 403)
    assert problems(after) == {"cmi5 9.3.8"}


def test_a_session_gone_silent_is_abandoned_by_the_worker_once(services, caller, launch, log, clock):
    content = launch().start()
    content.says("initialized")
    tend = services.cmi5.launcher.tend

    assert tend(caller.organisation) == 0
    clock.micros = Micros(clock.micros + 14_401 * SECOND)
    assert (tend(caller.organisation), tend(caller.organisation)) == (1, 0)

    assert verbs(log) == ["launched", "initialized", "abandoned"]


def test_the_worker_s_look_at_all_organisations_finds_silent_sessions(services, launch, log, clock):
    launch().start().says("initialized")
    clock.micros = Micros(clock.micros + 14_401 * SECOND)

    assert tend_cmi5(services).turn() is False

    assert verbs(log) == ["launched", "initialized", "abandoned"]


def test_section_9_3_7_a_waiver_has_a_session_of_its_own_and_satisfies(api, launch, log):
    content = launch()
    path = f"/registrations/{content.registration}/waivers"
    waiver = {"unit": f"{COURSE_IRI}/proteger", "reason": "Tested Out"}

    first, again = api("POST", path, json=waiver), api("POST", path, json=waiver)

    assert first.json == again.json
    assert first.json["satisfied"] == [COURSE_IRI, f"{COURSE_IRI}/gestes"]
    assert verbs(log) == ["launched", "waived", "satisfied", "satisfied"]
    sessions = {one["context"]["extensions"][SESSION_ID] for verb, one in log() if verb != "launched"}
    assert len(sessions) == 1
    assert content.start().data["contextTemplate"]["extensions"][SESSION_ID] not in sessions


def test_section_9_6_1_what_needs_nothing_is_satisfied_at_registration(api, server, clock, log):
    easy = STRUCTURE.replace(b'moveOn="CompletedAndPassed"', b"")
    course = api("POST", "/courses", data=easy).json

    api("POST", "/launches", json={"course": course["id"], "actor": ACTOR})

    assert sorted(verbs(log)) == ["launched", "satisfied", "satisfied"]


def test_section_10_2_1_content_reads_its_launch_data_and_cannot_change_it(launch):
    content = launch().start()

    assert content.state("PUT", "LMS.LaunchData", {}).status == 403
    assert content.state("DELETE", "LMS.LaunchData").status == 403
    assert content.state("PUT", "signet", {"page": 3}).status == 204
    assert content.state("GET", "signet").json == {"page": 3}


def test_section_11_content_reads_and_writes_the_preferences_of_its_learner(launch):
    content = launch().start()
    named = {"agent": json.dumps(content.actor), "profileId": "cmi5LearnerPreferences"}

    assert content.send("GET", "/agents/profile", **named).status == 404
    assert content.send("POST", "/agents/profile", {"languagePreference": "fr"}, **named).status == 204
    assert content.send("GET", "/agents/profile", **named).json == {"languagePreference": "fr"}


OTHER = json.dumps({"account": {"homePage": "https://lms.example", "name": "une-autre"}})


@pytest.mark.parametrize(
    ("method", "path", "parameters"),
    [
        ("GET", "/statements", {}),
        ("GET", "/statements", {"statementId": str(UUID(int=5 << 80))}),
        ("GET", "/statements", {"agent": OTHER, "registration": "mine"}),
        ("GET", "/statements", {"agent": "mine"}),
        ("GET", "/activities/state", {"activityId": "mine", "agent": OTHER, "stateId": "x"}),
        ("GET", "/activities/state", {"activityId": "https://a.example", "agent": "mine", "stateId": "x"}),
        ("DELETE", "/activities/state", {"activityId": "mine", "agent": "mine"}),
        ("GET", "/agents/profile", {"agent": OTHER, "profileId": "x"}),
        ("GET", "/agents", {"agent": OTHER}),
        ("PUT", "/activities/profile", {"activityId": "mine", "profileId": "x"}),
        ("GET", "/activities/profile", {"activityId": "https://a.example", "profileId": "x"}),
    ],
)
def test_a_sessions_token_opens_nothing_of_anybody_else(launch, method, path, parameters):
    content = launch().start()
    mine = {"agent": json.dumps(content.actor), "registration": content.registration, "activityId": content.activity}
    asked = {name: mine[name] if value == "mine" else value for name, value in parameters.items()}

    assert content.send(method, path, {} if method == "PUT" else None, **asked).status == 403


def test_a_session_reads_the_statements_of_its_registration_page_by_page(launch):
    content = launch().start()
    content.says("initialized")
    first = content.send(
        "GET", "/statements", agent=json.dumps(content.actor), registration=content.registration, limit=1
    )
    rest = content.send("GET", first.json["more"].removeprefix("/xapi"))

    assert [each["verb"]["id"].rpartition("/")[2] for each in first.json["statements"]] == ["initialized"]
    assert [each["verb"]["id"].rpartition("/")[2] for each in rest.json["statements"]] == ["launched"]


def test_a_link_to_others_statements_is_refused(launch, client, auth):
    content = launch().start()
    content.says("initialized")
    asked = client.get("/xapi/statements?limit=1", headers={**auth, "X-Experience-API-Version": "1.0.3"})

    assert content.send("GET", asked.json["more"].removeprefix("/xapi")).status == 403


def test_a_sessions_token_manages_nothing(launch, server):
    content = launch().start()

    assert ask("GET", f"{server}/api/v1/credentials", Authorization=content.auth).status == 403
    assert ask("GET", f"{server}/api/v1/cmi5/courses", Authorization=content.auth).status == 403


def test_a_wrong_token_opens_nothing(launch):
    content = launch().start()
    content.auth = content.auth[:-8] + "AAAAAAA="

    assert content.says("initialized").status == 401


def test_a_registration_is_one_learners_in_one_course(api, course, launch):
    content = launch()
    other = {"account": {"homePage": "https://lms.example", "name": "une-autre"}}

    answer = api("POST", "/launches", json={
        "course": course["id"], "actor": other, "registration": content.registration,
    })  # fmt: skip

    assert answer.status_code == 409


@pytest.mark.parametrize(
    "wrong",
    [{"actor": {"mbox": "mailto:lea@example.org"}}, {"actor": {"objectType": "Group"}}, {"return_url": "javascript:x"},
     {"mode": "Fast"}, {"unit": ""}],
)  # fmt: skip
def test_a_launch_that_cannot_be_is_refused(api, course, wrong):
    answer = api("POST", "/launches", json={"course": course["id"], "actor": ACTOR, **wrong})

    assert answer.status_code == 400


def test_what_another_organisation_has_is_not_there(api, launch, course, services, caller):
    content, other = launch(), caller.organisation + 1

    for name in (course["id"],):
        with pytest.raises(Exception, match="no such course"):
            services.cmi5.courses.get(other, name)
    with pytest.raises(Exception, match="no such registration"):
        services.cmi5.standing(other, UUID(content.registration))
    with pytest.raises(Exception, match="no such registration"):
        services.cmi5.launcher.waive(other, UUID(content.registration), f"{COURSE_IRI}/proteger", "essai")
    assert api("GET", f"/registrations/{UUID(int=3 << 90)}").status_code == 404


@contextmanager
def dying(services, monkeypatch, at="say_satisfied"):
    """What follows from statements is lost with the process that stored them."""
    with monkeypatch.context() as patched:
        patched.setattr(services.cmi5.keeper, at, _die)
        yield


def _die(*_):
    message = "a process that dies"
    raise SystemExit(message)


def test_what_a_dead_process_left_is_derived_from_the_log(api, launch, log, services, caller, monkeypatch):
    content = launch().start()
    content.says("initialized")
    content.says("completed", COMPLETED)
    passed = content.statement("passed", PASSED)
    caller_of = services.cmi5.launcher.authenticate(*_opened(content))
    with dying(services, monkeypatch), pytest.raises(SystemExit):
        services.cmi5.take(caller_of, caller_of.terms, Version.V1_0_3, json.dumps([passed]).encode())

    assert content.send("POST", "/statements", [passed]).status == 200

    assert verbs(log) == ["launched", "initialized", "completed", "passed", "satisfied", "satisfied"]
    assert api("GET", f"/registrations/{content.registration}").json["units"][0]["passed"]


def test_what_a_dead_process_had_not_voided_is_voided_by_whoever_comes_next(launch, log, services, monkeypatch):
    content = launch(strict=False).start()
    content.says("initialized")
    caller_of = services.cmi5.launcher.authenticate(*_opened(content))
    wrong = json.dumps([content.statement("completed", {"completion": True})]).encode()
    with dying(services, monkeypatch, "void"), pytest.raises(SystemExit):
        services.cmi5.take(caller_of, caller_of.terms, Version.V1_0_3, wrong)
    assert verbs(log) == ["launched", "initialized", "completed"]

    content.says("terminated", {"duration": "PT4S"})

    assert verbs(log) == ["launched", "initialized", "voided", "terminated"]


def _opened(content):
    return base64.b64decode(content.auth.removeprefix("Basic ")).decode().split(":", 1)


def test_a_path_of_a_course_may_hold_anything(api):
    assert api("GET", f"/courses/{quote('../x', safe='')}").status_code == 404
