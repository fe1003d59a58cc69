"""Whatever is sent gets a 4xx in the one shape, nothing is stored, and memory stays bounded.

First through the application, then over sockets to a real server, for what only those can send.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo import MongoClient

ROOT = Path(__file__).resolve().parents[3]
VERSION = "X-Experience-API-Version"
JSON = "application/json"
STATEMENT = b'{"actor":{"mbox":"mailto:a@example.org"},"verb":{"id":"urn:v"},"object":{"id":"urn:a"}}'
AGENT = '{"mbox":"mailto:a@example.org"}'
STATE = {"activityId": "urn:a", "agent": AGENT, "stateId": "s"}
KEY, SECRET = "essai", "un-secret-seulement-pour-les-essais"


def with_(member: bytes) -> bytes:
    """Put a member into a valid statement."""
    return STATEMENT[:-1] + b"," + member + b"}"


def response(text: bytes) -> bytes:
    return with_(b'"result":{"response":"' + text + b'"}')


def extension(value: bytes) -> bytes:
    return with_(b'"result":{"extensions":{"urn:x":' + value + b"}}")


Refused = Callable[..., Any]


def assert_refused(answer: Any, *statuses: int) -> None:
    assert answer.status_code in (statuses or (400,)), (answer.status_code, answer.text[:500])
    body = json.loads(answer.data)
    assert list(body) == ["code", "status", "message", "errors", "request_id"]
    assert body["code"] == answer.status_code
    assert answer.headers[VERSION]


@pytest.fixture
def everything(services, caller) -> Callable[[], dict[str, list[Any]]]:
    """Return all that is stored but the clocks: heads move when the log is read."""

    def _everything() -> dict[str, list[Any]]:
        names = sorted(set(services.store.database.list_collection_names()) - {"heads", "rates"})
        return {name: list(services.store.collection(name).find().sort("_id")) for name in names}

    return _everything


@pytest.fixture
def refused(client, auth, everything) -> Iterator[Refused]:
    """Send what must be refused, by each version; nothing may be stored by all of it."""
    before = everything()

    def _refused(
        method: str = "POST", path: str = "/xapi/statements", *, statuses: tuple[int, ...] = (), **options: Any
    ) -> None:
        options = {"content_type": JSON, **options}
        for version in ("1.0.3", "2.0.0"):
            sent = {**auth, VERSION: version, **options.get("headers", {})}
            assert_refused(client.open(path, method=method, **{**options, "headers": sent}), *statuses)

    yield _refused
    assert everything() == before


BODIES = {
    "nothing": b"",
    "white space": b" \r\n",
    "half an object": STATEMENT[:-1],
    "a trailing comma": b"[" + STATEMENT + b",]",
    "two statements beside each other": STATEMENT + STATEMENT,
    "a comment": b"/* */" + STATEMENT,
    "a name twice": with_(b'"verb":{"id":"urn:v"}'),
    "a name twice, once in escapes": with_(b'"\\u0076erb":{"id":"urn:v"}'),
    "a name twice, deep inside": extension(b'{"a":{"b":1,"b":2}}'),
    "NaN": extension(b"NaN"),
    "Infinity": extension(b"Infinity"),
    "minus Infinity": extension(b"-Infinity"),
    "a number beyond any": extension(b"1e400"),
    "a number of a thousand digits": extension(b"9" * 1_000),
    "a number with a leading nought": extension(b"01"),
    "arrays, 10,000 deep": extension(b"[" * 10_000 + b"]" * 10_000),
    "objects, 10,000 deep": extension(b'{"a":' * 10_000 + b"1" + b"}" * 10_000),
    "arrays that never end": b"[" * 100_000,
    "objects that never end": b'{"a":' * 100_000,
    "an array of 100 levels": b"[" * 100 + STATEMENT + b"]" * 100,
    "an overlong encoding": response(b"\xc0\xaf"),
    "a byte that is no UTF-8": response(b"\xff"),
    "half a character": response(b"\xc3"),
    "half a surrogate pair in UTF-8": response(b"\xed\xa0\x80"),
    "half a surrogate pair in escapes": response(b"\\ud800"),
    "surrogates the wrong way round": response(b"\\udc00\\ud800"),
    "half a surrogate pair in a name": extension(b'{"\\ud800":1}'),
    "UTF-16 with its mark": STATEMENT.decode().encode("utf-16"),
    "UTF-16 without": STATEMENT.decode().encode("utf-16-be"),
    "UTF-32": STATEMENT.decode().encode("utf-32"),
    "a NUL character": response(b"\x00"),
    "a line end in a string": response(b"\n"),
    "a NUL after the statement": STATEMENT + b"\x00",
    "gzip": gzip.compress(STATEMENT),
    "a form": b"content=%7B%7D",
    "XML": b"<statement/>",
    "a number": b"1",
    "a string": b'"statement"',
    "null": b"null",
    "an array of arrays": b"[[" + STATEMENT + b"]]",
    "an array of nulls": b"[null]",
    "a NUL in an identifier": STATEMENT.replace(b"urn:v", b"urn:\\u0000v"),
    "a line end in an identifier": STATEMENT.replace(b"urn:v", b"urn:v\\n"),
    "a mailbox of two lines": STATEMENT.replace(b"mailto:a", b"mailto:a\\nb"),
    "an operator for an id": with_(b'"id":{"$ne":null}'),
    "an operator for an agent": STATEMENT.replace(b'"mailto:a@example.org"', b'{"$gt":""}'),
}


def test_a_body_that_is_no_statement_is_refused_alone_and_in_a_batch(refused, subtests):
    for name, body in BODIES.items():
        with subtests.test(name):
            refused(data=body)
            refused(data=b"[" + STATEMENT + b"," + body + b"]")


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/xml",
        "multipart/form-data; boundary=x",
        "x",
        "/",
        ";",
        "é",
        "application/json+x",
        "multipart/mixed",
        "multipart/mixed; boundary=",
        "multipart/mixed; boundary*=utf-8''x",
        "application/octet-stream",
    ],
)
def test_a_body_of_another_type_is_refused(refused, content_type):
    refused(data=STATEMENT, content_type=content_type)


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "application/json; charset=utf-8",
        "application/json;charset=iso-8859-1",
        "Application/JSON ; x=y",
        "application/json;",
    ],
)
def test_json_is_read_as_utf_8_whatever_charset_its_sender_claims(client, auth, content_type):
    body = response("é".encode())

    answer = client.post("/xapi/statements", data=body, headers={**auth, VERSION: "1.0.3"}, content_type=content_type)

    assert answer.status_code == 200
    assert "é".encode() in client.get("/xapi/statements", headers={**auth, VERSION: "1.0.3"}).data


def test_a_compressed_body_is_refused_and_not_unpacked(refused):
    refused(data=gzip.compress(STATEMENT), headers={"Content-Encoding": "gzip"})


# Attachments

SHA2 = sha256(b"x").hexdigest().encode()
ATTACHED = with_(
    b'"attachments":[{"usageType":"urn:u","display":{},"contentType":"text/plain","length":1,"sha2":"' + SHA2 + b'"}]'
)
HEAD = b"--b\r\nContent-Type: application/json\r\n\r\n"
PART = b"\r\n--b\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: "
GOOD = HEAD + ATTACHED + PART + SHA2 + b"\r\n\r\nx\r\n--b--\r\n"
BROKEN = {
    "no closing boundary": GOOD[:-8],
    "a part cut off": GOOD[:-20],
    "only its beginning": GOOD[:40],
    "no boundary at all": ATTACHED,
    "another boundary": GOOD.replace(b"--b", b"--c"),
    "line feeds alone": GOOD.replace(b"\r\n", b"\n"),
    "the attachment first": b"--b" + PART[5:] + SHA2 + b"\r\n\r\nx\r\n" + HEAD + ATTACHED + b"\r\n--b--\r\n",
    "a hash of something else": GOOD.replace(b"\r\n\r\nx", b"\r\n\r\ny"),
    "a hash that is none": GOOD.replace(b"Hash: " + SHA2, b"Hash: zz"),
    "no hash": GOOD.replace(b"\r\nX-Experience-API-Hash: " + SHA2, b""),
    "base64": GOOD.replace(b"binary", b"base64"),
    "no transfer encoding": GOOD.replace(b"Content-Transfer-Encoding: binary\r\n", b""),
    "a part that belongs to nothing": GOOD.replace(ATTACHED, STATEMENT),
    "an attachment that is missing": HEAD + ATTACHED + b"\r\n--b--\r\n",
    "a part without headers": GOOD.replace(PART, b"\r\n--b\r\n"),
    "a header without a colon": GOOD.replace(b"Content-Type: text/plain", b"nonsense"),
    "a header of two lines": GOOD.replace(b"text/plain\r\nContent-Tr", b"text/plain\nX: y\r\nContent-Tr"),
    "statements that are not JSON": GOOD.replace(b"Content-Type: application/json", b"Content-Type: text/plain"),
    "statements that are broken": GOOD.replace(ATTACHED, ATTACHED[:-1]),
    "a NUL in a header": GOOD.replace(b"text/plain", b"text/\x00plain"),
    "two thousand parts": HEAD + ATTACHED + (PART + SHA2 + b"\r\n\r\nx") * 2_000 + b"\r\n--b--\r\n",
    "an attachment that is a lie": GOOD.replace(SHA2, SHA2[:63]),
    "nothing": b"",
}


def test_a_broken_multipart_body_is_refused_and_nothing_of_it_is_kept(refused, subtests):
    for name, body in BROKEN.items():
        with subtests.test(name):
            refused(data=body, content_type="multipart/mixed; boundary=b")


def test_the_multipart_body_that_is_broken_above_is_good_when_whole(client, auth):
    answer = client.post(
        "/xapi/statements", data=GOOD, headers={**auth, VERSION: "1.0.3"}, content_type="multipart/mixed; boundary=b"
    )

    assert answer.status_code == 200


# Queries

QUERIES = [
    "limit=-1",
    "limit=1e3",
    "limit=99999999999999999999",
    "limit=1&limit=2",
    "since=x&until=y",
    "verb=%ff",
    "verb=%zz",
    "verb=a b",
    "agent=%00",
    "agent=" + "%5B" * 5_000,
    "agent=%7B%22mbox%22%3A1%7D",
    "agent[]=x",
    "$where=1",
    "registration=0",
    "statementId=",
    "statementId=%00",
    "statementId=x&statementId=y",
    "voidedStatementId=1",
    "format=%F0%9F%98%80",
    "ascending=yes",
    "=",
    "%00=1",
    "a=1&" * 50,
    "activity=" + "x" * 5_000,
    "since=0001-01-01T00:00:00%2B23:59",
    "since=9999-12-31T23:59:59-23:59",
    "attachments=maybe",
    "related_agents=1",
]


def test_a_query_that_cannot_be_answered_is_refused(refused, subtests):
    for query in QUERIES:
        with subtests.test(query[:60]):
            refused("GET", "/xapi/statements", query_string=query)


def test_a_link_that_nobody_gave_is_refused(refused, subtests):
    forged = ["x", "%00", "%ff", "e30", "AAAA", "W10", "eyJjdXJzb3IiOi0xLCJsaW1pdCI6LTF9", "a" * 5_000, "..", "%2e%2e"]
    for token in forged:
        with subtests.test(token[:60]):
            refused("GET", f"/xapi/statements/more/{token}", statuses=(400, 404))


NAMES_NOTHING = [
    "",
    "agent=x&activityId=y&stateId=z&profileId=p",
    "agent=%ff",
    f"agent={AGENT}&agent={AGENT}&activityId=urn:a&stateId=s&profileId=p",
    f"agent={AGENT}&activityId=urn:a&stateId=s&profileId=p&zzz=1",
    "agent=" + "%7B%22a%22%3A" * 2_000,
    "activityId=%00",
]


def test_what_names_no_document_activity_or_agent_is_refused(refused, subtests):
    for path in ("activities/state", "activities/profile", "agents/profile", "activities", "agents"):
        for query in NAMES_NOTHING:
            with subtests.test(f"{path} {query[:60]}"):
                refused("GET", f"/xapi/{path}", query_string=query)
                if "/" in path:
                    sent = {"If-None-Match": "*"}
                    refused("PUT", f"/xapi/{path}", query_string=query, data=b"x", headers=sent)


def test_an_entity_tag_that_is_none_is_refused(refused, subtests):
    for header in ("If-Match", "If-None-Match"):
        for value in ('"', 'x y"', '"a" "', '\xe9\xff"'):
            with subtests.test(f"{header} {value}"):
                sent = {"query_string": STATE, "data": b"x", "headers": {header: value}}
                refused("PUT", "/xapi/activities/state", statuses=(400, 412), **sent)


def test_a_form_that_forges_a_header_is_refused(refused, client, auth):
    form = "content=%7B%7D&If-Match=a%0D%0ASet-Cookie:x"

    answer = client.post(
        "/xapi/statements?method=PUT",
        data=form,
        headers={**auth, VERSION: "1.0.3"},
        content_type="application/x-www-form-urlencoded",
    )

    assert_refused(answer)


HEADERS = [
    "Accept-Language",
    "Accept",
    "Content-Type",
    "If-Match",
    "Authorization",
    "Origin",
    VERSION,
    "X-Request-ID",
    "Content-Encoding",
    "Cookie",
]
LATIN = st.text(st.characters(codec="latin-1", exclude_characters="\r\n\x00"), max_size=30)
METHODS = ["GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH"]
PATHS = [
    "statements",
    "statements/",
    "statements/more/x",
    "activities",
    "activities/state",
    "activities/profile",
    "agents",
    "agents/profile",
    "about",
]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(
    method=st.sampled_from(METHODS),
    path=st.sampled_from(PATHS),
    query=st.dictionaries(
        st.sampled_from(["agent", "activityId", "stateId", "profileId", "statementId", "method", "limit", "since"])
        | st.text(max_size=5),
        st.text(max_size=10) | st.sampled_from([AGENT, "urn:a", "s"]),
        max_size=4,
    ),
    sent=st.dictionaries(
        st.sampled_from(HEADERS), LATIN | st.sampled_from([JSON, "multipart/mixed; boundary=b", '"x"', "*"]), max_size=4
    ),
    body=st.binary(max_size=60) | st.sampled_from([STATEMENT, GOOD, b"[]", b"{}"]),
    version=st.sampled_from(["1.0.3", "2.0.0"]),
)
def test_no_request_whatever_fails_on_our_side(client, auth, method, path, query, sent, body, version):
    answer = client.open(
        f"/xapi/{path}", method=method, query_string=query, headers={**auth, VERSION: version, **sent}, data=body
    )

    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400 and method != "HEAD":
        assert json.loads(answer.data)["code"] == answer.status_code


# A real server


class Server:
    """A web process of its own, over a database of its own."""

    def __init__(self, uri: str, data: Path) -> None:
        # Of this server alone: two workers may each run a part of this module.
        database = f"bad_input_{uuid.uuid4().hex[:8]}"
        self.store: Any = MongoClient(uri)[database]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        variables = {
            "MONGODB_URI": uri,
            "DATABASE": database,
            "DATA": str(data),
            "API_KEY": KEY,
            "API_SECRET": SECRET,
            "WEB_WORKERS": "1",
            "WEB_THREADS": "8",
            "PORT": str(self.port),
            "BODY_BYTES": str(8 * 1024 * 1024),
            "ADMIN_PASSWORD": "un mot de passe long",
        }
        environment = {
            **os.environ,
            **{f"ASSIDU_{name}": value for name, value in variables.items()},
            "PYTHONPATH": str(ROOT),
        }
        self.log = (data / "log").open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "assidu", "web"], env=environment, cwd=data, stdout=self.log, stderr=self.log
        )

    def wait(self) -> None:
        deadline = time.monotonic() + 60
        while not self.is_ready():
            assert self.process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def is_ready(self) -> bool:
        try:
            return self.send(b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").startswith(
                b"HTTP/1.1 200"
            )
        except OSError:
            return False

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        self.log.close()
        self.store.client.drop_database(self.store.name)
        self.store.client.close()

    def send(self, raw: bytes, more: Iterable[bytes] = (), *, half_close: bool = False) -> bytes:
        """Send bytes and return all that comes back until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            try:
                connection.sendall(raw)
                for piece in more:
                    connection.sendall(piece)
            except (BrokenPipeError, ConnectionResetError):
                pass  # It has refused already; its answer waits.
            if half_close:
                connection.shutdown(socket.SHUT_WR)
            answer = b""
            try:
                while piece := connection.recv(65536):
                    answer += piece
            except ConnectionResetError:
                pass
            return answer

    def count(self) -> int:
        return sum(
            self.store[name].count_documents({}) for name in ("statements", "documents", "attachments", "quarantine")
        )

    def memory_mib(self) -> int:
        """Return the most memory that the server's processes have held, together."""
        return sum(_peak_kib(process) for process in _family(self.process.pid)) // 1024


