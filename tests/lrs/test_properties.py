"""Bytes come back as they were sent, whatever a sender writes; through the whole application."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from typing import Any
from uuid import UUID

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lrs.clock import Micros, to_text
from lrs.statements.equality import is_same_statement

_NUMBERS = count(1)
QUIET = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)


@dataclass(frozen=True)
class Number:
    """A number as its sender writes it."""

    digits: str


@dataclass(frozen=True)
class Lone:
    """A context activity that stands alone: an LRS gives it back in an array (XAPI-00096)."""

    activity: dict[str, Any]


# Valid statements


def maybe(name: str, value: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(st.just({}), value.map(lambda found: {name: found}))


def members(*parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(*parts).map(lambda found: {name: value for part in found for name, value in part.items()})


TEXTS = st.text(max_size=8) | st.sampled_from(
    ['":', '"stored":', "\\", '\\"', "}", "]}", "{", "\u0000", "é\u2028😀", "authority"]
)
NUMBERS = st.sampled_from(
    ["0", "-0", "1.50", "1E+2", "1e-7", "-0.0", str(2**70), str(2**70 + 1), "0.1000", "123456789012345678901234567890"]
).map(Number)
ANYTHING = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(TEXTS | st.sampled_from(["stored", "parent"]), inner, max_size=3)
    ),
    max_leaves=6,
)
EXTENSIONS = maybe(
    "extensions", st.dictionaries(st.sampled_from(["urn:x:1", "urn:x:é", "https://x.example.org/a#b"]), ANYTHING)
)
LANGUAGES = st.dictionaries(st.sampled_from(["fr", "en-GB", "es-419"]), TEXTS, max_size=2)
AGENTS = members(
    maybe("objectType", st.just("Agent")),
    maybe("name", TEXTS),
    st.sampled_from(
        [
            {"mbox": "mailto:a@example.org"},
            {"openid": "https://a.example.org/"},
            {"mbox_sha1sum": "0" * 40},
            {"account": {"homePage": "https://a.example.org/é", "name": 'a "b"'}},
        ]
    ),
)
ACTORS = AGENTS | st.lists(AGENTS, min_size=1, max_size=2).map(lambda found: {"objectType": "Group", "member": found})
ACTIVITIES = members(
    st.sampled_from(["urn:a:1", "https://example.org/é?x=%20#y"]).map(lambda iri: {"id": iri}),
    maybe("objectType", st.just("Activity")),
    maybe("definition", members(maybe("name", LANGUAGES), maybe("type", st.just("urn:t")), EXTENSIONS)),
)
SURROUNDINGS = st.dictionaries(
    st.sampled_from(["parent", "grouping", "category", "other"]),
    ACTIVITIES.map(Lone) | st.lists(ACTIVITIES, max_size=2),
    max_size=2,
)
CONTEXTS = members(
    maybe(
        "registration",
        st.sampled_from(["3F2504E0-4F89-41D3-9A0C-0305E82C3301", "3f2504e0-4f89-41d3-9a0c-0305e82c3302"]),
    ),
    maybe("instructor", ACTORS),
    maybe("contextActivities", SURROUNDINGS),
    maybe("language", st.just("fr-FR")),
    EXTENSIONS,
)
ACTIVITY_CONTEXTS = members(CONTEXTS, maybe("platform", TEXTS), maybe("revision", TEXTS))
RESULTS = members(
    maybe("score", NUMBERS.map(lambda found: {"raw": found})),
    maybe("success", st.booleans()),
    maybe("response", TEXTS),
    maybe("duration", st.sampled_from(["PT1H", "PT0.12999S", "P1DT2M3.50S"])),
    EXTENSIONS,
)
INSTANTS = st.sampled_from(["2026-01-05T08:00:00Z", "2026-01-05T08:00:00.123456789Z", "2026-01-05T09:30:00.5+01:30"])
ACTION = members(
    ACTORS.map(lambda found: {"actor": found}),
    members(st.just({"id": "urn:v:1"}), maybe("display", LANGUAGES)).map(lambda found: {"verb": found}),
    maybe("result", RESULTS),
    maybe("timestamp", INSTANTS),
)
ABOUT_AN_ACTIVITY = members(
    ACTION, ACTIVITIES.map(lambda found: {"object": found}), maybe("context", ACTIVITY_CONTEXTS)
)
ABOUT_AN_AGENT = members(
    ACTION,
    AGENTS.map(lambda found: {"object": {**found, "objectType": "Agent"}})
    | st.just({"object": {"objectType": "StatementRef", "id": "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"}}),
    maybe("context", CONTEXTS),
)
ABOUT_A_SUBSTATEMENT = members(
    ACTION,
    (ABOUT_AN_ACTIVITY | ABOUT_AN_AGENT).map(lambda found: {"object": {**found, "objectType": "SubStatement"}}),
    maybe("context", CONTEXTS),
)
STATEMENTS = members(
    ABOUT_AN_ACTIVITY | ABOUT_AN_AGENT | ABOUT_A_SUBSTATEMENT,
    maybe("id", st.booleans()),
    maybe("stored", INSTANTS),
    maybe("authority", AGENTS),
    maybe("version", st.sampled_from(["1.0.0", "1.0.3", "1.0"])),
)


class Writer:
    """Writes JSON in one of the many ways there are: order, white space, escapes. Each value twice: sent, expected."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def space(self) -> str:
        return self.random.choice(["", "", "", " ", "\n", "\t", " \r\n  "])

    def text(self, text: str) -> str:
        way = self.random.randrange(3)
        if way < 2:
            return json.dumps(text, ensure_ascii=way == 0)
        units = text.encode("utf-16-be")
        return '"' + "".join(f"\\u{units[at]:02x}{units[at + 1]:02X}" for at in range(0, len(units), 2)) + '"'

    def value(self, value: Any) -> tuple[str, str]:
        if isinstance(value, Number):
            return value.digits, value.digits
        if isinstance(value, Lone):
            sent, expected = self.value(value.activity)
            return sent, f"[{expected}]"
        if isinstance(value, dict):
            sent_members, expected_members = self.members(value)
            return "{" + ",".join(sent_members) + "}", "{" + ",".join(expected_members) + "}"
        if isinstance(value, list):
            before, after = self.space(), self.space()
            pairs = [self.value(item) for item in value]
            sent, expected = (
                (f"{before},{after}".join(texts) for texts in zip(*pairs, strict=True)) if pairs else ("", "")
            )
            return f"[{before}{sent}{after}]", f"[{before}{expected}{after}]"
        text = self.text(value) if isinstance(value, str) else json.dumps(value)
        return text, text

    def members(self, value: dict[str, Any], without: frozenset[str] = frozenset()) -> tuple[list[str], list[str]]:
        items = list(value.items())
        self.random.shuffle(items)
        sent_texts, expected_texts = [], []
        for name, item in items:
            before = f"{self.space()}{self.text(name)}{self.space()}:{self.space()}"
            sent, expected = self.value(item)
            after = self.space()
            sent_texts.append(before + sent + after)
            if name not in without:
                expected_texts.append(before + expected + after)
        return sent_texts, expected_texts


