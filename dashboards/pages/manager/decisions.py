"""What needs a decision today, the most urgent first; one kind of it as a list that one works through.

Its reader decides what to do first this morning, and goes straight to where it is done. What waits for nobody is not
here: when there is nothing to decide, the page says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dash import Input, Output, State, html

from dashboards import formats
from dashboards.frame import answers, forms, parts
from dashboards.frame.acts import Acts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.administrator.refusals import refusal_words
from dashboards.pages.manager import words as said
from dashboards.pages.manager.decision_words import KINDS, TEXTS, URGENCIES, finding
from dashboards.pages.trainer.words import ANOMALIES, reason_text
from dashboards.views.decisions import LISTED, Decisions, decisions, decisions_of
from dashboards.views.decisions_item import Decision, Kind, Urgency
from dashboards.views.decisions_mapping import map_activities, prefixes, targets
from dashboards.views.trainer_reasons import Reason
from dashboards.words import Words
from training.access import STAFF

_PREFIX, _TARGET, _MAP = "map-prefix", "map-target", "map-do"
# Those of most statements stand first; the rest follows once these are mapped.
_CHOICES: Final = 200


def draw(visit: Visit) -> Any:  # noqa: ANN401 - what Dash takes as children
    """Draw every kind, or the list of one."""
    kind = visit.place.get("kind", "")
    return _one(visit, kind) if kind else _all(visit)


def _all(visit: Visit) -> list[Any]:
    words, found = visit.words, decisions(visit.lens)
    return [
        parts.heading(words("title"), words("lead")),
        parts.live("as-of", parts.as_of(words, found.as_of)),
        parts.live("decisions", _groups(words, found)),
    ]


def _groups(words: Words, found: Decisions) -> list[Any]:
    if not found.groups:
        return [parts.nothing(words("none_title"), words("none_hint"))]
    count = said.counted(
        words, found.count, ("décision attend", "decision waits"), ("décisions attendent", "decisions wait")
    )
    shown: list[Any] = [html.P(count, className="lead")]
    for group in found.groups:
        pair, hint = KINDS[group.kind]
        number = formats.number(group.count, words.language)
        title = f"{words.say(pair)} ({number})"
        tone, urgency = URGENCIES[group.urgency]
        items = [html.Li(_line(words, item)) for item in group.first]
        body: list[Any] = [html.Ul(items, style=said.LINES)]
        if group.count > len(group.first) or group.kind is Kind.UNMAPPED:
            body.append(parts.link(words("see_all", count=number), f"decisions?kind={group.kind}"))
        shown.append(parts.card(title, body, caption=words.say(hint), tools=parts.badge(words.say(urgency), tone)))
    return [parts.stack(*shown)]


def _line(words: Words, item: Decision) -> list[Any]:
    """Return a decision in a line: what it is about, which leads to where it is made, and since or until when."""
    what, rest = told(words, item)
    about = parts.link(what, item.path) if item.path else html.Span(what)
    return [about, html.Div(said.joined((rest, _when(words, item))), className="caption")]


def told(words: Words, item: Decision) -> tuple[str, str]:
    """Return what a decision is about, and the rest that one must know of it."""
    what, rest = _told(words, item)
    return what, rest if item.path else said.joined((rest, words("of_administrator")))


def _told(words: Words, item: Decision) -> tuple[str, str]:
    values, language = item.values, words.language
    if item.kind in (Kind.MARKS_MISSING, Kind.COUNTERSIGNATURE_MISSING) and item.since is not None:
        half = words.say(said.HALF_DAYS[str(values["half_day"])])
        what = f"{values['session']}, {formats.short_day(item.since, language)}, {half}"
        unknown = values["unknown"]
        rest = words("unknown", count=unknown) if isinstance(unknown, int) and unknown else ""
        return what, rest
    if item.kind in (Kind.DOCUMENT_OVERDUE, Kind.DOCUMENT_DUE, Kind.DOCUMENT_TO_REPLACE):
        what = f"{said.document_name(str(values['document']))}, {values['person']}"
        return what, said.joined((str(values["session"]), str(values["funder"])))
    if item.kind is Kind.ANOMALY:
        names = {kind.value: pair for kind, pair in ANOMALIES.items()}
        times = formats.number(int(str(values["times"])), language)
        what = f"{words.say(names[str(values['what'])])}, {values['person']}"
        return what, said.joined((str(values["session"]), words("times", count=times)))
    return _told_of_deployment(words, item)


def _told_of_deployment(words: Words, item: Decision) -> tuple[str, str]:
    values, language = item.values, words.language
    if item.kind is Kind.RIGHTS_REQUEST:
        names = {right.value: pair for right, pair in said.RIGHTS.items()}
        return f"{words.say(names[str(values['right'])]).capitalize()}, {values['person']}", ""
    if item.kind is Kind.CONTACT:
        reason = values["reason"]
        why = reason_text(words, reason) if isinstance(reason, Reason) else ""
        return str(values["person"]), said.joined((str(values["session"]), why.rstrip(".")))
    if item.kind is Kind.FOLLOWUP_OVERDUE:
        owner = words("followup_owner", owner=values["owner"]) if values["owner"] else ""
        step = words("followup_first" if values["is_first"] else "followup_next")
        return str(values["person"]), said.joined((str(values["session"]), step, owner))
    if item.kind is Kind.UNMAPPED:
        activities = formats.number(int(str(values["activities"])), language)
        count = formats.number(int(str(values["statements"])), language)
        told_ = words("count_statements", activities=activities, count=count)
        return str(values["prefix"]), said.joined((str(values["platform"]), told_))
    if item.kind is Kind.QUARANTINED:
        count = formats.number(item.count, language)
        return str(values["sender"]), said.joined(
            (words("held", count=count), refusal_words(words, str(values["problem"])).rstrip("."))
        )
    return finding(words, values), ""


# What says since when by itself.
_DATED: Final = frozenset((Kind.MARKS_MISSING, Kind.COUNTERSIGNATURE_MISSING, Kind.CONTACT))


def _when(words: Words, item: Decision) -> str:
    if item.due_on is not None:
        name = "was_due" if item.urgency is Urgency.NOW else "due_on"
        return words(name, day=formats.short_day(item.due_on, words.language))
    if item.since is not None and item.kind not in _DATED:
        return words("since", day=formats.short_day(item.since, words.language))
    return ""


def _one(visit: Visit, kind: str) -> list[Any]:
    words = visit.words
    found = decisions_of(visit.lens, kind)
    pair, hint = KINDS[Kind(kind)]
    columns = [
        parts.Column("what", words("what"), "link", 330),
        parts.Column("rest", words("rest"), "text", 300),
        parts.Column("urgency", words("urgency"), "badge", 130),
        parts.Column("since", words("since_column"), "day"),
        parts.Column("due", words("due_column"), "day"),
    ]
    rows = [_row(words, item) for item in found]
    title = words.say(pair)
    table = parts.table(words, "decisions", columns, rows, empty=words("none_kind"), label=title)
    limit = [html.P(words("listed", count=len(found)))] if len(found) == LISTED else []
    return [
        parts.crumbs(words, (words("title"), "decisions")),
        parts.heading(title, words.say(hint)),
        parts.live("as-of", parts.as_of(words, visit.lens.as_of)),
        parts.card(title, [table, *limit]),
        *([_mapping(visit)] if kind == Kind.UNMAPPED and found else []),
    ]


def _mapping(visit: Visit) -> Any:  # noqa: ANN401 - a component
    words, lens = visit.words, visit.lens
    begins = [(prefix, prefix) for prefix in prefixes(lens)[:_CHOICES]]
    places = [(target.key, " › ".join(target.names)) for target in targets(lens)]
    fields = forms.form(
        words,
        forms.select(_PREFIX, words("map_prefix"), begins, words=words, value=begins[0][0]),
        forms.select(_TARGET, words("map_target"), places, words=words),
        forms.buttons(forms.button(_MAP, words("map_do"))),
        title=words("map"),
    )
    return parts.card(words("map"), fields, caption=words("map_caption"))


def acts(acts: Acts) -> None:
    """Register the mapping of unknown activities."""

    @acts.on(STAFF, Output(_TARGET, "error"), Input(_MAP, "n_clicks"), State(_PREFIX, "value"), State(_TARGET, "value"))
    def map_(visit: Visit, clicks: object, prefix: object, target: object) -> str:
        if not clicks:
            return ""
        if not isinstance(prefix, str) or not isinstance(target, str) or not target:
            return visit.words("map_missing")
        map_activities(visit.lens, prefix, target)
        answers.say(visit.words("map_done"), visit.words("map_done_text"))
        answers.draw_again()
        return ""


def _row(words: Words, item: Decision) -> Mapping[str, Any]:
    what, rest = told(words, item)
    tone, urgency = URGENCIES[item.urgency]
    return {
        "id": item.key,
        "what": said.cell(what, item.path) if item.path else what,
        "rest": rest,
        "urgency": f"{tone}:{words.say(urgency)}",
        "since": None if item.since is None else item.since.isoformat(),
        "due": None if item.due_on is None else item.due_on.isoformat(),
    }


PAGE: Final = Page(
    name="manager.decisions",
    path="decisions",
    roles=STAFF,
    title=TEXTS["title"],
    draw=draw,
    acts=acts,
    menu=("À décider", "To decide"),
    icon="inbox",
    texts=TEXTS,
    # What is refused, asked or signed changes neither facts nor records.
    always_changes=True,
)
