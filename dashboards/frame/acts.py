"""What pages can do: Dash callbacks, each with the roles that may call it, none without."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import dash

from dashboards.frame.visit import Visit
from training.access import Role

Act = Callable[..., Any]


class Acts:
    """Registers callbacks on the application. Every one gets a `Visit` first, and is refused to other roles."""

    def __init__(self, app: dash.Dash, visit: Callable[[], Visit]) -> None:
        """`visit` returns the visit of the request at hand, or raises Unauthenticated."""
        self._app = app
        self._visit = visit
        # What each callback's outputs are, and who may call it: what the tests walk.
        self.registered: dict[str, frozenset[Role]] = {}

    def on(
        self,
        roles: frozenset[Role],
        outputs: Any,  # noqa: ANN401 - Dash's own
        *dependencies: Any,  # noqa: ANN401 - Dash's own
        **options: Any,  # noqa: ANN401 - Dash's own
    ) -> Callable[[Act], Act]:
        """Register `act(visit, *values)` for a change of the inputs; never when the page is first drawn.

        `outputs` and `dependencies` (Input, State) are Dash's; `visit.place` is empty unless the page sends what it is
        about as a State. What `act` reads goes through `visit.lens`; whatever the browser sends is untrusted.
        """

        def register(act: Act) -> Act:
            @wraps(act)
            def guarded(*values: Any) -> Any:  # noqa: ANN401 - Dash's own
                visit = self._visit()
                visit.lens.viewer.require(roles)
                return act(visit, *values)

            known = len(self._app.callback_map) if hasattr(self._app, "callback_map") else 0
            self._app.callback(outputs, *dependencies, prevent_initial_call=True, **options)(guarded)
            self.registered[f"{act.__module__}.{act.__qualname__}#{known}"] = roles
            return act

        return register
