"""Statements on their way to another record store: all of them, under the same ids, whatever happens on the way."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

import orjson
import pytest

from assidu.forwarding_work import ForwardingWork
from assidu.settings import Settings
from lrs.caller import CredentialId
from lrs.clock import Micros
from lrs.errors import Conflict, InvalidRequest
from lrs.forwarding.editions import Speaks
from lrs.forwarding.filter import Filter
from lrs.forwarding.outlet import ForwardSettings, Kind, Outlet, SignIn, State
from lrs.outgoing.places import Network
from lrs.sending.outlets import Outlets
from lrs.statements.equality import is_same_statement
from lrs.statements.multipart import Part
from lrs.store.deliveries import Standing
from lrs.store.outlets import OutletStore
from lrs.versions import Version
from tests.lrs.forwarding.receivers import (
    TARGET_KEY,
    TARGET_SECRET,
    Asked,
    Reply,
    Target,
    basic,
    receiving,
    record_store,
)

COMPLETED = "http://adlnet.gov/expapi/verbs/completed"
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
SPACE = UUID("3f2504e0-4f89-41d3-9a0c-0305e82c3301")
HOUR = 3_600_000_000


def numbered(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": str(uuid5(SPACE, str(number))),
        "actor": {"mbox": f"mailto:p{number}@example.org"},
        "verb": {"id": COMPLETED},
        "object": {"id": f"https://example.org/course/{number}"},
        "timestamp": "2026-01-05T07:00:00Z",
        **more,
    }


def voiding(number: int, target: dict[str, Any]) -> dict[str, Any]:
    return numbered(number, verb={"id": VOIDED}, object={"objectType": "StatementRef", "id": target["id"]})


@pytest.fixture
def open_services(services):
    """Services that may ask this machine: that is where the receivers are."""
    before = services.network
    object.__setattr__(services, "network", Network(private=True))
    yield services
    object.__setattr__(services, "network", before)


@pytest.fixture
def outlets(open_services):
    return Outlets(open_services)


@pytest.fixture
def works(open_services) -> Iterator[Any]:
    """Make workers' parts; each is ended with the test."""
    made = []

    def make(name: str = "w1") -> ForwardingWork:
        made.append(ForwardingWork(open_services, name))
        return made[-1]

    yield make
    for work in made:
        work.close()


@pytest.fixture
def target(mongod_uri, tmp_path, request) -> Iterator[Target]:
    worker = getattr(request.config, "workerinput", {}).get("workerid", "alone")
    settings = Settings.from_environment(
        {"ASSIDU_DATA": str(tmp_path), "ASSIDU_MONGODB_URI": mongod_uri, "ASSIDU_DATABASE": f"target_{worker}"}
    )
    with record_store(mongod_uri, settings, settings.database) as found:
        yield found


def settle(work: ForwardingWork, looks: int = 20) -> None:
    """Look until nothing is begun any more."""
    for _ in range(looks):
        work.look()
        if not work._going:
            return
        work.wait()
    raise AssertionError("it never comes to rest")


def post(services, caller, *statements: dict[str, Any], version: Version = Version.V1_0_3) -> None:
    services.ingest.post(caller, version, orjson.dumps(list(statements)))


def to(url: str, **more: Any) -> ForwardSettings:
    return ForwardSettings("Entrepôt", url, **{"sign_in": SignIn.BASIC, "user": TARGET_KEY, **more})


def now(outlets: Outlets, outlet: Outlet) -> Outlet:
    return outlets.get(outlet.organisation, Kind.FORWARD, outlet.id)


def letters(outlets: Outlets, outlet: Outlet) -> list[Any]:
    return outlets.page(outlet.organisation, Kind.FORWARD, outlet.id, Standing.DEAD, None, 100)


