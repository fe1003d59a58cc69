"""The plots of docs/performance.md, drawn from the results; the only part that needs matplotlib.

Colours are Okabe and Ito's, which people who do not tell red from green still tell apart; each is also told by its
place or its name, and the numbers stand beside the marks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from benchmarks.floors import label

ASSIDU: Final = "#0072B2"
CEILING: Final = "#8C8C8C"
BARE: Final = "#C9C9C9"
OTHERS: Final = ("#E69F00", "#CC79A7", "#009E73")
PARTS: Final = {"client": "#BBBBBB", "web": "#0072B2", "mongod": "#E69F00", "import": "#56B4E9"}
# Of one record on disk: as many as there are indexes.
LAYERS: Final = ("#0072B2", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#CC79A7", "#D55E00", "#999999", "#444444")
WIDTH_INCHES: Final = 7.2
_STYLE: Final[Any] = {
    "font.size": 9, "axes.titlesize": 10.5, "axes.titleweight": "bold", "axes.titlelocation": "left",
    "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "axes.axisbelow": True,
    "grid.color": "#E2E2E2", "grid.linewidth": 0.7, "legend.frameon": False, "legend.fontsize": 9,
    "svg.hashsalt": "assidu", "figure.facecolor": "white", "savefig.facecolor": "white",
}  # fmt: skip

Found = Mapping[str, Any]


def draw(found: Found, folder: Path) -> list[Path]:
    """Draw every plot that the results have figures for; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    mpl.use("svg")
    drawn = []
    with mpl.rc_context(_STYLE):
        for name, (scenario, make) in PLOTS.items():
            if scenario in found:
                path = folder / f"{name}.svg"
                figure = make(found[scenario])
                figure.savefig(path, metadata={"Date": None}, bbox_inches="tight")
                plt.close(figure)
                drawn.append(path)
    return drawn


def _figure(height: float, columns: int = 1) -> tuple[Figure, Any]:
    return plt.subplots(1, columns, figsize=(WIDTH_INCHES, height), layout="constrained")


def _sides(item: Found) -> dict[str, tuple[str, Found]]:
    """Return Assidu, the other stores and the ceiling, each with its colour."""
    others = item.get("others", {})
    return {
        "Assidu": (ASSIDU, item["assidu"]),
        **{name: (OTHERS[at % len(OTHERS)], side) for at, (name, side) in enumerate(others.items())},
        **({"bare view": (BARE, item["bare"])} if "bare" in item else {}),
        "ceiling": (CEILING, item["ceiling"]),
    }


def _rates(items: Found, title: str, axis: str, ceiling: str) -> Figure:
    """Draw bars of rates, one group for each way of asking, the spread of the rounds as whiskers."""
    names = [name for name in items if "ceiling" in items[name]]
    most_sides = max(len(_sides(items[name])) for name in names)
    figure, axes = _figure(0.9 + len(names) * 0.24 * (most_sides + 0.7))
    height = 0.8 / most_sides
    top = max(side["rate_most"] for name in names for _, side in _sides(items[name]).values())
    for row, name in enumerate(names):
        for at, (who, (colour, side)) in enumerate(_sides(items[name]).items()):
            y = row + (at - (most_sides - 1) / 2) * height
            spread = [[side["rate"] - side["rate_least"]], [side["rate_most"] - side["rate"]]]
            axes.barh(y, side["rate"], height * 0.92, color=colour, xerr=spread,
                      error_kw={"elinewidth": 1, "ecolor": "#222222"},
                      label=(ceiling if who == "ceiling" else who) if row == 0 else None)  # fmt: skip
            text = f"{side['rate']:,.0f}"
            if who == "Assidu":
                text += f"  ({items[name]['ratio']['median']:.0%} of the ceiling)"
            axes.text(side["rate_most"] + top * 0.012, y, text, va="center", fontsize=8.5)
    _rows(axes, names)
    axes.set(title=title, xlabel=axis, xlim=(0, top * 1.3))
    figure.legend(loc="outside lower center", ncols=3)
    return figure


def _rows(axes: Axes, names: Sequence[str]) -> None:
    axes.set_yticks(range(len(names)), [label(name) for name in names])
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,g}")


