"""What is wrong with a line of a file, in French: readers of files say it in English, for programs send files too."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import orjson

from dashboards.words import Words, typeset


def line_words(words: Words, message: str) -> str:
    """Return what is wrong, in the reader's language; in French what we have no words for is said in general."""
    if words.language != "fr":
        return message
    exact, patterns = _texts()
    if message in exact:
        return typeset(exact[message])
    for pattern, said in patterns:
        found = pattern.match(message)
        if found is not None:
            return typeset(found.expand(said))
    return typeset("Ceci ne peut pas être pris.")


@cache
def _texts() -> tuple[Mapping[str, str], list[tuple[re.Pattern[str], str]]]:
    data = orjson.loads(files(__package__).joinpath("source_problems.json").read_bytes())
    return data["exact"], [(re.compile(item["pattern"]), item["said"]) for item in data["patterns"]]