def test_everything_in_the_log_arrives_as_it_is(outlets, works, target, open_services, organisation, caller):
    first = numbered(1)
    content = b"un proces-verbal"
    digest = hashlib.sha256(content).hexdigest()
    attachment = {
        "usageType": "https://example.org/report", "display": {"fr": "PV"}, "contentType": "text/plain",
        "length": len(content), "sha2": digest,
    }  # fmt: skip
    post(open_services, caller, first, *[numbered(number) for number in range(10, 320)])
    open_services.ingest.post(
        caller, Version.V1_0_3, orjson.dumps(numbered(2, attachments=[attachment])),
        [Part(digest, "text/plain", content)],
    )  # fmt: skip
    post(open_services, caller, numbered(3, version="2.0.0"), version=Version.V2_0_0)
    post(open_services, caller, voiding(4, first))
    outlet = outlets.add_forward(organisation, to(target.url), TARGET_SECRET, since=Micros(0))

    settle(works())

    ours = [entry.body for entry in open_services.statements.after(organisation, 0)]
    assert len(ours) == 314
    assert len(target.bodies()) == 314
    assert all(is_same_statement(one, other) for one, other in zip(ours, target.bodies(), strict=True))
    kept = target.services.ingest.attachments.find(target.caller.organisation, [digest])
    assert [part.content for part in kept] == [content]
    voided = target.services.statements.find_one(target.caller.organisation, UUID(first["id"]), voided=True)
    assert voided is not None
    seen = outlets.see(now(outlets, outlet))
    assert (seen.outlet.position, seen.waiting, seen.letters) == (314, 0, 0)
    assert seen.outlet.health.last_success is not None


def test_a_forward_begins_with_what_comes_after_it(outlets, works, target, open_services, organisation, caller, clock):
    post(open_services, caller, numbered(1))
    clock.micros = Micros(clock.micros + HOUR)
    outlets.add_forward(organisation, to(target.url), TARGET_SECRET)
    post(open_services, caller, numbered(2))

    settle(works())

    assert target.ids() == [numbered(2)["id"]]


def test_a_filter_lets_through_what_is_wanted_and_what_voids(
    outlets, works, target, open_services, organisation, caller
):
    wanted = Filter(activities=("https://example.org/course/1*",))
    outlets.add_forward(organisation, to(target.url, wanted=wanted), TARGET_SECRET)
    other = numbered(2)
    post(open_services, caller, numbered(1), other, numbered(11), voiding(99, other))

    settle(works())

    assert target.ids() == [numbered(1)["id"], numbered(11)["id"], numbered(99)["id"]]


def test_a_worker_that_dies_between_answer_and_place_sends_the_same_again(
    outlets, works, target, open_services, organisation, caller, clock, monkeypatch
):
    outlet = outlets.add_forward(organisation, to(target.url), TARGET_SECRET)
    post(open_services, caller, *[numbered(number) for number in range(5)])
    with monkeypatch.context() as dying:
        dying.setattr(OutletStore, "advance", lambda *_, **__: (_ for _ in ()).throw(SystemExit))
        dying.setattr(OutletStore, "let_go", lambda *_: None)
        work = works("dies")
        work.look()
        with pytest.raises(SystemExit):
            work.wait()
    assert len(target.ids()) == 5
    assert now(outlets, outlet).position == 0
    other = works("lives")
    settle(other)
    assert now(outlets, outlet).position == 0  # the lease of the dead one still holds

    clock.micros = Micros(clock.micros + HOUR)
    settle(other)

    assert now(outlets, outlet).position == 5
    assert sorted(target.ids()) == sorted(numbered(number)["id"] for number in range(5))
    assert outlets.see(outlet).letters == 0


def refusing(bad: set[str], status: int = 400, answer: bytes = b'{"message":"no such verb"}') -> Any:
    """Refuse whatever request has one of these statements."""

    def reply(asked: Asked) -> Reply:
        ids = {item["id"] for item in orjson.loads(asked.body)} if asked.method == "POST" else set()
        return Reply(status, answer) if ids & bad else Reply()

    return reply


