"""The text of docs/dropout-evaluation.md, made of the results; and where it goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from benchmarks.dropout import shortfall
from benchmarks.dropout.baselines import COMPLETE, COURSE_AWARE, PUBLISHED, of_target
from benchmarks.dropout.experiment import OURS, PLAIN_BOOSTING, PLAIN_LOGISTIC, RULE
from benchmarks.dropout.floors import judge
from benchmarks.dropout.plots import TITLES, WORDS, draw
from benchmarks.dropout.words import (
    CALIBRATION,
    EARLY,
    GROUPS,
    LIMITS,
    METHOD,
    MODELS,
    NOTE,
    OPENING,
    STRICTLY,
    TRIED,
    TRIED_EARLY,
)
from benchmarks.floors import number
from benchmarks.page import table

Found = Mapping[str, Any]
_MODELS: Final = (OURS, PLAIN_BOOSTING, PLAIN_LOGISTIC, "boosting", "logistic", RULE)
_PLOTS: Final = {
    "auc": "AUC of three targets on eight days: ours with its interval, plain boosting, plain logistic, the rule",
    "workload": "Precision and recall when 5, 10 or 20 % are called: ours and the rule",
    "reliability": "Share that happened over the probability said, for each later presentation",
    "groups": "Found, called in vain, and calibration gap of each group, with intervals",
}


def write(found: Found, folder: Path) -> Path:
    """Write the page with its plots beside it; return the page."""
    drawn = {path.stem for path in draw(found, folder / "dropout")}
    path = folder / "dropout-evaluation.md"
    path.write_text(render(found, frozenset(drawn)), "utf-8")
    return path


def render(found: Found, drawn: frozenset[str] = frozenset()) -> str:
    """Return the page in Markdown."""
    parts = [NOTE, "# How well dropout is foreseen", _opening(found), _floors(found)]
    lacking = [title for needed, title, _ in _SECTIONS if not needed <= found.keys()]
    if lacking:
        parts.append(f"**Not in this run:** {'; '.join(lacking)}. Nothing is claimed of these.")
    parts += [section(found, drawn) for needed, _, section in _SECTIONS if needed <= found.keys()]
    short = [shortfall.render(found)] if {"main", "groups"} <= found.keys() else []
    return "\n\n".join([*parts, METHOD, TRIED, TRIED_EARLY, *short, LIMITS]) + "\n"


def _opening(found: Found) -> str:
    data, machine = found["data"], found["machine"]
    clicks = "each day's clicks" if data["clicks"] == "daily" else "counts of clicks, to day 56"
    return (
        f"{OPENING}\n\nMeasured on {machine['date']} at commit `{machine['commit']}` on {machine['cores']} cores: "
        f"{data['courses']} presentations of modules, {data['enrolments']:,} enrolments of {data['learners']:,} "
        f"learners, {data['submissions']:,} pieces of work, {clicks}."
    )


def _floors(found: Found) -> str:
    verdicts = judge(found)
    missed = [item for item in verdicts if not item.is_met]
    text = f"## Floors\n\n{len(verdicts) - len(missed)} of {len(verdicts)} are met."
    if not missed:
        return text
    rows = [[item.what, f"{number(item.measured)}{item.unit}", item.bound_text] for item in missed]
    return f"{text} These are missed (AUC and calibration errors in thousandths):\n\n" + table(
        ["What", "Measured", "Bound"], rows
    )


def _ranking(found: Found, drawn: frozenset[str]) -> str:
    parts = ["## How well it ranks", _image("auc", drawn)]
    for target, title in TITLES.items():
        rows = []
        for day, cell in found["main"][target].items():
            models = cell["models"]
            true = found["truth"][target][day]
            rows.append([
                day, f"{cell['rows']:,}", _three(cell["base"]), _interval(models[OURS]["auc"]),
                *(_three(models[name]["auc"][0]) for name in _MODELS[1:] if name in models),
                _three(of_target(int(day), target)) if int(day) in COMPLETE else "",
                _three(models[OURS]["pr_auc"]), f"{_three(true['brier'])} / {_three(true['brier_constant'])}",
            ])  # fmt: skip
        names = [name for name in _MODELS[1:] if name in next(iter(found["main"][target].values()))["models"]]
        head = ["Day", "Learners", "Base", "AUC of ours", *names, "complete set", "PR-AUC", "Brier / constant"]
        parts.append(f"### {title}\n\n" + table(head, rows))
    parts.append(MODELS)
    return "\n\n".join(part for part in parts if part)


def _workload(found: Found, drawn: frozenset[str]) -> str:
    rows = []
    for day, cell in found["main"]["at_risk"].items():
        row = [day, _three(cell["base"])]
        for share in ("0.05", "0.1", "0.2"):
            for name in (OURS, RULE):
                told = cell["models"][name]["workload"][share]
                row.append(f"{told['precision']:.2f} / {told['recall']:.2f}")
        rows.append(row)
    head = ["Day", "Base", *(f"{share} %, {name}" for share in (5, 10, 20) for name in (OURS, "rule"))]
    return "\n\n".join(part for part in (
        "## Whom to call",
        "Precision and recall for those who will not complete, when the highest-ranked 5, 10 or 20 % are called.",
        _image("workload", drawn), table(head, rows),
    ) if part)  # fmt: skip


def _strict(found: Found, _: frozenset[str]) -> str:
    rows = []
    for target, title in TITLES.items():
        for day, cell in found["strict"][target].items():
            models = cell["models"]
            base = _three(COMPLETE[int(day)].strict_auc) if target == "at_risk" and int(day) in COMPLETE else ""
            rows.append([title, day, _interval(models[OURS]["auc"]), _three(models[PLAIN_BOOSTING]["auc"][0]),
                         _three(models[PLAIN_LOGISTIC]["auc"][0]), base])  # fmt: skip
    return f"## Strictly as of the day\n\n{STRICTLY}\n\n" + table(
        ["Target", "Day", "AUC of ours", "plain boosting", "plain logistic", "complete set"], rows
    )


def _published(found: Found, _: frozenset[str]) -> str:
    rows = [
        [f"{int(day) // 7}", f"{cell['rows']:,}", _three(cell["base"]), _interval(cell["models"][OURS]["auc"]),
         _three(cell["models"][PLAIN_BOOSTING]["auc"][0]), _three(COURSE_AWARE[int(day)])]
        for day, cell in found["published"].items()
    ]  # fmt: skip
    others = [[item.who, item.setting, item.figure, "recalled" if item.is_recalled else "read at the source"]
              for item in PUBLISHED]  # fmt: skip
    return (
        "## Beside published figures\n\nIn the setting of reyquiroz/OULAD_CourseAware: trained on 2013B, 2013J and "
        "2014B, tested on 2014J, on everybody who had clicked by then, **those who had already left included**. Those "
        "are easy to tell: the figures are for comparison and mean nothing for whom to call.\n\n"
        + table(["Week", "Enrolments", "Base", "AUC of ours", "plain boosting", "published"], rows)
        + "\n\nOther published results, in settings of their own. Those of 97 to 99 % use features of the whole course "
        "or count people who had already left.\n\n"
        + table(["Who", "Setting", "Figure", ""], others)
    )  # fmt: skip


def _calibration(found: Found, drawn: frozenset[str]) -> str:
    rows = []
    for target, title in TITLES.items():
        for presentation, cell in found["calibration"][target].items():
            fitted, latest, shown = cell["as_fitted"], cell["set_by_latest"], cell["shown"]
            share = shown["rows"] / latest["rows"] if latest["rows"] else 0
            rows.append([
                title, presentation, _three(fitted["error"]), _three(latest["error"]),
                f"{_three(latest['said'])} / {_three(latest['happened'])}",
                f"{_three(latest['brier'])} / {_three(latest['brier_constant'])}",
                f"{share:.0%}", _three(shown.get("error")),
            ])  # fmt: skip
    head = ["Target", "Presentation", "Error as fitted", "Error, set by the latest", "Said / happened",
            "Brier / constant", "Shown", "Error of what is shown"]  # fmt: skip
    by_day = [
        [title, presentation, *(_three(cell["by_day"][day].get("error")) for day in cell["by_day"])]
        for target, title in TITLES.items() for presentation, cell in found["calibration"][target].items()
    ]  # fmt: skip
    days = list(next(iter(found["calibration"]["at_risk"].values()))["by_day"])
    return "\n\n".join(part for part in (
        "## Whether probabilities mean what they say",
        CALIBRATION,
        _image("reliability", drawn), table(head, rows),
        "The same error by day, set by the latest:", table(["Target", "Presentation", *days], by_day),
    ) if part)  # fmt: skip


def _groups(found: Found, drawn: frozenset[str]) -> str:
    parts = [
        "## For whom",
        GROUPS,
        _image("groups", drawn),
    ]
    for target, title in TITLES.items():
        for day, cells in found["groups"][target].items():
            rows = [
                [WORDS.get(attribute, attribute), item["group"], f"{item['count']:,}",
                 *(_interval(item[name]) for name in
                   ("true_positive_rate", "false_positive_rate", "flagged", "calibration_gap"))]
                for attribute, cell in cells.items() for item in cell["groups"]
            ]  # fmt: skip
            gaps = "; ".join(
                f"{WORDS.get(attribute, attribute)}: found {_interval(cell['true_positive_gap'])}, calibration "
                f"{_interval(cell['calibration_gap'])}"
                + (f" (too few: {', '.join(cell['too_few'])})" if cell["too_few"] else "")
                for attribute, cell in cells.items()
            )
            head = ["Attribute", "Group", "Learners", "Found", "In vain", "Called", "Said less happened"]
            parts.append(f"### {title}, day {day}\n\n" + table(head, rows) + f"\n\nLargest gaps: {gaps}.")
    return "\n\n".join(part for part in parts if part)


def _early(found: Found, _: frozenset[str]) -> str:
    rows = []
    for target, title in TITLES.items():
        lead = found["lead_time"][target]
        churned = found["churn"][target]
        weekly = churned.get("by_week", {})
        rows.append([
            title, f"{lead['called']:,} of {lead['left']:,}", " / ".join(_whole(value) for value in lead["days"]),
            _share(churned["by_look"]["mean"]), _share(weekly.get("mean")), _share(weekly.get("worst")),
        ])  # fmt: skip
    head = ["Target", "Called before they left", "Days before: quarter / half / three quarters",
            "Changed from look to look", "From week to week", "Worst week"]  # fmt: skip
    return f"## How early, how steadily\n\n{EARLY}\n\n" + table(head, rows)


def _checks(found: Found, _: frozenset[str]) -> str:
    equal, leak = found["equality"], found["leaks"]
    rows = [
        ["Features from statements against the tables", f"{equal['rows']:,} rows, {len(equal['differing'])} features",
         f"{sum(equal['differing'].values())} values differ"],
        ["The future is changed", f"{leak['rows']:,} rows", f"{leak['changed_by_future']} rows change"],
        ["Tutors' marks before their lag", "", f"{leak['marks_before_their_lag']}"],
        ["Outcomes dealt out anew", "mean of twenty times", f"AUC {_three(leak['permuted_auc'])}"],
    ]  # fmt: skip
    if "looked_then" in found:
        then = found["looked_then"]
        rows += [
            [f"{then['course']} replayed: {way}", f"{then['rows']:,} rows in all", f"{then[way]} rows differ"]
            for way in ("looked at each day", "sent twice", "without withdrawals told")
        ]
    return "## Leaks\n\n" + table(["What", "", "Found"], rows)


def _trouble(found: Found, _: frozenset[str]) -> str:
    days = list(next(iter(found["trouble"].values())))
    rows = [
        [name, *(f"{_three(cell[day]['auc'])} ({cell[day]['doubtful']:.0%})" for day in days)]
        for name, cell in found["trouble"].items()
    ]
    return (
        "## When statements are lost or late\n\nAUC of not completing on 2014J, with the model as fitted; in brackets "
        "for how many the estimate is given with a doubt.\n\n" + table(["", *(f"day {day}" for day in days)], rows)
    )


def _new_module(found: Found, _: frozenset[str]) -> str:
    new = found["new_module"]
    days = list(new["known"])
    rows = [
        [name, *(f"{_three(new[name][day]['auc'])}, {_three(new[name][day]['said'])} / "
                 f"{_three(new[name][day]['happened'])}" for day in days)]
        for name in ("known", "new")
    ]  # fmt: skip
    return (
        f"## A module nobody knew\n\nModule {new['module']} of 2014 with a model that has learnt from it in 2013, and "
        "with one that has not: AUC, and the mean said / what happened.\n\n"
        + table(["", *(f"day {day}" for day in days)], rows)
    )


def _cost(found: Found, _: frozenset[str]) -> str:
    cost = found["cost"]
    parts = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in cost["parts_s"].items())
    return (
        f"## Cost\n\nTraining all three targets on 2013, features included: {cost['training_s']:.0f} s. Scoring "
        f"{cost['scored']:,} enrolments for three targets: {cost['scoring_s']:.2f} s. Peak memory of the whole "
        f"evaluation: {found['peak_mb']:,} MB. ({parts}.)"
    )


def _image(name: str, drawn: frozenset[str]) -> str:
    return f"![{_PLOTS[name]}](dropout/{name}.svg)" if name in drawn else ""


def _three(value: float | None) -> str:
    if value is None or value != value:  # noqa: PLR0124 - NaN is not itself
        return "–"
    return f"{value:.3f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.3f}"


def _interval(found: list[float]) -> str:
    return f"{_three(found[0])} ({_three(found[1])}–{_three(found[2])})"


def _whole(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"


_Section = Callable[[Found, frozenset[str]], str]
# What each section of the page needs, what it is about, and what writes it.
_SECTIONS: Final[tuple[tuple[frozenset[str], str, _Section], ...]] = (
    (frozenset({"main", "truth"}), "how well it ranks", _ranking),
    (frozenset({"main"}), "whom to call", _workload),
    (frozenset({"strict"}), "learning strictly as of the day", _strict),
    (frozenset({"published"}), "the published setting", _published),
    (frozenset({"calibration"}), "whether probabilities mean what they say", _calibration),
    (frozenset({"groups"}), "how groups fare", _groups),
    (frozenset({"lead_time", "churn"}), "lead time, and churn from week to week", _early),
    (frozenset({"equality", "leaks"}), "leak tests", _checks),
    (frozenset({"trouble"}), "lost, late and doubled statements", _trouble),
    (frozenset({"new_module"}), "a module that was never learnt from", _new_module),
    (frozenset({"cost"}), "cost", _cost),
)
