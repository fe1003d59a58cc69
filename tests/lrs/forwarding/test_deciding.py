"""What leaves is decided purely: what is wanted, when to try again, whose fault an answer is."""

from __future__ import annotations

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.caller import CredentialId
from lrs.clock import Micros
from lrs.forwarding.answers import Meaning, judge_store, judge_webhook, parse_retry_after
from lrs.forwarding.delays import delays_at
from lrs.forwarding.editions import Speaks, with_version, written_for
from lrs.forwarding.event import TYPES, Event, envelope
from lrs.forwarding.filter import Filter, filter_problems
from lrs.forwarding.halving import Halving
from lrs.forwarding.signature import key_of, make_secret, sign
from lrs.versions import Version

NOW = Micros(1_767_600_000_000_000)
KEY = CredentialId("moodle")
WORDS = st.sampled_from(["http://x/a", "http://x/b", "http://y/a"])


def statement(verb: str, target: str, category: str | None = None, grouping: str | None = None) -> dict:
    around = {name: [{"id": value}] for name, value in (("category", category), ("grouping", grouping)) if value}
    return {
        "actor": {"mbox": "mailto:a@example.org"},
        "verb": {"id": verb},
        "object": {"id": target},
        "context": {"contextActivities": around},
    }


@given(
    st.lists(WORDS, max_size=2), st.lists(WORDS, max_size=2), st.lists(WORDS, max_size=2),
    WORDS, WORDS, st.none() | WORDS, st.none() | WORDS,
)  # fmt: skip
def test_a_filter_agrees_with_reading_its_parts_one_by_one(verbs, activities, profiles, verb, target, category, group):
    wanted = Filter(tuple(verbs), tuple(activities), tuple(profiles))
    expected = (
        (not verbs or verb in verbs)
        and (not activities or target in activities or group in activities)
        and (not profiles or category in profiles)
    )
    assert wanted.wants(statement(verb, target, category, group), KEY) is expected


def test_activities_are_wanted_by_how_they_begin_and_credentials_by_name():
    assert Filter(activities=("http://x/*",)).wants(statement("http://v", "http://x/b"), KEY)
    assert not Filter(activities=("http://x/*",)).wants(statement("http://v", "http://y/a"), KEY)
    assert Filter(credentials=("moodle",)).wants(statement("http://v", "http://y/a"), KEY)
    assert not Filter(credentials=("autre",)).wants(statement("http://v", "http://y/a"), KEY)


@pytest.mark.parametrize("wanted", [Filter(verbs=("x",)), Filter(credentials=("x",)), Filter(profiles=("http://p",))])
def test_voiding_always_follows(wanted):
    voiding = statement("http://adlnet.gov/expapi/verbs/voided", "http://x")
    voiding["object"] = {"objectType": "StatementRef", "id": "3f2504e0-4f89-41d3-9a0c-0305e82c3301"}
    assert wanted.wants(voiding, KEY)


def test_what_is_no_iri_is_named():
    wrong = filter_problems(Filter(("completed",), ("http://x/*", "*"), ("http://p*",), tuple("a" * 101)))
    assert {problem.pointer for problem in wrong} == {"/filter/verbs/0", "/filter/activities/1", "/filter/credentials"}


@given(st.integers(1, 60), st.sets(st.integers(0, 59)))
def test_halving_finds_exactly_what_is_refused_in_order_and_settles_everything_else(count, bad):
    search, taken, tries = Halving(count), [], 0
    bad = {item for item in bad if item < count}
    while (turn := search.next) is not None:
        tries += 1
        assert search.settled == turn[0]
        if bad & set(range(*turn)):
            search.refused()
        else:
            taken += range(*turn)
            search.taken()
    assert search.found == sorted(bad)
    assert taken == sorted(set(range(count)) - bad)
    assert tries <= 2 * count


