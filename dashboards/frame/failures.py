"""What stands in the place of a page that cannot be drawn: what happened, and what to do; never a blank."""

from __future__ import annotations

from http import HTTPStatus

from dash import html
from dash.development.base_component import Component
from flask import has_request_context, request

from dashboards.frame.addresses import PREFIX
from dashboards.frame.attributes import wild
from dashboards.frame.visit import REQUEST_ID
from dashboards.words import Words
from lrs.errors import AssiduError, Forbidden, NotFound, Overloaded, TooManyRequests


def request_id() -> str:
    """Return the id under which the log has this request."""
    found = request.environ.get(REQUEST_ID, "") if has_request_context() else ""
    return found if isinstance(found, str) else ""


def kind_of(error: Exception) -> tuple[HTTPStatus, str]:
    """Return the status of what went wrong, and the name of the texts that say it."""
    # What another role may see is, for this one, not there: in the same words.
    if isinstance(error, NotFound | Forbidden):
        return HTTPStatus.NOT_FOUND, "no_page"
    if isinstance(error, Overloaded | TooManyRequests):
        return HTTPStatus.SERVICE_UNAVAILABLE, "busy"
    if isinstance(error, AssiduError):
        return HTTPStatus.BAD_REQUEST, "refused"
    return HTTPStatus.INTERNAL_SERVER_ERROR, "failed"


def failure_page(words: Words, error: Exception) -> Component:
    """Return the page that stands there instead."""
    status, name = kind_of(error)
    reference = request_id()
    return html.Div(
        [
            html.P(words("frame_status", status=status.value), className="failure-status"),
            html.H1(words(f"frame_{name}_title"), tabIndex=-1),
            html.P(words(f"frame_{name}_text"), className="lead"),
            html.P(words("frame_reference", id=reference), className="failure-reference") if reference else None,
            html.P(
                [
                    html.A(words("frame_home"), href=PREFIX, className="button"),
                    html.A(words("frame_reload"), href="", className="button quiet", **wild({"data-reload": ""}))
                    if name != "no_page"
                    else None,
                ],
                className="row",
            ),
        ],
        className="failure",
        **wild({"data-failure": str(status.value)}),
    )


def welcome_page(words: Words) -> Component:
    """Return what a role without pages is shown."""
    return html.Div(
        [
            html.H1(words("frame_welcome_title"), tabIndex=-1),
            html.P(words("frame_welcome_text"), className="lead"),
            html.P(html.A(words("frame_account"), href="/account", className="button"), className="row"),
        ],
        className="failure",
    )
