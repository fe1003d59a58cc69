"""What a manifest says of sequencing (SN 3, CAM 5.1), as the tree that `lrs.sequencing` decides over."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from typing import Final

from lrs.packages.markup import Element
from lrs.packages.sequencing_parts import (
    Faults,
    is_true,
    number,
    read_control,
    read_delivery,
    read_objectives,
    read_rollup,
    read_rules_of,
    read_selection,
    whole,
)
from lrs.sequencing.tree import PLAIN, Activity, ControlMode, Definition, Tree

_HIDDEN: Final = ("previous", "continue", "exit", "exitAll", "abandon", "abandonAll", "suspendAll")
_PRE: Final = ("skip", "disabled", "hiddenFromChoice", "stopForwardTraversal")
_POST: Final = ("exitParent", "exitAll", "retry", "retryAll", "continue", "previous")


def read_tree(organisation: Element, opened: Container[str], root: Element) -> tuple[Tree | None, Faults]:
    """Return the tree of an organisation, and what is wrong with it: element, problem, what would be accepted.

    `opened` are the identifiers of the items that open something. None is for a course that sequences nothing: then
    everything can be opened at any time.
    """
    faults: Faults = []
    elements, parents = _in_order(organisation)
    parts = [_Parts(each, root, faults) for each in elements]
    definitions = [_definition(each, found, faults) for each, found in zip(elements, parts, strict=True)]
    if not any(
        _binds(definition) or (element.one("item") and found.one("controlMode") and not _is_open(definition.control))
        for element, found, definition in zip(elements, parts, definitions, strict=True)
    ):
        return None, faults
    names = ["", *(element.attributes.get("identifier", "").strip() for element in elements[1:])]
    opens = [at > 0 and name in opened for at, name in enumerate(names)]
    below = _below(parents, opens)
    for at, children in enumerate(below):
        if children and opens[at]:
            message, accepted = (
                "An item that has items opens nothing itself.",
                "no identifierref (SCORM 2004 CAM 3.4.1)",
            )
            faults.append((elements[at], message, accepted))
    return Tree(tuple(
        Activity(at, names[at], parents[at], tuple(below[at]), definitions[at]) for at in range(len(elements))
    )), faults  # fmt: skip


def _binds(definition: Definition) -> bool:
    """Say whether a definition changes what can be opened, or shown, where everything else is free."""
    of = definition
    maps = [each for objective in (of.primary, *of.objectives) for each in objective.maps]
    rules = (*of.pre, *of.post, *of.exits, *of.hidden_controls, *maps)
    is_plain = of.selection == PLAIN.selection and of.attempt_limit is None and of.is_visible
    return bool(rules) or not is_plain or of.constrain_choice or of.prevent_activation


def _is_open(control: ControlMode) -> bool:
    """Say whether one may go on, back and anywhere among the children of an activity."""
    return control.choice and control.choice_exit and control.flow and not control.forward_only


def _in_order(organisation: Element) -> tuple[list[Element], list[int | None]]:
    """Return an organisation and its items in the order of the contents, and where what each is in stands."""
    elements: list[Element] = []
    parents: list[int | None] = []
    waiting: list[tuple[Element, int | None]] = [(organisation, None)]
    while waiting:
        element, parent = waiting.pop()
        waiting += [(child, len(elements)) for child in reversed(list(element.all("item")))]
        elements.append(element)
        parents.append(parent)
    return elements, parents


def _below(parents: Sequence[int | None], opens: Sequence[bool]) -> list[list[int]]:
    """Return the children of each: those that open something, or have any that do."""
    below: list[list[int]] = [[] for _ in parents]
    # What is below an item comes after it.
    for at in range(len(parents) - 1, 0, -1):
        parent = parents[at]
        if parent is not None and (opens[at] or below[at]):
            below[parent].insert(0, at)
    return below


def _definition(item: Element, parts: _Parts, faults: Faults) -> Definition:
    primary, objectives = read_objectives(parts.one("objectives"), parts.extension("objectives"), faults)
    limits, constraints = parts.one("limitConditions"), parts.extension("constrainedChoiceConsiderations")
    rules = parts.one("sequencingRules")
    considered = parts.extension("rollupConsiderations")
    completed_from, weight = _threshold(item)
    return Definition(
        control=read_control(parts.one("controlMode"), faults),
        pre=read_rules_of(rules, "preConditionRule", _PRE, faults),
        post=read_rules_of(rules, "postConditionRule", _POST, faults),
        exits=read_rules_of(rules, "exitConditionRule", ("exit",), faults),
        attempt_limit=whole(limits, "attemptLimit", faults), primary=primary, objectives=objectives,
        rollup=read_rollup(parts.one("rollupRules"), considered, weight, faults),
        delivery=read_delivery(parts.one("deliveryControls"), faults),
        selection=read_selection(parts.one("randomizationControls"), faults),
        constrain_choice=is_true(constraints, "constrainChoice", faults, otherwise=False),
        prevent_activation=is_true(constraints, "preventActivation", faults, otherwise=False),
        completed_from=completed_from, hidden_controls=frozenset(_hidden(item, faults)),
        is_visible=is_true(item, "isvisible", faults, otherwise=True),
    )  # fmt: skip


class _Parts:
    """An item's own sequencing, and for what it does not say that of the collection that it refers to (CAM 5.1.1)."""

    def __init__(self, item: Element, root: Element, faults: Faults) -> None:
        self._found: list[Element] = []
        own = item.one("sequencing")
        if own is None:
            return
        self._found.append(own)
        reference = own.attributes.get("IDRef", "")
        if reference:
            collection = root.one("sequencingCollection")
            shared = [] if collection is None else list(collection.all("sequencing"))
            named = [each for each in shared if each.attributes.get("ID") == reference]
            if not named:
                faults.append(
                    (own, f"No sequencing is called {reference[:80]!r}.", "an ID of the sequencingCollection")
                )
            self._found += named[:1]

    def one(self, name: str) -> Element | None:
        """Return an element of IMS's vocabulary."""
        return self._first(name, is_extension=False)

    def extension(self, name: str) -> Element | None:
        """Return an element of ADL's."""
        return self._first(name, is_extension=True)

    def _first(self, name: str, *, is_extension: bool) -> Element | None:
        for part in self._found:
            for each in part.all(name):
                if ("adlseq" in each.namespace) is is_extension:
                    return each
        return None


def _hidden(item: Element, faults: Faults) -> Iterator[str]:
    interface = item.one("presentation", "navigationInterface")
    for each in interface.all("hideLMSUI") if interface is not None else ():
        if each.text.strip() in _HIDDEN:
            yield each.text.strip()
        else:
            faults.append((each, f"This is no control: {each.text.strip()[:40]!r}.", " | ".join(_HIDDEN)))


def _threshold(item: Element) -> tuple[float | None, float]:
    """Return from which progress on an item is complete, and what its progress weighs (CAM 3.4.1.15).

    What is wrong with it is said where items are read.
    """
    found = item.one("completionThreshold")
    if found is None:
        return None, 1.0
    weight = number(found, "progressWeight", (0.0, 1.0), None, otherwise=1.0)
    if "completedByMeasure" not in found.attributes:
        try:
            # The 3rd edition has it as text.
            return (float(found.text), weight) if found.text.strip() else (None, weight)
        except ValueError:
            return None, weight
    if found.attributes["completedByMeasure"] not in ("true", "1"):
        return None, weight
    return number(found, "minProgressMeasure", (0.0, 1.0), None, otherwise=1.0), weight
