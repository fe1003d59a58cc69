"""`/api/v1`: an organisation manages its own part of the record store, with an LRS credential of scope `all`.

Each module lists its operations as data; `operations` turns them into routes and into OpenAPI, so that what is
documented is what is checked. Views get an `ApiRequest` and never touch Flask.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from http import HTTPStatus
from typing import Any, Final

import orjson
from flask import Flask, Response
from flask_smorest import Api

from lrs.http.api import credentials, docs, duplicates, ledger, organisation, outlets, profiles, quarantine, senders
from lrs.http.api.operations import REFUSALS, Section, blueprint
from lrs.http.api.schemas import ErrorSchema
from lrs.services import Services

PREFIX: Final = "/api/v1"
_SECTIONS: Final = (
    Section("organisation", "The organisation that the credential belongs to.", organisation.OPERATIONS),
    Section("credentials", "Who may send and read. Secrets are shown once.", credentials.OPERATIONS),
    Section("senders", "When each credential last sent, and whose feed has gone quiet.", senders.OPERATIONS),
    Section("quarantine", "What was refused, kept to be mended and replayed.", quarantine.OPERATIONS),
    profiles.SECTION,
    Section("statements", "What the standard has no resource for.", duplicates.OPERATIONS),
    *outlets.SECTIONS,
    Section("ledger", "The sealed log: signed heads, and proofs of what they cover.", ledger.OPERATIONS),
)
_DESCRIPTION: Final = """\
Manage your organisation's part of the record store, and its training records. Statements themselves go through `/xapi`.

Every operation takes the same credentials as `/xapi`, HTTP Basic or a bearer token from `/oauth/token`, and asks
for the scope `all`. Lists come in pages: follow `next` by sending it as `after`. Refusals have one shape.
"""
_SPEC: Final[dict[str, Any]] = {
    "title": "Assidu",
    "version": "v1",
    "openapi_version": "3.0.3",
    "info": {"description": _DESCRIPTION, "license": {"name": "Apache-2.0"}},
    "security": [{"basic": []}, {"oauth": ["all"]}],
}
_SECURITY_SCHEMES: Final[dict[str, dict[str, Any]]] = {
    "basic": {"type": "http", "scheme": "basic", "description": "API key and secret"},
    "oauth": {
        "type": "oauth2",
        "flows": {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": {"all": "everything"}}},
    },
}
_HEADERS: Final = {
    HTTPStatus.UNAUTHORIZED: ("WWW-Authenticate",),
    HTTPStatus.TOO_MANY_REQUESTS: ("Retry-After",),
    HTTPStatus.SERVICE_UNAVAILABLE: ("Retry-After",),
}


class _Documented(Api):  # type: ignore[misc]  # flask-smorest has no types
    """An Api that leaves errors to the application, which answers them in one shape everywhere, and describes that."""

    ERROR_SCHEMA = ErrorSchema
    # Each operation lists its refusals; a catch-all would let an undocumented one pass for a documented one.
    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Register nothing; the application does."""

    def _register_responses(self) -> None:
        """Describe each refusal once; operations refer to them by the status's name."""
        schema = {"content": {"application/json": {"schema": self.ERROR_SCHEMA}}}
        for status, description in REFUSALS.items():
            headers = {name: {"schema": {"type": "string"}} for name in _HEADERS.get(status, ())}
            self.spec.components.response(status.name, {"description": description, "headers": headers, **schema})


def register(app: Flask, services: Services, sections: Sequence[Section] = ()) -> None:
    """Put `/api/v1`, its description at `/api/v1/openapi.json` and `/api/docs` on `app`.

    `sections` are those of other rooms, behind our own.
    """
    api = _Documented(app, spec_kwargs=_SPEC)
    for name, scheme in _SECURITY_SCHEMES.items():
        api.spec.components.security_scheme(name, scheme)
    for section in (*_SECTIONS, *sections):
        for name, described in section.schemes.items():
            api.spec.components.security_scheme(name, dict(described))
        routes = blueprint(section, services)
        api.register_blueprint(routes, url_prefix=PREFIX)

    @cache
    def written() -> bytes:
        return orjson.dumps(api.spec.to_dict(), option=orjson.OPT_INDENT_2)

    def openapi() -> Response:
        return Response(written(), mimetype="application/json")

    app.add_url_rule(f"{PREFIX}/openapi.json", "api.openapi", openapi)
    docs.register(app)
