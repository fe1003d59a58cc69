"""How one learner stands in a tree: the tracking model (SN 4.2) and the state of the session (SN 4.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import msgspec

from lrs.scorm.values import Standing
from lrs.sequencing.selection import chosen
from lrs.sequencing.tree import Activity, Tree


@dataclass(frozen=True, slots=True)
class ObjectiveInfo:
    """What is known of an objective; None for what is not."""

    satisfied: bool | None = None
    measure: float | None = None
    raw: float | None = None
    min: float | None = None
    max: float | None = None
    completion: bool | None = None
    progress: float | None = None

    def known(self) -> dict[str, Any]:
        """Return what is known, by its name."""
        return {name: value for name in FACETS if (value := getattr(self, name)) is not None}


FACETS: Final = ("satisfied", "measure", "raw", "min", "max", "completion", "progress")
NOTHING: Final = ObjectiveInfo()


@dataclass(frozen=True, slots=True)
class Info:
    """What is known of one activity, of its newest attempt.

    A stale part is of an attempt on the parent that is past. `floor` is the last attempt that the gateway had counted
    when this one began: what it says of that one and those before belongs to earlier attempts. `has_begun`, `is_over`
    and `asks_suspend` are what the gateway last said of this one; once it `is_settled`, nothing changes it.
    """

    attempts: int = 0
    is_active: bool = False
    is_suspended: bool = False
    completion: bool | None = None
    progress: float | None = None
    objectives: dict[str, ObjectiveInfo] = field(default_factory=dict)
    is_objective_stale: bool = False
    is_progress_stale: bool = False
    floor: int = 0
    has_begun: bool = False
    is_over: bool = False
    asks_suspend: bool = False
    is_settled: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """Where a learner stands. `shared` are the global objectives, `seed` what chance is drawn from."""

    infos: tuple[Info, ...]
    shared: dict[str, ObjectiveInfo] = field(default_factory=dict)
    current: int | None = None
    suspended: int | None = None
    seed: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the gateway knows of a SCO: its newest attempt, whether content ended it, and whether it asked to go on."""

    attempt: int
    standing: Standing
    objectives: Mapping[str, Standing]
    is_over: bool
    asks_suspend: bool


@dataclass(frozen=True, slots=True)
class Run:
    """A tree with how a learner stands in it; every step gives another one."""

    tree: Tree
    state: State

    def __getitem__(self, index: int) -> Activity:
        return self.tree[index]

    def info(self, index: int) -> Info:
        """Return what is known of an activity."""
        return self.state.infos[index]

    def noting(self, index: int, **changes: Any) -> Run:  # noqa: ANN401 - fields of Info
        """Return the same with something else known of an activity."""
        infos = list(self.state.infos)
        infos[index] = replace(infos[index], **changes)
        return self.having(infos=tuple(infos))

    def having(self, **changes: Any) -> Run:  # noqa: ANN401 - fields of State
        """Return the same with another state of the session."""
        return Run(self.tree, replace(self.state, **changes))

    def is_leaf(self, index: int) -> bool:
        """Say whether an activity is delivered itself."""
        return not self.tree[index].children

    def children(self, index: int) -> tuple[int, ...]:
        """Return the children that are there when an attempt is, or would be, gone through (SR.1, SR.2)."""
        info = self.info(index)
        goes_on = info.is_active or info.is_suspended
        return self._children(index, info.attempts if goes_on else info.attempts + 1)

    def rolled(self, index: int) -> tuple[int, ...]:
        """Return the children that were there in the newest attempt: its standing follows from them."""
        return self._children(index, max(1, self.info(index).attempts))

    def _children(self, index: int, attempt: int) -> tuple[int, ...]:
        activity = self.tree[index]
        return chosen(activity.children, activity.definition.selection, (self.state.seed, index, attempt))

    def siblings(self, index: int) -> tuple[int, ...]:
        """Return the children of the parent of an activity; the root is alone."""
        parent = self.tree[index].parent
        return (index,) if parent is None else self.children(parent)


def begin(tree: Tree, seed: str) -> Run:
    """Return how somebody stands who has never been here."""
    return Run(tree, State(tuple(Info() for _ in tree.activities), seed=seed))


_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(State)


def pack(state: State) -> bytes:
    """Write a state down."""
    return _ENCODER.encode(state)


def unpack(tree: Tree, packed: bytes) -> Run:
    """Read a state of this tree again; raise ValueError for one of another."""
    state = _DECODER.decode(packed)
    if len(state.infos) != len(tree.activities):
        message = "This is the state of another course."
        raise ValueError(message)
    return Run(tree, state)
