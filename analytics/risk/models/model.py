"""A fitted model as data: it scores and explains with numpy alone, and its bytes are the same for the same fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

import numpy as np
import orjson
from numpy.typing import NDArray

from analytics.risk.calibration import Calibration, calibrate
from analytics.risk.explanation import Reason, reasons
from analytics.risk.features import FeatureTable
from analytics.risk.models.errors import UnreadableModel
from analytics.risk.models.inputs import Layout, values_of
from analytics.risk.models.reference import Reference
from analytics.risk.models.scores import Scores, Unshown
from analytics.risk.models.stage import Stage
from analytics.risk.models.usual import medians
from analytics.risk.moments import progress
from analytics.risk.newton import chance, log_odds
from analytics.risk.targets import Sample, Target, leaves_within

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

# What `to_bytes` writes. Models of form 2 have no trees that move, and are read as they are; any other number is
# another layout, and is not read.
FORM: Final = 3
_READ: Final = (2, FORM)
# How much wider, in log-odds, the interval of a row that cannot quite be trusted is.
_DOUBT: Final = 1.0
_FORMAT: Final = "assidu-risk-model"


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """One model of one target. Made by `fitting.fit`, or read by `from_bytes`; never changed, only replaced.

    Attributes:
        target: What it estimates.
        kind: Which model: `fitting.Kind`.
        layout: What it is asked with: the features it was fitted on, and what goes with them.
        stages: The questions it answers one after the other: one, or the intervals of a hazard.
        ends: After how many days each stage ends; None at the end of the session.
        calibrations: What makes probabilities of the log-odds at each end.
        reference: What it was fitted on, as far as needed to see later whether today is like it.
        events: How many enrolments it happened to among those it was fitted on.
        own: How much an organisation's own data count in it beside the pooled model's: 1 without one, 0 without data.
    """

    target: Target
    kind: str
    layout: Layout
    stages: tuple[Stage, ...]
    ends: tuple[int | None, ...]
    calibrations: tuple[Calibration, ...]
    reference: Reference
    events: int
    own: float

    @property
    def names(self) -> tuple[str, ...]:
        """The features it was fitted on, in its order; a table may have more, in any order."""
        return self.layout.names

    @property
    def horizons(self) -> tuple[int | None, ...]:
        """Within how many days it can say it happens; None to the end of the session."""
        return self.ends

    def calibration(self, horizon: int | None = None) -> Calibration:
        """Return how probabilities within a horizon are made, and how they fared; the target's own by default."""
        return self.calibrations[self._end(horizon)]

    def score(self, table: FeatureTable, *, horizon: int | None = None) -> Scores:
        """Return what the model says of each row of `table`.

        `horizon` is 14 or 28 for the two targets about leaving, which one model answers; the target's own by default,
        and a probability never falls as the horizon grows. A feature of the model that `table` does not have counts as
        not known. Raises ValueError for a horizon that the model does not know.
        """
        end = self._end(horizon)
        share = progress(table.day, table.length)
        lacking = np.array([name in table.lacking for name in table.enrolment_ids], dtype=bool)
        odds = self._odds(self.layout.of(table), share)
        odds[lacking] = np.nan
        unlike = self.reference.unlike(values_of(table, self.names))
        shown = self.calibrations[end].is_shown & ~unlike & ~lacking
        said = np.where(shown, self._believed(odds, share, end), np.nan)
        doubt = np.array([name in table.doubtful for name in table.enrolment_ids], dtype=bool)
        low, high = self.calibrations[end].interval(odds[:, end], share, np.where(doubt, _DOUBT, 0.0))
        return Scores(
            target=self.target,
            horizon=self.ends[end],
            enrolment_ids=tuple(table.enrolment_ids),
            margin=odds[:, end],
            probability=said,
            # Where an earlier horizon already says more, so does this one, and its interval holds it.
            low=np.where(shown, np.minimum(low, said), np.nan),
            high=np.where(shown, np.maximum(high, said), np.nan),
            rank=_ranks(odds[:, end], table.session_ids),
            is_calibrated=self.calibrations[end].is_shown,
            unshown=tuple(
                _why(is_lacking, is_unlike, is_shown)
                for is_lacking, is_unlike, is_shown in zip(lacking, unlike, shown, strict=True)
            ),
        )

    def believed(self, table: FeatureTable, *, horizon: int | None = None) -> Array:
        """Return the probability of each row whether or not it may be shown: to judge the model by. NaN for no score.

        Of shape [n]. Nothing that people read shows these: `score` says which may be shown.
        """
        share = progress(table.day, table.length)
        odds = self._odds(self.layout.of(table), share)
        odds[[name in table.lacking for name in table.enrolment_ids]] = np.nan
        return self._believed(odds, share, self._end(horizon))

    def explain(self, table: FeatureTable, rows: Sequence[int], *, most: int = 3) -> list[tuple[Reason, ...]]:
        """Return what raises the estimate of each of `rows` most, the weightiest first; the same every time.

        Each reason is how far the log-odds would move if one family of features were at the median of the row's
        session in `table`, so `table` must hold whole sessions. What lowers it is told where nothing raises it.
        Empty for a row that has no score.
        """
        asked = [row for row in rows if table.enrolment_ids[row] not in table.lacking]
        own, end = values_of(table, self.names, rows=asked), self._end(None)
        usual = medians(table, self.names, asked)
        share = progress(table.day[asked], table.length[asked])
        beside = np.hstack([table.day[asked, None].astype(np.float64), self.layout.session(table)[asked]])

        def margin(values: Array, made_of: Whole) -> Array:
            return self._odds(np.hstack([values, beside[made_of]]), share[made_of])[:, end]

        found = dict(zip(asked, reasons(margin, self.names, own, usual, most=most), strict=True))
        return [found.get(row, ()) for row in rows]

    def recalibrated(self, latest: Sample) -> Model:
        """Return the model with its probabilities set by `latest`, the latest finished sessions, weights untouched."""
        share = progress(latest.table.day, latest.table.length)
        odds = self._odds(self.layout.of(latest.table), share)
        found = []
        for end, before in enumerate(self.calibrations):
            happened = outcome_by(latest, self.target, self.ends[end])
            rows = np.flatnonzero(~np.isnan(happened) & ~np.isnan(odds[:, end]))
            found.append(
                calibrate(
                    odds[rows, end], share[rows], happened[rows],
                    [latest.table.enrolment_ids[row] for row in rows],
                    [latest.table.session_ids[row] for row in rows],
                    before=before,
                )
            )  # fmt: skip
        return replace(self, calibrations=tuple(found))

    @property
    def digest(self) -> str:
        """SHA-256 of `to_bytes`, in hexadecimal: the name of this very model."""
        return sha256(self.to_bytes()).hexdigest()

    def to_bytes(self) -> bytes:
        """Return the model as JSON, the same bytes for equal models; what the store signs."""
        plain = {
            "format": _FORMAT,
            "form": FORM,
            "target": self.target.value,
            "kind": self.kind,
            "names": self.names,
            "group": self.layout.group,
            "programmes": self.layout.programmes,
            "ends": self.ends,
            "stages": [stage.plain() for stage in self.stages],
            "calibrations": [item.plain() for item in self.calibrations],
            "reference": self.reference.plain(),
            "events": self.events,
            "own": self.own,
        }
        return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)

    @staticmethod
    def from_bytes(data: bytes) -> Model:
        """Read what `to_bytes` wrote; raises `UnreadableModel` for anything else, another form included."""
        try:
            return _read(data)
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            message = f"These {len(data)} bytes are no model of form {FORM}: {error}"
            raise UnreadableModel(message) from error

    def _end(self, horizon: int | None) -> int:
        wanted = self.target.horizon if horizon is None else horizon
        if wanted not in self.ends:
            known = ", ".join("the end" if end is None else f"{end} days" for end in self.ends)
            message = f"The model of {self.target.value} does not know a horizon of {wanted} days; it knows {known}."
            raise ValueError(message)
        return self.ends.index(wanted)

    def _odds(self, inputs: Array, share: Array) -> Array:
        """Return the log-odds by each end; of shape [n, ends]. One stage is its own; several survive one another."""
        if len(self.stages) == 1:
            return self.stages[0].margin(inputs, share)[:, None]
        stays = np.cumprod([1 - chance(stage.margin(inputs, share)) for stage in self.stages], axis=0)
        return log_odds(np.asarray(1 - stays.T, dtype=np.float64))

    def _believed(self, odds: Array, share: Array, end: int) -> Array:
        said = [self.calibrations[at].probability(odds[:, at], share) for at in range(end + 1)]
        return np.asarray(np.maximum.reduce(said))


