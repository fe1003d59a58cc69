"""Reading the arguments of an operation: everything that is wrong at once, in the shape of every refusal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NoReturn

import orjson
from flask import Request
from marshmallow import EXCLUDE, RAISE, Schema, ValidationError
from webargs.core import is_json
from webargs.flaskparser import FlaskParser
from webargs.multidictproxy import MultiDictProxy

from lrs.errors import InvalidRequest, Problem

# A request has more headers than an operation knows of.
_UNKNOWN: Final[dict[str, str | None]] = {"json": RAISE, "query": RAISE, "headers": EXCLUDE}
_PREFIXES: Final = {"query": "query:", "headers": "header:"}


class ArgumentsParser(FlaskParser):
    """A webargs parser that refuses with InvalidRequest, and what it does not know with it."""

    DEFAULT_VALIDATION_STATUS = 400
    DEFAULT_UNKNOWN_BY_LOCATION = _UNKNOWN

    def load_json(self, req: Request, schema: Schema) -> Any:  # noqa: ANN401, ARG002 - the parser's interface
        """Read the body with orjson, which knows no NaN and no half of a surrogate pair."""
        body = req.get_data()
        if not body:
            return {}
        if not is_json(req.mimetype):
            _refuse(Problem("header:Content-Type", "The body is not JSON.", "application/json"))
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as error:
            _refuse(Problem("", f"The body is not JSON: {error}", "JSON in UTF-8 (RFC 8259)"), cause=error)

    def load_querystring(self, req: Request, schema: Schema) -> Any:  # noqa: ANN401 - the parser's interface
        """Read the query; a parameter given twice is nobody's intention."""
        twice = [name for name, values in req.args.lists() if len(values) > 1]
        if twice:
            _refuse(*(Problem(f"query:{name}", "The parameter is given more than once.", "once") for name in twice))
        return MultiDictProxy(req.args, schema)

    def handle_error(
        self,
        error: ValidationError,
        req: Request,  # noqa: ARG002
        schema: Schema,  # noqa: ARG002
        *,
        error_status_code: int | None,  # noqa: ARG002
        error_headers: Any,  # noqa: ANN401, ARG002
    ) -> NoReturn:
        """Turn marshmallow's nested messages into our flat list."""
        messages = error.messages
        located = messages if isinstance(messages, dict) else {"json": messages}
        problems = [
            problem for location, inner in located.items() for problem in _flatten(inner, _PREFIXES.get(location, ""))
        ]
        _refuse(*problems, cause=error)


def _flatten(messages: Any, pointer: str) -> Iterator[Problem]:  # noqa: ANN401 - nested dicts and lists
    if isinstance(messages, dict):
        for name, inner in messages.items():
            if name == "_schema":
                yield from _flatten(inner, pointer)
            else:
                step = str(name).replace("~", "~0").replace("/", "~1")
                yield from _flatten(inner, f"{pointer}{step}" if pointer.endswith(":") else f"{pointer}/{step}")
    else:
        for message in messages if isinstance(messages, list) else [messages]:
            yield Problem(pointer, str(message))


def _refuse(*problems: Problem, cause: Exception | None = None) -> NoReturn:
    message = "The request cannot be read."
    raise InvalidRequest(message, problems) from cause