def _family(process: int) -> Iterator[int]:
    yield process
    for child in Path(f"/proc/{process}/task/{process}/children").read_text().split():
        yield from _family(int(child))


def _peak_kib(process: int) -> int:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])


@pytest.fixture(scope="module")
def server(mongod_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = Server(mongod_uri, tmp_path_factory.mktemp("web"))
    try:
        started.wait()
        yield started
    finally:
        started.stop()


def http(method: str = "POST", path: str = "/xapi/statements", *headers: bytes, content_type: str = JSON) -> bytes:
    pair = base64.b64encode(f"{KEY}:{SECRET}".encode())
    lines = (
        f"{method} {path} HTTP/1.1".encode(),
        b"Host: x",
        b"Connection: close",
        b"Authorization: Basic " + pair,
        b"X-Experience-API-Version: 1.0.3",
        f"Content-Type: {content_type}".encode(),
        *headers,
    )
    return b"\r\n".join(lines) + b"\r\n\r\n"


def chunk(content: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(content), content)


def length(number: int | bytes) -> bytes:
    return b"Content-Length: %b" % (str(number).encode() if isinstance(number, int) else number)


CHUNKED = b"Transfer-Encoding: chunked"
PUT_STATE = "/xapi/activities/state?activityId=urn:a&stateId=s&agent=%7B%22mbox%22%3A%22mailto:a@example.org%22%7D"
TEXT = "text/plain"


def refusal_of(answer: bytes) -> dict[str, Any]:
    head, _, body = answer.partition(b"\r\n\r\n")
    found: dict[str, Any] = json.loads(body)
    assert head.startswith(b"HTTP/1.1 %d " % found["code"])
    assert list(found) == ["code", "status", "message", "errors", "request_id"]
    return found


@pytest.mark.parametrize(
    ("raw", "half_close"),
    [
        (http("POST", "/xapi/statements", length(len(STATEMENT) + 10)) + STATEMENT, True),
        (http("POST", "/xapi/statements", length(len(STATEMENT) + 10)) + STATEMENT[:-5], True),
        (http("POST", "/xapi/statements", length(len(STATEMENT) - 5)) + STATEMENT, False),
        (http("POST", "/xapi/statements", length(0)) + STATEMENT, False),
        (http("POST", "/xapi/statements") + STATEMENT, False),
        (http("POST", "/xapi/statements", CHUNKED) + chunk(STATEMENT[:-5]), True),
        (http("POST", "/xapi/statements", CHUNKED) + chunk(STATEMENT[:-5]) + b"0\r\n\r\n", False),
        (http("POST", "/xapi/statements", CHUNKED) + b"zz\r\n" + STATEMENT, True),
        (http("POST", "/xapi/statements", CHUNKED) + b"ffff\r\n" + STATEMENT[:-1], True),
        (http("POST", "/xapi/statements", CHUNKED) + b"0\r\n\r\n", False),
        (
            http("POST", "/xapi/statements", CHUNKED, content_type="multipart/mixed; boundary=b") + chunk(GOOD[:-9]),
            True,
        ),
        (http("PUT", PUT_STATE, length(10), content_type=TEXT) + b"hello", True),
        (http("PUT", PUT_STATE, CHUNKED, content_type=TEXT) + chunk(b"hello"), True),
        (http("PUT", PUT_STATE, CHUNKED) + chunk(b'{"a":1'), True),
        (http("PUT", PUT_STATE, CHUNKED) + chunk(b"12"), True),
    ],
    ids=[
        "a length that is too long",
        "a length that is too long for half a statement",
        "a length that is too short",
        "a length of nought",
        "no length",
        "chunks that end too soon",
        "chunks that are whole around what is not",
        "a chunk whose size is no number",
        "a chunk that is shorter than it says",
        "no chunk",
        "multipart chunks that end too soon",
        "a document shorter than its length",
        "a document whose last chunk is missing",
        "a JSON document whose last chunk is missing",
        "half a number in chunks",
    ],
)
def test_a_body_that_lies_about_its_length_is_refused_and_nothing_is_stored(server, raw, half_close):
    before = server.count()

    found = refusal_of(server.send(raw, half_close=half_close))

    assert found["code"] == 400
    assert server.count() == before


@pytest.mark.parametrize(
    "raw",
    [
        http("POST", "/xapi/statements", length(-1)) + STATEMENT,
        http("POST", "/xapi/statements", length(b"x")) + STATEMENT,
        http("POST", "/xapi/statements", length(5), length(6)) + STATEMENT,
        http("POST", "/xapi/statements", b"Transfer-Encoding: gzip") + STATEMENT,
        http("GET", "/xapi/statements", b"X: " + b"x" * 1_000_000),
        http("GET", "/xapi/statements", *(b"X-%d: x" % at for at in range(1_000))),
        http("GET", "/xapi/statements", b"X: a\x00b"),
        http("GET", "/xapi/statements", b"X y"),
        b"GET /xapi/\xff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
        b"\r\n\r\nGET\r\n\r\n",
    ],
    ids=[
        "a negative length",
        "a length that is no number",
        "two lengths",
        "a transfer encoding that nobody knows",
        "a header of a megabyte",
        "a thousand headers",
        "a NUL in a header",
        "a header without a colon",
        "a path that is not encoded",
        "TLS",
        "no request at all",
    ],
)
def test_what_is_not_http_is_refused_by_the_server_before_it_reaches_us(server, raw):
    before = server.count()

    answer = server.send(raw, half_close=raw.startswith(b"\r\n"))

    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 431 "))
    assert server.count() == before


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (http("GET", "/xapi/statements?verb=%ff"), 400),
        (http("GET", "/xapi/%ff%00"), 404),
        (http("GET", "/xapi/statements/more/%ff%00"), 400),
        (http("BREW", "/xapi/statements"), 405),
        (http("GET", "/xapi/statements").replace(b"1.0.3", b"\xff"), 400),
        (http("GET", "/xapi/statements").replace(b"Basic ", b"Basic \xff"), 401),
        (http("GET", "/xapi/statements?verb=" + "x" * 60_000), 400),
        (http("POST", "/xapi/statements", length(10**12), b"Expect: 100-continue"), 413),
    ],
)
def test_odd_bytes_in_paths_queries_and_headers_get_a_refusal(server, raw, code):
    assert refusal_of(server.send(raw))["code"] == code


