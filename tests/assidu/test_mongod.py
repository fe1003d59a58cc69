import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pymongo import MongoClient

from assidu.mongod import Mongod, NoDatabase, find_mongod

ROOT = Path(__file__).resolve().parents[2]


def write(uri, number):
    with MongoClient(uri, w="majority", journal=True) as client:
        client["essai"]["rows"].insert_one({"_id": number})


def rows(uri):
    with MongoClient(uri) as client:
        return [row["_id"] for row in client["essai"]["rows"].find().sort("_id")]


def test_what_was_written_is_there_after_a_stop_and_a_start_on_another_port(tmp_path):
    first = Mongod(tmp_path / "mongo")
    first.start()
    write(first.uri, 1)
    first.stop()
    with socket.socket() as taken:
        # Taken, and refusing: what takes connections and never answers is waited for, half a minute.
        taken.bind(("127.0.0.1", first.port))
        second = Mongod(tmp_path / "mongo")
        second.start()
        try:
            write(second.uri, 2)

            assert second.port != first.port
            assert rows(second.uri) == [1, 2]
        finally:
            second.stop()


def test_a_mongod_that_lost_its_starter_is_ended_by_the_next_start(tmp_path):
    # Popen directly: what die_with_parent does on Linux must not hide what the next start does elsewhere.
    orphan = Mongod(tmp_path / "mongo")
    orphan.start()
    left = orphan.process

    adopted = Mongod(tmp_path / "mongo")
    adopted.start()
    try:
        assert left.wait(10) == 0
        write(adopted.uri, 1)
    finally:
        adopted.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_mongod_ends_when_its_starter_is_killed(tmp_path):
    program = (
        "import sys, time; from pathlib import Path; from assidu.mongod import Mongod\n"
        "m = Mongod(Path(sys.argv[1])); m.start(); print(m.process.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "mongo")], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as starter:
        pid = int(starter.stdout.readline())
        starter.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 20
    while Path(f"/proc/{pid}/cmdline").exists() and Path(f"/proc/{pid}/cmdline").read_bytes():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_machine_without_any_build_is_told_what_to_do(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)

    with pytest.raises(NoDatabase, match=r"install MongoDB 6 to 8 .* or set ASSIDU_MONGODB_URI"):
        find_mongod()


def test_a_mongod_on_path_comes_before_the_wheel(tmp_path, monkeypatch):
    program = tmp_path / "mongod"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert find_mongod() == program


def test_a_missing_library_is_named(tmp_path):
    program = tmp_path / "mongod"
    program.write_text(
        "#!/bin/sh\n"
        "echo 'mongod: error while loading shared libraries: libcurl.so.4: cannot open shared object file'; exit 127\n"
    )
    program.chmod(0o755)

    with pytest.raises(NoDatabase, match=r"needs libcurl\.so\.4, which this machine lacks: install it .*libcurl4"):
        Mongod(tmp_path / "mongo", program=program).start()


def test_a_file_where_the_folder_should_be_is_named(tmp_path):
    (tmp_path / "mongo").write_text("")

    with pytest.raises(NoDatabase, match="cannot be written"):
        Mongod(tmp_path / "mongo").start()


def test_the_embedded_database_is_a_replica_set_that_writes_through_its_journal(mongod_uri):
    with MongoClient(mongod_uri) as client:
        status = client.admin.command("hello")
        config = client.admin.command("replSetGetConfig")["config"]

    assert status["setName"] == "assidu"
    assert config["writeConcernMajorityJournalDefault"] is True, json.dumps(config, default=str)
