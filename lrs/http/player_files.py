"""The player's own scripts and styles, under names that change with what is in them; and the runtime, unchanged."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final

from flask import Flask, Response, request

from lrs.errors import NotFound
from lrs.packages.media import media_type

PREFIX: Final = "/lecteur"
RUNTIME: Final = "scorm-again-3.4.3"
WORKER: Final = f"{PREFIX}/sender.js"
RUNTIMES: Final = {"1.2": f"{RUNTIME}/scorm12.min.js", "2004": f"{RUNTIME}/scorm2004.min.js"}
_OWN: Final = ("player.js", "rules.js", "session.js", "outbox.js", "times.js", "player.css", "sender.js")
_NAMES: Final = (*_OWN, *RUNTIMES.values())
_FOR_GOOD: Final = "public, max-age=31536000, immutable"


def register(app: Flask) -> None:
    """Add the files to the content application."""
    app.add_url_rule(f"{PREFIX}/<string:edition>/<path:name>", "player_file", _file)
    app.add_url_rule(WORKER, "player_worker", _worker)


def address(name: str) -> str:
    """Return where a file of the player is found; it may be kept for good."""
    return f"{PREFIX}/{_edition()}/{name}"


def _file(edition: str, name: str) -> Response:
    if name not in _NAMES or edition != _edition():
        message = "The player has no such file."
        raise NotFound(message)
    return _sent(name, _FOR_GOOD)


def _worker() -> Response:
    """Answer with the service worker, whose address stays: a browser looks itself whether it has changed."""
    return _sent("sender.js", "no-cache")


def _sent(name: str, kept: str) -> Response:
    content = _content(name)
    response = Response(content, headers={"Cache-Control": kept}, content_type=media_type(name))
    response.set_etag(sha256(content).hexdigest()[:20])
    response.make_conditional(request)
    return response


@cache
def _content(name: str) -> bytes:
    return files(__package__).joinpath("player_static", *name.split("/")).read_bytes()


@cache
def _edition() -> str:
    """Return what tells this edition of all the files from others: they load each other by plain names."""
    whole = sha256()
    for name in _NAMES:
        whole.update(sha256(_content(name)).digest())
    return whole.hexdigest()[:16]
