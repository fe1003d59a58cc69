"""The IRIs of the assistance profile.

The verbs are ours although ADL has `asked` and others have `replied`: those are read as acts of a trainee at work, and
a message that somebody else wrote, or noted afterwards, must change no trainee's time (`analytics/traces`).
"""

from __future__ import annotations

from typing import Any, Final

from training.assistance.exchange import Kind
from training.attendance.vocabulary import BASE, EXTENSION

PROFILE: Final = BASE + "profile/assistance/v1"
TEXT: Final = BASE + "attachments/message"


def _verb(name: str, french: str, english: str) -> dict[str, Any]:
    return {"id": f"{BASE}verbs/{name}", "display": {"fr": french, "en": english}}


# The trainee is the actor of each, whoever wrote, as in the attendance profile; the last is whoever decides.
VERBS: Final = {
    Kind.MESSAGE: _verb("was-written-to", "a reçu un message dans", "was written to in"),
    Kind.TALK: _verb("was-talked-with", "a eu un échange dans", "was talked with in"),
    Kind.QUESTION: _verb("put-question", "a posé une question dans", "put a question in"),
    Kind.REPLY: _verb("was-replied-to", "a reçu une réponse dans", "was replied to in"),
    Kind.POSTPONED: _verb("postponed-follow-up", "a remis à plus tard un suivi dans", "put off following up in"),
}
KINDS: Final = {verb["id"]: kind for kind, verb in VERBS.items()}


def ext(name: str) -> str:
    """Return the IRI of one of the profile's extensions.

    >>> ext("channel")
    'https://assidu.example/xapi/ext/channel'
    """
    return EXTENSION + name
