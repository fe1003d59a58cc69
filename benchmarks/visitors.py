"""People who ask for a page while systems post: are they let in, and how long do they wait?"""

from __future__ import annotations

import threading
import time
import urllib.error
import urllib.request
from http import HTTPStatus
from types import TracebackType
from typing import Any, Final, Self

from benchmarks.figures import milliseconds

_PEOPLE: Final = 2
_PAUSE_SECONDS: Final = 0.05
_PATIENCE_SECONDS: Final = 60
_PAGE: Final = "/login"


class Visitors:
    """Two people, each of whom asks for the page to sign in and, a twentieth of a second after it came, again."""

    def __init__(self, host: str, port: int) -> None:
        self._request = urllib.request.Request(
            f"http://{host}:{port}{_PAGE}", headers={"Accept": "text/html,*/*;q=0.8"}
        )
        self._over = threading.Event()
        self._people = [threading.Thread(target=self._visit, daemon=True) for _ in range(_PEOPLE)]
        self._shown_ns: list[int] = []
        self._refused = 0
        self._unanswered = 0

    def __enter__(self) -> Self:
        for person in self._people:
            person.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        for person in self._people:
            person.join()

    def summary(self) -> dict[str, Any]:
        """Return how many pages were asked for, refused and never answered, and how long those shown took."""
        return {
            "asked": len(self._shown_ns) + self._refused + self._unanswered,
            "refused": self._refused,
            "unanswered": self._unanswered,
            "shown_ms": milliseconds(self._shown_ns),
        }

    def _visit(self) -> None:
        while not self._over.is_set():
            began = time.perf_counter_ns()
            try:
                with urllib.request.urlopen(self._request, timeout=_PATIENCE_SECONDS) as answer:  # noqa: S310 - the same
                    answer.read()
            except urllib.error.HTTPError as refusal:
                with refusal:
                    if refusal.code != HTTPStatus.SERVICE_UNAVAILABLE:
                        raise
                    self._refused += 1
            except OSError:
                self._unanswered += 1
            else:
                self._shown_ns.append(time.perf_counter_ns() - began)
            self._over.wait(_PAUSE_SECONDS)
