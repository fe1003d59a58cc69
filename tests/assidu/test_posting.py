"""A large import posts from processes of its own: the order of the file holds, and so does all that is refused."""

from __future__ import annotations

import json
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest

from assidu.settings import Settings
from assidu.transfer.importer import Importer, ImportOptions, ImportReport
from assidu.transfer.lines import Source
from assidu.transfer.position import Positions
from assidu.transfer.posting import Applied, BesidePoster, HerePoster, Posted, Poster, Sent, unheard
from lrs.caller import Caller
from lrs.errors import Conflict, InvalidRequest
from lrs.services import Services
from lrs.store.database import DriverError
from lrs.versions import Version


def statement(number: int, **members: Any) -> dict[str, Any]:
    return {
        "id": str(UUID(int=(number << 80) | (4 << 76) | (8 << 60))),
        "actor": {"mbox": "mailto:lea@exemple.invalid"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
        "object": {"id": f"https://exemple.invalid/pages/{number}"},
        **members,
    }


def sent(*statements: dict[str, Any]) -> Sent:
    return Sent(Version.V1_0_3, orjson.dumps(statements))


@pytest.fixture
def settings(services: Services, mongod_uri: str, tmp_path: Path) -> Settings:
    return Settings(mongodb_uri=mongod_uri, database=services.store.database.name, data=tmp_path)


def stored_ids(services: Services, caller: Caller) -> list[str]:
    return [json.loads(one.body)["id"] for one in services.statements.since(caller.organisation, 0)]


def import_beside(
    services: Services, caller: Caller, poster: Poster, file: Path, batch: int = 50, *, strict: bool = False
) -> ImportReport:
    positions = Positions(services.store, caller, file)
    refused = file.with_name("refused.jsonl")
    with Source(file) as source:
        options = ImportOptions(batch, strict)
        return Importer(services, caller, options, positions, refused, poster=poster).run(source)


def test_what_several_processes_store_stands_in_the_order_of_the_file(
    services: Services, caller: Caller, settings: Settings, tmp_path: Path
) -> None:
    lines = [statement(number) for number in range(1, 501)]
    lines[70] = statement(71, verb={})
    lines[333] = {**lines[332], "timestamp": "2026-01-05T09:00:00Z"}
    lines[400] = statement(401, version="2.0.0")
    file = tmp_path / "s.jsonl"
    file.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))

    with BesidePoster(settings, caller) as poster:
        report = import_beside(services, caller, poster, file)
        again = HerePoster(services, caller).post(sent(*lines[:70]))

    refused = [orjson.loads(line)["line"] for line in (tmp_path / "refused.jsonl").read_bytes().splitlines()]
    assert refused == [71, 334]
    assert (report.stored, report.already, report.refused) == (498, 0, 2)
    # A batch stores the requests of each version one after the other: the one of 2.0 comes last of its fifty, which are
    # lines 384 to 433, for an id that comes again begins a batch.
    wanted = [line["id"] for at, line in enumerate(lines) if at not in (70, 333, 400)]
    wanted.insert(433 - 3, lines[400]["id"])
    assert stored_ids(services, caller) == wanted
    assert again == Posted(0, 70)


def test_a_refusal_says_everything_it_would_have_said_here(
    services: Services, caller: Caller, settings: Settings
) -> None:
    services.ingest.post(caller, Version.V1_0_3, orjson.dumps(statement(1)))
    bad, taken = sent(statement(2), statement(3, verb={})), sent(statement(1, verb={"id": "https://exemple.invalid/x"}))
    with HerePoster(services, caller) as here, BesidePoster(settings, caller) as beside:
        for request, kind in ((bad, InvalidRequest), (taken, Conflict)):
            with pytest.raises(kind) as told_here:
                here.begin(request).commit()
            with pytest.raises(kind) as told_beside:
                beside.begin(request).commit()
            assert told_beside.value.problems == told_here.value.problems != ()
            assert told_beside.value.message == told_here.value.message


def test_requests_that_were_begun_but_never_committed_store_nothing(
    services: Services, caller: Caller, settings: Settings
) -> None:
    with BesidePoster(settings, caller, processes=1) as poster:
        first = poster.begin(sent(statement(1)))
        poster.begin(sent(statement(2)))
        first.commit()

    assert stored_ids(services, caller) == [statement(1)["id"]]


def test_a_process_that_is_killed_is_a_store_that_does_not_answer(
    services: Services, caller: Caller, settings: Settings
) -> None:
    with BesidePoster(settings, caller, processes=1) as poster:
        poster.begin(sent(statement(1))).commit()
        ticket = poster.begin(sent(statement(2)))
        os.kill(ticket.pid, signal.SIGKILL)
        with pytest.raises(DriverError, match="has ended"):
            ticket.commit()

    assert stored_ids(services, caller) == [statement(1)["id"]]