def written(value: dict[str, Any], seed: int) -> tuple[bytes, bytes]:
    """Return a statement as it is sent, and the beginning of what must come back."""
    sent, expected = Writer(seed).members(value, frozenset({"stored", "authority"}))
    return ("{" + ",".join(sent) + "}").encode(), ("{" + ",".join(expected)).encode()


def numbered(value: dict[str, Any]) -> dict[str, Any]:
    """Give a statement that should have one an id that no other has."""
    if "id" not in value:
        return value
    fresh = str(UUID(int=(next(_NUMBERS) << 80) | (4 << 76) | (9 << 60)))
    return {**value, "id": fresh.upper() if value["id"] else fresh}


def exactly(text: bytes) -> Any:
    """Parse so that numbers are compared by their digits and members by their order."""
    return json.loads(text, parse_float=Number, parse_int=Number, object_pairs_hook=list)


@QUIET
@given(
    values=st.lists(STATEMENTS, min_size=1, max_size=3),
    seed=st.integers(0, 2**32),
    version=st.sampled_from(["1.0.3", "2.0.0"]),
)
def test_what_get_returns_is_what_was_sent_but_for_what_the_lrs_sets(
    client, services, caller, auth, values, seed, version
):
    headers = {**auth, "X-Experience-API-Version": version}
    named = [numbered(value) for value in values]
    pairs = [written(value, seed + at) for at, value in enumerate(named)]
    body = b" [" + b"\n,".join(sent for sent, _ in pairs) + b"] "
    if len(pairs) == 1 and seed % 2:
        body = pairs[0][0]

    posted = client.post("/xapi/statements", data=body, headers=headers, content_type="application/json")

    assert posted.status_code == 200, posted.text
    for value, (sent, expected), sent_id in zip(named, pairs, posted.json, strict=True):
        got = client.get("/xapi/statements", query_string={"statementId": sent_id}, headers=headers).data
        # 1. The sender's own text, byte for byte, without what it said of stored and authority.
        assert got.startswith(expected), (sent, got)
        # 2. Then what it left out and the LRS must say, and nothing else.
        added = dict(exactly(b"{" + got[len(expected) :].lstrip(b",")))
        entry = services.statements.collection.find_one({"_id": _key(caller, sent_id)})
        stored = to_text(Micros(entry["t"]))
        default = "1.0.0" if version == "1.0.3" else "2.0.0"
        wanted = {
            "id": sent_id,
            "stored": stored,
            "authority": exactly(caller.authority),
            "timestamp": stored,
            "version": default,
        }
        assert added == {
            name: what for name, what in wanted.items() if name in {"stored", "authority"} or name not in value
        }
        # 3. It is that statement, by the rule and by the leaf; sent again, either way, it is there already.
        assert is_same_statement(sent, got)
        assert entry["l"] == sha256(b"\x00" + entry["s"] + got).digest()
        for again in (sent, got) if "id" in value else (got,):
            replayed = client.post("/xapi/statements", data=again, headers=headers, content_type="application/json")
            assert (replayed.status_code, replayed.json) == (200, [sent_id])
    assert posted.headers["X-Experience-API-Consistent-Through"] >= stored


def _key(caller: Any, sent_id: str) -> bytes:
    return caller.organisation.to_bytes(4, "big") + UUID(sent_id).bytes


@QUIET
@given(value=STATEMENTS, seed=st.integers(0, 2**32))
def test_every_format_of_every_statement_is_json_that_says_the_same(client, auth, value, seed):
    headers = {**auth, "X-Experience-API-Version": "1.0.3"}
    sent, _ = written(numbered(value), seed)
    (sent_id,) = client.post("/xapi/statements", data=sent, headers=headers, content_type="application/json").json

    answers = {
        format_: client.get(
            "/xapi/statements", query_string={"statementId": sent_id, "format": format_}, headers=headers
        )
        for format_ in ("exact", "ids", "canonical")
    }

    whole = exactly(answers["exact"].data)
    for answer in answers.values():
        assert answer.status_code == 200
        shaped = dict(exactly(answer.data))
        for name in ("id", "result", "timestamp", "stored", "version"):
            assert shaped.get(name) == dict(whole).get(name)
    assert is_same_statement(answers["exact"].data, answers["canonical"].data)
    assert orjson.loads(answers["ids"].data)["verb"] == {"id": "urn:v:1"}
