"""What a web process runs: `create` is called once in each, after it was started."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

import structlog
from flask import Flask, Response, request

from assidu import health, interpreter
from assidu.app import create_app
from assidu.aside import ASIDE_SECONDS
from assidu.logs import configure_logging
from assidu.metrics import Metrics, PoolMetrics
from assidu.mongod import die_with_parent
from assidu.settings import Settings, read_environment, read_metrics_folder
from assidu.wiring import STORE_FAILURES, connect, prepare
from dashboards.mount import mounted
from lrs.errors import AssiduError, Overloaded
from lrs.http.errors import problem_response
from lrs.services import Services

_AGAIN_SECONDS: Final = 0.2
_REFUSED_SECONDS: Final = 5.0


def create() -> Flask:
    """Return the application of this process's environment. The store's routes answer as soon as it does."""
    settings = read_environment()
    configure_logging(settings.log_level, settings.log_format)
    interpreter.settle()
    die_with_parent()
    metrics = Metrics(read_metrics_folder())
    services = connect(settings, PoolMetrics(metrics))
    preparation = _Preparation(settings, services)
    pings = {"first start": preparation.ping}
    app = create_app(settings, services, metrics=metrics, pings=pings, aside_seconds=ASIDE_SECONDS)
    app.before_request_funcs.setdefault(None, []).insert(0, preparation.refuse_until_done)
    preparation.begin(then=mounted(app).readiness.begin)
    return app


class _Preparation:
    """Indexes and first start, tried until they succeed: a store that comes up later than we do is no failure."""

    def __init__(self, settings: Settings, services: Services) -> None:
        self._settings = settings
        self._services = services
        self._done = threading.Event()

    def begin(self, then: Callable[[], None]) -> None:
        """Start; `then` is called once it is done."""
        threading.Thread(target=self._run, args=(then,), name="first start", daemon=True).start()

    def ping(self) -> None:
        if not self._done.is_set():
            raise _not_yet()

    def refuse_until_done(self) -> Response | None:
        # Without its indexes the store could take the same id twice: nothing passes before they are there.
        if self._done.is_set() or request.path in health.PATHS or self._done.wait(5):
            return None
        return problem_response(_not_yet())

    def _run(self, then: Callable[[], None]) -> None:
        log = structlog.get_logger("assidu")
        while True:
            try:
                prepare(self._settings, self._services)
            except STORE_FAILURES as error:
                log.warning("the store is not there yet", error=type(error).__name__)
                self._done.wait(_AGAIN_SECONDS)
            except AssiduError as error:
                # A setting that the store refuses, such as a key that another organisation has. It does not pass
                # by itself, but an operator may put it right in the database while /readyz names it.
                log.error("the first start is refused", reason=error.message)  # noqa: TRY400 - the reason says it all
                self._done.wait(_REFUSED_SECONDS)
            else:
                self._done.set()
                then()
                return


def _not_yet() -> Overloaded:
    return Overloaded("The store is not there yet; nothing was written.")