def test_one_refused_statement_is_put_aside_with_the_answer_and_the_others_go_on(
    outlets, works, open_services, organisation, caller
):
    sent = [numbered(number) for number in range(200)]
    bad = {sent[3]["id"], sent[120]["id"]}
    with receiving(refusing(bad)) as receiver:
        outlet = outlets.add_forward(organisation, to(receiver.url), TARGET_SECRET)
        post(open_services, caller, *sent)
        settle(works())

        found = letters(outlets, outlet)
        assert {str(letter.statement_id) for letter in found} == bad
        assert {(letter.status, letter.error, letter.answer) for letter in found} == {
            (400, "http_400", '{"message":"no such verb"}')
        }
        taken = [
            item["id"]
            for asked in receiver.asked
            for item in orjson.loads(asked.body)
            if not {one["id"] for one in orjson.loads(asked.body)} & bad
        ]
        assert taken == [item["id"] for item in sent if item["id"] not in bad]
        assert len(receiver.asked) < 40
        assert now(outlets, outlet).position == 200

        receiver.reply = lambda _: Reply()
        receiver.asked.clear()
        one = found[0]
        assert outlets.replay(organisation, Kind.FORWARD, outlet.id, one.id) == 1
        settle(works("w2"))
        assert [item["id"] for item in orjson.loads(receiver.asked[0].body)] == [str(one.statement_id)]
        assert len(letters(outlets, outlet)) == 1

        assert outlets.replay(organisation, Kind.FORWARD, outlet.id) == 1
        settle(works("w3"))
        assert letters(outlets, outlet) == []


def test_an_address_that_takes_nothing_pauses_rather_than_putting_the_whole_log_aside(
    outlets, works, open_services, organisation, caller
):
    with receiving(lambda _: Reply(400)) as receiver:
        outlet = outlets.add_forward(organisation, to(receiver.url), TARGET_SECRET)
        post(open_services, caller, *[numbered(number) for number in range(120)])
        settle(works())

    found = outlets.see(now(outlets, outlet))
    assert (found.outlet.state, found.outlet.reason) == (State.PAUSED, "all_refused")
    assert found.letters == found.outlet.position == 50


@pytest.mark.parametrize(("status", "reason"), [(401, "unauthorized"), (403, "forbidden"), (302, "redirected")])
def test_what_somebody_must_mend_pauses_with_its_reason_and_nothing_is_lost(
    outlets, works, open_services, organisation, caller, status, reason
):
    with receiving(lambda _: Reply(status, headers={"Location": "http://127.0.0.1:9/"})) as receiver:
        outlet = outlets.add_forward(organisation, to(receiver.url), TARGET_SECRET)
        post(open_services, caller, numbered(1))
        settle(works())
        stopped = now(outlets, outlet)
        assert (stopped.state, stopped.reason, stopped.position) == (State.PAUSED, reason, 0)
        assert len(receiver.asked) == 1
        assert receiver.asked[0].headers["authorization"] == basic(TARGET_KEY, TARGET_SECRET)

        receiver.reply = lambda _: Reply()
        outlets.resume(organisation, Kind.FORWARD, outlet.id)
        settle(works("w2"))
        assert now(outlets, outlet).position == 1


def test_retry_after_is_honoured(outlets, works, open_services, organisation, caller, clock):
    with receiving(lambda _: Reply(503, headers={"Retry-After": "120"})) as receiver:
        outlet = outlets.add_forward(organisation, to(receiver.url), TARGET_SECRET)
        post(open_services, caller, numbered(1))
        work = works()
        settle(work)
        assert len(receiver.asked) == 1
        rest = now(outlets, outlet).health
        assert (rest.error, rest.failures, rest.next_at) == ("http_503", 1, clock.micros + 120_000_000)

        receiver.reply = lambda _: Reply()
        clock.micros = Micros(clock.micros + 119_000_000)
        settle(work)
        assert len(receiver.asked) == 1
        clock.micros = Micros(clock.micros + 2_000_000)
        settle(work)
        assert now(outlets, outlet).position == 1
        assert now(outlets, outlet).health.failures == 0


