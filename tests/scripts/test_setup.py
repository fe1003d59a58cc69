"""What scripts/run and scripts/test do before anything is installed."""

import importlib.util
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def loaded(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def programs(tmp_path):
    """A folder to be the whole PATH, with the shell's own needs in it."""
    for name in ("sh", "dirname"):
        (tmp_path / name).symlink_to(shutil.which(name))
    return tmp_path


def write_python(folder, name, *, is_new):
    """Put a program there that answers the question about its version."""
    (folder / name).write_text(f"#!/bin/sh\nexit {0 if is_new else 1}\n")
    (folder / name).chmod(0o755)


def run(folder, script):
    return subprocess.run(
        ["sh", str(ROOT / "scripts" / script)], env={"PATH": str(folder)}, capture_output=True, text=True, check=False
    )


def test_a_python_that_is_new_enough_is_found_behind_an_old_one(programs):
    write_python(programs, "python3", is_new=False)
    write_python(programs, "python3.12", is_new=True)

    assert run(programs, "python.sh").stdout.strip() == str(programs / "python3.12")


@pytest.mark.parametrize("script", ["run", "test"])
def test_without_a_python_that_is_new_enough_one_line_says_so(programs, script):
    write_python(programs, "python3", is_new=False)

    ran = run(programs, script)

    assert ran.returncode != 0
    assert ran.stderr == (
        "Assidu needs Python 3.11 or later, and there is none on PATH: install it, then run this again.\n"
    )


def test_a_python_without_ensurepip_is_told_which_package_to_install(tmp_path, monkeypatch):
    environment = loaded("environment")
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")

    def fail(*_):
        raise ImportError

    monkeypatch.setattr("venv.EnvBuilder.create", fail)

    with pytest.raises(SystemExit, match=r"lacks ensurepip.*apt install python3\.\d+-venv"):
        environment.make()


def test_pip_runs_again_when_a_pin_changes_and_not_when_a_tool_is_configured(tmp_path, monkeypatch):
    environment = loaded("environment")
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    project, pins = (ROOT / "pyproject.toml").read_text(), (ROOT / "constraints.txt").read_text()

    def stamp(project, pins):
        (tmp_path / "pyproject.toml").write_text(project)
        (tmp_path / "constraints.txt").write_text(pins)
        return environment.stamp()

    first = stamp(project, pins)

    assert stamp(project.replace("line-length = 120", "line-length = 100"), pins) == first
    assert stamp(project, pins + "another==1.0\n") != first
    assert stamp(project.replace('"click",', '"click>=8",'), pins) != first


def test_every_dependency_is_pinned_and_no_index_is_named():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["dev"]
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]

    names = {re.split(r"[=<>;\[ ]", line)[0].lower() for line in wanted}
    pinned = {line.partition("==")[0].lower() for line in pins}

    assert names - pinned == set()
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[^ ]+( ; .+)?", line) for line in pins)


def test_continuous_integration_calls_the_one_script_and_nothing_else():
    lines = [line for line in (ROOT / ".ci" / "run").read_text().splitlines() if not line.startswith("#")]

    assert lines == ['exec "$(dirname "$0")/../scripts/test" "$@"']
    for name in ("scripts/run", "scripts/test", ".ci/run"):
        assert os.access(ROOT / name, os.X_OK), name


def test_the_counts_at_the_end_are_the_last_ones_that_pytest_wrote():
    counted = loaded("gates").counted
    output = "test_x says 99 passed\n=== 1 failed, 20 passed, 3 skipped, 2 errors in 5s ===\n"

    assert [counted(output, word) for word in ("passed", "failed", "skipped", "error")] == [20, 1, 3, 2]
