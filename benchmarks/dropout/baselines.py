"""What others reached, to stand beside our figures: gradient boosting on the complete set, and published results.

The first were measured on the complete set, module CCC and all clicks of every day included, on learners still
enrolled, fitted on 2013 and tested on 2014, without any sensitive attribute; the second are as their authors give them.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Baseline(NamedTuple):
    """Boosting on the complete set on one day, and a rule: missed work, then the rank of low activity."""

    auc: float
    pr_auc: float
    brier: float
    strict_auc: float
    precision_10: float
    rule_auc: float
    leaves_auc: float
    leaves_pr: float
    soon_auc: float
    soon_pr: float
    soon_logistic_auc: float
    soon_logistic_pr: float


class Published(NamedTuple):
    """One result of others; `is_recalled` where it was not read again at its source."""

    who: str
    setting: str
    figure: str
    is_recalled: bool = False


COMPLETE: Final = {
    0: Baseline(0.696, 0.678, 0.222, 0.685, 0.77, 0.659, 0.644, 0.397, 0.686, 0.143, 0.678, 0.142),
    14: Baseline(0.704, 0.623, 0.213, 0.695, 0.74, 0.680, 0.627, 0.249, 0.668, 0.049, 0.673, 0.051),
    28: Baseline(0.744, 0.693, 0.197, 0.734, 0.82, 0.700, 0.654, 0.271, 0.678, 0.079, 0.705, 0.094),
    42: Baseline(0.754, 0.688, 0.202, 0.735, 0.84, 0.713, 0.661, 0.255, 0.709, 0.079, 0.716, 0.091),
    56: Baseline(0.799, 0.770, 0.180, 0.784, 0.92, 0.727, 0.689, 0.292, 0.721, 0.090, 0.728, 0.091),
    84: Baseline(0.825, 0.788, 0.168, 0.813, 0.95, 0.748, 0.697, 0.271, 0.699, 0.061, 0.714, 0.071),
    112: Baseline(0.841, 0.784, 0.167, 0.839, 0.97, 0.777, 0.713, 0.227, 0.728, 0.070, 0.698, 0.062),
    168: Baseline(0.895, 0.837, 0.127, 0.890, 0.99, 0.838, 0.756, 0.147, 0.750, 0.051, 0.703, 0.045),
}

# AUC in the published setting, by day: reyquiroz/OULAD_CourseAware.
COURSE_AWARE: Final = {14: 0.713, 28: 0.752, 42: 0.773, 56: 0.808}

PUBLISHED: Final = (
    Published("reyquiroz/OULAD_CourseAware",
              "trained on 2013B, 2013J, 2014B, tested on 2014J; whoever clicked, those already gone included",
              "AUC .713 / .752 / .773 / .808 at weeks 2, 4, 6, 8"),
    Published("time-aware XAI study", "learners split 80/20, still enrolled, at 10/20/40/60 % of the course",
              "AUC .775 / .809 / .870 / .915"),
    Published("next-week withdrawal", "learners split, base .012", "AUC .844, PR .159"),
    Published("Jha 2019", "whole course", "dropout AUC .91", is_recalled=True),
    Published("Adnan 2021", "random forest", "accuracy 79 % at 20 % of the course, 91 % at the end", is_recalled=True),
    Published("Hassan 2019, Aljohani 2019, Waheed 2020", "deep networks, random splits",
              "accuracy 97 / 90 / 84–93 %", is_recalled=True),
)  # fmt: skip


def of_target(day: int, target: str) -> float:
    """Return the AUC of the baseline of one target; of leaving soon, that of the better of its two models."""
    found = COMPLETE[day]
    if target == "at_risk":
        return found.auc
    return found.leaves_auc if target == "leaves" else max(found.soon_auc, found.soon_logistic_auc)