def outcome_by(given: Sample, target: Target, end: int | None) -> Array:
    """Return whether the target had happened `end` days after each snapshot; to the end of the session for None."""
    if end is None:
        return given.outcome[Target.LEAVES if target is Target.LEAVES_SOON else target]
    completed = np.where(np.isnan(given.outcome[Target.LEAVES]), np.nan, 0.0)
    return leaves_within(given.leaves_in, given.followed, completed, end)


def _ranks(margin: Array, session_ids: Sequence[str]) -> Array:
    """Return for each row which share of the other scored rows of its session has a lower margin, ties one half."""
    ranks = np.full(len(margin), np.nan)
    _, owner = np.unique(np.asarray(session_ids, dtype=str), return_inverse=True)
    for number in range(int(owner.max(initial=-1)) + 1):
        rows = np.flatnonzero((owner == number) & ~np.isnan(margin))
        ordered = np.sort(margin[rows])
        below = np.searchsorted(ordered, margin[rows], side="left")
        upto = np.searchsorted(ordered, margin[rows], side="right")
        ranks[rows] = (below + upto - 1) / 2 / max(1, len(rows) - 1) if len(rows) > 1 else 0.5
    return ranks


def _why(is_lacking: bool, is_unlike: bool, is_shown: bool) -> Unshown | None:  # noqa: FBT001 - three answers at once
    if is_lacking:
        return Unshown.LACKING
    if is_unlike:
        return Unshown.OUT_OF_RANGE
    return None if is_shown else Unshown.UNCALIBRATED


def _read(data: bytes) -> Model:
    plain = orjson.loads(data)
    if plain["format"] != _FORMAT or plain["form"] not in _READ:
        message = f"they say {plain['format']!r}, form {plain['form']!r}"
        raise ValueError(message)
    layout = Layout(*(tuple(map(str, plain[name])) for name in ("names", "group", "programmes")))
    model = Model(
        target=Target(plain["target"]),
        kind=str(plain["kind"]),
        layout=layout,
        stages=tuple(Stage.read(stage, layout.count) for stage in plain["stages"]),
        ends=tuple(None if end is None else int(end) for end in plain["ends"]),
        calibrations=tuple(Calibration.read(item) for item in plain["calibrations"]),
        reference=Reference.read(plain["reference"], len(layout.names)),
        events=int(plain["events"]),
        own=float(plain["own"]),
    )
    if not len(model.stages) == len(model.ends) == len(model.calibrations):
        message = "stages, ends and calibrations are not equally many"
        raise ValueError(message)
    return model
