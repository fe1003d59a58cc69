"""Values of rules as people say them, and as they answer them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dash import html

from dashboards import formats
from dashboards.frame import forms, parts
from dashboards.pages.administrator.rule_words import TITLES
from dashboards.views.administration.rules import Part, parts_of
from dashboards.words import Words
from training.law import load_law

STATUS_TONES: Final[Mapping[str, parts.Tone]] = {
    "verified": "good",
    "design": "plain",
    "recalled": "warning",
    "override": "plain",
}
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def title_of(words: Words, name: str) -> str:
    """Return what a rule is called; one that nobody has put into words yet by its name."""
    return words.say(TITLES[name]) if name in TITLES else name


def status_badge(words: Words, status: str) -> html.Span:
    """Return how far a value can be trusted, in a word."""
    return parts.badge(words(f"status_{status}"), STATUS_TONES.get(status, "plain"))


def value_text(words: Words, name: str, value: Any) -> str:  # noqa: ANN401 - JSON
    """Write a rule's value as people say it."""
    found = list(parts_of(load_law().schema(name), value, name.rpartition(".")[2]))
    if len(found) == 1 and not found[0].path:
        return part_text(words, found[0])
    if name.startswith("retention."):
        return words(f"from_{value['from']}", months=_months(words, int(value["months"])))
    if all(part.kind == "time" for part in found):
        return " ; ".join(f"{words(f'half_{member}')} {span[0]}-{span[1]}" for member, span in value.items())
    if set(value) == {"months"}:
        return _months(words, int(value["months"]))
    # Members of one list are said together, with what the list is.
    return ", ".join(
        f"{' / '.join(part_text(words, part) for part in items)} {words(f'part_{name}')}"
        for name, items in _by_member(found).items()
    )


def _by_member(found: Sequence[Part]) -> dict[str, list[Part]]:
    """Return the parts of a value by the member of it that they belong to."""
    return {name: [part for part in found if part.path[0] == name] for name in dict.fromkeys(p.path[0] for p in found)}


def part_text(words: Words, part: Part) -> str:
    """Write one part of a value."""
    language = words.language
    if part.kind == "seconds":
        return _seconds(words, int(part.value))
    if part.kind == "share":
        return formats.percent(round(part.value * 1000), 1000, language)
    if part.kind == "flag":
        return words("yes") if part.value else words("no")
    if part.kind == "choice":
        return words(f"choice_{part.value}")
    return f"{part.value:g}".replace(".", ",") if language == "fr" and part.kind == "number" else str(part.value)


def _seconds(words: Words, seconds: int) -> str:
    """Write a length of time exactly, in the largest units that it is made of."""
    if seconds == 0:
        return words("no_time")
    found = []
    for size, unit in ((_DAY, words("unit_day")), (_HOUR, "h"), (_MINUTE, "min"), (1, "s")):
        count, seconds = divmod(seconds, size)
        if count:
            found.append(f"{count}\u00a0{unit}")
    return " ".join(found)


def _months(words: Words, months: int) -> str:
    years, rest = divmod(months, 12)
    return words("years", count=years) if not rest and years > 1 else words("months", count=months)


def control(words: Words, part: Part) -> Any:  # noqa: ANN401 - Dash component
    """Return the field that takes one part of a value."""
    id_ = {"rule": "part", "path": "/".join(part.path)}
    label = words("value") if not part.path else path_text(words, part.path)
    limits = limits_text(words, part)
    if part.kind == "flag":
        options = [("true", words("yes")), ("false", words("no"))]
        return forms.select(id_, label, options, words=words, value=str(bool(part.value)).lower(), required=True)
    if part.kind == "choice":
        options = [(name, words(f"choice_{name}")) for name in part.choices]
        return forms.select(id_, label, options, words=words, value=part.value, required=True)
    if part.kind == "time":
        return forms.text(id_, label, value=part.value, required=True, hint=words("hint_time"))
    shown, unit = part.value, ""
    if part.kind == "seconds":
        shown, unit = part.value / _MINUTE, "min"
    elif part.kind == "share":
        shown, unit = round(part.value * 100, 4), "%"
    return forms.number(id_, label, words=words, value=shown, required=True, hint=limits, unit=unit, decimals=2)


def path_text(words: Words, path: Sequence[str]) -> str:
    """Return what a part is called by the way to it."""
    if path[0] == "at_shares":
        return words("part_at_share", number=int(path[-1]) + 1)
    return " ".join(words({"0": "part_start", "1": "part_end"}.get(step, f"part_{step}")) for step in path)


def limits_text(words: Words, part: Part) -> str:
    """Say between which values a part may lie; empty where nothing bounds it."""
    if part.least is None or part.most is None or part.kind not in ("seconds", "share", "count", "number"):
        return ""

    def said(value: float) -> str:
        return part_text(words, Part(part.path, part.kind, int(value) if part.kind in ("seconds", "count") else value))

    return words("limits", least=said(part.least), most=said(part.most))


def typed(part: Part, value: object) -> Any:  # noqa: ANN401 - JSON
    """Return what was answered as the rule's value has it; what cannot be read is left for the rule to refuse."""
    if part.kind == "flag":
        return {"true": True, "false": False}.get(str(value), value)
    if part.kind in ("choice", "time"):
        return value
    try:
        number = float(str(value).replace(",", "."))
    except ValueError:
        return value
    if part.kind == "seconds":
        return round(number * _MINUTE)
    if part.kind == "share":
        return round(number / 100, 6)
    return int(number) if number == int(number) else number
