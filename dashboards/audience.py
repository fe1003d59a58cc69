"""Who an answer is for: a person, who is shown a page, or a program, which is told in JSON."""

from __future__ import annotations

from typing import Final

from werkzeug.datastructures import MIMEAccept

# What speaks to programs, whatever a browser says that it would like.
_PROGRAMS: Final = (
    "/api", "/xapi", "/scorm", "/cmi5", "/oauth", "/healthz", "/readyz", "/livez", "/metrics", "/dashboards/_",
)  # fmt: skip


def is_person(path: str, accepted: MIMEAccept) -> bool:
    """Say whether somebody looks at what this path answers, given what the request accepts.

    >>> is_person("/login", MIMEAccept([("text/html", 1), ("*/*", 0.8)])), is_person("/login", MIMEAccept([("*/*", 1)]))
    (True, False)
    """
    if path.startswith(_PROGRAMS):
        return False
    return accepted.best_match(("application/json", "text/html")) == "text/html" and "text/html" in accepted.values()
