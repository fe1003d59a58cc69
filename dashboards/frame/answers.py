"""What an act can answer besides its outputs: a word to the reader, another page, a file, the page drawn again."""

from __future__ import annotations

import secrets
from base64 import b64encode
from typing import Literal
from urllib.parse import urlsplit

import dash
from dash import html

from dashboards.frame.addresses import PREFIX
from dashboards.frame.failures import request_id
from dashboards.words import Words
from lrs.errors import AssiduError, Conflict, Forbidden, InvalidRequest, NotFound, Overloaded, PreconditionFailed

Tone = Literal["plain", "good", "warning", "alarm"]


def say(title: str, text: str = "", *, tone: Tone = "good") -> None:
    """Tell the reader something at the top of the page; it is read aloud, and stays until they go elsewhere."""
    words = [html.B(title), html.Span(text)] if text else [html.B(title)]
    dash.set_props("said", {"children": html.Div(words, className=f"notice {tone}")})


def draw_again() -> None:
    """Put in place what has changed on the page by this act, without waiting for the next refresh."""
    dash.set_props("again", {"data": secrets.token_hex(4)})


def go_to(path: str) -> None:
    """Go to another page, given as below `/dashboards/`, with its query string if it has one."""
    parts = urlsplit(f"{PREFIX}{path}")
    search = f"?{parts.query}" if parts.query else ""
    dash.set_props("location", {"pathname": parts.path, "search": search})


def download(content: bytes, name: str, media_type: str) -> None:
    """Give the reader a file to keep."""
    dash.set_props("downloaded", {"data": sent(content, name, media_type)})


def sent(content: bytes, name: str, media_type: str) -> dict[str, object]:
    """Return a file as `dcc.Download` takes it."""
    return {"content": b64encode(content).decode(), "filename": name, "type": media_type, "base64": True}


def say_failure(words: Words, error: Exception) -> None:
    """Tell the reader that an act was refused, or failed, and why as far as that is for them."""
    kinds = (
        (Forbidden, "frame_act_forbidden"),
        (NotFound, "frame_act_missing"),
        (Conflict, "frame_act_conflict"),
        (PreconditionFailed, "frame_act_conflict"),
        (Overloaded, "frame_busy_text"),
    )
    text = next((words(name) for kind, name in kinds if isinstance(error, kind)), "")
    if not text and isinstance(error, AssiduError):
        text = words("frame_act_invalid", why=_why(error))
    say(words("frame_act_failed_title"), text or words("frame_act_failed_text", id=request_id()), tone="alarm")


def _why(error: AssiduError) -> str:
    problems = error.problems if isinstance(error, InvalidRequest) else ()
    return " ; ".join(problem.message for problem in problems) or str(error)
