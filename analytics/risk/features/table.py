"""The table of features: a row for each learner who is still enrolled, a column for each feature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from analytics.risk.features.agreed import agreed
from analytics.risk.features.assistance import assistance
from analytics.risk.features.attendance import attendance
from analytics.risk.features.breadth import breadth
from analytics.risk.features.cohort import Cohort, Floats
from analytics.risk.features.done import done_of
from analytics.risk.features.effort import effort
from analytics.risk.features.gathering import gather
from analytics.risk.features.group import group
from analytics.risk.features.lacking import Lack, judge
from analytics.risk.features.lateness import lateness
from analytics.risk.features.past import past
from analytics.risk.features.recency import recency
from analytics.risk.features.results import results
from analytics.risk.features.rhythm import rhythm
from analytics.risk.history import History
from training.records.ids import EnrolmentId


@dataclass(frozen=True)
class FeatureTable:
    """Features of the learners who were still enrolled at `as_of`, a row each, in the order of the histories given.

    Attributes:
        enrolment_ids: Whose rows they are.
        person_ids: Of whom.
        session_ids: In which session: comparisons are within it.
        day: Days since the session's first day, which is 0; negative before it. Of shape [n].
        length: Days that the session lasts. Of shape [n].
        names: The features, in the registry's order.
        values: What they are, NaN where not known; float64 of shape [n, len(names)].
        lacking: For whom no score may be given, and why: rows, and learners without a row whose session is over.
        doubtful: Rows for which a score may be given, but a wide one, and why.
        programme_ids: Of which programme; empty where that is not told, because it is other organisations' business.
    """

    enrolment_ids: tuple[str, ...]
    person_ids: tuple[str, ...]
    session_ids: tuple[str, ...]
    day: NDArray[np.int64]
    length: NDArray[np.int64]
    names: tuple[str, ...]
    values: NDArray[np.float64]
    lacking: Mapping[EnrolmentId, Lack] = field(default_factory=dict)
    doubtful: Mapping[EnrolmentId, Lack] = field(default_factory=dict)
    programme_ids: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.enrolment_ids)

    def column(self, name: str) -> NDArray[np.float64]:
        """Return one feature of every row; raises ValueError for one that is not there."""
        return self.values[:, self.names.index(name)]


def feature_table(histories: Sequence[History], as_of: int) -> FeatureTable:
    """Return the features of every learner still enrolled at `as_of`, from what was known then and nothing later.

    The cohort of a session are those of its `histories` who were still enrolled then, as far as was known: give whole
    sessions. Whoever had left, or whose session was over, has no row. Sessions do not touch each other: a table of
    several has the rows that each alone would have.
    """
    cohort = gather(histories, as_of)
    columns = features_of(cohort)
    names = tuple(columns)
    values = np.stack([columns[name] for name in names], axis=1) if len(cohort) else np.empty((0, len(names)))
    lacking, doubtful = judge(cohort, histories)
    return FeatureTable(
        enrolment_ids=tuple(item.enrolment_id for item in cohort.histories),
        person_ids=tuple(item.person_id for item in cohort.histories),
        session_ids=tuple(item.session_id for item in cohort.histories),
        day=cohort.today,
        length=cohort.length,
        names=names,
        values=np.where(np.isfinite(values), values, np.nan),
        lacking=lacking,
        doubtful=doubtful,
        programme_ids=tuple(item.programme_id for item in cohort.histories),
    )


def features_of(cohort: Cohort) -> dict[str, Floats]:
    """Return every feature of a cohort, in the order of the registry."""
    done = done_of(cohort)
    return {
        **recency(cohort),
        **rhythm(cohort),
        **effort(cohort),
        **attendance(cohort),
        **lateness(cohort, done),
        **results(cohort, done),
        **breadth(cohort),
        **assistance(cohort),
        **agreed(cohort),
        **past(cohort),
        **group(cohort),
    }
