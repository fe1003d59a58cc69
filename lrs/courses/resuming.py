"""What a player of ours starts from: where the learner stands in a SCO, in the words of its edition.

The gateway keeps who stands where (`lrs/scorm/track.py`) and ADL's attempt state; beside them stands what only a
player of ours asks for again, the interactions and objectives as they were last committed, as one more state document.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import orjson

from lrs.clock import Clock
from lrs.courses.gateway import Gateway, Taken
from lrs.documents import resources
from lrs.documents.document import Document
from lrs.documents.selection import Address, Context
from lrs.packages.manifest import Item
from lrs.scorm.commit import Commit
from lrs.scorm.launch import Launch
from lrs.scorm.pen import attempt_iri
from lrs.scorm.placing import Place
from lrs.scorm.spans import Hundredths
from lrs.scorm.track import PLAYER, Track, attempt_id
from lrs.scorm.values import UNKNOWN, Edition, Score, Standing
from lrs.scorm.vocabulary import ATTEMPT_STATE, BASE
from lrs.sequencing.state import Heard, ObjectiveInfo
from lrs.store.database import Store
from lrs.store.documents import DocumentStore
from lrs.store.scorm_states import StateStore
from lrs.store.scorm_tracks import TrackStore
from lrs.tenancy import OrganisationId

PLAYER_STATE: Final = f"{BASE}scorm/player-state"
_JSON: Final = "application/json"
Json = dict[str, Any]


class RememberingGateway:
    """Takes commits of players of ours: as the gateway does, and keeps what they ask for again."""

    def __init__(self, gateway: Gateway, store: Store, clock: Clock) -> None:
        self.launches = gateway.launches
        self._gateway = gateway
        self._states = StateStore(store, clock)

    def take(self, launch: Launch, commit: Commit) -> Taken:
        """Take one commit, as `Gateway.take` does."""
        taken = self._gateway.take(launch, commit)
        if taken.place not in (Place.LATE, Place.REPLAY):
            self._states.put_all(launch.organisation, [(_address(launch), Document(_JSON, _written(commit)))])
        return taken


@dataclass(frozen=True, slots=True)
class Start:
    """How a SCO is started. `cmi` is the data model as scorm-again loads it, `total` what earlier sessions took."""

    entry: str
    cmi: Json
    total: Hundredths


@dataclass(frozen=True, slots=True)
class Told:
    """What rules say as a SCO starts: attempts up to `floor` are past; `objectives` by their ids, what others know."""

    floor: int
    objectives: Mapping[str, Json]


class Resuming:
    """Finds where learners stand."""

    def __init__(self, store: Store, documents: DocumentStore) -> None:
        self._tracks = TrackStore(store)
        self._documents = documents

    def standings(self, organisation: OrganisationId, launches: list[Launch]) -> list[Standing]:
        """Return how a learner stands in each of these SCOs."""
        held = self._tracks.find(organisation, {launch.track for launch in launches})
        return [held[launch.track].track.standing if launch.track in held else UNKNOWN for launch in launches]

    def heard(self, organisation: OrganisationId, launches: Mapping[int, Launch]) -> dict[int, Heard]:
        """Return what is known of the newest attempt in each of these SCOs that anything is known of."""
        held = self._tracks.find(organisation, {launch.track for launch in launches.values()})
        return {
            at: _heard(held[launch.track].track) for at, launch in launches.items() if launch.track in held
        }  # fmt: skip

    def start(self, launch: Launch, item: Item, edition: Edition, told: Told | None = None) -> Start:
        """Return what a SCO starts from: where it was left, unless it was ended for good.

        In a course with rules it is they that say which attempts are past, and what objectives of others hold.
        """
        held = self._tracks.find(launch.organisation, {launch.track}).get(launch.track)
        fresh = _fresh(launch, item, edition)
        if told is not None:
            fresh = _with_objectives(fresh, told)
        stays = held is not None and (goes_on(held.track, edition) if told is None else held.track.attempt > told.floor)
        if held is None or not stays:
            return Start("ab-initio", fresh, Hundredths(0))
        track = held.track
        attempt = attempt_iri(launch, attempt_id(launch.track, track.attempt))
        left = self._read(launch, Address(_context(launch, attempt), ATTEMPT_STATE))
        kept = self._read(launch, _address(launch))
        resumed = _resumed(fresh, edition, track.standing, left, kept)
        if told is not None:
            resumed = _with_objectives(resumed, told)
        return Start("resume", resumed, track.total or Hundredths(0))

    def _read(self, launch: Launch, address: Address) -> Json:
        stored = self._documents.find(launch.organisation, address)
        value = orjson.loads(stored.document.body) if stored is not None else {}
        return value if isinstance(value, dict) else {}


def goes_on(track: Track, edition: Edition) -> bool:
    """Say whether whoever comes back finds things as they left them.

    What was suspended or cut off does (SCORM 2004 RTE 4.2.8). A SCO of 1.2 always does: most that were made for it
    never say that they suspend, and expect their place again. One of 2004 that ended normally begins anew once it is
    completed.
    """
    sitting = track.sitting
    if track.attempt == 0 or sitting is None:
        return False
    if edition is Edition.V1_2 or track.is_suspended or sitting.ended_by != PLAYER:
        return True
    return track.standing.completion is not True


def objective_words(info: ObjectiveInfo) -> Json:
    """Return what is known of an objective in the words of SCORM 2004."""
    score = Score(info.measure, info.raw, info.min, info.max)
    has_score = any(value is not None for value in score)
    standing = Standing(info.completion, info.satisfied, score if has_score else None, info.progress)
    return _of_standing(standing, Edition.V2004)


def _with_objectives(cmi: Json, told: Told) -> Json:
    """Return a data model whose objectives say what they read from others, where they say nothing themselves."""
    rows = {at: {**told.objectives.get(row.get("id", ""), {}), **row} for at, row in cmi.get("objectives", {}).items()}
    return {**cmi, "objectives": rows} if rows else cmi


def _heard(track: Track) -> Heard:
    sitting = track.sitting
    is_over = sitting is not None and sitting.ended_by == PLAYER
    return Heard(track.attempt, track.standing, track.objectives, is_over, track.is_suspended)


def _address(launch: Launch) -> Address:
    return Address(_context(launch, launch.activity["id"]), PLAYER_STATE)


def _context(launch: Launch, activity: str) -> Context:
    return Context(resources.STATE, activity, launch.learner, launch.registration)


def _written(commit: Commit) -> bytes:
    """Write down what a commit holds that is asked for again; interactions stay as they came."""
    objectives = orjson.dumps([
        {"id": each.id, "description": each.description, **_of_standing(each.standing, commit.edition)}
        for each in commit.values.objectives
    ])  # fmt: skip
    return b'{"interactions":' + (commit.interactions or b"{}") + b',"objectives":' + objectives + b"}"


def _fresh(launch: Launch, item: Item, edition: Edition) -> Json:
    """Return the data model of a learner who has never been here, with the name that the launch has, if any."""
    rules, name = item.rules, str(launch.actor.get("name", ""))
    learner = f"l{sha256(launch.learner.encode('utf-8', 'surrogatepass')).hexdigest()[:20]}"
    if edition is Edition.V1_2:
        return {
            "core": {"student_id": learner, "student_name": name, "credit": "credit", "lesson_mode": "normal",
                     "lesson_status": "not attempted", "entry": "ab-initio"},
            "launch_data": rules.launch_data,
            "student_data": {"mastery_score": rules.mastery_score, "max_time_allowed": rules.max_time,
                             "time_limit_action": rules.time_limit_action},
        }  # fmt: skip
    cmi = {
        "learner_id": learner, "learner_name": name, "credit": "credit", "mode": "normal", "entry": "ab-initio",
        "launch_data": rules.launch_data, "max_time_allowed": rules.max_time,
        "time_limit_action": rules.time_limit_action, "completion_threshold": rules.completion_threshold,
        "scaled_passing_score": rules.passing_score,
        "objectives": {str(at): {"id": each} for at, each in enumerate(rules.objectives)},
    }  # fmt: skip
    return {name: value for name, value in cmi.items() if value}


def _resumed(cmi: Json, edition: Edition, standing: Standing, left: Json, kept: Json) -> Json:
    """Return a data model with where the learner was put into it."""
    said = _of_standing(standing, edition)
    shared = {"suspend_data": left.get("suspend_data", ""), "interactions": kept.get("interactions") or {}}
    objectives = {str(at): each for at, each in enumerate(kept.get("objectives") or [])}
    if edition is Edition.V1_2:
        said["lesson_status"] = said.pop("status", "") or "incomplete"
        for each in objectives.values():
            each.pop("description", None)
        core = {**cmi["core"], **said, "entry": "resume", "lesson_location": left.get("location", "")}
        return {**cmi, **shared, "core": core, "objectives": objectives}
    place = {"entry": "resume", "location": left.get("location", "")}
    return {**cmi, **shared, **said, **place, "objectives": objectives or cmi.get("objectives", {})}


def _of_standing(standing: Standing, edition: Edition) -> Json:
    """Return a standing in an edition's words."""
    score, found = standing.score, dict[str, Any]()
    if score is not None:
        named = {"raw": score.raw, "min": score.min, "max": score.max}
        if edition is Edition.V2004:
            named["scaled"] = score.scaled
        found["score"] = {name: f"{value:g}" for name, value in named.items() if value is not None}
    if edition is Edition.V1_2:
        if status := _status(standing):
            found["status"] = status
        return found
    if standing.completion is not None:
        found["completion_status"] = "completed" if standing.completion else "incomplete"
    if standing.success is not None:
        found["success_status"] = "passed" if standing.success else "failed"
    if standing.progress is not None:
        found["progress_measure"] = f"{standing.progress:g}"
    return found


def _status(standing: Standing) -> str:
    if standing.success is not None:
        return "passed" if standing.success else "failed"
    if standing.completion is None:
        return ""
    return "completed" if standing.completion else "incomplete"
