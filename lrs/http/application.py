"""Flask without what no request to the record store needs.

An LMS asks thousands of times a second for what is answered in a millisecond: what a framework does for every request,
whether anybody needs it or not, is then a fifth of the whole (docs/design/0007-what-a-process-takes-on.md). Nothing of
Flask's way is left out but steps that come to nothing here; whatever is out of the usual takes them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, Request, Response, appcontext_tearing_down, request_tearing_down
from werkzeug.routing import Map, MapAdapter, Rule

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PREFIX: Final = "/xapi"
_OURS: Final = f"{PREFIX}/"
_OK: Final = 200
# How Flask asks for a rule.
_AS_RULE: Final = {"return_rule": True}


class Application(Flask):
    """A Flask application whose functions are all plain ones, and whose record store is asked by path alone."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Flask's
        """Take what Flask takes."""
        super().__init__(*args, **options)
        self._rules: dict[tuple[str, str], Rule] = {}

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function as it is. Nothing here is `async`; what were would fail when it is first asked for."""
        return func

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Return what finds the view of a request; for the record store without looking at the host asked for.

        No answer there is redirected but that to a doubled slash, and none holds an address made from the host.
        """
        if request is None:
            return super().create_url_adapter(request)
        environ = request.environ
        path: str = environ.get("PATH_INFO", "")
        if not path.startswith(_OURS) or "//" in path or not path.isascii():
            return super().create_url_adapter(request)
        return _Way(self._rules, self.url_map, environ, path)

    def do_teardown_request(self, exc: BaseException | None = None) -> None:
        """Tell those who wait for the end of a request, where there are any."""
        if self.teardown_request_funcs or request_tearing_down.receivers:
            super().do_teardown_request(exc)

    def do_teardown_appcontext(self, exc: BaseException | None = None) -> None:
        """Tell those who wait for the end of a context, where there are any."""
        if self.teardown_appcontext_funcs or appcontext_tearing_down.receivers:
            super().do_teardown_appcontext(exc)


class _Way(MapAdapter):
    """The way to the view of one request. What rule a path without variable parts has is found out once."""

    def __init__(self, rules: dict[tuple[str, str], Rule], url_map: Map, environ: WSGIEnvironment, path: str) -> None:
        method = environ["REQUEST_METHOD"]
        super().__init__(url_map, "", "/", "", environ["wsgi.url_scheme"], path, method, None)
        self._rules = rules
        self._asked = (path, method)

    def match(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - werkzeug's
        """Return the rule and its arguments, as Flask asks for them; anything else as werkzeug does."""
        if args or options != _AS_RULE:
            return super().match(*args, **options)
        rule = self._rules.get(self._asked)
        if rule is not None:
            return rule, {}
        found = super().match(return_rule=True)
        # There are only so many of these: a path with an argument is not among them, one without a rule raises.
        if not found[1]:
            self._rules[self._asked] = found[0]
        return found


class Answer(Response):
    """An answer whose whole body is there, and which goes out as it is."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Hand status, headers and body over; of another status, or to HEAD, whatever the standard asks."""
        if (
            self.status_code != _OK
            or environ["REQUEST_METHOD"] == "HEAD"
            or not isinstance(self.response, list)
            or self._on_close
        ):
            return super().__call__(environ, start_response)
        start_response(self.status, self.headers.to_wsgi_list())
        return self.response
