"""The two charts, as plotly.js takes them. Colours come from the style sheet, which knows light from dark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

from dashboards import formats
from dashboards.frame.charts import SERIES
from dashboards.live.board import Board
from dashboards.live.words import Words

Grain = Literal["day", "week"]
DAYS_SHOWN: Final = 90
Figure = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure and the sentence beside it, which says the same to who cannot see it."""

    figure: Figure
    caption: str


def activity_chart(board: Board, grain: Grain) -> Chart:
    """Return what learners did, by day or by week of occurrence."""
    words, language = board.words, board.words.language
    bars = list(board.view.activity)[-DAYS_SHOWN:] if grain == "day" else _weeks(board.view.activity)
    names = [_bar_name(start, grain, words) for start, _ in bars]
    total = sum(count for _, count in bars)
    if not total:
        last = board.view.last_activity
        caption = words("nothing_since", day=formats.short_day(last, language)) if last else words("nothing")
        return Chart(_figure([start.isoformat() for start, _ in bars], bars, names, words), caption)
    start, most = max(bars, key=lambda bar: bar[1])
    caption = words(
        "activity_beside",
        total=counted_traces(total, words),
        period=words("ninety_days" if grain == "day" else "year_weeks"),
        most=formats.number(most, language),
        when=_bar_name(start, grain, words),
    )
    return Chart(_figure([start.isoformat() for start, _ in bars], bars, names, words), caption)


def arrivals_chart(board: Board) -> Chart:
    """Return what was received, by hour in Paris."""
    words, language = board.words, board.words.language
    hours: dict[datetime, int] = {}
    for hour, count in board.view.arrivals:
        # The hour that a clock shows twice in autumn is one bar.
        local = hour.astimezone(formats.PARIS).replace(tzinfo=None)
        hours[local] = hours.get(local, 0) + count
    names = [
        words("hour_range", day=formats.day(hour, language), **{"from": hour.hour, "to": hour.hour + 1})
        for hour in hours
    ]
    total = sum(hours.values())
    caption = words("arrivals_beside", total=counted_traces(total, words))
    figure = _figure([hour.isoformat() for hour in hours], list(hours.items()), names, words)
    # The day stands below the first hour of it; a year would make two of them collide on a phone.
    figure["layout"]["xaxis"]["tickformat"] = "%H:%M\n%-d %b"
    return Chart(figure, caption)


def traces(count: int, words: Words) -> str:
    """Write a number of statements."""
    return formats.counted(count, words("trace"), words("traces"), words.language)


def counted_traces(count: int, words: Words) -> str:
    """Write a number of statements, saying that they are those that count."""
    return formats.counted(count, words("counted_trace"), words("counted_traces"), words.language)


def _weeks(days: Sequence[tuple[date, int]]) -> list[tuple[date, int]]:
    """Add up days to weeks that begin on Monday; a first week that is not whole is left out."""
    weeks: dict[date, int] = {}
    for day, count in days:
        monday = day - timedelta(days=day.weekday())
        if monday >= days[0][0]:
            weeks[monday] = weeks.get(monday, 0) + count
    return list(weeks.items())


def _bar_name(start: date, grain: Grain, words: Words) -> str:
    if grain == "week":
        return words("week_of", day=formats.short_day(start, words.language))
    return formats.day(start, words.language)


def _figure(places: list[str], bars: Sequence[tuple[date, int]], names: list[str], words: Words) -> Figure:
    counts = [count for _, count in bars]
    hover = [f"<b>{traces(count, words)}</b><br>{name}" for name, count in zip(names, counts, strict=True)]
    return {
        "data": [
            {
                "type": "bar", "x": places, "y": counts, "marker": {"color": SERIES[0]},
                "customdata": hover, "hovertemplate": "%{customdata}<extra></extra>",
            }
        ],
        "layout": {
            "xaxis": {"type": "date", "nticks": 5, "tickangle": 0},
            "yaxis": {"rangemode": "tozero", "tickformat": ",d", **_scale(max(counts, default=0))},
        },
    }  # fmt: skip


def _scale(most: int) -> Figure:
    """Return ticks that are whole numbers, and no scale at all where there is nothing to measure."""
    if most == 0:
        return {"range": [0, 10], "showticklabels": False, "showgrid": False}
    return {"dtick": 1} if most < 5 else {"nticks": 5}  # noqa: PLR2004 - as many ticks as otherwise
