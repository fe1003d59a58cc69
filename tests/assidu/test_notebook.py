"""A notebook finds the database of the deployment it stands in, or is told what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from assidu.notebook import _data_above, connect
from assidu.settings import Settings


def test_the_data_folder_is_looked_for_above_the_notebook(tmp_path: Path) -> None:
    (tmp_path / "var" / "mongo").mkdir(parents=True)
    here = tmp_path / "notebooks" / "mine"

    found = _data_above(Settings.from_environment({}), here)

    assert found.data == tmp_path / "var"
    given = Settings.from_environment({"ASSIDU_DATA": str(tmp_path / "elsewhere")})
    assert _data_above(given, here) is given


def test_without_a_database_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ASSIDU_MONGODB_URI", raising=False)
    monkeypatch.setenv("ASSIDU_DATA", str(tmp_path))

    with pytest.raises(ConnectionError, match="set ASSIDU_MONGODB_URI, or start `assidu run`"):
        connect()


def test_a_database_that_does_not_answer_is_said_in_words_without_its_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSIDU_MONGODB_URI", "mongodb://somebody:secret@127.0.0.1:1/?serverSelectionTimeoutMS=50")
    monkeypatch.setenv("ASSIDU_DATA", str(tmp_path))

    with pytest.raises(ConnectionError) as refused:
        connect("demonstration")

    assert str(refused.value) == "MongoDB does not answer at the address given."
