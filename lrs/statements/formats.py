"""The `ids` and `canonical` formats of a statement; `exact` is the stored bytes and needs no code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

Definition = Mapping[str, Any]
_IDENTIFIERS: Final = ("mbox", "mbox_sha1sum", "openid", "account")
_LANGUAGE_MAPS: Final = ("name", "description")
_COMPONENTS: Final = ("choices", "scale", "source", "target", "steps")


def ids_only(statement: Mapping[str, Any]) -> dict[str, Any]:
    """Keep of Agents, Activities, Verbs and Group members only what identifies them (1.0.3 Part Three 2.1.3)."""
    return _walk(statement, agent=_bare_agent, verb=lambda verb: {"id": verb["id"]}, activity=_bare_activity)


def canonical(
    statement: Mapping[str, Any], definitions: Mapping[str, Definition], languages: Sequence[str]
) -> dict[str, Any]:
    """Give Activities their canonical definition and every language map one entry, by `languages`.

    `definitions` maps activity ids to what this store holds of them; `languages` are the tags of
    Accept-Language, most wanted first.
    """

    def activity(item: Mapping[str, Any]) -> dict[str, Any]:
        definition = definitions.get(item["id"]) or item.get("definition")
        if not definition:
            return dict(item)
        return {**item, "definition": in_one_language(definition, languages)}

    def verb(item: Mapping[str, Any]) -> dict[str, Any]:
        display = item.get("display")
        return {**item, "display": _one_entry(display, languages)} if display else dict(item)

    shaped = _walk(statement, agent=dict, verb=verb, activity=activity)
    if "attachments" in shaped:
        shaped["attachments"] = [
            {
                name: _one_entry(value, languages) if name in ("display", "description") else value
                for name, value in item.items()
            }
            for item in shaped["attachments"]
        ]
    return shaped


def in_one_language(definition: Definition, languages: Sequence[str]) -> dict[str, Any]:
    """Keep one entry of each language map of an activity definition."""
    shaped = dict(definition)
    for name in _LANGUAGE_MAPS:
        if name in shaped:
            shaped[name] = _one_entry(shaped[name], languages)
    for name in _COMPONENTS:
        if name in shaped:
            shaped[name] = [
                {**item, "description": _one_entry(item["description"], languages)} if "description" in item else item
                for item in shaped[name]
            ]
    return shaped


def accepted_languages(header: str) -> list[str]:
    """Read Accept-Language into tags, most wanted first; what is malformed is left out.

    >>> accepted_languages("en;q=0.5, fr-FR, *;q=0.1")
    ['fr-fr', 'en']
    """
    wanted: list[tuple[float, int, str]] = []
    for place, item in enumerate(header.split(",")):
        tag, _, rest = item.strip().partition(";")
        quality = rest.strip().removeprefix("q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        if tag and tag != "*" and 0 < weight <= 1:
            wanted.append((-weight, place, tag.lower()))
    return [tag for _, _, tag in sorted(wanted)]


def _one_entry(entries: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
    """Choose by RFC 4647 look-up: the tag, then what it starts with, then its region's siblings, else the first."""
    tags = {tag.lower(): tag for tag in entries}
    for wanted in languages:
        range_ = wanted
        while range_:
            for lowered, tag in tags.items():
                if lowered == range_ or lowered.startswith(range_ + "-"):
                    return {tag: entries[tag]}
            range_ = range_.rpartition("-")[0]
    return dict(list(entries.items())[:1])


def _walk(
    part: Mapping[str, Any],
    *,
    agent: Callable[[Mapping[str, Any]], dict[str, Any]],
    verb: Callable[[Mapping[str, Any]], dict[str, Any]],
    activity: Callable[[Mapping[str, Any]], dict[str, Any]],
) -> dict[str, Any]:
    """Rebuild a statement or SubStatement, passing each of its things through its function."""

    def target(item: Mapping[str, Any]) -> dict[str, Any]:
        kind = item.get("objectType", "Activity")
        if kind == "Activity":
            return activity(item)
        if kind in ("Agent", "Group"):
            return agent(item)
        if kind == "SubStatement":
            return _walk(item, agent=agent, verb=verb, activity=activity)
        return dict(item)

    shaped = dict(part)
    shaped["actor"] = agent(part["actor"])
    shaped["verb"] = verb(part["verb"])
    shaped["object"] = target(part["object"])
    if "authority" in part:
        shaped["authority"] = agent(part["authority"])
    if "context" in part:
        shaped["context"] = _context(part["context"], agent, activity)
    return shaped


def _context(
    context: Mapping[str, Any],
    agent: Callable[[Mapping[str, Any]], dict[str, Any]],
    activity: Callable[[Mapping[str, Any]], dict[str, Any]],
) -> dict[str, Any]:
    shaped = dict(context)
    for name in ("instructor", "team"):
        if name in shaped:
            shaped[name] = agent(shaped[name])
    for name, member in (("contextAgents", "agent"), ("contextGroups", "group")):
        if name in shaped:
            shaped[name] = [{**item, member: agent(item[member])} for item in shaped[name]]
    if "contextActivities" in shaped:
        shaped["contextActivities"] = {
            name: [activity(item) for item in ([value] if isinstance(value, dict) else value)]
            for name, value in shaped["contextActivities"].items()
        }
    return shaped


def _bare_agent(agent: Mapping[str, Any]) -> dict[str, Any]:
    bare = {name: agent[name] for name in ("objectType", *_IDENTIFIERS) if name in agent}
    if agent.get("objectType") == "Group" and not any(name in agent for name in _IDENTIFIERS):
        bare["member"] = [_bare_agent(member) for member in agent.get("member", ())]
    return bare


def _bare_activity(activity: Mapping[str, Any]) -> dict[str, Any]:
    # An object without objectType is an Activity, so the id alone says all.
    return {"id": activity["id"]}
