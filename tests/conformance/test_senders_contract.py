"""What LMSs in the field rely on, beyond the standard: docs/senders.md."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import pytest

BATCH = 30
VERBS = (
    "http://adlnet.gov/expapi/verbs/completed",
    "http://id.tincanapi.com/verb/viewed",
    "http://adlnet.gov/expapi/verbs/answered",
)


def event(make, number, **properties):
    """What the Moodle plugin makes of one row of its log: no id."""
    statement = make.small(
        actor={
            "name": f"Stagiaire {number}",
            "account": {"homePage": "https://moodle.example.org", "name": str(number)},
        },
        verb={"id": VERBS[number % 3], "display": {"en": "did"}},
        object={
            "id": f"https://moodle.example.org/mod/page/view.php?id={number}",
            "definition": {"name": {"fr": f"Page {number}"}},
        },
        timestamp=f"2026-01-05T08:{number // 60:02}:{number % 60:02}.000Z",
        context={"platform": "Moodle", "language": "fr"},
        **properties,
    )
    return make.changed(statement, "/id", ...)


@dataclass
class MoodleSender:
    """Sends as the Moodle plugin's cron task: batches; only 200 is success; only a 400 is looked into."""

    lrs: object
    requests: int = 0
    sent: list = field(default_factory=list)
    failed: list = field(default_factory=list)
    waiting: list = field(default_factory=list)

    def run(self, events):
        for at in range(0, len(events), BATCH):
            self.send(events[at : at + BATCH])

    def send(self, batch):
        self.requests += 1
        answer = self.lrs.post(batch)
        if answer.status_code == 200:
            self.sent += zip(answer.json, batch, strict=True)
        elif answer.status_code != 400:
            self.waiting += batch
        elif len(batch) == 1:
            self.failed.append((batch[0], answer.json["errors"]))
        else:
            middle = len(batch) // 2
            self.send(batch[:middle])
            self.send(batch[middle:])


def test_a_sender_that_bisects_stores_all_that_is_good_and_learns_what_is_bad(lrs, make):
    events = [event(make, number) for number in range(100)]
    for number, spoil in {
        7: ("/verb/id", "viewed"),
        8: ("/actor/account/name", 8),
        64: ("/timestamp", "hier"),
        99: ("/object", ...),
    }.items():
        events[number] = make.changed(events[number], *spoil)
    sender = MoodleSender(lrs)

    sender.run(events)

    assert len(sender.sent) == 96
    assert [(events.index(bad), problems[0]["pointer"]) for bad, problems in sender.failed] == [
        (7, "/0/verb/id"), (8, "/0/actor/account/name"), (64, "/0/timestamp"), (99, "/0"),
    ]  # fmt: skip
    assert sender.waiting == []
    assert lrs.find(limit="500", ascending="true") == [made for made, _ in sender.sent]
    for made, one in sender.sent[::25]:
        assert lrs.read(made)["object"] == one["object"]


def test_the_first_answer_to_a_bad_batch_already_names_every_bad_statement(lrs, make):
    events = [event(make, number) for number in range(BATCH)]
    events[3] = make.changed(events[3], "/verb/id", "viewed")
    events[21] = make.changed(make.changed(events[21], "/timestamp", "hier"), "/context/language", "français")

    refused = lrs.post(events)

    assert refused.status_code == 400
    problems = {problem["pointer"]: problem for problem in refused.json["errors"]}
    assert set(problems) == {"/3/verb/id", "/21/timestamp", "/21/context/language"}
    assert all(problem["message"] and problem["accepted"] and problem["requirement"] for problem in problems.values())
    assert "3 problems" in refused.json["message"]


def test_an_answer_lists_no_more_than_helps(lrs, make):
    """A batch that is wrong throughout is answered with its first problems and their number."""
    refused = lrs.post([{"n": number} for number in range(1_000)])

    assert refused.status_code == 400
    assert len(refused.json["errors"]) == 1_000
    assert "more than 1,000 problems" in refused.json["message"]


