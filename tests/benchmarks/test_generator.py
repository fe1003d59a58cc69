"""The load generator against a small real server."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import orjson
import pytest

from benchmarks.generator import Generator, find_more
from benchmarks.jobs import Gets, Job, Posts, Target, Walk


class Store(BaseHTTPRequestHandler):
    """Answers as its server is told: `refusals` first ask to come again, `cuts` first end without an answer."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server = self.server
        with server.lock:
            server.requests += 1
            refused, cut = server.requests <= server.refusals, server.requests <= server.cuts
            if not refused and not cut:
                value = orjson.loads(body)
                server.ids += [item["id"] for item in (value if isinstance(value, list) else [value])]
        if cut:
            self.close_connection = True
            return
        if refused:
            self.answer(server.status, b"", ("Retry-After", "0"))
        else:
            self.answer(200, b"[]")

    def do_GET(self):
        with self.server.lock:
            self.server.paths.append(self.path)
        at = int(self.path.partition("page=")[2] or 0)
        stored = b",".join(b'{"stored":"2026-01-%02d"}' % day for day in (30 - 2 * at, 29 - 2 * at))
        more = f"/xapi/statements?page={at + 1}" if at < 4 else ""
        self.answer(200, b'{"statements":[%b],"more":"%b"}' % (stored, more.encode()))

    def answer(self, status, body, *headers):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def server():
    made = ThreadingHTTPServer(("127.0.0.1", 0), Store)
    made.daemon_threads = True
    made.lock, made.ids, made.paths = threading.Lock(), [], []
    made.requests = made.refusals = made.cuts = 0
    made.status = 503
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def run(server, work, connections=3, **options):
    target = Target.from_url("store", f"http://127.0.0.1:{server.server_port}/xapi", "user:secret")
    return Generator(Job(target, connections, work, **options)).run()


@pytest.mark.parametrize("batch", [1, 7])
def test_every_statement_is_sent_once_and_counted_when_acknowledged(server, batch):
    outcome = run(server, Posts(1, 100, 40, batch))

    assert len(set(server.ids)) == len(server.ids) == 40
    assert (outcome.acknowledged, outcome.unanswered) == (40, 0)
    assert outcome.answers == len(outcome.latency_ns) == -(-40 // batch)
    assert set(outcome.sample) <= set(server.ids)
    assert all(0 < first <= whole for first, whole in zip(outcome.first_byte_ns, outcome.latency_ns, strict=True))


@pytest.mark.parametrize("status", [503, 429])
def test_a_refused_request_comes_again_and_is_acknowledged_once(server, status):
    server.refusals, server.status = 5, status

    outcome = run(server, Posts(1, 0, 20, 1))

    assert sorted(server.ids) == sorted(set(server.ids))
    assert (outcome.acknowledged, len(server.ids)) == (20, 20)
    assert outcome.statuses == {status: 5, 200: 20}
    assert outcome.with_retry_after == 5


def test_another_refusal_is_final_and_kept_to_be_shown(server):
    server.refusals, server.status = 2, 400

    outcome = run(server, Posts(1, 0, 10, 1))

    assert (outcome.acknowledged, outcome.statuses[400]) == (8, 2)
    assert outcome.first_refusal.startswith("400")


def test_a_connection_that_breaks_leaves_its_request_unanswered_and_the_rest_goes_on(server):
    server.cuts = 2

    outcome = run(server, Posts(1, 0, 20, 1))

    assert (outcome.acknowledged, outcome.unanswered) == (18, 2)


def test_each_path_is_asked_for_once(server):
    outcome = run(server, Gets(tuple(f"/xapi/statements?limit={at}" for at in range(9))))

    assert sorted(server.paths) == [f"/xapi/statements?limit={at}" for at in range(9)]
    assert outcome.acknowledged == 9


def test_a_walk_follows_more_to_the_end_and_sees_every_statement_in_order(server):
    outcome = run(server, Walk("/xapi/statements"), connections=1)

    assert len(server.paths) == 5
    assert (outcome.seen, outcome.in_order) == (10, True)


def test_a_walk_stops_after_as_many_pages_as_it_was_told(server):
    run(server, Walk("/xapi/statements", most=2), connections=1)

    assert len(server.paths) == 2


@pytest.mark.parametrize(
    ("page", "more"),
    [
        (b'{"statements":[],"more":""}', ""),
        (b'{"statements":[{"a":"],\\"more\\":\\"x"}],"more":"/m/1"}', "/m/1"),
        (b'{"more":"/m/2","statements":[]}', "/m/2"),
        (b'{"statements":[], "more": "/m/3"}', "/m/3"),
        (b'{"statements":[],"more":"/m/4","other":"5"}', "/m/4"),
        (b'{"statements":[],"more":"\\/m\\/6"}', "/m/6"),
        (b'{"statements":[]}', ""),
    ],
)
def test_the_link_is_found_wherever_a_store_writes_it(page, more):
    assert find_more(page) == more


@pytest.mark.parametrize("url", ["https://lrs.example/xapi", "lrs.example/xapi", "http:///xapi"])
def test_a_target_that_cannot_be_measured_is_refused(url):
    with pytest.raises(ValueError, match="is no http:// address"):
        Target.from_url("x", url, "a:b")
