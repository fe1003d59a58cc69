"""A new organisation begins with what others show, and its own data outweigh it the more there are of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from analytics.risk.calibration import Calibration
from analytics.risk.models.model import Model
from analytics.risk.models.reference import Reference
from analytics.risk.models.stage import Stage

# With so many events of its own, an organisation's data count as much as the pooled model.
HALFWAY: Final = 150


def own_share(events: int) -> float:
    """Return how much an organisation's own data count beside the pooled model: 0 without events, 1 with many.

    >>> [round(own_share(events), 2) for events in (0, 15, 150, 1500)]
    [0.0, 0.09, 0.5, 0.91]
    """
    return events / (events + HALFWAY)


def joined(own: Model, pooled: Model) -> Model:
    """Return both as one model, each stage the weighed mean of its log-odds.

    Its probabilities lie between those of both until the latest finished session recalibrates them. Models of other
    questions (another target or kind) do not mix: the one fitted on the own data stays as it is.
    """
    if own.target is not pooled.target or own.ends != pooled.ends:
        return own
    counts = own_share(own.events)
    layout = own.layout.joined(pooled.layout)
    stages = tuple(
        Stage(
            (
                *mine.moved(own.layout.within(layout), counts).parts,
                *theirs.moved(pooled.layout.within(layout), 1 - counts).parts,
            )
        )
        for mine, theirs in zip(own.stages, pooled.stages, strict=True)
    )
    return replace(
        own,
        layout=layout,
        stages=stages,
        calibrations=tuple(
            _between(mine, theirs, counts) for mine, theirs in zip(own.calibrations, pooled.calibrations, strict=True)
        ),
        reference=_either(own, pooled, layout.names, counts),
        own=counts,
    )


def _between(mine: Calibration, theirs: Calibration, counts: float) -> Calibration:
    """Return the mean of two calibrations, no surer than either, and shown only where both are."""
    return Calibration(
        counts * mine.weight + (1 - counts) * theirs.weight,
        counts * mine.spread + (1 - counts) * theirs.spread,
        apart=max(mine.apart, theirs.apart),
        events=min(mine.events, theirs.events),
        error=max(mine.error, theirs.error) if mine.events and theirs.events else float("nan"),
        skill=min(mine.skill, theirs.skill) if mine.events and theirs.events else float("nan"),
        sway=max(mine.sway, theirs.sway),
    )


def _either(own: Model, pooled: Model, names: tuple[str, ...], counts: float) -> Reference:
    """Return what was seen by either model; for drift, what was seen by the one that counts more."""
    parts = {"own": (own.names, own.reference), "pooled": (pooled.names, pooled.reference)}
    first, second = ("own", "pooled") if counts >= 0.5 else ("pooled", "own")  # noqa: PLR2004 - half
    rows = []
    for name in names:
        having = [(reference, known.index(name)) for known, reference in (parts[first], parts[second]) if name in known]
        reference, at = having[0]
        rows.append(
            (
                min(item.low[where] for item, where in having),
                max(item.high[where] for item, where in having),
                reference.cuts[at],
                reference.shares[at],
                reference.missing[at],
            )
        )
    return Reference(*(np.array(column) for column in zip(*rows, strict=True)))