def test_a_replay_is_answered_200_with_the_same_ids(lrs, make):
    """Never 204 and never 409: the plugin would send the batch again for ever."""
    batch = [make.small(result={"score": {"raw": number}}) for number in range(BATCH)]
    ids = lrs.store(*batch)

    for again in (batch, batch[::-1], batch[:1], [*batch, make.small()]):
        answer = lrs.post(again)
        assert (answer.status_code, answer.json) == (200, [statement["id"] for statement in again])
    assert len(lrs.find()) == len(ids) + 1
    assert lrs.services.statements.duplicates(lrs.caller.organisation, 0, 10) == []


def api(lrs, method, path, body=None, **parameters):
    return lrs.client.open(f"/api/v1{path}", method=method, headers=lrs.auth, json=body, query_string=parameters)


def test_statements_without_id_sent_twice_are_both_kept_and_the_second_is_marked(lrs, make):
    """A retry after a lost 200: counted once, by whoever counts."""
    events = [event(make, number) for number in range(5)]
    first, second = lrs.store(*events), lrs.store(*events[:3])
    reordered = [dict(reversed(one.items())) for one in events[3:4]]
    third = lrs.store(*reordered)

    assert len(set(first + second + third)) == 9
    assert len(lrs.find()) == 9
    found = api(lrs, "GET", "/statements/duplicates").json["items"]
    assert [(item["statement_id"], item["duplicate_of"]) for item in found] == [
        (second[0], first[0]), (second[1], first[1]), (second[2], first[2]), (third[0], first[3]),
    ]  # fmt: skip
    # A third sending is a duplicate of the first, too.
    (fourth,) = lrs.store(events[0])
    assert api(lrs, "GET", "/statements/duplicates").json["items"][-1]["duplicate_of"] == first[0]
    assert fourth not in first


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/verb/id", "urn:x:other"),
        ("/timestamp", "2026-01-05T09:00:00.000Z"),
        ("/actor/account/name", "x"),
        ("/object/id", "urn:x:other"),
        ("/result", {"success": True}),
        ("/context/language", "en"),
    ],
)
def test_what_differs_in_a_word_is_no_duplicate(lrs, make, pointer, value):
    lrs.store(event(make, 1))
    lrs.store(make.changed(event(make, 1), pointer, value))
    assert api(lrs, "GET", "/statements/duplicates").json["items"] == []

    lrs.store(event(make, 1))
    assert len(api(lrs, "GET", "/statements/duplicates").json["items"]) == 1


def test_ids_timestamps_and_senders_tell_statements_apart(lrs, make, standard):
    """With an id, two are two; without a timestamp a second click looks the same; another sender is another witness."""
    one = event(make, 1)
    lrs.store({**one, "id": make.small()["id"]}, {**one, "id": make.small()["id"]})
    timeless = make.changed(one, "/timestamp", ...)
    lrs.store(timeless, timeless)
    other = standard.lrs(lrs.version)
    other.store(one)
    lrs.store(one)

    for each in (lrs, other):
        assert api(each, "GET", "/statements/duplicates").json["items"] == []


def test_a_refused_batch_is_quarantined_mended_and_replayed(standard, make):
    lrs = standard.lrs("1.0.3", quarantine=True)
    good, bad = event(make, 1), make.changed(event(make, 2), "/verb/id", "viewed")
    body = json.dumps([good, bad]).encode()
    assert lrs.post(body).status_code == 400
    assert lrs.post(body).status_code == 400

    (held,) = api(lrs, "GET", "/quarantine").json["items"]
    whole = api(lrs, "GET", f"/quarantine/{held['id']}").json

    assert (held["times"], held["state"], held["version"]) == (2, "held", "1.0.3")
    assert [problem["pointer"] for problem in held["problems"]] == ["/1/verb/id"]
    assert whole["body"].encode() == body
    # As it is, it is refused again; mended, it is stored as if the sender had sent it.
    assert api(lrs, "POST", f"/quarantine/{held['id']}/replay").status_code == 400
    assert lrs.find() == []
    mended = body.replace(b'"viewed"', b'"http://id.tincanapi.com/verb/viewed"').decode()
    replayed = api(lrs, "POST", f"/quarantine/{held['id']}/replay", {"body": mended})
    assert (replayed.status_code, replayed.json["state"]) == (200, "replayed")
    assert lrs.find(ascending="true") == replayed.json["statement_ids"]
    assert lrs.read(replayed.json["statement_ids"][1])["authority"]["account"]["name"] == lrs.key
    assert api(lrs, "POST", f"/quarantine/{held['id']}/replay").status_code == 409


