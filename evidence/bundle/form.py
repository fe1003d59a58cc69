"""Write and read `evidence.json`."""

from __future__ import annotations

from typing import Any, Final, NoReturn

import msgspec
import orjson

from evidence.bundle.parts import Bundle
from lrs.errors import InvalidRequest, Problem
from schemas.loader import SCHEMA_BASE, compiled

_SCHEMA: Final = "evidence/bundle.json"
_DECODER: Final = msgspec.json.Decoder(Bundle)
# A file that somebody made up need not be explained line by line.
_PROBLEMS_MOST: Final = 50


def encode(bundle: Bundle) -> bytes:
    """Write a bundle: equal bundles have equal bytes. Members are sorted, nothing is put between them."""
    return msgspec.json.encode(bundle, order="sorted")


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the format, as `schemas/evidence/bundle.json` publishes it.

    Made from the values themselves, so that both cannot disagree; a test holds the file to it.
    """
    (body,), parts = msgspec.json.schema_components([Bundle], ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_BASE + _SCHEMA,
        "title": "Evidence of a document, assidu-evidence/1",
        **body,
        "$defs": dict(sorted(parts.items())),
    }


def parse_bundle(data: bytes) -> Bundle:
    """Read a bundle; raises InvalidRequest with every problem, each with its JSON Pointer."""
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        _refuse(Problem("", f"This is not JSON: {error}.", "UTF-8 JSON"))
    problems = [
        Problem("".join(f"/{step}" for step in error.instance_path), error.message, "see schemas/evidence/bundle.json")
        for error, _ in zip(compiled(_SCHEMA).iter_errors(value), range(_PROBLEMS_MOST), strict=False)
    ]
    if problems:
        _refuse(*problems)
    try:
        return _DECODER.decode(data)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        _refuse(Problem("", str(error), "see schemas/evidence/bundle.json"))


def _refuse(*problems: Problem) -> NoReturn:
    message = "This is not evidence of a document (assidu-evidence/1)."
    raise InvalidRequest(message, problems)