def test_a_failure_over_one_statement_is_found_after_some_tries_but_a_failing_store_is_waited_for(
    outlets, works, open_services, organisation, caller, clock
):
    sent = [numbered(number) for number in range(40)]
    with receiving(lambda _: Reply(500)) as receiver:
        outlet = outlets.add_forward(organisation, to(receiver.url), TARGET_SECRET)
        post(open_services, caller, *sent)
        work = works()
        for _ in range(12):
            settle(work)
            clock.micros = Micros(clock.micros + HOUR)
        waiting = outlets.see(now(outlets, outlet))
        assert (waiting.outlet.state, waiting.outlet.position, waiting.letters) == (State.ACTIVE, 0, 0)

        receiver.reply = refusing({sent[0]["id"]}, 500)
        settle(work)
        assert now(outlets, outlet).position == 40
        assert [str(letter.statement_id) for letter in letters(outlets, outlet)] == [sent[0]["id"]]


def test_the_same_id_with_the_same_content_is_delivered_and_with_another_is_put_aside(
    outlets, works, open_services, organisation, caller
):
    same, other = numbered(1), numbered(2)
    theirs = {**other, "verb": {"id": "http://adlnet.gov/expapi/verbs/failed"}}

    def reply(asked: Asked) -> Reply:
        if asked.method == "POST":
            return Reply(409)
        return Reply(body=orjson.dumps(same if same["id"] in asked.path else theirs))

    with receiving(reply) as receiver:
        outlet = outlets.add_forward(organisation, to(receiver.url), TARGET_SECRET)
        post(open_services, caller, same, other)
        settle(works())

        assert now(outlets, outlet).position == 2
        (letter,) = letters(outlets, outlet)
        assert (str(letter.statement_id), letter.error) == (other["id"], "other_statement")


def test_a_store_that_speaks_one_version_gets_what_can_be_said_in_it(
    outlets, works, open_services, organisation, caller
):
    plain, team = numbered(1), numbered(2)
    team["context"] = {
        "contextAgents": [{"objectType": "contextAgent", "agent": {"mbox": "mailto:t@example.org"}}],
    }
    with receiving() as receiver:
        outlet = outlets.add_forward(organisation, to(receiver.url, speaks=Speaks.ONLY_1_0_3), TARGET_SECRET)
        post(open_services, caller, plain, team, version=Version.V2_0_0)
        settle(works())

        (asked,) = receiver.asked
        assert asked.headers["x-experience-api-version"] == "1.0.3"
        (sent,) = orjson.loads(asked.body)
        assert (sent["id"], sent["version"]) == (plain["id"], "1.0.3")
        (kept,) = [e.body for e in open_services.statements.after(organisation, 0) if str(e.statement_id) == sent["id"]]
        assert asked.body[1:-1] == kept.replace(b'"version":"2.0.0"', b'"version":"1.0.3"')
        (letter,) = letters(outlets, outlet)
        assert (str(letter.statement_id), letter.error) == (team["id"], "other_version")


def test_a_bearer_token_is_asked_for_once_and_again_when_it_is_refused(
    outlets, works, open_services, organisation, caller
):
    tokens = iter(["un", "deux"])

    def reply(asked: Asked) -> Reply:
        if asked.path == "/token":
            assert asked.headers["authorization"] == basic("client%20un", "mot%3Ade%20passe")
            assert asked.body == b"grant_type=client_credentials&scope=statements%2Fwrite"
            return Reply(body=orjson.dumps({"access_token": next(tokens), "expires_in": 3600}))
        return Reply(200 if asked.headers["authorization"] == "Bearer deux" else 401)

    with receiving(reply) as receiver:
        settings = to(
            receiver.url, sign_in=SignIn.OAUTH, user="client un", token_url=receiver.url + "/token",
            scope="statements/write",
        )  # fmt: skip
        outlet = outlets.add_forward(organisation, settings, "mot:de passe")
        work = works()
        for number in range(3):
            post(open_services, caller, numbered(number))
            settle(work)

        assert now(outlets, outlet).position == 3
        assert [asked.path for asked in receiver.asked].count("/token") == 2