def test_what_is_good_or_not_asked_to_be_kept_is_not_quarantined(standard, make):
    keeping, plain = standard.lrs("2.0.0", quarantine=True), standard.lrs("2.0.0")

    keeping.store(event(make, 1))
    plain.post(make.small(verb={}))
    statement = make.small()
    keeping.store(statement)
    assert keeping.post({**statement, "verb": {"id": "urn:x:other"}}).status_code == 409

    for lrs in (keeping, plain):
        assert api(lrs, "GET", "/quarantine").json["items"] == []
    keeping.post(make.small(verb={}))
    assert len(api(keeping, "GET", "/quarantine").json["items"]) == 1


def test_a_quarantined_multipart_body_and_put_are_replayed_as_they_came(standard, make):
    lrs = standard.lrs("1.0.3", quarantine=True)
    statement = make.changed(make.small(context={"contextAgents": []}), "/id", ...)
    named = make.small()["id"]
    lrs.put(statement, named)
    (held,) = api(lrs, "GET", "/quarantine").json["items"]
    assert (held["method"], held["statement_id"]) == ("PUT", named)

    body = json.dumps({**statement, "context": {}})
    assert api(lrs, "POST", f"/quarantine/{held['id']}/replay", {"body": body}).json["statement_ids"] == [named]
    assert lrs.read(named)["verb"] == statement["verb"]


def test_each_credential_has_a_clock_of_its_last_statement(standard, make):
    lrs = standard.lrs("1.0.3", quiet_after_seconds=3_600)
    (before,) = api(lrs, "GET", "/senders").json["items"]
    assert (before["last_stored"], before["statements"], before["quiet"]) == (None, 0, False)

    lrs.wait(60)
    lrs.store(*(event(make, number) for number in range(3)))
    (after,) = api(lrs, "GET", "/senders").json["items"]
    last = lrs.find()[0]
    assert (after["credential"], after["statements"], after["quiet"]) == (lrs.key, 3, False)
    assert after["last_stored"] == lrs.read(last)["stored"]

    # What is refused, and what is only read, does not move it.
    lrs.wait(3_599)
    lrs.post(make.small(verb={}))
    lrs.get()
    assert api(lrs, "GET", "/senders").json["items"] == [after]
    lrs.wait(2)
    (quiet,) = api(lrs, "GET", "/senders").json["items"]
    assert (quiet["quiet"], quiet["last_stored"]) == (True, after["last_stored"])
    assert quiet["quiet_since"] > quiet["last_stored"]
    lrs.store(event(make, 9))
    assert api(lrs, "GET", "/senders").json["items"][0]["quiet"] is False


def test_overload_is_told_apart_from_a_bad_statement(standard, make):
    """429 with Retry-After: a sender that bisects on 400 must not take a full house for a bad batch."""
    lrs = standard.lrs("1.0.3", requests_per_minute=2)
    sender = MoodleSender(lrs)

    for number in range(4):
        sender.send([event(make, number)])

    assert (len(sender.sent), len(sender.waiting), sender.failed) == (2, 2, [])
    refused = lrs.get()
    assert (refused.status_code, int(refused.headers["Retry-After"]) > 0) == (429, True)
    lrs.wait(61)
    sender.send(sender.waiting)
    assert len(sender.sent) == 4
