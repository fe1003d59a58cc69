"""The section of docs/dropout-evaluation.md that says what is not reached, by how much, and why. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from benchmarks.dropout.baselines import COMPLETE, COURSE_AWARE
from benchmarks.dropout.experiment import OURS, PLAIN_BOOSTING, RULE
from benchmarks.page import table

Found = Mapping[str, Any]
_FROM: Final = 28
_WANTED_AUC: Final = 0.03
_WANTED_PRECISION: Final = 0.10
_TENTH: Final = "0.1"
_GAPS: Final = {"disability": ("Y", "N"), "imd_band": ("0-10%", "90-100%")}


def render(found: Found) -> str:
    """Return the section in Markdown, of what the results hold."""
    parts = ["## What is not reached, and why", _rule(found)]
    if "without" in found:
        parts.append(_data(found))
    if "published" in found:
        parts.append(_published(found))
    parts.append(_groups(found))
    return "\n\n".join(parts)


def _rule(found: Found) -> str:
    auc, precision = [], []
    for day, cell in found["main"]["at_risk"].items():
        if int(day) < _FROM:
            continue
        ours, rule = cell["models"][OURS], cell["models"][RULE]
        value, low, high = rule["ahead"]
        lacks = _WANTED_AUC - value
        auc.append([day, _three(rule["auc"][0]), _three(ours["auc"][0]), _signed(value, low, high),
                    "reached" if lacks <= 0 else f"{_three(lacks)} short"])  # fmt: skip
        mine, theirs = (item["workload"][_TENTH]["precision"] for item in (ours, rule))
        right = rule.get("precision_ahead")
        asked = theirs + _WANTED_PRECISION
        precision.append([
            day, f"{cell['base']:.2f}", f"{theirs:.3f}", f"{mine:.3f}", _signed(*right) if right else "–",
            f"{asked:.3f}" if asked <= 1 else f"{asked:.3f}: more than always",
            f"{COMPLETE[int(day)].precision_10:.2f}" if int(day) in COMPLETE else "–",
        ])  # fmt: skip
    return "\n\n".join([
        "**Above the rule.** Ours less the rule, not completing, 2014, on the same learners redrawn:",
        table(["Day", "Rule, AUC", "Ours, AUC", "Ahead (95 %)", "Of the .03 asked for"], auc),
        "Right, of the tenth that is called first:",
        table(["Day", "Base", "Rule", "Ours", "Ahead (95 %)", "Rule + .10", "Boosting on the complete set"], precision),
        _bound(found),
    ])  # fmt: skip


def _bound(found: Found) -> str:
    """Say what could be reached at most: by somebody who knows, and by boosting on all that the complete set has."""
    days = {day: cell for day, cell in found["main"]["at_risk"].items() if int(day) >= _FROM and int(day) in COMPLETE}
    asked = {
        day: cell["models"][RULE]["workload"][_TENTH]["precision"] + _WANTED_PRECISION for day, cell in days.items()
    }
    over = [day for day, value in asked.items() if value > 1]
    beyond = [day for day, value in asked.items() if COMPLETE[int(day)].precision_10 < min(value, 1.0)]
    text = (
        "Whoever knew the outcomes would be right every time, because more than a tenth do not complete on any of "
        "these days: 1.00 is the bound of arithmetic. A model reaches it only where nothing is left to chance."
    )
    if over:
        text += (
            f" On days {_days(over)} a tenth more than the rule is more than always, and the floor above asks for 1.00."
        )
    if beyond:
        text += (
            f" On days {_days(beyond)} what is asked for is more than boosting reaches on the complete set, with every "
            "day's clicks and module CCC (last column)."
        )
    return text


def _data(found: Found) -> str:
    without = found["without"]
    days = list(next(iter(without.values())))
    rows = [[name, *(_three(cell[day]) for day in days)] for name, cell in without.items()]
    rows.append(["complete set, everything", *(_three(COMPLETE[int(day)].auc) if int(day) in COMPLETE else "–"
                                               for day in days)])  # fmt: skip
    cells = found["main"]["at_risk"]
    behind = [
        f"{COMPLETE[int(day)].auc - cells[day]['models'][PLAIN_BOOSTING]['auc'][0]:+.3f}".replace("0.", ".")
        for day in days if int(day) in COMPLETE and day in cells
    ]  # fmt: skip
    lacks = (
        "**What the data given lack.** Plain boosting, fitted on each day alone, not completing, with parts of its "
        "features left out: what clicks, and what work and marks are worth as far as they are told."
    )
    apart = (
        f"Boosting on the complete set is {', '.join(behind)} away from the first line (days {_days(days)}). Module "
        "CCC, learners with several enrolments and each day's clicks are behind that, and settings that nobody wrote "
        "down; what each of them brings cannot be told without them."
    )
    head = ["Plain boosting", *(f"day {day}" for day in days)]
    return "\n\n".join([lacks, table(head, rows), apart])


def _published(found: Found) -> str:
    parts = []
    for day, cell in found["published"].items():
        value, low, high = cell["models"][OURS]["auc"]
        bound = COURSE_AWARE[int(day)]
        if value < bound:
            inside = "within" if low <= bound <= high else "outside"
            parts.append(f"week {int(day) // 7} by {_three(bound - value)} (the published figure is {inside} the "
                         "interval of ours)")  # fmt: skip
    if not parts:
        return "**The published setting** is met in every week that was published."
    return (
        f"**The published setting** is missed in {' and in '.join(parts)}. That somebody has unregistered is known in "
        "that setting and would tell the outcome; it is in no feature, there no more than elsewhere. "
        "That they are silent since is in them, as of everybody."
    )


def _groups(found: Found) -> str:
    rows = []
    for day, cells in found["groups"]["at_risk"].items():
        for attribute, wanted in _GAPS.items():
            gaps = cells[attribute].get("gaps_at_best", {})
            rows += [
                [day, f"{attribute.replace('_', ' ')} {group}", f"{gaps[group]['count']:,}",
                 _plus(gaps[group]["as_fitted"]), _plus(gaps[group]["at_best"])]
                for group in wanted if group in gaps
            ]  # fmt: skip
    text = (
        "**Groups.** Said less happened, not completing: as fitted on 2013, and with the level and slope that would "
        "have fitted everybody of 2014 that day best, which nobody knew. What stays is no fault of calibration:"
    )
    return "\n\n".join([text, table(["Day", "Group", "Learners", "As fitted", "At best"], rows)])


def _days(days: list[str]) -> str:
    return days[0] if len(days) == 1 else f"{', '.join(days[:-1])} and {days[-1]}"


def _three(value: float) -> str:
    return f"{value:.3f}".replace("0.", ".", 1)


def _plus(value: float) -> str:
    return f"{value:+.3f}".replace("0.", ".", 1)


def _signed(value: float, low: float, high: float) -> str:
    return f"{_plus(value)} ({_plus(low)} to {_plus(high)})"
