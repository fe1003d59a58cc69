"""The plots of docs/dropout-evaluation.md, drawn from the results; the only part that needs matplotlib."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.dropout.baselines import COMPLETE, of_target
from benchmarks.dropout.experiment import OURS, PLAIN_BOOSTING, PLAIN_LOGISTIC, RULE
from benchmarks.plots import WIDTH_INCHES

Found = Mapping[str, Any]

_STYLE: Final[Any] = {
    "font.size": 9, "axes.titlesize": 10, "axes.titleweight": "bold", "axes.titlelocation": "left",
    "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "axes.axisbelow": True,
    "grid.color": "#E2E2E2", "grid.linewidth": 0.7, "legend.frameon": False, "legend.fontsize": 8,
    "svg.hashsalt": "assidu", "figure.facecolor": "white", "savefig.facecolor": "white",
}  # fmt: skip
TITLES: Final = {
    "at_risk": "Will not complete", "leaves": "Leaves later", "leaves_soon": "Leaves within 28 days",
}  # fmt: skip
# Okabe and Ito's colours; each model has a mark of its own beside.
_LOOKS: Final = {
    OURS: ("#0072B2", "o", "-"), PLAIN_BOOSTING: ("#E69F00", "s", "--"), PLAIN_LOGISTIC: ("#009E73", "^", "--"),
    RULE: ("#8C8C8C", "v", ":"),
}  # fmt: skip
_PRESENTATIONS: Final = {"2014B": ("#0072B2", "o"), "2014J": ("#D55E00", "s")}


def draw(found: Found, folder: Path) -> list[Path]:
    """Draw every plot that there are figures for; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    mpl.use("svg")
    drawn = []
    with mpl.rc_context(_STYLE):
        for name, (part, make) in PLOTS.items():
            if found.get(part):
                path = folder / f"{name}.svg"
                figure = make(found[part])
                figure.savefig(path, metadata={"Date": None}, bbox_inches="tight")
                plt.close(figure)
                drawn.append(path)
    return drawn


def _three(height: float) -> tuple[Figure, Sequence[Axes]]:
    figure, axes = plt.subplots(1, 3, figsize=(WIDTH_INCHES, height), layout="constrained")
    return figure, axes


def _days(axes: Axes, days: Sequence[int]) -> None:
    """Put the days of the protocol on the axis, as far apart as each other: the first weeks matter as much."""
    axes.set_xticks(range(len(days)), [str(day) for day in days])
    axes.tick_params(axis="x", labelsize=7.5)
    axes.set_xlabel("day")


def _auc(main: Found) -> Figure:
    figure, axes = _three(2.9)
    for ax, (target, title) in zip(axes, TITLES.items(), strict=True):
        cells = main[target]
        days = [int(day) for day in cells]
        for name, (colour, mark, line) in _LOOKS.items():
            values = [cell["models"][name]["auc"] for cell in cells.values()]
            if name == OURS:
                low, high = [value[1] for value in values], [value[2] for value in values]
                ax.fill_between(range(len(days)), low, high, color=colour, alpha=0.15, linewidth=0)
            ax.plot([value[0] for value in values], marker=mark, linestyle=line, color=colour, markersize=4,
                    linewidth=1.3, label=name)  # fmt: skip
        known = [day for day in days if day in COMPLETE]
        ax.plot([days.index(day) for day in known], [of_target(day, target) for day in known], "x", color="#222222",
                markersize=5, label="boosting on the complete set")  # fmt: skip
        ax.set_title(title, fontsize=9.5)
        _days(ax, days)
    axes[0].set_ylabel("AUC")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=5, fontsize=8)
    return figure


