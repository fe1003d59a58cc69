"""`assidu run` as a person runs it: real processes, real ports, real signals."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from base64 import b64encode
from pathlib import Path

import orjson
import pytest

ROOT = Path(__file__).resolve().parents[2]
STATEMENT = {
    "actor": {"mbox": "mailto:camille@example.org"},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
    "object": {"id": "https://example.org/formations/premiers-secours"},
}


class Deployment:
    """One `assidu run` over a folder."""

    def __init__(self, data):
        self.data = data
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = None
        self.output = ""
        self.secret = ""

    def start(self, *options):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ASSIDU_")}
        command = [
            sys.executable,
            "-m",
            "assidu",
            "run",
            "--no-demo",
            "--port",
            str(self.port),
            "--data",
            str(self.data),
        ]
        self.process = subprocess.Popen(
            [*command, *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT, env=environment
        )
        for line in self.process.stdout:
            self.output += line
            if "Ctrl-C stops everything" in line:
                break
        found = re.search(r"curl -u 'local:([^']+)'", self.output)
        assert found, self.output
        self.secret = found[1]
        return self

    def ask(self, path, body=None, *, within=60.0):
        """Ask until something answers that is not 503, and return the JSON."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body and orjson.dumps(body))
        request.add_header("Authorization", "Basic " + b64encode(f"local:{self.secret}".encode()).decode())
        request.add_header("X-Experience-API-Version", "2.0.0")
        request.add_header("Content-Type", "application/json")
        deadline = time.monotonic() + within
        while True:
            try:
                with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 - ours
                    return orjson.loads(response.read())
            except OSError as error:
                if getattr(error, "code", 503) != 503 or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def processes(self):
        """Return the command line of every living process of this deployment, by number."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                environment = (folder / "environ").read_bytes().decode()
            except OSError:
                continue
            if words and (str(self.data) in words or f"ASSIDU_DATA={self.data}\0" in environment):
                found[int(folder.name)] = words
        return found

    def stop(self, number=signal.SIGTERM):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)
            self.output += self.process.communicate(timeout=60)[0]
        return self.process.returncode


@pytest.fixture
def deployment(tmp_path):
    deployment = Deployment(tmp_path / "var")
    yield deployment
    deployment.stop()


pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes in /proc")


def test_what_was_stored_survives_the_death_of_each_process_a_stop_and_a_restart(deployment):
    deployment.start()
    stored = deployment.ask("/xapi/statements", [STATEMENT])
    for part in ("mongod --replSet", "assidu web", "assidu worker", "assidu authority"):
        (victim, *_) = (number for number, words in sorted(deployment.processes().items()) if part in words)
        os.kill(victim, signal.SIGKILL)
        stored += deployment.ask("/xapi/statements", [STATEMENT | {"result": {"response": part}}])

    code = deployment.stop(signal.SIGINT)

    assert code == 0
    assert deployment.processes() == {}
    first_output, deployment.output = deployment.output, ""
    deployment.start()
    kept = deployment.ask("/xapi/statements")["statements"]
    assert sorted(statement["id"] for statement in kept) == sorted(stored)
    assert deployment.stop() == 0
    # A web process that was told to stop while it loaded did: none had to be killed.
    assert "refused to gracefully stop" not in (deployment.data / "logs" / "web.log").read_text()
    assert "shown only this once" in first_output
    assert "shown only this once" not in deployment.output


def test_nothing_is_left_running_when_the_supervisor_itself_is_killed(deployment):
    deployment.start()
    assert len(deployment.processes()) >= 5

    deployment.process.kill()
    deployment.process.communicate()

    # Web gives requests in flight 30 seconds, and is ended after that.
    deadline = time.monotonic() + 60
    while deployment.processes():
        assert time.monotonic() < deadline, deployment.processes()
        time.sleep(0.1)


def is_open(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=60).close()
    except ConnectionRefusedError:
        return False
    return True


def test_a_request_in_flight_is_finished_while_nothing_new_is_let_in(deployment):
    deployment.start()
    body = orjson.dumps([STATEMENT | {"object": {"id": f"https://example.org/{number}"}} for number in range(300)])
    password = b64encode(f"local:{deployment.secret}".encode())
    head = b"POST /xapi/statements HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic " + password
    head += b"\r\nX-Experience-API-Version: 2.0.0\r\nContent-Type: application/json\r\n"
    with socket.create_connection(("127.0.0.1", deployment.port), timeout=60) as sender:
        sender.sendall(head + f"Content-Length: {len(body)}\r\n\r\n".encode() + body[:5000])
        time.sleep(0.5)
        deployment.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + 30
        while is_open(deployment.port):
            assert time.monotonic() < deadline
            time.sleep(0.05)

        sender.sendall(body[5000:])
        answer = sender.recv(100)

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert deployment.stop() == 0


def test_metrics_are_the_sum_of_the_web_processes_whichever_of_them_answers(deployment):
    deployment.start()
    for _ in range(20):
        deployment.ask("/xapi/statements", [STATEMENT])

    seen = set()
    for _ in range(20):
        with urllib.request.urlopen(f"http://127.0.0.1:{deployment.port}/metrics", timeout=30) as response:
            seen |= set(re.findall(r'assidu_statements_total\{outcome="stored"\} (\S+)', response.read().decode()))

    assert seen == {"20.0"}


def test_each_request_has_its_line_in_the_log_of_a_deployment_that_is_stopped(deployment):
    deployment.start()
    for _ in range(40):
        deployment.ask("/xapi/statements", [STATEMENT])
    deployment.stop()

    log = (deployment.data / "logs" / "web.log").read_text()
    answered = [orjson.loads(line) for line in log.splitlines() if '"route":"/xapi/statements"' in line]
    assert len([line for line in answered if line["status"] == 200]) == 40
    assert len({line["request_id"] for line in answered}) == len(answered)


def run(*options):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ASSIDU_")}
    ran = subprocess.run(
        [sys.executable, "-m", "assidu", "run", *options],
        capture_output=True, text=True, cwd=ROOT, env=environment, timeout=60, check=False,
    )  # fmt: skip
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr
    return ran.stderr.strip()


def test_a_port_in_use_is_one_line_that_says_what_to_do(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        said = run("--port", str(port), "--data", str(tmp_path))

    assert said == (
        f"Error: Port {port} of 127.0.0.1 cannot be used (Address already in use): "
        "stop what uses it, or choose another with --port."
    )


def test_a_host_that_is_not_ours_is_one_line_that_says_what_to_do(tmp_path):
    said = run("--host", "no.such.host.invalid", "--data", str(tmp_path))

    assert said == "Error: There is no address no.such.host.invalid to listen on: choose another with --host."


def test_a_folder_that_cannot_be_written_is_one_line_that_says_what_to_do(tmp_path):
    (tmp_path / "var").write_text("a file")

    said = run("--data", str(tmp_path / "var"))

    assert said == f"Error: The folder {tmp_path / 'var'} cannot be written (File exists): choose another with --data."


def test_a_second_run_over_the_same_folder_is_refused_and_names_the_first(deployment):
    deployment.start()

    said = run("--port", "1", "--data", str(deployment.data))

    assert said.startswith(f"Error: Assidu already runs over {deployment.data} (process {deployment.process.pid})")