def _latencies(items: Found, title: str, ceiling: str) -> Figure:
    """Draw p50, p95 and p99 of each side as three marks on a line."""
    names = [name for name in items if "ceiling" in items[name]]
    figure, axes = _figure(0.9 + len(names) * 0.42)
    for row, name in enumerate(names):
        for at, (who, (colour, side)) in enumerate(_sides(items[name]).items()):
            if who not in ("Assidu", "ceiling"):
                continue
            y = row + (0.17 if at else -0.17)
            values = [side["latency_ms"][key] for key in ("p50", "p95", "p99")]
            axes.plot(values, [y] * 3, color=colour, linewidth=1.5, zorder=2)
            for value, marker, share in zip(values, "o|s", ("p50", "p95", "p99"), strict=True):
                shown = f"{ceiling if who == 'ceiling' else who}, {share}"
                axes.scatter(value, y, marker=marker, s=26 if marker != "|" else 60, color=colour, zorder=3,
                             label=None if row else shown)  # fmt: skip
    _rows(axes, names)
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5), numticks=20))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.minorticks_off()
    axes.set(title=title, xlabel="milliseconds, logarithmic")
    figure.legend(loc="outside lower center", ncols=2)
    return figure


def _cpu(items: Found, title: str, axis: str, ceiling: str) -> Figure:
    """Draw the CPU that one operation takes, by whose it is, Assidu above the ceiling."""
    names = [name for name in items if "ceiling" in items[name]]
    figure, axes = _figure(0.9 + len(names) * 0.5)
    top = max(sum(items[name][side]["cpu_ms"].values()) for name in names for side in ("assidu", "ceiling"))
    for row, name in enumerate(names):
        for at, side in enumerate(("assidu", "ceiling")):
            left, y = 0.0, row + (at - 0.5) * 0.4
            for part, colour in PARTS.items():
                value = items[name][side]["cpu_ms"].get(part, 0.0)
                axes.barh(y, value, 0.36, left=left, color=colour, edgecolor="white", linewidth=0.5,
                          label=part if row == 0 and at == 0 and part != "import" else None)  # fmt: skip
                left += value
            who = "Assidu" if side == "assidu" else ceiling
            axes.text(left + top * 0.01, y, f"{who} {left:.2f}", va="center", fontsize=8.5)
    _rows(axes, names)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.set(title=title, xlabel=axis, xlim=(0, top * 1.3))
    figure.legend(loc="outside lower center", ncols=3)
    return figure


def _growth(found: Found) -> Figure:
    figure, (left, right) = _figure(3.6, 2)
    small, large = found["sizes"]["pages"]
    names = list(found["pages"])
    for row, name in enumerate(names):
        p50 = found["pages"][name]["assidu"]
        left.plot(p50, [row, row], color=CEILING, linewidth=1.2, zorder=1)
        left.scatter(p50[0], row, marker="o", color=ASSIDU, label=f"{small:,} statements" if not row else None)
        left.scatter(p50[1], row, marker="s", color=OTHERS[0], label=f"{large:,} statements" if not row else None)
    _rows(left, names)
    left.set(title="Time of a page, p50", xlabel="milliseconds", xlim=(0, None))
    names = list(found["ingest"])
    for row, name in enumerate(names):
        rates = found["ingest"][name]["assidu"]
        for at, (rate, colour) in enumerate(zip(rates, (ASSIDU, OTHERS[0]), strict=True)):
            right.barh(row + (at - 0.5) * 0.4, rate, 0.36, color=colour)
    right.set_yticks(range(len(names)), [name.replace("_", " ") for name in names])
    right.invert_yaxis()
    right.grid(visible=False, axis="y")
    right.set(title="Statements taken a second", xlabel="statements a second")
    right.xaxis.set_major_formatter(lambda value, _: f"{value / 1000:g}k" if value else "0")
    # Both sides are of the same two sizes, in the same colours.
    figure.legend(loc="outside lower center", ncols=2)
    return figure


