"""Invented statements as an LMS sends them: bytes of about 1.2 kB, the same ones for the same seed.

240 learners, 60 activities in 6 courses, 8 verbs, one registration for each learner and course. Built from
pieces that are encoded once, so that making them costs a few microseconds each and never limits a measurement.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

ACTORS: Final = 240
COURSES: Final = 6
LESSONS: Final = 10
SITE: Final = "https://campus.example"
PROFILE: Final = "https://w3id.org/xapi/cmi5/context/categories/cmi5"
_START: Final = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
# How many statements a day brings, and how much later each happened than the one before it: eight hours of them.
DAY: Final = 5_000
_STEP_MS: Final = 5_760
# How many statements share one random generator: what follows is the same however it is cut into chunks.
_STRIDE: Final = 1_000
_STATEMENT: Final = (
    b'{"id":"%b","actor":%b,"verb":%b,"object":%b,%b"context":{"registration":"%b",%b%b}},"timestamp":"%b"}'
)

_ADL: Final = "http://adlnet.gov/expapi/verbs"
# IRI, English, French, share of all statements in percent, whether it carries a result.
_VERBS: Final = (
    (f"{_ADL}/experienced", "experienced", "a consulté", 36, False),
    (f"{_ADL}/initialized", "initialized", "a commencé", 12, False),
    (f"{_ADL}/terminated", "terminated", "a quitté", 12, True),
    (f"{_ADL}/answered", "answered", "a répondu à", 16, True),
    (f"{_ADL}/completed", "completed", "a terminé", 8, True),
    (f"{_ADL}/passed", "passed", "a réussi", 5, True),
    (f"{_ADL}/failed", "failed", "a échoué à", 2, True),
    ("https://w3id.org/xapi/video/verbs/paused", "paused", "a mis en pause", 9, False),
)
_FIRST_NAMES: Final = ("Amélie", "Bakary", "Chloé", "Driss", "Élodie", "Farid", "Gaëlle", "Hugo", "Inès", "Jérôme")
_LAST_NAMES: Final = ("Bernard", "Diallo", "Faure", "Garnier", "Haddad", "Lefèvre", "Marchand", "N’Guyen")
_COURSES: Final = (
    "Sécurité incendie et évacuation", "Gestes et postures au travail", "Habilitation électrique B0",
    "Bureautique : tableur, niveau 2", "Accueil et relation client", "Prévention des risques chimiques",
)  # fmt: skip
_LESSONS: Final = (
    "Accueil et positionnement", "Cadre réglementaire", "Identifier les situations à risque", "Étude de cas guidée",
    "Vidéo : les bons réflexes", "Mise en pratique", "Quiz intermédiaire", "Ressources à télécharger",
    "Travail de groupe", "Évaluation finale",
)  # fmt: skip
_TYPES: Final = ("lesson", "lesson", "lesson", "simulation", "media", "lesson", "assessment", "file", "lesson",
                 "assessment")  # fmt: skip
_AGENTS_OF_BROWSERS: Final = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1",
    "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
)


@dataclass(frozen=True, slots=True)
class Sent:
    """One statement to send: its id as text, its bytes."""

    statement_id: str
    body: bytes


class Campus:
    """Everything that the statements of one seed are about.

    `years_ago` makes it that of an earlier year: the same courses, other learners.
    """

    def __init__(self, seed: int = 1, years_ago: int = 0) -> None:
        self.seed = seed
        self.year = _START.year - years_ago
        self._chance = f"{seed}" if not years_ago else f"{seed}-{years_ago}"
        self._start = _START.replace(year=self.year)
        chance = random.Random(f"{self._chance}:campus")  # noqa: S311 - protects nothing
        self.actors = [_actor(years_ago * ACTORS + number) for number in range(ACTORS)]
        self.courses = [f"{SITE}/formations/{course + 1}" for course in range(COURSES)]
        self.activities = [f"{course}/modules/{lesson + 1}" for course in self.courses for lesson in range(LESSONS)]
        self.registrations = [
            [_uuid(chance.getrandbits(128)).decode() for _ in range(COURSES)] for _ in range(ACTORS)
        ]  # fmt: skip
        self.verbs = [verb[0] for verb in _VERBS]
        self._verbs = [_json({"id": iri, "display": {"en-US": en, "fr-FR": fr}}) for iri, en, fr, *_ in _VERBS]
        self._bag = [at for at, verb in enumerate(_VERBS) for _ in range(verb[3])]
        self._actors = [_json(actor) for actor in self.actors]
        self._registrations = [[text.encode() for text in row] for row in self.registrations]
        self._objects = [_json(_object(self.activities[at], at)) for at in range(len(self.activities))]
        self._contexts = [_context(self.courses[at // LESSONS], at) for at in range(len(self.activities))]
        self._browsers = [_json(text) for text in _AGENTS_OF_BROWSERS]

    def statements(self, first: int, count: int) -> Iterator[Sent]:
        """Yield statements number `first` to `first + count - 1` of this seed, whatever came before."""
        last = first + count
        for stride in range(first // _STRIDE, -(-last // _STRIDE)):
            chance = random.Random(f"{self._chance}:{stride}")  # noqa: S311 - protects nothing
            for number in range(stride * _STRIDE, (stride + 1) * _STRIDE):
                sent = self._statement(number, chance)
                if first <= number < last:
                    yield sent

    def _statement(self, number: int, chance: random.Random) -> Sent:
        bits = chance.getrandbits(256)
        statement_id, dice = _uuid(bits >> 128), bits & ((1 << 128) - 1)
        dice, actor = divmod(dice, ACTORS)
        dice, activity = divmod(dice, len(self._objects))
        dice, drawn = divmod(dice, len(self._bag))
        dice, browser = divmod(dice, len(self._browsers))
        dice, late = divmod(dice, 60_000)
        verb = self._bag[drawn]
        result = _result(verb, dice) if _VERBS[verb][4] else b""
        # Some arrive late: the order of timestamps is not that of arrival.
        day, since_eight = divmod(number, DAY)
        moment = self._start + timedelta(days=day, milliseconds=since_eight * _STEP_MS - late)
        body = _STATEMENT % (
            statement_id, self._actors[actor], self._verbs[verb], self._objects[activity], result,
            self._registrations[actor][activity // LESSONS], self._contexts[activity], self._browsers[browser],
            moment.isoformat(timespec="milliseconds")[:23].encode() + b"Z",
        )  # fmt: skip
        return Sent(statement_id.decode(), body)


def _actor(number: int) -> dict[str, Any]:
    first = _FIRST_NAMES[number % len(_FIRST_NAMES)]
    last = _LAST_NAMES[number // len(_FIRST_NAMES) % len(_LAST_NAMES)]
    account = {"homePage": SITE, "name": f"stagiaire-{number + 1:04d}"}
    return {"objectType": "Agent", "name": f"{first} {last}", "account": account}


def _object(iri: str, at: int) -> dict[str, Any]:
    lesson = at % LESSONS
    definition = {
        "name": {"fr-FR": _LESSONS[lesson]},
        "description": {"fr-FR": f"Module {lesson + 1} de « {_COURSES[at // LESSONS]} »."},
        "type": f"http://adlnet.gov/expapi/activities/{_TYPES[lesson]}",
    }
    return {"objectType": "Activity", "id": iri, "definition": definition}


def _context(course: str, at: int) -> bytes:
    """Return the members of a context that its activity decides; the last extension's value is left to come."""
    activities = {
        "parent": [{"objectType": "Activity", "id": f"{course}/sequences/{at % LESSONS // 3 + 1}"}],
        "grouping": [{"objectType": "Activity", "id": course}],
        "category": [{"objectType": "Activity", "id": PROFILE}],
    }
    return b'"contextActivities":%b,"platform":"Moodle 4.5","language":"fr-FR","extensions":{"%b":%d,"%b":' % (
        _json(activities),
        f"{SITE}/xapi/extensions/groupe".encode(),
        at % 12 + 1,
        f"{SITE}/xapi/extensions/agent".encode(),
    )


def _result(verb: int, dice: int) -> bytes:
    seconds, points = dice % 3_600, dice // 3_600 % 101
    name = _VERBS[verb][1]
    if name in ("answered", "passed", "failed"):
        points = {"passed": 60 + points % 41, "failed": points % 60}.get(name, points)
        success = b"true" if points >= 60 else b"false"
        return b'"result":{"score":{"scaled":%.2f,"raw":%d,"min":0,"max":100},"success":%b,"duration":"PT%dM%dS"},' % (
            points / 100, points, success, seconds // 60, seconds % 60,
        )  # fmt: skip
    completion = b'"completion":true,' if name == "completed" else b""
    return b'"result":{%b"duration":"PT%dM%dS"},' % (completion, seconds // 60, seconds % 60)


def _uuid(bits: int) -> bytes:
    """Return 128 random bits as the text of a random (version 4) UUID."""
    text = b"%032x" % bits
    return b"%b-%b-4%b-%b%b-%b" % (
        text[:8], text[8:12], text[13:16], b"89ab"[bits & 3 : (bits & 3) + 1], text[17:20], text[20:],
    )  # fmt: skip


def _json(value: Any) -> bytes:  # noqa: ANN401 - whatever JSON holds
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
