"""Words that go along to the next page: what an act has done is said where it leads."""

from __future__ import annotations

from typing import Any

from dashboards.frame import answers, parts
from dashboards.frame.visit import Visit


def pass_on(visit: Visit, path: str, done: str) -> None:
    """Go to a page, which says the text `done`; a page that one is on already is drawn anew."""
    answers.go_to(f"{path}?done={done}&at={visit.lens.now}")


def passed_on(visit: Visit) -> list[Any]:
    """Return what the act that led here has done; nothing for an address that says what no act does."""
    key = visit.place.get("done", "")
    if not key.endswith("_done") and key not in _DONE:
        return []
    try:
        return [parts.notice(visit.words(key), tone="good")]
    except KeyError:
        return []


_DONE = frozenset(("placed", "run_goes_on", "saved", "adopted", "revoked_title", "dropped", "same", "stored_again"))