@dataclass
class Step:
    """A request on its way, which a test holds back where it likes."""

    name: str
    poster: Steps

    def commit(self, applied: Applied = unheard) -> Posted:
        return self.poster.commit(self.name, applied)


@dataclass
class Steps:
    """Tells when each request is committed, applied and answered, and holds back those that it was told to."""

    held: dict[str, threading.Event] = field(default_factory=dict)
    failing: frozenset[str] = frozenset()
    happened: list[str] = field(default_factory=list)
    begun: list[Sent] = field(default_factory=list)
    anew: threading.Condition = field(default_factory=threading.Condition)

    def begin(self, sent: Sent) -> Step:
        self.begun.append(sent)
        return Step(str(len(self.begun)), self)

    def commit(self, name: str, applied: Applied) -> Posted:
        self.note(f"{name} committed")
        if name in self.held:
            self.note(f"{name} applied")
            applied()
            self.held[name].wait(30)
        if name in self.failing:
            raise DriverError("the database is away")
        self.note(f"{name} answered")
        return Posted(1, 0)

    def note(self, what: str) -> None:
        with self.anew:
            self.happened.append(what)
            self.anew.notify_all()

    def wait_for(self, what: str) -> None:
        with self.anew:
            assert self.anew.wait_for(lambda: what in self.happened, 30), f"{what} never came: {self.happened}"


def write_statements(path: Path, count: int) -> Path:
    path.write_bytes(b"".join(orjson.dumps(statement(number)) + b"\n" for number in range(1, count + 1)))
    return path


def test_a_batch_follows_the_one_before_as_soon_as_that_is_in_the_log_and_is_noted_after_it(
    services: Services, caller: Caller, tmp_path: Path
) -> None:
    file = write_statements(tmp_path / "s.jsonl", 3)
    poster = Steps({"1": threading.Event()})
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(import_beside, services, caller, poster, file, batch=1)
        poster.wait_for("2 answered")
        # The third waits for the first: two at once are enough, and what is read ahead stays bounded.
        before = list(poster.happened), Positions(services.store, caller, file).find().line
        poster.held["1"].set()
        report = running.result(30)

    assert before == (["1 committed", "1 applied", "2 committed", "2 answered"], 0)
    assert poster.happened[4:] == ["1 answered", "3 committed", "3 answered"]
    assert report.stored == 3
    assert Positions(services.store, caller, file).find().line == 3


def test_when_a_batch_is_lost_after_it_was_in_the_log_nothing_from_there_on_is_noted(
    services: Services, caller: Caller, tmp_path: Path
) -> None:
    file = write_statements(tmp_path / "s.jsonl", 4)
    poster = Steps({"2": threading.Event()}, failing=frozenset({"2"}))
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(import_beside, services, caller, poster, file, batch=1)
        poster.wait_for("3 answered")
        poster.held["2"].set()
        with pytest.raises(DriverError, match="is away"):
            running.result(30)

    assert "4 committed" not in poster.happened
    assert Positions(services.store, caller, file).find().line == 1


def test_a_strict_import_stores_a_batch_only_when_the_one_before_has_ended(
    services: Services, caller: Caller, tmp_path: Path
) -> None:
    file = write_statements(tmp_path / "s.jsonl", 2)
    ended = threading.Event()
    ended.set()
    poster = Steps({"1": ended, "2": ended})

    import_beside(services, caller, poster, file, batch=1, strict=True)

    assert poster.happened == [f"{name} {step}" for name in "12" for step in ("committed", "applied", "answered")]


def test_a_large_request_says_when_it_is_in_the_log_and_one_that_is_refused_does_not(
    services: Services, caller: Caller, settings: Settings
) -> None:
    many = [statement(number) for number in range(1, 51)]
    other = [statement(50, verb={"id": "https://exemple.invalid/x"}), *map(statement, range(51, 100))]
    told: list[int] = []
    with HerePoster(services, caller) as here, BesidePoster(settings, caller) as beside:
        here.begin(sent(*many)).commit(lambda: told.append(1))
        beside.begin(sent(*map(statement, range(101, 151)))).commit(lambda: told.append(2))
        for poster in (here, beside):
            with pytest.raises(Conflict):
                poster.begin(sent(*other)).commit(lambda: told.append(3))

    assert told == [1, 2]
    assert len(stored_ids(services, caller)) == 100
