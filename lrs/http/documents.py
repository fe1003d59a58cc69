"""State, Activity Profile and Agent Profile resources: GET, PUT, POST, DELETE of documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import orjson
from flask import Response
from werkzeug.http import http_date

from lrs.caller import Scope
from lrs.clock import Micros, to_datetime
from lrs.documents import resources
from lrs.documents.changes import Change, merger, removal, replacement
from lrs.documents.document import Document, parse_document
from lrs.documents.preconditions import Preconditions, parse_preconditions
from lrs.documents.resources import Resource
from lrs.documents.selection import Selection, parse_selection
from lrs.errors import InvalidRequest, NotFound, Problem
from lrs.http.exchange import Exchange, View
from lrs.services import Services

# A document is whatever a sender stored under whatever media type, and is served from the origin of our own
# pages: a browser must neither guess a type, nor run it, nor answer from a copy that is out of date.
GUARDS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-cache",
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One document resource and the scope that opens it; `all/read` opens both for reading."""

    resource: Resource
    scope: Scope
    may_remove_all: bool = False

    def get(self, exchange: Exchange, services: Services) -> Response:
        """Answer one document, or the ids of those that there are."""
        exchange.caller.require(self.scope, Scope.ALL_READ)
        selection = parse_selection(self.resource, exchange.parameters, exchange.version, may_list=True, may_since=True)
        if selection.address is None:
            return _list(exchange, services, selection)
        stored = services.documents.find(exchange.caller.organisation, selection.address)
        if stored is None:
            message = "There is no such document."
            raise NotFound(message)
        return _answer(exchange, stored.document, stored.tag, stored.updated)

    def put(self, exchange: Exchange, services: Services) -> Response:
        """Store a document in place of what is there."""
        exchange.caller.require(self.scope)
        selection = self._one(exchange)
        sent = _sent(exchange)
        change = replacement(sent, self.resource, exchange.version, _preconditions(exchange))
        return _change(exchange, services, selection, change)

    def post(self, exchange: Exchange, services: Services) -> Response:
        """Store a document, or merge a JSON object into the one that is there."""
        exchange.caller.require(self.scope)
        selection = self._one(exchange)
        sent = _sent(exchange)
        return _change(exchange, services, selection, merger(sent, _preconditions(exchange)))

    def delete(self, exchange: Exchange, services: Services) -> Response:
        """Delete one document, or, of the State resource, all of the context."""
        exchange.caller.require(self.scope)
        selection = parse_selection(self.resource, exchange.parameters, exchange.version, may_list=self.may_remove_all)
        preconditions = _preconditions(exchange)
        if selection.address is not None:
            return _change(exchange, services, selection, removal(preconditions))
        _check_unconditional(preconditions, self.resource)
        services.documents.remove_all(exchange.caller.organisation, selection.context)
        return Response(status=204)

    def _one(self, exchange: Exchange) -> Selection:
        return parse_selection(self.resource, exchange.parameters, exchange.version, may_list=False)

    def views(self) -> dict[str, View]:
        """Return what answers each method."""
        return {"GET": self.get, "PUT": self.put, "POST": self.post, "DELETE": self.delete}


def _sent(exchange: Exchange) -> Document:
    """Return the document sent; refuse one of which nobody can say whether its end is missing.

    The server hands on what came before a connection broke. A stated length tells; the chunks' end does not reach
    us, so what comes in chunks must be JSON, which shows by itself that it is whole.
    """
    if "Transfer-Encoding" in exchange.headers and not _is_whole(exchange.body):
        message = "A document in chunks is JSON; send any other with its Content-Length."
        raise InvalidRequest(message, [Problem("header:Content-Length", message, "the length of the body")])
    return parse_document(exchange.content_type, exchange.body)


def _is_whole(body: bytes) -> bool:
    try:
        return isinstance(orjson.loads(body), dict | list | str)
    except orjson.JSONDecodeError:
        return False


def _list(exchange: Exchange, services: Services, selection: Selection) -> Response:
    entries = services.documents.entries(exchange.caller.organisation, selection.context, selection.since)
    document = Document("application/json", orjson.dumps([entry.id for entry in entries]))
    return _answer(exchange, document, document.tag, entries[-1].updated if entries else None)


def _answer(exchange: Exchange, document: Document, tag: str, updated: Micros | None) -> Response:
    """Answer a body with its ETag and Last-Modified, or 304 to a reader that has it already."""
    known = _preconditions(exchange).if_none_match
    fresh = known is not None and known.match(tag)
    response = Response(status=304) if fresh else Response(document.body, content_type=document.content_type)
    response.headers["ETag"] = f'"{tag}"'
    if updated is not None:
        response.headers["Last-Modified"] = http_date(to_datetime(updated))
    response.headers.update(GUARDS)
    return response


def _change(exchange: Exchange, services: Services, selection: Selection, change: Change) -> Response:
    if selection.address is None:
        message = "The request does not say which document it is about."
        raise InvalidRequest(message)
    services.documents.change(exchange.caller.organisation, selection.address, change)
    return Response(status=204)


def _preconditions(exchange: Exchange) -> Preconditions:
    return parse_preconditions(exchange.headers.get("If-Match"), exchange.headers.get("If-None-Match"))


def _check_unconditional(preconditions: Preconditions, resource: Resource) -> None:
    """Refuse a condition on the deletion of many documents rather than delete without looking at it."""
    if preconditions != Preconditions():
        message = f"If-Match and If-None-Match are about one document; name it with {resource.id_name}."
        raise InvalidRequest(message, [Problem("header:If-Match", message, "no such header", resource.section)])


STATE: Final = Endpoint(resources.STATE, Scope.STATE, may_remove_all=True).views()
ACTIVITY_PROFILE: Final = Endpoint(resources.ACTIVITY_PROFILE, Scope.PROFILE).views()
AGENT_PROFILE: Final = Endpoint(resources.AGENT_PROFILE, Scope.PROFILE).views()
