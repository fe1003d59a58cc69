"""The course of a check: steps run in order, and one that rests on another says so when that one does not hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from evidence.verification.report import Step, Verdict
from evidence.verification.wording import typeset

# More are counted than named: a dossier that is broken all over must stay readable.
NAMED_MOST: Final = 20


class NotHolding(Exception):
    """A step does not hold. The message is a French sentence; `subjects` names what it is about."""

    def __init__(self, why: str, subjects: Iterable[str] = ()) -> None:
        super().__init__(why)
        self.why = why
        self.subjects = tuple(subjects)


class NotChecked(Exception):
    """A step could not be decided with what was given. The message is a French sentence that says what lacks."""

    def __init__(self, why: str, subjects: Iterable[str] = ()) -> None:
        super().__init__(why)
        self.why = why
        self.subjects = tuple(subjects)


class Course:
    """Runs the steps of one check and keeps what each found."""

    def __init__(self, titles: Mapping[str, str]) -> None:
        self._titles = titles
        self.steps: list[Step] = []

    def run(self, name: str, check: Callable[[], str], *, after: tuple[str, ...] = ()) -> bool:
        """Run one step and return whether it holds; `check` returns why it does, or raises NotHolding or NotChecked.

        `after` names steps without which this one means nothing: unless they hold it is not begun.
        """
        verdicts = {step.name: step for step in self.steps}
        missing = [verdicts[earlier] for earlier in after if verdicts[earlier].verdict is not Verdict.HOLDS]
        if missing:
            self._note(name, Verdict.UNCHECKED, f"L’étape {missing[0].number} est nécessaire à celle-ci.")
            return False
        try:
            why = check()
        except NotHolding as failure:
            self._note(name, Verdict.FAILS, failure.why, failure.subjects)
            return False
        except NotChecked as failure:
            self._note(name, Verdict.UNCHECKED, failure.why, failure.subjects)
            return False
        self._note(name, Verdict.HOLDS, why)
        return True

    def _note(self, name: str, verdict: Verdict, why: str, subjects: tuple[str, ...] = ()) -> None:
        if len(subjects) > NAMED_MOST:
            why += f" Les {NAMED_MOST} premiers sur {len(subjects)} sont nommés."
        number = len(self.steps) + 1
        title = typeset(self._titles[name])
        self.steps.append(Step(number, name, title, verdict, typeset(why), subjects[:NAMED_MOST]))
