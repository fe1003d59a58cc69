"""Which of many is the one that is refused: halving, in order. Nothing here performs I/O."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Halving:
    """Ranges of a batch that are still to be tried, the first in front. What is before `next` is settled.

    A range that is refused is tried in two halves, a single one is what was looked for.

    >>> search, bad = Halving(8), 5
    >>> while (turn := search.next) is not None:
    ...     one = search.refused() if bad in range(*turn) else search.taken()
    >>> search.found
    [5]
    """

    count: int
    found: list[int] = field(default_factory=list)
    _waiting: list[tuple[int, int]] = field(init=False)

    def __post_init__(self) -> None:
        self._waiting = [(0, self.count)] if self.count else []

    @property
    def next(self) -> tuple[int, int] | None:
        """The range to try now, its end excluded; None when all is settled."""
        return self._waiting[-1] if self._waiting else None

    @property
    def settled(self) -> int:
        """How many from the start on are settled, one way or the other."""
        return self._waiting[-1][0] if self._waiting else self.count

    def taken(self) -> None:
        """Note that the range in front was taken."""
        self._waiting.pop()

    def refused(self) -> bool:
        """Note that the range in front was refused; True when it is a single one, which is then found and settled."""
        start, end = self._waiting.pop()
        if end - start == 1:
            self.found.append(start)
            return True
        middle = (start + end) // 2
        self._waiting += [(middle, end), (start, middle)]
        return False
