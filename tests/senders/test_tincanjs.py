"""TinCanJS, the library that most authoring tools send with, under Node against a running server."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

HERE = Path(__file__).resolve().parent / "tincanjs"
DATABASE = "tincanjs"
KEY, SECRET = "tincan", "un-secret-seulement-pour-les-essais"
READY_SECONDS = 60


@pytest.fixture(scope="module")
def modules(request: pytest.FixtureRequest) -> Path:
    """The folder where npm put the pinned library; kept between runs."""
    missing = [name for name in ("node", "npm") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"NOT TESTED with TinCanJS: there is no {' and no '.join(missing)} on PATH")
    wanted = json.loads((HERE / "package.json").read_text())
    version = wanted["dependencies"]["tincanjs"]
    folder = request.config.cache.mkdir(f"tincanjs-{version}")
    installed = folder / "node_modules"
    if not (installed / "tincanjs" / "package.json").is_file():
        shutil.copy(HERE / "package.json", folder)
        command = [
            "npm",
            "install",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--no-package-lock",
            "--loglevel=error",
        ]
        try:
            ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
        except subprocess.TimeoutExpired:
            pytest.skip("NOT TESTED with TinCanJS: npm did not install it within two minutes")
        if ran.returncode:
            pytest.skip(f"NOT TESTED with TinCanJS: npm cannot install it here: {ran.stderr.strip()[-300:]}")
    assert json.loads((installed / "tincanjs" / "package.json").read_text())["version"] == version
    return installed


@pytest.fixture(scope="module")
def endpoint(mongod_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real server over a database of its own."""
    mongo: MongoClient[dict[str, Any]] = MongoClient(mongod_uri)
    mongo.drop_database(DATABASE)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("tincanjs")
    settings = {
        "ASSIDU_MONGODB_URI": mongod_uri,
        "ASSIDU_DATABASE": DATABASE,
        "ASSIDU_DATA": str(folder / "var"),
        "ASSIDU_HOST": "127.0.0.1",
        "ASSIDU_PORT": str(port),
        "ASSIDU_WEB_WORKERS": "1",
        "ASSIDU_API_KEY": KEY,
        "ASSIDU_API_SECRET": SECRET,
    }
    command = [sys.executable, "-m", "assidu", "web"]
    with (folder / "web.log").open("wb") as log:
        process = subprocess.Popen(command, env={**os.environ, **settings}, stdout=log, stderr=log)
    try:
        _wait_until_ready(process, f"http://127.0.0.1:{port}", folder / "web.log")
        yield f"http://127.0.0.1:{port}/xapi/"
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        finally:
            process.kill()
            mongo.drop_database(DATABASE)
            mongo.close()


def _wait_until_ready(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5) as answer:  # noqa: S310 - our own address
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the server never became ready:\n{log.read_text()[-2000:]}")


def _get(endpoint: str, query: str) -> Any:
    credential = base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
    headers = {"Authorization": f"Basic {credential}", "X-Experience-API-Version": "2.0.0"}
    request = urllib.request.Request(f"{endpoint}statements?{query}", headers=headers)  # noqa: S310 - our own address
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own address
        return json.load(answer)


def test_tincanjs_sends_searches_pages_bookmarks_attaches_and_voids(modules: Path, endpoint: str) -> None:
    command = ["node", str(HERE / "journey.js"), str(modules), endpoint, KEY, SECRET, "1.0.2"]

    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    assert ran.returncode == 0, ran.stderr[-3000:]
    told = json.loads(ran.stdout.splitlines()[-1])
    assert (told["version"], told["pages"]) == ("1.0.2", 3)
    # What it said it stored is what a reader of the other version finds.
    stored = {statement["id"]: statement for statement in _get(endpoint, "ascending=true&limit=500")["statements"]}
    assert {*told["batch"], told["voiding"], told["certified"]} <= set(stored)
    assert told["voided"] not in stored
    assert _get(endpoint, f"voidedStatementId={told['voided']}")["verb"]["id"].endswith("/launched")
    answers = [stored[each] for each in told["batch"]]
    assert [each["result"]["response"] for each in answers] == [f"réponse {number}" for number in range(9)]
    assert all(each["authority"]["account"]["name"] == KEY for each in answers)
    assert len(stored[told["certified"]]["attachments"]) == 2
