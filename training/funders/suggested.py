"""The funder profiles that come with the product. None holds before an organisation has made it its own."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import orjson

from training.records.funder import FunderProfile
from training.records.reading import read_plain


@cache
def suggested_profiles() -> tuple[FunderProfile, ...]:
    """Return them in the order of the file, read once; each with its source, and whether anybody has checked it."""
    found = orjson.loads((Path(__file__).parent / "profiles.json").read_bytes())
    return tuple(read_plain(FunderProfile, item) for item in found["profiles"])
