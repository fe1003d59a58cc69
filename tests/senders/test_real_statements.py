"""Statements that real senders made, through HTTP: in, and back as they were.

They are read from beside the repository and are no part of it: their licences differ.
"""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import orjson
import pytest
from flask.testing import FlaskClient

from lrs.organisations import Organisations
from lrs.services import Services

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "statements"
VERSIONS = ("1.0.3", "2.0.0")
BATCH = 200
SECRET = "un-secret-seulement-pour-les-essais"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"NOT TESTED with real statements: there is no {FOLDER}")


@dataclass(frozen=True)
class Kind:
    """One kind of refusal: where, by which requirement of 1.0.3 and clause of 2.0, how often."""

    pointer: str
    requirement: str
    clause: str
    count: int


@dataclass(frozen=True)
class Expected:
    """What becomes of a folder: how many files and statements there are, and which are refused for what."""

    files: int
    statements: int
    refused: tuple[Kind, ...] = ()


EXPECTED = {
    # `mailto:null`: an export's answer to a person without an address.
    "adl_public_lrs_2014": Expected(1, 577, (Kind("/actor/mbox", "XAPI-00038", "9274.1.1 4.2.2.1", 19),)),
    "adl_scorm_profile": Expected(2, 36),
    "datasim_tccc": Expected(1, 2814),
    "gaiax_common": Expected(2, 2),
    "gaiax_lms": Expected(8, 8),
    "gaiax_virtual_classroom": Expected(11, 11),
    "jisc_vle_recipe": Expected(
        8,
        8,
        (
            Kind("/object/definition/moreInfo", "XAPI-00061", "9274.1.1 4.2.2.3", 1),
            Kind("/object/extensions", "XAPI-00010", "9274.1.1 4.1.6.1", 1),
        ),
    ),
    "moodle_logstore_xapi": Expected(86, 95),
    "openedx_event_routing_backends": Expected(
        39,
        46,
        (
            Kind("/context/contextActivities/parent/0/objectType", "XAPI-00046", "9274.1.1 4.2.2.3", 7),
            Kind("/context/contextActivities/grouping/0/id", "XAPI-00047", "9274.1.1 4.2.2.3", 3),
            Kind("/object/objectType", "XAPI-00046", "9274.1.1 4.2.2.3", 2),
        ),
    ),
}
KINDS = ("parent", "grouping", "category", "other")


def files_of(folder: str) -> list[Path]:
    return sorted((FOLDER / folder).glob("*.json"))


def texts_of(path: Path) -> list[bytes]:
    """Return each statement's own text, uncut."""
    return [bytes(raw).strip() for raw in msgspec.json.decode(path.read_bytes(), type=list[msgspec.Raw])]


