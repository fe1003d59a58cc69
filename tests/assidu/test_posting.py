"""A large import posts from processes of its own: the order of the file holds, and so does all that is refused."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest

from assidu.settings import Settings
from assidu.transfer.importer import Importer, ImportOptions, ImportReport
from assidu.transfer.lines import Source
from assidu.transfer.position import Positions
from assidu.transfer.posting import BesidePoster, HerePoster, Posted, Sent
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


def import_beside(services: Services, caller: Caller, poster: BesidePoster, file: Path) -> ImportReport:
    positions = Positions(services.store, caller, file)
    refused = file.with_name("refused.jsonl")
    with Source(file) as source:
        options = ImportOptions(batch=50)
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
