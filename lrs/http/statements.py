"""The Statements resource."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Final

import orjson
from flask import Response

from lrs.clock import Micros, to_http_date, to_text
from lrs.errors import InvalidRequest, Problem
from lrs.http.application import Answer
from lrs.http.exchange import Exchange, View
from lrs.ingest import Receipt
from lrs.read import Page
from lrs.services import Services
from lrs.statements.formats import accepted_languages
from lrs.statements.multipart import media_type, parse_multipart, write_multipart
from lrs.statements.query import PageQuery, SingleQuery, parse_more_token, parse_query, parse_uuid

MORE_PATH: Final = "/xapi/statements/more/"
CONSISTENT_THROUGH: Final = "X-Experience-API-Consistent-Through"
JSON: Final = "application/json"


def get(exchange: Exchange, services: Services) -> Response:
    """Answer one statement, or a page of those that match."""
    query = parse_query(exchange.parameters, exchange.version)
    if isinstance(query, SingleQuery):
        return _single(exchange, services, query)
    return _page(exchange, services, query)


def get_more(exchange: Exchange, services: Services, token: str) -> Response:
    """Answer the page that a `more` link continues."""
    exchange.only()
    return _page(exchange, services, parse_more_token(token))


def put(exchange: Exchange, services: Services) -> Response:
    """Store one statement under the id that the query names."""
    exchange.only("statementId")
    statement_id = parse_uuid(exchange.parameters.get("statementId", ""))
    if statement_id is None:
        problem = Problem("query:statementId", "statementId is missing or no UUID.", "a UUID", "XAPI-00145")
        message = "PUT stores one statement under the id in its query."
        raise InvalidRequest(message, [problem])
    receipt = _take(exchange, services, statement_id)
    return _received(Response(status=204), receipt)


def post(exchange: Exchange, services: Services) -> Response:
    """Store one statement or a batch, and answer their ids in the order sent."""
    exchange.only()
    receipt = _take(exchange, services, None)
    body = orjson.dumps([str(statement_id) for statement_id in receipt.ids])
    return _received(Answer(body, content_type=JSON), receipt)


STATEMENTS: Final[dict[str, View]] = {"GET": get, "PUT": put, "POST": post}


def _take(exchange: Exchange, services: Services, statement_id: uuid.UUID | None) -> Receipt:
    try:
        kind = media_type(exchange.content_type)[0]
        if kind == "multipart/mixed":
            multipart = parse_multipart(exchange.content_type, exchange.body)
            body, parts = multipart.statements, multipart.parts
        elif kind in (JSON, ""):
            body, parts = exchange.body, ()
        else:
            problem = Problem(
                "header:Content-Type", f"Statements do not come as {kind}.", f"{JSON} or multipart/mixed", "XAPI-00127"
            )
            message = "The body is of a type that statements do not come in."
            raise InvalidRequest(message, [problem])
        terms = exchange.caller.terms
        if terms is not None:
            return services.cmi5.take(exchange.caller, terms, exchange.version, body, parts, statement_id=statement_id)
        return services.ingest.take(exchange.caller, exchange.version, body, parts, statement_id=statement_id)
    except InvalidRequest as refusal:
        if exchange.caller.quarantine:
            services.quarantine.hold(
                exchange.caller, exchange.version, exchange.method, exchange.content_type, exchange.body,
                refusal.problems, statement_id,
            )  # fmt: skip
        raise


def _single(exchange: Exchange, services: Services, query: SingleQuery) -> Response:
    single = services.read.single(exchange.caller, query, _languages(exchange, query))
    response = _answer(exchange, services, single.body, single.attachments, with_parts=query.attachments)
    return _dated(response, single.stored, single.consistent_through)


def _page(exchange: Exchange, services: Services, query: PageQuery) -> Response:
    page = services.read.page(exchange.caller, query, _languages(exchange, query))
    response = _answer(exchange, services, _page_body(page), page.attachments, with_parts=query.attachments)
    return _dated(response, page.last_stored, page.consistent_through)


def _page_body(page: Page) -> bytes:
    more = MORE_PATH + page.more if page.more else ""
    # What stands around them goes to the first and the last: a page is put together once and never copied.
    pieces = [*page.bodies] or [b""]
    pieces[0] = b'{"statements":[' + pieces[0]
    pieces[-1] += b'],"more":"%b"}' % more.encode()
    return b",".join(pieces)


def _answer(
    exchange: Exchange, services: Services, body: bytes, attachments: Iterable[str], *, with_parts: bool
) -> Response:
    if not with_parts:
        return Answer(body, content_type=JSON)
    boundary = services.ids.new_uuid().hex
    parts = services.read.parts(exchange.caller.organisation, attachments)
    return Response(
        write_multipart(body, parts, boundary), content_type=f"multipart/mixed; boundary={boundary}"
    )  # fmt: skip


def _dated(response: Response, stored: Micros | None, consistent_through: Micros) -> Response:
    if stored is not None:
        response.headers["Last-Modified"] = to_http_date(stored)
    response.headers[CONSISTENT_THROUGH] = to_text(consistent_through)
    return response


def _received(response: Response, receipt: Receipt) -> Response:
    if receipt.consistent_through is not None:
        response.headers[CONSISTENT_THROUGH] = to_text(receipt.consistent_through)
    return response


def _languages(exchange: Exchange, query: SingleQuery | PageQuery) -> Sequence[str]:
    """Return the languages that the canonical format chooses by; the others leave all that there are."""
    return accepted_languages(exchange.headers.get("Accept-Language", "")) if query.format == "canonical" else ()
