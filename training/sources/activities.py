"""Which Activity a name in a file means: as the source has it saved, as an IRI, or as the programme's own title."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from training.meetings.formats import folded
from training.records.programme import TrainingActivity
from training.sources.definition import is_iri
from training.sources.moodle_names import title_behind
from training.sources.plan import Context
from training.sources.source import Graded


class Activities:
    """The activities that the files of one source may name."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def find(self, name: str) -> Graded | None:
        """Return what a name means, None when nobody has said and no activity of the programme is called so."""
        own = self._saved.get(folded(name))
        if own is not None:
            return own if own.passing is not None else replace(own, passing=self._passing.get(own.iri))
        if is_iri(name):
            return Graded(name, passing=self._passing.get(name))
        found = self._titled.get(folded(name)) or self._titled.get(title_behind(name))
        if found is None or len(found) != 1 or not found[0].iri:
            return None
        return Graded(found[0].iri, passing=found[0].mastery_score)

    @property
    def known(self) -> str:
        """What may stand in a file, for a refusal."""
        titles = [items[0].title for items in self._titled.values() if items[0].iri]
        return ", ".join([*self._context.source.activities, *titles][:30])

    @cached_property
    def _saved(self) -> dict[str, Graded]:
        return {folded(name): item for name, item in self._context.source.activities.items()}

    @cached_property
    def _all(self) -> list[TrainingActivity]:
        records, wanted = self._context.records, self._context.session_id
        programme = None if wanted is None else records.programme_of(wanted)
        return [] if programme is None else [item for _, item in programme.activities()]

    @cached_property
    def _titled(self) -> dict[str, list[TrainingActivity]]:
        found: dict[str, list[TrainingActivity]] = {}
        for item in self._all:
            for name in {folded(item.title), folded(item.id)} - {""}:
                found.setdefault(name, []).append(item)
        return found

    @cached_property
    def _passing(self) -> dict[str, float]:
        return {item.iri: item.mastery_score for item in self._all if item.iri and item.mastery_score is not None}
