"""The page of a process that is full: whole in itself, for whatever it asked for besides might be refused as well."""

from __future__ import annotations

import base64
import hashlib
import random
from typing import TYPE_CHECKING, Final

from werkzeug.datastructures import LanguageAccept, MIMEAccept
from werkzeug.http import parse_accept_header

from dashboards.audience import is_person

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

# Pages that were refused together do not come back together.
_AGAIN_SECONDS: Final = (3, 8)
_WIDE: Final = "\u00a0"
_TITLES: Final = {"fr": "Beaucoup de demandes à la fois", "en": "Many requests at once"}
_READING: Final = {
    "fr": f"Rien n’est perdu{_WIDE}: cette page se recharge toute seule dans quelques secondes.",
    "en": "Nothing is lost: this page loads again by itself in a few seconds.",
}
_SENDING: Final = {
    "fr": "Ce que vous venez d’envoyer n’a pas été pris. Rechargez cette page dans quelques secondes pour l’envoyer de "
    "nouveau.",
    "en": "What you have just sent was not taken. Load this page again in a few seconds to send it again.",
}
_STYLE: Final = (
    ":root{color-scheme:light dark}"
    "body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem;box-sizing:border-box;"
    'background:#f6f7fb;color:#1c2333;font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}'
    "main{max-width:26rem}h1{margin:.25rem 0 .5rem;font-size:1.5rem;line-height:1.25;text-wrap:balance}"
    "p{margin:0}b{font-weight:650}"
    "@media(prefers-color-scheme:dark){body{background:#12151d;color:#eceff6}}"
)
_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def busy_page(environ: WSGIEnvironment) -> bytes | None:
    """Return the page that says to come again, in the reader's language; None where a program asks.

    A page comes again by itself. What was sent does not: its reader says so to the browser, which still has it.
    """
    accepted = environ.get("HTTP_ACCEPT", "")
    if "text/html" not in accepted:
        return None
    if not is_person(environ.get("PATH_INFO", ""), parse_accept_header(accepted, MIMEAccept)):
        return None
    languages = parse_accept_header(environ.get("HTTP_ACCEPT_LANGUAGE"), LanguageAccept)
    language = languages.best_match(("fr", "en"), "fr")
    again, said = "", _SENDING[language]
    if environ.get("REQUEST_METHOD") in ("GET", "HEAD"):
        seconds = random.randint(*_AGAIN_SECONDS)  # noqa: S311 - a pause, not a secret
        again, said = f'<meta http-equiv="refresh" content="{seconds}">', _READING[language]
    title = _TITLES[language]
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{again}'
        f"<title>{title} · Assidu</title><style>{_STYLE}</style></head>"
        f"<body><main><b>Assidu</b><h1>{title}</h1><p>{said}</p></main></body></html>"
    ).encode()
