"""What Moodle calls things in its exports, as data (`moodle.json`). Pure, but for reading that data once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from training.meetings.formats import folded


@cache
def moodle_data() -> Any:  # noqa: ANN401 - our own data file
    """Return the data."""
    return orjson.loads(files(__package__).joinpath("moodle.json").read_bytes())


@cache
def module_names() -> Mapping[str, str]:
    """Return the module of each name that a kind of activity has, in English and French, folded."""
    return {folded(word): module for module, words in moodle_data()["components"].items() for word in words}


def title_behind(name: str) -> str:
    """Return a title without the kind of activity before it, folded; empty where nothing stands before it.

    Moodle writes « Test: Quiz 1 »; its French pack for years had a space alone between the two.

    >>> title_behind("Devoir : Rapport"), title_behind("Paquetage SCORM Gestes"), title_behind("Testament")
    ('rapport', 'gestes', '')
    """
    if ":" in name:
        return folded(name.partition(":")[2])
    plain = folded(name)
    kinds = [kind for kind in module_names() if plain.startswith(f"{kind} ")]
    return plain.removeprefix(max(kinds, key=len)).strip() if kinds else ""
