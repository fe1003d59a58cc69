"""The notebooks run from their first cell to their last on demonstration data, draw, and are kept without outputs."""

from __future__ import annotations

import base64
import json
import os
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.analytics.frames.demonstration import deployment

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
# Where to look at what they draw.
PICTURES = ROOT / "artefacts" / "notebooks"


def cells_of(path: Path) -> list[Any]:
    return json.loads(path.read_text("utf-8"))["cells"]


@pytest.fixture(scope="module")
def ran(mongod_uri: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The notebooks after a run against the demonstration, as they stand in a deployment with its database."""
    folder = tmp_path_factory.mktemp("notebooks")
    database = "notebooks_" + getattr(request.config, "workerinput", {}).get("workerid", "alone")
    told = {"ASSIDU_MONGODB_URI": mongod_uri, "ASSIDU_DATABASE": database, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(Path(__file__).with_name("run.py")), str(folder), *map(str, NOTEBOOKS)]
    with deployment(mongod_uri, database, "demonstration", learners=12):
        done = subprocess.run(command, env={**os.environ, **told}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def test_there_are_two() -> None:
    assert [path.stem for path in NOTEBOOKS] == ["assiduite-cohorte", "ou-decrochent-les-apprenants"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_and_draws_on_the_demonstration(path: Path, ran: Path) -> None:
    outputs = [output for cell in cells_of(ran / path.name) for output in cell.get("outputs", ())]

    shown = [output["data"] for output in outputs if "data" in output]
    pictures = [base64.b64decode(data["image/png"]) for data in shown if "image/png" in data]
    assert len(pictures) == 2
    PICTURES.mkdir(parents=True, exist_ok=True)
    for number, picture in enumerate(pictures, start=1):
        (PICTURES / f"{path.stem}-{number}.png").write_bytes(picture)
        width, height = struct.unpack(">II", picture[16:24])
        assert (width > 600, height > 300) == (True, True)
        # A picture with nothing drawn into it takes a few kilobytes.
        assert len(picture) > 20_000
    assert any("text/html" in data for data in shown)
    said = [output for output in outputs if output["output_type"] == "stream"]
    assert {output["name"] for output in said} == {"stdout"}, said


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_kept_without_outputs_so_that_nobody_s_figures_get_into_the_history(path: Path) -> None:
    for cell in cells_of(path):
        if cell["cell_type"] == "code":
            assert (cell["outputs"], cell["execution_count"]) == ([], None)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_for_people_who_read_french(path: Path) -> None:
    text = "".join("".join(cell["source"]) for cell in cells_of(path) if cell["cell_type"] == "markdown")

    assert text.startswith("# ")
    # French sets a no-break space before these.
    assert not [sign for sign in (" :", " ;", " ?", " !", "« ", " »") if sign in text]