@dataclass(frozen=True)
class Sender:
    """Posts texts and reads them back."""

    client: FlaskClient
    headers: dict[str, str]

    def post(self, texts: list[bytes]) -> Any:
        body = b"[" + b",".join(texts) + b"]"
        return self.client.post("/xapi/statements", data=body, headers=self.headers, content_type="application/json")

    def read(self, statement_id: str) -> bytes:
        answer = self.client.get("/xapi/statements", query_string={"statementId": statement_id}, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.data

    def read_all(self) -> Iterator[bytes]:
        """Yield the text of every statement, oldest first, through `more`."""
        link = "/xapi/statements?ascending=true&limit=500"
        while link:
            answer = self.client.get(link, headers=self.headers)
            assert answer.status_code == 200, answer.text
            page = msgspec.json.decode(answer.data, type=dict[str, msgspec.Raw])
            yield from map(bytes, msgspec.json.decode(page["statements"], type=list[msgspec.Raw]))
            link = json.loads(bytes(page["more"]))


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def new_sender(services: Services, client: FlaskClient, version: str) -> Callable[[], Sender]:
    """Makes senders with an organisation each: fixtures of one source give the same id to different statements."""

    def make() -> Sender:
        key = f"ak-{services.ids.new_uuid().hex}"
        organisation = Organisations(services.store, services.clock).create(key, "Organisme d’essai").number
        services.credentials.seed(organisation, key, SECRET)
        credential = base64.b64encode(f"{key}:{SECRET}".encode()).decode()
        return Sender(client, {"Authorization": f"Basic {credential}", "X-Experience-API-Version": version})

    return make


def members(text: bytes) -> dict[str, bytes]:
    """Cut an object into its members' own texts; no name stands twice."""
    found = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    assert len(found) == len(json.loads(text, object_pairs_hook=list))
    return {name: bytes(raw).strip() for name, raw in found.items()}


def wrapped(context: bytes) -> Any:
    """Put lone context activities into arrays, and leave every number as it is written."""
    value = json.loads(context, parse_float=str, parse_int=str)
    for kind in KINDS:
        activities = value.get("contextActivities", {})
        if isinstance(activities.get(kind), dict):
            activities[kind] = [activities[kind]]
    return value


def check_returned(sent: bytes, stored: bytes, version: str) -> None:
    """Assert that nothing changed but what an LRS sets."""
    before, after = members(sent), members(stored)
    for name, text in before.items():
        if name in ("stored", "authority"):
            continue
        if after[name] != text:
            # Only a lone context activity gives its place up, for an array of one.
            assert name == "context", name
            assert wrapped(text) == json.loads(after[name], parse_float=str, parse_int=str)
            assert after[name].replace(b"[", b"").replace(b"]", b"") == text.replace(b"[", b"").replace(b"]", b"")
            assert len(after[name]) > len(text)
    kept = [name for name in before if name not in ("stored", "authority")]
    assert list(after)[: len(kept)] == kept
    assert set(after) == {*before, "id", "stored", "authority", "timestamp", "version"}
    if "version" not in before:
        assert after["version"] == (b'"1.0.0"' if version == "1.0.3" else b'"2.0.0"')
    if "timestamp" not in before:
        assert after["timestamp"] == after["stored"]
    untouched = not {"stored", "authority"} & set(before) and before.get("context") == after.get("context")
    if untouched:
        assert stored.startswith(sent[:-1].rstrip())


def test_every_folder_is_known() -> None:
    assert {path.name for path in FOLDER.iterdir() if path.is_dir()} == set(EXPECTED)


@pytest.mark.parametrize("folder", EXPECTED)
def test_what_senders_made_comes_back_as_it_was_and_what_is_wrong_is_told(
    new_sender: Callable[[], Sender], version: str, folder: str
) -> None:
    expected, paths = EXPECTED[folder], files_of(folder)
    problems: Counter[tuple[str, str]] = Counter()
    count = stored = 0

    for path in paths:
        sender, texts = new_sender(), texts_of(path)
        sent = {}
        for at in range(0, len(texts), BATCH):
            sent |= send(sender, texts[at : at + BATCH], problems)
        found = {orjson.loads(text)["id"]: text for text in sender.read_all()}
        assert set(found) == set(sent)
        for statement_id, text in sent.items():
            check_returned(text, found[statement_id], version)
        for statement_id in list(found)[:: max(1, len(found) // 5)]:
            assert sender.read(statement_id) == found[statement_id]
        count, stored = count + len(texts), stored + len(found)

    assert (len(paths), count) == (expected.files, expected.statements)
    assert problems == {
        (kind.pointer, kind.requirement if version == "1.0.3" else kind.clause): kind.count for kind in expected.refused
    }
    assert stored == count - problems.total()


def send(sender: Sender, texts: list[bytes], problems: Counter[tuple[str, str]]) -> dict[str, bytes]:
    """Post a batch; when it is refused, count what its answer tells and post the rest, which then must be taken."""
    answer = sender.post(texts)
    if answer.status_code == 400:
        bad = set()
        for problem in answer.json["errors"]:
            index, _, rest = problem["pointer"][1:].partition("/")
            bad.add(int(index))
            problems[f"/{rest}", problem["requirement"]] += 1
            assert problem["message"]
            assert problem["accepted"]
        texts = [text for at, text in enumerate(texts) if at not in bad]
        answer = sender.post(texts)
    assert answer.status_code == 200, answer.text
    return dict(zip(answer.json, texts, strict=True))