def _workload(main: Found) -> Figure:
    figure, axes = plt.subplots(1, 2, figsize=(WIDTH_INCHES, 2.7), layout="constrained")
    cells = main["at_risk"]
    days = [int(day) for day in cells]
    for ax, what in zip(axes, ("precision", "recall"), strict=True):
        for share, line in (("0.05", ":"), ("0.1", "-"), ("0.2", "--")):
            for name in (OURS, RULE):
                colour, mark, _ = _LOOKS[name]
                values = [cell["models"][name]["workload"][share][what] for cell in cells.values()]
                ax.plot(values, marker=mark, linestyle=line, color=colour, markersize=3.5, linewidth=1.2,
                        label=f"{name}, {float(share):.0%} called")  # fmt: skip
        if what == "precision":
            ax.plot([cell["base"] for cell in cells.values()], color="#222222", linewidth=0.8, label="base rate")
        ax.set_title(what.capitalize(), fontsize=9.5)
        ax.set_ylim(0, 1.02 if what == "precision" else None)
        _days(ax, days)
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, fontsize=8)
    return figure


def _reliability(calibration: Found) -> Figure:
    figure, axes = _three(2.8)
    for ax, (target, title) in zip(axes, TITLES.items(), strict=True):
        most = 0.0
        for presentation, cell in calibration[target].items():
            rows = cell["set_by_latest"].get("reliability", [])
            colour, mark = _PRESENTATIONS.get(presentation, ("#222222", "x"))
            said, happened = [row["said"] for row in rows], [row["happened"] for row in rows]
            spread = [
                [max(0.0, row["happened"] - row["low"]) for row in rows],
                [max(0.0, row["high"] - row["happened"]) for row in rows],
            ]
            ax.errorbar(said, happened, yerr=spread, marker=mark, markersize=3.5, linewidth=1.1, elinewidth=0.8,
                        color=colour, label=presentation)  # fmt: skip
            most = max([most, *said, *happened])
        top = min(1.0, most * 1.12)
        ax.plot([0, top], [0, top], color="#8C8C8C", linewidth=0.9, linestyle="--", label="as said")
        ax.set(xlim=(0, top), ylim=(0, top), xlabel="probability said")
        ax.set_title(title, fontsize=9.5)
    axes[0].set_ylabel("share that happened")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=8)
    return figure


def _groups(groups: Found) -> Figure:
    found = groups["at_risk"]
    day = "28" if "28" in found else next(iter(found))
    rows = [(attribute, item) for attribute, cell in found[day].items() for item in cell["groups"]]
    figure, axes = plt.subplots(1, 3, figsize=(WIDTH_INCHES, 0.8 + 0.19 * len(rows)), layout="constrained", sharey=True)
    names = ("true_positive_rate", "false_positive_rate", "calibration_gap")
    titles = ("found, of those concerned", "called in vain", "said less happened")
    colours = dict(zip(found[day], ("#0072B2", "#E69F00", "#009E73", "#CC79A7"), strict=False))
    for ax, name, title in zip(axes, names, titles, strict=True):
        for at, (attribute, item) in enumerate(rows):
            value, low, high = item[name]
            ax.errorbar(value, at, xerr=[[max(0, value - low)], [max(0, high - value)]], marker="o", markersize=3.5,
                        color=colours[attribute], linewidth=0, elinewidth=1.1)  # fmt: skip
        if name == "calibration_gap":
            ax.axvline(0, color="#8C8C8C", linewidth=0.9)
        ax.set_title(title, fontsize=9)
        ax.tick_params(axis="x", labelsize=7.5)
    # The tables write one band without its sign.
    labels = [f"{WORDS.get(attribute, attribute)} {item['group']}".replace("10-20", "10-20%").replace("%%", "%")
              for attribute, item in rows]  # fmt: skip
    axes[0].set_yticks(range(len(rows)), labels, fontsize=7.5)
    axes[0].invert_yaxis()
    return figure


WORDS: Final = {"gender": "sex", "age_band": "age", "disability": "disability", "imd_band": "IMD"}
PLOTS: Final[Mapping[str, tuple[str, Callable[[Found], Figure]]]] = {
    "auc": ("main", _auc), "workload": ("main", _workload), "reliability": ("calibration", _reliability),
    "groups": ("groups", _groups),
}  # fmt: skip
