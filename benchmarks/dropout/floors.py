"""What the evaluation must at least show, and whether it does. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from benchmarks.dropout.baselines import COURSE_AWARE, of_target
from benchmarks.dropout.experiment import OURS, PLAIN_BOOSTING, PLAIN_LOGISTIC, RULE
from benchmarks.floors import Verdict

Found = Mapping[str, Any]
_RULE_FROM: Final = 28
_RULE_AUC: Final = 0.03
_RULE_PRECISION: Final = 0.10
_ERROR_MOST: Final = 0.04
_PERMUTED_MOST: Final = 0.03
_TRAINING_SECONDS: Final = 300
_PEAK_MB: Final = 2048
# Differences of an AUC below the fourth place are the order of sums.
_ALIKE: Final = 5e-4


def judge(found: Found) -> list[Verdict]:
    """Hold whatever was measured against the floors; values are shown in thousandths where they are AUC."""
    return [verdict for name, rule in _RULES.items() if name in found for verdict in rule(found[name])]


def _equality(found: Found) -> Iterator[Verdict]:
    yield Verdict("features from statements unlike those of the tables", sum(found["differing"].values()), 0,
                  " values", False)  # fmt: skip


def _looked_then(found: Found) -> Iterator[Verdict]:
    for way in ("looked at each day", "sent twice", "without withdrawals told"):
        yield Verdict(f"replayed, {way}: rows that differ", found[way], 0, "", False)


def _leaks(found: Found) -> Iterator[Verdict]:
    yield Verdict("features that the future changes", found["changed_by_future"], 0, " rows", False)
    yield Verdict("marks known before their lag", found["marks_before_their_lag"], 0, "", False)
    yield Verdict("AUC with permuted labels, away from .5", _thousandths(abs(found["permuted_auc"] - 0.5)),
                  _thousandths(_PERMUTED_MOST), "‰", False)  # fmt: skip


def _main(found: Found) -> Iterator[Verdict]:
    for target, days in found.items():
        for day, cell in days.items():
            models = cell["models"]
            ours = models[OURS]["auc"]
            for plain in (PLAIN_LOGISTIC, PLAIN_BOOSTING):
                yield _auc(f"{target}, day {day}: AUC of ours / {plain}", ours[0], models[plain]["auc"][0] - _ALIKE)
            # Within its interval: the upper end reaches the baseline.
            yield _auc(f"{target}, day {day}: upper end of our AUC / complete data", ours[2],
                       of_target(int(day), target))  # fmt: skip
            if target == "at_risk" and int(day) >= _RULE_FROM:
                yield from _above_rule(day, models)


def _above_rule(day: str, models: Found) -> Iterator[Verdict]:
    yield _auc(f"at_risk, day {day}: AUC of ours / rule + .03", models[OURS]["auc"][0],
               models[RULE]["auc"][0] + _RULE_AUC)  # fmt: skip
    ours, rule = (models[name]["workload"]["0.1"]["precision"] for name in (OURS, RULE))
    # Nobody is right more often than always.
    bound = min(rule + _RULE_PRECISION, 1.0)
    yield Verdict(f"at_risk, day {day}: precision in the top 10 % / rule + .10", ours * 100, bound * 100, " %", True)


def _published(found: Found) -> Iterator[Verdict]:
    for day, cell in found.items():
        yield _auc(f"published setting, week {int(day) // 7}: AUC", cell["models"][OURS]["auc"][0],
                   COURSE_AWARE[int(day)])  # fmt: skip


def _calibration(found: Found) -> Iterator[Verdict]:
    for target, presentations in found.items():
        for presentation, cell in presentations.items():
            if cell["shown"]["rows"]:
                yield Verdict(f"{target}, {presentation}: calibration error of what is shown",
                              _thousandths(cell["shown"]["error"]), _thousandths(_ERROR_MOST), "‰", False)  # fmt: skip


def _cost(found: Found) -> Iterator[Verdict]:
    yield Verdict("training on the given data", found["training_s"], _TRAINING_SECONDS, " s", False)


def _peak(found: int) -> Iterator[Verdict]:
    yield Verdict("peak memory of the evaluation", found, _PEAK_MB, " MB", False)


def _auc(what: str, measured: float, bound: float) -> Verdict:
    return Verdict(what, _thousandths(measured), _thousandths(bound), "‰", True)


def _thousandths(value: float) -> float:
    return round(value * 1000, 1)


_RULES: Final[Mapping[str, Callable[[Any], Iterator[Verdict]]]] = {
    "equality": _equality, "looked_then": _looked_then, "leaks": _leaks, "main": _main, "published": _published,
    "calibration": _calibration, "cost": _cost, "peak_mb": _peak,
}  # fmt: skip
