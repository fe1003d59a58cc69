"""Which children of an activity there are in one attempt, and in which order: SR.1 and SR.2, drawn from a seed."""

from __future__ import annotations

from hashlib import blake2b

from lrs.sequencing.tree import Selection


def chosen(children: tuple[int, ...], rules: Selection, drawn: tuple[str, int, int]) -> tuple[int, ...]:
    """Return the children of one attempt; `drawn` is the learner's seed, the activity and the number of its attempt.

    Select Children Process (SR.1), then Randomize Children Process (SR.2). The same attempt has the same children
    however often it is asked for.

    >>> chosen((1, 2, 3), Selection("once", 2), ("lea", 0, 1)) == chosen((1, 2, 3), Selection("once", 2), ("lea", 0, 9))
    True
    """
    found = children
    if rules.selection != "never" and 0 < rules.count < len(children):
        drawn_first = _shuffled(children, "select", rules.selection == "once", drawn)[: rules.count]
        found = tuple(child for child in children if child in drawn_first)
    if rules.randomization != "never" and rules.reorders:
        found = _shuffled(found, "order", rules.randomization == "once", drawn)
    return found


def _shuffled(
    children: tuple[int, ...],
    purpose: str,
    is_once: bool,  # noqa: FBT001 - as a manifest says
    drawn: tuple[str, int, int],
) -> tuple[int, ...]:
    seed, activity, attempt = drawn

    def place(child: int) -> bytes:
        return blake2b(f"{seed}/{activity}/{1 if is_once else attempt}/{purpose}/{child}".encode()).digest()

    return tuple(sorted(children, key=place))
