"""Events on their way to another system: each once as far as it can tell, in order, signed, whatever happens."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

import orjson
import pytest

from analytics.store.risk_alerts import _opening
from analytics.store.risk_keys import ALERTS
from analytics.store.risk_values import RiskScore
from assidu.forwarding_work import ForwardingWork
from evidence.content import DocumentType
from evidence.issuing.code import new_code
from evidence.issuing.document import IssuedDocument, Status
from evidence.store.issued import IssuedDocuments
from evidence.store.trail import Trail
from evidence.trail.entry import Act, Deed
from lrs.caller import Scope
from lrs.clock import Micros
from lrs.credential import Settings
from lrs.errors import Problem
from lrs.forwarding.delays import delays_at
from lrs.forwarding.event import TYPES
from lrs.forwarding.outlet import Kind, Outlet, State, WebhookSettings
from lrs.outgoing.places import Network
from lrs.sending.outlets import Outlets
from lrs.store.deliveries import Deliveries, Standing
from lrs.store.happenings import Happenings
from lrs.versions import Version
from tests.lrs.forwarding.receivers import Asked, Reply, receiving
from training.records.ids import EnrolmentId, SessionId

SECOND = 1_000_000
HOUR = 3_600 * SECOND


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
    made = []

    def make(name: str = "w1") -> ForwardingWork:
        made.append(ForwardingWork(open_services, name))
        return made[-1]

    yield make
    for work in made:
        work.close()


@pytest.fixture
def webhook(outlets, organisation, works):
    """Make a webhook of everything, and begin to follow; return it with its secret."""

    def make(url: str, *events: str) -> tuple[Outlet, str]:
        settings = WebhookSettings("SI", url, events or tuple(TYPES))
        issued = outlets.add_webhook(organisation, settings)
        begin = works("begins")
        begin.tell()
        return issued.outlet, issued.secret

    return make


def settle(work: ForwardingWork) -> None:
    while work.tell():
        pass
    for _ in range(50):
        work.look()
        if not work._going:
            return
        work.wait()
    raise AssertionError("it never comes to rest")


def told(receiver: Any) -> list[dict[str, Any]]:
    return [orjson.loads(asked.body) for asked in receiver.asked]


def verified(asked: Asked, secret: str) -> bool:
    """Verify as a receiver does, by the specification of Standard Webhooks alone."""
    head = asked.headers
    key = base64.b64decode(secret.split("_", 1)[1])
    signed = head["webhook-id"].encode() + b"." + head["webhook-timestamp"].encode() + b"." + asked.body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(
        version == "v1" and hmac.compare_digest(given, expected)
        for version, given in (item.split(",", 1) for item in head["webhook-signature"].split(" "))
    )


def now(outlets: Outlets, outlet: Outlet) -> Outlet:
    return outlets.get(outlet.organisation, Kind.WEBHOOK, outlet.id)


def document(services: Any, organisation: int, number: str = "CERTREAL-2026-000001", **more: Any) -> IssuedDocument:
    """Issue a document as the issuer does: document and deed in one transaction."""
    made = IssuedDocument(
        organisation=organisation, code=new_code(services.ids), number=number, type=DocumentType.CERTREAL,
        status=Status.VALID, session_id=SessionId("janvier"), enrolment_id=EnrolmentId("e1"), enrolments=(), people=(),
        first_on=None, last_on=None, title="Secourisme", holder="Léa Martin", provider="Atelier", as_of=Micros(1),
        issued_at=services.clock.now_micros(), issued_by="essai", digest="0" * 64, size_bytes=1,
        evidence_digest="0" * 64, inputs="0", substance="0", **{"version": 1, **more},
    )  # fmt: skip
    documents, trail = IssuedDocuments(services.store), Trail(services.store, services.clock)

    def work(session: Any) -> None:
        documents.insert(made, number, (), (), session)
        if made.replaces is not None:
            documents.replace(organisation, made.replaces, made.code, session)
        trail.record_within(session, organisation, Deed("essai", Act.ISSUED, f"document:{made.code}"))

    services.store.transaction(work)
    return made


def hold(services: Any, caller: Any, text: str = "refusé") -> UUID:
    problems = [Problem("/0/actor", "Léa has no identifier.", "", "XAPI-00045")]
    return services.quarantine.hold(caller, Version.V1_0_3, "POST", "application/json", text.encode(), problems)


def test_documents_are_told_issued_replaced_and_withdrawn_in_order_and_without_a_name(
    works, webhook, open_services, organisation, clock
):
    with receiving() as receiver:
        _, secret = webhook(receiver.url + "/hook?a=1")
        first = document(open_services, organisation)
        Trail(open_services.store, clock).record(organisation, Deed("essai", Act.READ, f"document:{first.code}"))
        clock.micros = Micros(clock.micros + SECOND)
        second = document(open_services, organisation, version=2, replaces=first.code)
        withdrawn = Deed("essai", Act.REVOKED, f"document:{second.code}", "Nom de Léa mal écrit")
        Trail(open_services.store, clock).record(organisation, withdrawn)
        settle(works())

        found = told(receiver)
        assert [(item["type"], item["data"]["code"]) for item in found] == [
            ("document.issued", first.code), ("document.replaced", first.code), ("document.issued", second.code),
            ("document.revoked", second.code),
        ]  # fmt: skip
        assert found[1]["data"]["replaced_by"] == second.code
        assert found[0] | {"id": "", "data": {}} == {
            "id": "", "type": "document.issued", "version": "1", "occurred_at": "2026-01-05T08:00:00.000000Z",
            "organisation": "essai", "data": {},
        }  # fmt: skip
        assert all(asked.path == "/hook?a=1" and verified(asked, secret) for asked in receiver.asked)
        assert [asked.headers["webhook-id"] for asked in receiver.asked] == [item["id"] for item in found]
        assert not any("Léa" in asked.body.decode() for asked in receiver.asked)
        assert not verified(replace(receiver.asked[0], body=receiver.asked[1].body), secret)


def test_alerts_quarantine_and_silent_feeds_are_told(works, webhook, open_services, organisation, caller, clock, store):
    moodle = open_services.credentials.create(
        organisation, Settings("Moodle", frozenset({Scope.STATEMENTS_WRITE}), quiet_after_seconds=3600)
    ).credential
    with receiving() as receiver:
        webhook(receiver.url)
        clock.micros = Micros(clock.micros + 2 * HOUR)
        score = RiskScore.__new__(RiskScore)
        for name, value in {"enrolment_id": EnrolmentId("e1"), "session_id": SessionId("janvier"), "target": "t",
                            "on": date(2026, 1, 5), "place": 1, "among": 9}.items():  # fmt: skip
            object.__setattr__(score, name, value)
        store.collection(ALERTS).bulk_write([_opening(organisation, score, clock.micros)])
        held = hold(open_services, caller)
        work = works()
        settle(work)

        found = {item["type"]: item for item in told(receiver)}
        assert set(found) == {"alert.opened", "statements.quarantined", "feed.silent"}
        assert found["alert.opened"]["data"]["enrolment_id"] == "e1"
        assert "place" not in found["alert.opened"]["data"]
        assert found["statements.quarantined"]["data"] == {
            "quarantine_id": str(held), "credential": "essai", "problems": 1, "requirements": ["XAPI-00045"],
            "size_bytes": 7,
        }  # fmt: skip
        assert found["feed.silent"]["data"]["credential"] == moodle.key
        assert found["feed.silent"]["occurred_at"] == "2026-01-05T09:00:00.000000Z"

        statement = {
            "actor": {"mbox": "mailto:a@example.org"},
            "verb": {"id": "http://x"},
            "object": {"id": "http://y"},
        }
        sender = open_services.credentials.caller(organisation, moodle.key)
        open_services.ingest.post(sender, Version.V1_0_3, orjson.dumps(statement))
        receiver.asked.clear()
        settle(work)
        assert [(item["type"], item["data"]["credential"]) for item in told(receiver)] == [("feed.back", moodle.key)]
        receiver.asked.clear()
        settle(work)
        settle(works("another"))
        assert receiver.asked == []


def test_what_happened_while_no_worker_ran_is_told_and_what_came_before_the_webhook_is_not(
    works, webhook, open_services, organisation, caller, clock
):
    hold(open_services, caller, "avant")
    document(open_services, organisation, "AVANT-1")
    clock.micros = Micros(clock.micros + SECOND)
    with receiving() as receiver:
        webhook(receiver.url)
        for number in range(230):
            clock.micros = Micros(clock.micros + SECOND)
            if number % 50 == 0:
                document(open_services, organisation, f"CERT-{number}")
            hold(open_services, caller, str(number))
        clock.micros = Micros(clock.micros + 48 * HOUR)
        settle(works())

        found = told(receiver)
        assert len(found) == len({item["id"] for item in found}) == 235
        assert [item["data"]["number"] for item in found if item["type"] == "document.issued"] == [
            f"CERT-{number}" for number in range(0, 230, 50)
        ]


def test_dying_between_noting_and_moving_on_or_after_the_answer_gives_the_same_ids(
    works, webhook, open_services, organisation, clock, monkeypatch
):
    with receiving() as receiver:
        webhook(receiver.url)
        document(open_services, organisation)
        with monkeypatch.context() as dying:
            dying.setattr(Happenings, "advance", lambda *_: (_ for _ in ()).throw(SystemExit))
            with pytest.raises(SystemExit):
                works("notes and dies").tell()
        with monkeypatch.context() as dying:
            dying.setattr(Deliveries, "delivered", lambda *_: (_ for _ in ()).throw(SystemExit))
            work = works("sends and dies")
            work.look()
            with pytest.raises(SystemExit):
                work.wait()
        clock.micros = Micros(clock.micros + HOUR)
        settle(works("lives"))

        ids = [item["id"] for item in told(receiver)]
        assert len(ids) == 2
        assert len(set(ids)) == 1


def test_a_failing_receiver_is_tried_again_with_growing_pauses_then_it_is_a_dead_letter_and_replayed(
    works, webhook, outlets, open_services, organisation, clock
):
    with receiving(lambda _: Reply(500, b"oops")) as receiver:
        outlet, _ = webhook(receiver.url)
        document(open_services, organisation)
        work, began, at = works(), clock.micros, []
        for _ in range(70 * 60):
            before = len(receiver.asked)
            settle(work) if not before else (work.look(), work.wait())
            at += [clock.micros - began] * (len(receiver.asked) > before)
            (row,) = outlets.page(organisation, Kind.WEBHOOK, outlet.id, None, None, 10)
            if row.standing is Standing.DEAD:
                break
            clock.micros = row.due
        pauses = [(later - earlier) / SECOND for earlier, later in pairwise(at)]
        wanted = delays_at(clock.micros).webhook_pauses
        assert len(pauses) == len(wanted)
        assert all(0.8 * want <= pause <= 1.2 * want for pause, want in zip(pauses, wanted, strict=True))
        assert (row.error, row.status, row.answer) == ("http_500", 500, "oops")

        receiver.reply = lambda _: Reply(204)
        bodies = {asked.body for asked in receiver.asked}
        assert outlets.replay(organisation, Kind.WEBHOOK, outlet.id, row.id) == 1
        settle(works("after"))
        assert {asked.body for asked in receiver.asked} == bodies
        assert len(bodies) == 1
        assert outlets.see(now(outlets, outlet)).letters == 0


def test_one_event_that_is_refused_holds_up_its_own_document_and_no_other(
    works, webhook, open_services, organisation, clock
):
    def reply(asked: Asked) -> Reply:
        return Reply(400 if b"CERT-1" in asked.body else 200)

    with receiving(reply) as receiver:
        webhook(receiver.url)
        first = document(open_services, organisation, "CERT-1")
        document(open_services, organisation, "CERT-2")
        document(open_services, organisation, "CERT-1", version=2, replaces=first.code)
        settle(works())
        numbers = [(item["data"]["number"], item["data"]["document_version"]) for item in told(receiver)]
        assert numbers == [("CERT-1", 1), ("CERT-2", 1)]

        receiver.reply = lambda _: Reply()
        receiver.asked.clear()
        clock.micros = Micros(clock.micros + HOUR)
        settle(works("later"))
        assert [(item["type"], item["data"]["document_version"]) for item in told(receiver)] == [
            ("document.issued", 1), ("document.replaced", 1), ("document.issued", 2)
        ]  # fmt: skip


def test_nobody_there_lets_everything_wait_and_one_try_serves_all(
    works, webhook, outlets, open_services, organisation, clock
):
    outlet, _ = webhook("http://127.0.0.1:9/")
    for number in range(5):
        document(open_services, organisation, f"CERT-{number}")
    settle(works())

    rows = outlets.page(organisation, Kind.WEBHOOK, outlet.id, None, None, 10)
    assert sorted(row.tries for row in rows) == [0, 0, 0, 0, 1]
    health = now(outlets, outlet).health
    assert (health.error, health.failures) == ("no_connection", 1)
    assert health.next_at > clock.micros

    clock.micros = Micros(clock.micros + 80 * HOUR)
    settle(works("days later"))
    assert outlets.see(now(outlets, outlet)).letters == 5


@pytest.mark.parametrize(("status", "headers"), [(301, {"Location": "/elsewhere"}), (307, {"Location": "http://x/"})])
def test_a_redirect_is_not_followed(works, webhook, open_services, organisation, outlets, status, headers):
    with receiving(lambda _: Reply(status, headers=headers)) as receiver:
        outlet, _ = webhook(receiver.url)
        document(open_services, organisation)
        settle(works())

        assert [asked.path for asked in receiver.asked] == ["/"]
        assert now(outlets, outlet).health.error == f"http_{status}"


def test_gone_ends_it_and_too_many_requests_are_waited_for(works, webhook, outlets, open_services, organisation, clock):
    with receiving(lambda _: Reply(429, headers={"Retry-After": "600"})) as receiver:
        outlet, _ = webhook(receiver.url)
        document(open_services, organisation)
        work = works()
        settle(work)
        assert now(outlets, outlet).health.next_at == clock.micros + 600 * SECOND
        receiver.reply = lambda _: Reply(410)
        clock.micros = Micros(clock.micros + 601 * SECOND)
        settle(work)
        stopped = now(outlets, outlet)
        assert (stopped.state, stopped.reason) == (State.PAUSED, "gone")
        assert outlets.see(stopped).waiting == 1


def test_while_paused_everything_waits_and_a_test_still_says_what_is_wrong(
    works, webhook, outlets, open_services, organisation
):
    with receiving() as receiver:
        outlet, secret = webhook(receiver.url)
        outlets.pause(organisation, Kind.WEBHOOK, outlet.id)
        document(open_services, organisation)
        outlets.test(organisation, Kind.WEBHOOK, outlet.id)
        work = works()
        settle(work)
        assert [item["type"] for item in told(receiver)] == ["ping"]
        assert verified(receiver.asked[0], secret)
        assert now(outlets, outlet).health.test == "ok"

        outlets.resume(organisation, Kind.WEBHOOK, outlet.id)
        settle(work)
        assert [item["type"] for item in told(receiver)] == ["ping", "document.issued"]


def test_both_secrets_are_signed_with_until_the_former_ends(
    works, webhook, outlets, open_services, organisation, clock, store
):
    with receiving() as receiver:
        outlet, former = webhook(receiver.url)
        issued = outlets.rotate(organisation, outlet.id, grace_seconds=3600)
        document(open_services, organisation, "CERT-1")
        settle(works())
        (asked,) = receiver.asked
        assert verified(asked, former)
        assert verified(asked, issued.secret)

        clock.micros = Micros(clock.micros + HOUR)
        document(open_services, organisation, "CERT-2")
        settle(works("later"))
        assert not verified(receiver.asked[1], former)
        assert verified(receiver.asked[1], issued.secret)
        kept = repr(store.collection("outlets").find_one({"_id": outlet.id}))
        assert former not in kept
        assert issued.secret not in kept
        assert issued.secret.startswith("whsec_")
        assert 24 <= len(base64.b64decode(issued.secret.removeprefix("whsec_"))) <= 64


def test_a_receiver_that_hangs_holds_up_no_other(works, webhook, outlets, open_services, organisation):
    with receiving(lambda _: Reply(wait_seconds=3)) as slow, receiving() as quick:
        webhook(slow.url)
        other, _ = webhook(quick.url)
        document(open_services, organisation)
        work = works()
        while work.tell():
            pass
        work.look()
        work._going[other.id].result(timeout=2.5)

        assert len(quick.asked) == 1
        work.wait()


def test_without_the_setting_nothing_on_this_machine_is_asked(works, webhook, outlets, open_services, organisation):
    with receiving() as receiver:
        outlet, _ = webhook(receiver.url)
        document(open_services, organisation)
        object.__setattr__(open_services, "network", Network())
        settle(works())

        assert receiver.asked == []
        stopped = now(outlets, outlet)
        assert (stopped.state, stopped.reason) == (State.PAUSED, "not_allowed")