def test_a_header_that_is_not_ascii_and_not_ours_to_read_does_no_harm(server):
    answer = server.send(
        http("GET", "/xapi/statements", b"Accept-Language: \xff\xfe", b"X-Request-ID: \xe9", b"Cookie: \xff")
    )

    assert answer.startswith(b"HTTP/1.1 200 ")


def test_a_hundred_megabytes_are_refused_in_bounded_memory_however_they_come(server):
    piece = b"x" * 65_536
    deep = b"[" * (7 * 1024 * 1024)
    server.send(http("POST", "/xapi/statements", length(len(deep))), iter([deep]))
    before, stored = server.memory_mib(), server.count()

    for _ in range(3):
        stated = server.send(http("POST", "/xapi/statements", length(100 * 2**20)), (piece for _ in range(1_600)))
        in_chunks = server.send(http("POST", "/xapi/statements", CHUNKED), (chunk(piece) for _ in range(1_600)))
        for answer in (stated, in_chunks):
            assert refusal_of(answer)["code"] == 413

    # Two threads, a limit of 8 MiB: a few copies of that, never of what was sent.
    assert server.memory_mib() - before < 80
    assert server.count() == stored


def test_after_all_that_the_server_takes_a_statement_whole_and_in_chunks(server):
    before = server.count()

    whole = server.send(http("POST", "/xapi/statements", length(len(STATEMENT))) + STATEMENT)
    in_chunks = server.send(
        http("POST", "/xapi/statements", CHUNKED) + chunk(STATEMENT[:9]) + chunk(STATEMENT[9:]) + b"0\r\n\r\n"
    )
    document = server.send(http("PUT", PUT_STATE, CHUNKED) + chunk(b'{"a":1}') + b"0\r\n\r\n")

    assert [answer[:12] for answer in (whole, in_chunks, document)] == [
        b"HTTP/1.1 200",
        b"HTTP/1.1 200",
        b"HTTP/1.1 204",
    ]
    assert server.count() == before + 3
