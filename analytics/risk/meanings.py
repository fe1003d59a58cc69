"""What each feature means, for whoever shows it: read from the registry without loading what works features out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import orjson


@cache
def meanings(language: str) -> Mapping[str, str]:
    """Return the meaning of each feature by its id, in "fr" or "en", without the full stop. KeyError for another."""
    # The package of features would load numpy, which serving does without.
    registry = orjson.loads(files("analytics.risk").joinpath("features", "registry.json").read_bytes())
    return {row["id"]: row["meaning"][language].removesuffix(".") for row in registry["features"]}