def _more(found: Found) -> Figure:
    figure, axes = _figure(2.4)
    curve = found["curve_ms"]
    each = found["statements"] / len(curve)
    axes.plot([(at + 0.5) * each for at in range(len(curve))], curve, color=ASSIDU, linewidth=1.6)
    axes.set(title="Time of a page of 100 while more is followed to the end",
             xlabel="statements passed", ylabel="milliseconds, medians", ylim=(0, max(curve) * 1.25),
             xlim=(0, found["statements"]))  # fmt: skip
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    return figure


def _disk(found: Found) -> Figure:
    figure, axes = _figure(2.1)
    parts = {"records (zstd)": found["statements_bytes"],
             **{f"index {name}": size for name, size in found["indexes_bytes"].items()}}  # fmt: skip
    left = 0.0
    ordered = sorted(parts.items(), key=lambda item: -item[1])
    for at, (name, size) in enumerate(ordered):
        axes.barh(1, size, 0.55, left=left, color=LAYERS[min(at, len(LAYERS) - 1)], edgecolor="white",
                  label=f"{name}: {size:.0f} B")  # fmt: skip
        left += size
    axes.barh(0, found["sent_bytes"], 0.55, color="#DDDDDD", label=f"as sent: {found['sent_bytes']:.0f} B")
    axes.set_yticks([1, 0], [f"on disk: {left:.0f} B", "as sent"])
    axes.grid(visible=False, axis="y")
    axes.set(title="Bytes that one statement takes on disk, indexes included", xlabel="bytes a statement")
    figure.legend(loc="outside lower center", ncols=3, fontsize=8)
    return figure


def _saturation(found: Found) -> Figure:
    figure, (left, right) = _figure(2.9, 2)
    levels = {item["connections"]: item for item in found["levels"]}
    x = list(levels)
    for share, marker, colour in (("p50", "o", ASSIDU), ("p99", "s", OTHERS[0]), ("most", "^", CEILING)):
        left.plot(x, [item["latency_ms"][share] / 1000 for item in levels.values()], marker=marker, color=colour,
                  linewidth=1.4, label=share if share != "most" else "longest")  # fmt: skip
    left.set(title="Time to an accepting answer", xlabel="connections", ylabel="seconds", xscale="log",
             ylim=(0, None))  # fmt: skip
    left.set_xticks(x, [str(value) for value in x])
    left.minorticks_off()
    left.legend(loc="upper left")
    right.plot(x, [item["rate"] for item in levels.values()], marker="o", color=ASSIDU, linewidth=1.4,
               label="accepted a second")  # fmt: skip
    right.plot(x, [item["refused"] / max(1, item["sent"]) * 100 for item in levels.values()], marker="s",
               color=OTHERS[0], linewidth=1.4, label="refusals for 100 accepted")  # fmt: skip
    right.set(title="Accepted, and told to come again", xlabel="connections", ylabel="statements", xscale="log",
              ylim=(0, None))  # fmt: skip
    right.set_xticks(x, [str(value) for value in x])
    right.minorticks_off()
    # Room above the lines: the legend hides none of them.
    right.set_ylim(0, right.get_ylim()[1] * 1.35)
    right.legend(loc="upper left")
    return figure


PLOTS: Final[Mapping[str, tuple[str, Callable[[Found], Figure]]]] = {
    "ingest": ("ingest", lambda found: _rates(
        found["mixes"], "Statements taken a second, answered when durable", "statements a second", "pymongo alone")),
    "ingest-latency": ("ingest", lambda found: _latencies(
        found["mixes"], "Time from sending a request to its answer", "pymongo alone")),
    "ingest-cpu": ("ingest", lambda found: _cpu(
        found["mixes"], "CPU that one statement takes", "milliseconds of CPU a statement", "pymongo")),
    "pages": ("pages", lambda found: _rates(
        found["queries"], "Pages of 100 (or single statements) answered a second", "answers a second", "raw find")),
    "pages-latency": ("pages", lambda found: _latencies(
        found["queries"], "Time from asking to the last byte", "raw find")),
    "pages-cpu": ("pages", lambda found: _cpu(
        found["queries"], "CPU that one answer takes", "milliseconds of CPU an answer", "raw find")),
    "growth": ("growth", _growth),
    "more": ("more", _more),
    "disk": ("disk", _disk),
    "saturation": ("saturation", _saturation),
}  # fmt: skip