def test_a_test_says_what_is_wrong_and_stores_nothing(outlets, works, target, organisation, caller):
    right = outlets.add_forward(organisation, to(target.url), TARGET_SECRET)
    wrong = outlets.add_forward(organisation, to(target.url), "un autre secret")
    away = outlets.add_forward(organisation, to("http://127.0.0.1:9/xapi"), TARGET_SECRET)
    for outlet in (right, wrong, away):
        outlets.test(organisation, Kind.FORWARD, outlet.id)

    settle(works())

    results = [now(outlets, outlet).health.test for outlet in (right, wrong, away)]
    assert results == ["ok", "unauthorized", "no_connection"]
    assert target.ids() == []


def test_nothing_erased_is_sent_and_its_letter_is_forgotten(outlets, works, open_services, organisation, caller):
    from lrs.erasure import Eraser, Order
    from lrs.store.erasure import Ground

    gone = numbered(1)
    with receiving(refusing({gone["id"]}, answer=b"p1@example.org is unknown")) as receiver:
        outlet = outlets.add_forward(organisation, to(receiver.url), TARGET_SECRET)
        post(open_services, caller, gone, numbered(2))
        settle(works())
        assert len(letters(outlets, outlet)) == 1
        eraser = Eraser(open_services)
        plan = eraser.plan(organisation, [UUID(gone["id"])])
        eraser.run(eraser.begin(organisation, Order(Ground.MISTAKE, "essai", "essai"), plan))

        assert letters(outlets, outlet) == []
        receiver.asked.clear()
        settle(works("w2"))
        sent = [item for asked in receiver.asked for item in orjson.loads(asked.body)]
        assert [item["verb"]["id"].rpartition("/")[2] for item in sent] == ["erased"]


def test_two_workers_do_not_both_send(outlets, works, open_services, organisation, caller):
    with receiving(lambda _: Reply(wait_seconds=0.3)) as receiver:
        outlets.add_forward(organisation, to(receiver.url), TARGET_SECRET)
        post(open_services, caller, numbered(1))
        one, other = works("one"), works("other")
        one.look()
        other.look()
        one.wait()
        other.wait()

        assert len(receiver.asked) == 1


def test_secrets_are_sealed_and_never_sent_to_another_address(outlets, open_services, organisation, store):
    outlet = outlets.add_forward(organisation, to("http://127.0.0.1:9/xapi"), TARGET_SECRET)
    row = store.collection("outlets").find_one({"_id": outlet.id})
    assert TARGET_SECRET.encode() not in b"".join(bytes(item["s"]) for item in row["sealed"])
    assert TARGET_SECRET not in repr(row)
    assert outlets.open_secrets(outlet) == [TARGET_SECRET]

    with pytest.raises(InvalidRequest) as refused:
        outlets.change_forward(organisation, outlet.id, to("http://127.0.0.1:10/xapi"))
    assert [problem.pointer for problem in refused.value.problems] == ["/secret"]
    outlets.change_forward(organisation, outlet.id, replace(to("http://127.0.0.1:9/xapi"), label="Autre nom"))
    assert outlets.open_secrets(outlet) == [TARGET_SECRET]


def test_what_cannot_be_sent_to_is_refused_with_all_that_is_wrong(outlets, organisation):
    bad = ForwardSettings(
        "", "ftp://example.org/", Filter(verbs=("completed",)), sign_in=SignIn.OAUTH, user="a:b", token_url="x"
    )
    with pytest.raises(InvalidRequest) as refused:
        outlets.add_forward(organisation, bad, "s")
    pointers = {problem.pointer for problem in refused.value.problems}
    assert pointers == {"/url", "/label", "/filter/verbs/0", "/user", "/token_url"}


def test_an_organisation_has_so_many_outlets(outlets, organisation):
    for _ in range(50):
        outlets.add_forward(organisation, ForwardSettings("x", "https://example.org/"), None)
    with pytest.raises(Conflict):
        outlets.add_forward(organisation, ForwardSettings("x", "https://example.org/"), None)


def test_the_verb_of_erasures_is_the_one_that_erasures_have():
    from lrs.erasure import VERB

    assert Filter(verbs=("http://x",)).wants({"verb": VERB, "object": {"id": "http://y"}}, CredentialId("k"))
