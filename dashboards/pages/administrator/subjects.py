"""People, funders, sessions and enrolments on record, to choose one of: found by typing, for there are thousands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal

from dash import Input, Output, State

from dashboards.frame.acts import Acts
from dashboards.frame.visit import Visit
from dashboards.views.administration.names import Named, find_named
from dashboards.words import Texts
from training.access import Role

SubjectKind = Literal["everything", "training_session", "person", "enrolment", "funder"]
ROLE_OPTIONS: Final = (
    Role.TRAINER.value,
    Role.LEARNER.value,
    Role.MANAGER.value,
    Role.FUNDER.value,
    Role.AUDITOR.value,
    Role.ADMINISTRATOR.value,
)
SUBJECT_TEXTS: Final[Texts] = {
    "subject_everything": ("Tout l’organisme", "Everything"),
    "subject_training_session": ("Session : {name}", "Session: {name}"),
    "subject_person": ("Personne : {name}", "Person: {name}"),
    "subject_enrolment": ("Inscription : {name}", "Enrolment: {name}"),
    "subject_funder": ("Financeur : {name}", "Funder: {name}"),
}


def subject_options(
    visit: Visit, kinds: Sequence[SubjectKind], text: str = "", chosen: str = ""
) -> list[tuple[str, str]]:
    """Return (`kind:id`, name) of the first records of these kinds whose name has all words of `text`."""
    found = list(_everything(visit, kinds, text))
    others = [kind for kind in kinds if kind != "everything"]
    # By what is shown: having chosen, a reader finds the whole of it in the field, and is asked for that once more.
    named = find_named(visit.lens, others, text, chosen, called=lambda item: _called(visit, item))
    return [*found, *((f"{item.kind}:{item.record_id}", _called(visit, item)) for item in named)]


def register_search(acts: Acts, roles: frozenset[Role], form: str, field: str, kinds: Sequence[SubjectKind]) -> None:
    """Let a field of a form offer what is typed into it."""
    place = {"form": form, "field": field}

    def search(visit: Visit, text: object, chosen: object) -> list[dict[str, str]]:
        wanted = text if isinstance(text, str) else ""
        options = subject_options(visit, kinds, wanted[:100], chosen if isinstance(chosen, str) else "")
        return [{"value": value, "label": label} for value, label in options]

    search.__qualname__ = f"register_search.{form}.{field}"
    acts.on(roles, Output(place, "data"), Input(place, "searchValue"), State(place, "value"))(search)


def _everything(visit: Visit, kinds: Sequence[SubjectKind], text: str) -> Iterator[tuple[str, str]]:
    said = visit.words("subject_everything")
    if "everything" in kinds and text.casefold() in said.casefold():
        yield "everything:", said


def _called(visit: Visit, item: Named) -> str:
    return visit.words(f"subject_{item.kind}", name=item.name)
