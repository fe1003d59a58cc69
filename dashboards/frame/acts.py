"""What pages can do: Dash callbacks, each with the roles that may call it, none without."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import dash
import structlog
from dash import State
from dash.dependencies import DashDependency, Output

from dashboards.frame.answers import say_failure
from dashboards.frame.visit import Visit
from dashboards.words import Texts
from lrs.errors import AssiduError
from training.access import Role

Act = Callable[..., Any]
_WHERE = State("place", "data")


class Acts:
    """Registers callbacks on the application. Every one gets a `Visit` first, and is refused to other roles."""

    def __init__(
        self,
        app: dash.Dash,
        visit: Callable[[object], Visit],
        texts: Texts | None = None,
        registered: dict[str, frozenset[Role]] | None = None,
    ) -> None:
        """`visit` returns the visit of the request at hand, given where the browser says that it is."""
        self._app = app
        self._visit = visit
        self._texts = texts or {}
        # What each callback's outputs are, and who may call it: what the tests walk.
        self.registered: dict[str, frozenset[Role]] = {} if registered is None else registered

    def speaking(self, texts: Texts) -> Acts:
        """Return these acts with the words of a page."""
        return Acts(self._app, self._visit, texts, self.registered)

    def on(
        self,
        roles: frozenset[Role],
        outputs: Any,  # noqa: ANN401 - Dash's own
        *dependencies: Any,  # noqa: ANN401 - Dash's own
        **options: Any,  # noqa: ANN401 - Dash's own
    ) -> Callable[[Act], Act]:
        """Register `act(visit, *values)` for a change of the inputs; never when the page is first drawn.

        `outputs` is one Output or a list of them, `dependencies` are Inputs and States, one value each. `visit.place`
        says of which page this is, as the browser tells it: whatever comes from there is untrusted, and what `act`
        reads goes through `visit.lens`. A refusal (lrs/errors.py) or a failure is said at the top of the page, and
        nothing else changes. `answers` has what an act can do besides: say, draw the page again, go on.
        """

        def register(act: Act) -> Act:
            @wraps(act)
            def guarded(*values: Any) -> Any:  # noqa: ANN401 - Dash's own
                *given, where = values
                visit = self._visit(where).adding(self._texts)
                try:
                    visit.lens.viewer.require(roles)
                    return act(visit, *given)
                except dash.exceptions.PreventUpdate:
                    raise
                except Exception as error:  # noqa: BLE001 - whatever it is, the reader is told, and so is the log
                    if not isinstance(error, AssiduError):
                        name = f"{act.__module__}.{act.__qualname__}"
                        structlog.get_logger("assidu.pages").error("an act failed", act=name, exc_info=error)
                    say_failure(visit.words, error)
                    return _nothing(outputs)

            known = len(self._app.callback_map)
            self._app.callback(outputs, *_flat(dependencies), _WHERE, prevent_initial_call=True, **options)(guarded)
            self.registered[f"{act.__module__}.{act.__qualname__}#{known}"] = roles
            return act

        return register


def _flat(dependencies: tuple[Any, ...]) -> list[DashDependency]:
    """Return the dependencies as one list, also where a caller gave lists."""
    found: list[DashDependency] = []
    for one in dependencies:
        found.extend(one) if isinstance(one, list | tuple) else found.append(one)
    return found


def _nothing(outputs: Any) -> Any:  # noqa: ANN401 - Dash's own
    """Return, in the shape of these outputs, that none of them changes."""
    if isinstance(outputs, list | tuple):
        return [_nothing(one) for one in outputs]
    if isinstance(outputs, Output) and isinstance(outputs.component_id, dict):
        wild = [value for value in outputs.component_id.values() if not isinstance(value, str | int)]
        if any(getattr(value, "_name", "") == "ALL" for value in wild):
            raise dash.exceptions.PreventUpdate
    return dash.no_update
