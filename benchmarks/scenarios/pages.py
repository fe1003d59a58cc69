"""GET of pages and of single statements, each against a raw `find` that returns the same bytes."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import Any, Final
from urllib.parse import urlencode

from benchmarks.bare import Bare, path_of
from benchmarks.ceiling import Finds
from benchmarks.deployment import DATABASE
from benchmarks.figures import Side, comparison, line, of_outcome
from benchmarks.jobs import Gets, Job
from benchmarks.questions import Questions
from benchmarks.rig import LostStatements, Rig, Store

LIMIT: Final = 100
CONNECTIONS: Final = 8
BY_ID: Final = "statement_id"
# A store under comparison is asked what every store must answer quickly.
_OF_OTHERS: Final = ("agent", BY_ID)
_MOST: Final = 40_000

Query = dict[str, str]


def _agent(rig: Rig, _: Store) -> Query:
    return {"agent": json.dumps({"account": rig.chance.choice(rig.campus.actors)["account"]})}


def _verb_since(rig: Rig, store: Store) -> Query:
    since = store.halfway.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"verb": rig.chance.choice(rig.campus.verbs), "since": since}


def _activity(rig: Rig, _: Store) -> Query:
    return {"activity": rig.chance.choice(rig.campus.activities)}


def _related_activity(rig: Rig, _: Store) -> Query:
    return {"activity": rig.chance.choice(rig.campus.courses), "related_activities": "true"}


def _registration(rig: Rig, _: Store) -> Query:
    return {"registration": rig.chance.choice(rig.chance.choice(rig.campus.registrations))}


def _latest(_rig: Rig, _: Store) -> Query:
    return {}


QUERIES: Final[Mapping[str, Callable[[Rig, Store], Query]]] = {
    "agent": _agent,
    "verb_since": _verb_since,
    "activity": _activity,
    "related_activity": _related_activity,
    "registration": _registration,
    "latest": _latest,
}


def run(rig: Rig, *, with_bare: bool = True) -> dict[str, Any]:
    """Measure every query on a store that holds at least the profile's size; `with_bare` a bare view too."""
    for store in rig.stores():
        rig.fill(store, rig.profile.size)
    rig.settle()
    with Questions(rig.deployment.uri, DATABASE) as ask, Bare(rig) if with_bare else nullcontext() as bare:
        return {"size": rig.store.sent, "limit": LIMIT, "connections": CONNECTIONS,
            "queries": {name: measure(rig, name, ask, bare) for name in (*QUERIES, BY_ID)}}  # fmt: skip


def measure(rig: Rig, name: str, ask: Questions, bare: Bare | None = None) -> dict[str, Any]:
    """Measure one query: rounds of every store and of the raw `find` take turns, with the very same questions."""
    check_same(rig, name, ask)
    warm, _ = rig.get(rig.store, paths(rig.store, questions(rig, rig.store, name, 400)), CONNECTIONS)
    count = min(_MOST, max(200, int(warm.rate * rig.profile.seconds * 0.7)))
    trial = raw_finds(rig, name, questions(rig, rig.store, name, max(100, count // 3)), ask)
    processes = ceiling_processes(rig, trial)
    ours, ceiling, least = Side(), Side(), Side()
    others = {store.target.name: Side() for store in rig.others if name in _OF_OTHERS}
    for at in range(rig.profile.rounds):
        asked = questions(rig, rig.store, name, count)
        raw = raw_finds(rig, name, asked, ask)
        if at % 2:
            ceiling.rounds.append(rig.ceiling.find(raw, processes))
        ours.rounds.append(of_outcome(*rig.get(rig.store, paths(rig.store, asked), CONNECTIONS)))
        if not at % 2:
            ceiling.rounds.append(rig.ceiling.find(raw, processes))
        if bare is not None:
            finds = tuple(path_of(find, raw.limit) for find in raw.finds)
            job = Job(bare.target, CONNECTIONS, Gets(finds))
            least.rounds.append(of_outcome(*rig.generator.measure(job, bare.meter)))
        for store in rig.others:
            if name in _OF_OTHERS:
                wanted = paths(store, questions(rig, store, name, max(100, count // 4)))
                others[store.target.name].rounds.append(of_outcome(*rig.get(store, wanted, CONNECTIONS)))
    shown: dict[str, Any] = {
        "assidu": ours.summary(),
        "ceiling": {**ceiling.summary(), "processes": processes},
        "ratio": comparison(ours, ceiling),
        "body_kb": round(sum(item.body_bytes for item in ours.rounds) / ours.summary()["operations"] / 1000, 1),
    }
    if least.rounds:
        shown["bare"] = {**least.summary(), "ratio": comparison(least, ceiling)}
    if others:
        shown["others"] = {other: side.summary() for other, side in others.items()}
    rig.profile.say(line(name, shown))
    return shown


def questions(rig: Rig, store: Store, name: str, count: int) -> list[Query]:
    """Return `count` questions of one kind, drawn at random."""
    if name != BY_ID:
        made = [{**QUERIES[name](rig, store), "limit": str(LIMIT)} for _ in range(min(count, 2_000))]
        return [rig.chance.choice(made) for _ in range(count)]
    ids: list[str] = []
    while len(ids) < count:
        first = rig.chance.randrange(max(1, store.sent // 1_000)) * 1_000
        ids.extend(sent.statement_id for sent in rig.campus.statements(first, min(1_000, store.sent - first)))
    return [{"statementId": item} for item in rig.chance.sample(ids, count)]


def paths(store: Store, asked: list[Query]) -> tuple[str, ...]:
    """Return the questions as paths."""
    return tuple(f"{store.target.path}/statements?{urlencode(item)}" for item in asked)


def check_same(rig: Rig, name: str, ask: Questions) -> None:
    """Ask once over HTTP and once MongoDB itself. Raises LostStatements unless both answer the same bytes."""
    asked = questions(rig, rig.store, name, 1)
    target, wanted = rig.store.target, ask.find_of(asked[0], LIMIT)
    request = urllib.request.Request(
        f"http://{target.host}:{target.port}{paths(rig.store, asked)[0]}",
        headers={"Authorization": target.authorization, "X-Experience-API-Version": "1.0.3"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own http
        body = answer.read()
    sort = list(wanted["sort"].items()) if "sort" in wanted else None
    rows = rig.deployment.statements.find(wanted["filter"], {"b": 1}, sort=sort, limit=LIMIT)
    there = b",".join(bytes(row["b"]) for row in rows)
    if not there or there not in body:
        message = f"the page of {name} and the raw find differ"
        raise LostStatements(message)


def raw_finds(rig: Rig, name: str, asked: list[Query], ask: Questions) -> Finds:
    """Return the questions as finds of MongoDB's own."""
    finds = [ask.find_of(item, LIMIT) for item in asked]
    return rig.ceiling.finds(finds, CONNECTIONS, 1 if name == BY_ID else LIMIT)


def ceiling_processes(rig: Rig, raw: Finds) -> int:
    """Return whether one process or two get more out of MongoDB."""
    return max((1, 2), key=lambda processes: rig.ceiling.find(raw, processes).rate)