@given(st.integers(1, 30), st.floats(0, 1), st.none() | st.integers(0, 10**9))
def test_pauses_grow_within_their_spread_and_honour_what_is_asked_up_to_a_limit(failures, chance, asked):
    delays = delays_at(NOW)
    pause = delays.webhook_pauses[min(failures, len(delays.webhook_pauses)) - 1]
    found = delays.next_try(delays.webhook_pauses, failures, chance, asked) / 1_000_000
    least = min(asked or 0, delays.retry_after_most_seconds)
    assert max(0.8 * pause, least) - 1e-3 <= found <= max(1.2 * pause, least) + 1e-3
    assert delays.is_over(delays.webhook_pauses, failures) is (failures > len(delays.webhook_pauses))


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        (200, Meaning.TAKEN), (204, Meaning.TAKEN), (301, Meaning.PAUSED), (400, Meaning.REFUSED),
        (401, Meaning.PAUSED), (403, Meaning.PAUSED), (404, Meaning.PAUSED), (409, Meaning.CONFLICT),
        (413, Meaning.REFUSED), (422, Meaning.REFUSED), (429, Meaning.LATER), (500, Meaning.FAILED),
        (502, Meaning.LATER), (503, Meaning.LATER), (599, Meaning.FAILED), (101, Meaning.REFUSED),
    ],
)  # fmt: skip
def test_each_answer_of_a_record_store_has_its_meaning(status, meaning):
    assert judge_store(status, None, NOW).meaning is meaning


def test_a_webhook_is_tried_again_whatever_is_answered_but_when_it_is_gone():
    for status in range(100, 600):
        meaning = judge_webhook(status, None, NOW).meaning
        if 200 <= status < 300:
            assert meaning is Meaning.TAKEN
        elif status == 410:
            assert meaning is Meaning.PAUSED
        else:
            assert meaning in (Meaning.LATER, Meaning.FAILED)


@given(st.text())
def test_a_retry_after_is_seconds_or_nothing(text):
    found = parse_retry_after(text, NOW)
    assert found is None or found >= 0


@given(
    st.dictionaries(st.sampled_from(["version", "a", 'v"e', "versions"]), st.text() | st.integers(), min_size=1),
    st.booleans(),
)
def test_another_version_changes_nothing_but_the_version(members, spaced):
    value = {"inner": {"version": "2.0.0", "list": ['"version":"2.0.0"']}, **members, "version": "2.0.0"}
    body = json.dumps(value, ensure_ascii=False, separators=(" , ", " : ") if spaced else (",", ":")).encode(
        "utf-8", "replace"
    )
    assert orjson.loads(with_version(body, Version.V1_0_3)) == {**orjson.loads(body), "version": "1.0.3"}


def test_a_statement_goes_as_it_is_to_whoever_speaks_its_version():
    value = statement("http://v", "http://x") | {"version": "1.0.3"}
    body = orjson.dumps(value)
    for speaks in (Speaks.BOTH, Speaks.ONLY_1_0_3):
        assert written_for(speaks, body, value).body == body
        assert written_for(speaks, body, value).version is Version.V1_0_3
    raised = written_for(Speaks.ONLY_2_0_0, body, value)
    assert (raised.version, raised.problems) == (Version.V2_0_0, ())
    assert orjson.loads(raised.body)["version"] == "2.0.0"


def test_an_event_has_one_id_whoever_finds_it_and_every_type_another():
    events = [Event(1, kind, "k", "a", NOW, {}) for kind in TYPES]
    assert len({event.id for event in events}) == len(TYPES)
    assert events[0].id == Event(1, next(iter(TYPES)), "k", "b", Micros(5), {"x": 1}).id
    assert events[0].id != Event(2, next(iter(TYPES)), "k", "a", NOW, {}).id
    # Receivers keep it: it must never change.
    assert str(Event(1, "document.issued", "CODE", "a", NOW, {}).id) == "8b4b74a1-0eb8-5f60-9c8c-2223f013c873"
    assert envelope(events[0], "essai") == envelope(events[0], "essai")


def test_a_signature_is_that_of_the_published_example():
    # The example of the Standard Webhooks specification.
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    assert sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body, secret) == (
        "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )
    assert len(key_of(make_secret("x" * 43))) == 43
