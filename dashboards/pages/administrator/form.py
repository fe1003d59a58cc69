"""Forms of the administrator's pages: one press of a button, and what is wrong with an answer beside its field.

A form is declared once, beside its page, and drawn with the fields that the page gives it. What it is sent with is
untrusted: the changes of the views refuse it by problems whose JSON Pointers name fields.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import dash
from dash import Input, Output, State, html

from dashboards.accounts.confirming import CONFIRM, Unconfirmed, require_confirmed
from dashboards.frame import forms, parts
from dashboards.frame.acts import Acts
from dashboards.frame.visit import Visit
from dashboards.words import Texts, Words
from lrs.errors import InvalidRequest, Problem
from training.access import Role

Kind = Literal["text", "long", "email", "number", "day", "choice", "found", "choices", "flag", "secret"]
Values = dict[str, Any]
# What is read aloud when it changes.
POLITE: Final[Mapping[str, Any]] = {"role": "status", "aria-live": "polite"}
# What an act returns: something to show under the form, or None.
Handler = Callable[[Visit, Values], Any]

FORM_TEXTS: Final[Texts] = {
    "wrong_hint": ("À revoir. {hint}", "{message} {hint}"),
    "wrong_plain": ("Cette réponse ne peut pas être prise.", "{message}"),
    "wrong_some": (
        "Rien n’a été changé : une réponse est à revoir ci-dessus.",
        "Nothing was changed: an answer above is to be mended.",
    ),
    "wrong_elsewhere": (
        "Rien n’a été changé : ce qui est demandé contredit une autre règle ou un autre enregistrement.",
        "Nothing was changed: {message}",
    ),
    "wrong_missing": ("Une réponse est attendue ici.", "An answer is expected here."),
    "unconfirmed_title": ("Est-ce bien vous ?", "Is it you?"),
    "unconfirmed": (
        "Rien n’a été changé. Confirmez que c’est vous, puis appuyez de nouveau ici ; ce que vous avez saisi reste.",
        "Nothing was changed. Confirm that it is you, then press here again; what you typed stays.",
    ),
    "unconfirmed_do": ("Confirmer que c’est moi (nouvel onglet)", "Confirm that it is me (new tab)"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One answer: its name within the form, what it is called, and what would be taken."""

    name: str
    label: str
    kind: Kind = "text"
    value: Any = None
    hint: str = ""
    options: Sequence[tuple[str, str]] = ()
    is_required: bool = False
    unit: str = ""
    lines: int = 3
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Form:
    """A form by name, with the names of its fields; `flags` are those that are ticked or not.

    `pointers` say which field a problem is about where its pointer does not begin with `/<field>`; `hints` are keys of
    texts that say what a field would have taken.
    """

    name: str
    fields: tuple[str, ...]
    flags: tuple[str, ...] = ()
    pointers: Mapping[str, str] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)

    def draw(
        self, words: Words, fields: Sequence[Field], submit: str, *, emphasis: forms.Emphasis = "main", name: str = ""
    ) -> html.Div:
        """Return the form; `fields` has one for each name, in the order in which they are read."""
        controls = [_CONTROLS[item.kind](words, item, self._id(item.name)) for item in fields]
        required = any(item.is_required for item in fields)
        button = forms.button({"submit": self.name}, submit, emphasis=emphasis, name=name)
        said = html.Div(id={"answer": self.name}, **POLITE)
        return forms.form(words, *controls, forms.buttons(button), said, title=name or submit, has_required=required)

    def on(self, acts: Acts, roles: frozenset[Role], *, is_critical: bool = False) -> Callable[[Handler], Handler]:
        """Register what a press of the button does; `is_critical` when only who has shown lately who they are may."""

        def register(handler: Handler) -> Handler:
            names = (*self.fields, *self.flags)
            outputs = [Output(self._id(name), "error") for name in names]
            states = [State(self._id(name), "checked" if name in self.flags else "value") for name in names]

            def send(visit: Visit, presses: int | None, *answers: Any) -> list[Any]:  # noqa: ANN401 - from a browser
                if not presses:
                    raise dash.exceptions.PreventUpdate
                try:
                    if is_critical:
                        require_confirmed()
                    shown = handler(visit, dict(zip(names, answers, strict=True)))
                except Unconfirmed:
                    return [*["" for _ in names], ask_to_confirm(visit.words)]
                except InvalidRequest as error:
                    return self._refused(visit.words, error, names)
                return [*["" for _ in names], shown]

            send.__module__, send.__qualname__ = handler.__module__, handler.__qualname__
            answer = Output({"answer": self.name}, "children")
            acts.on(roles, [*outputs, answer], Input({"submit": self.name}, "n_clicks"), *states)(send)
            return handler

        return register

    def _refused(self, words: Words, error: InvalidRequest, names: Sequence[str]) -> list[Any]:
        """Return what is wrong beside each field, and under the form what is about none."""
        beside: dict[str, str] = {}
        elsewhere: list[Problem] = []
        for problem in error.problems:
            name = self._field_of(problem.pointer)
            if name is None:
                elsewhere.append(problem)
            else:
                beside.setdefault(name, self._wrong(words, name, problem))
        message = elsewhere[0].message if elsewhere else error.message
        said = words("wrong_some") if beside else words("wrong_elsewhere", message=message)
        return [*[beside.get(name, "") for name in names], html.P(said, className="notice alarm")]

    def _wrong(self, words: Words, name: str, problem: Problem) -> str:
        """Say what is wrong with an answer: in French by what would be taken, in English in the problem's own words."""
        if problem.accepted == MISSING:
            return words("wrong_missing")
        key = self.hints.get(name)
        if key is None:
            return words("wrong_plain", message=problem.message)
        return words("wrong_hint", message=problem.message, hint=words(key))

    def _field_of(self, pointer: str) -> str | None:
        for start, name in self.pointers.items():
            if pointer == start or pointer.startswith(f"{start}/"):
                return name
        first = pointer.removeprefix("/").partition("/")[0]
        return first if first in (*self.fields, *self.flags) else None

    def _id(self, name: str) -> dict[str, str]:
        return {"form": self.name, "field": name}


MISSING: Final = "an answer"


def ask_to_confirm(words: Words) -> html.Div:
    """Return what sends somebody to show again who they are; in a tab of its own, so that what they typed stays."""
    link = html.A(words("unconfirmed_do"), href=CONFIRM, target="_blank", rel="noopener", className="button quiet")
    return parts.notice(words("unconfirmed_title"), [html.P(words("unconfirmed")), html.P(link)], tone="warning")


def pressed(kind: str, presses: list[int | None]) -> str:
    """Return which of many buttons was pressed; nothing is done when buttons only appeared."""
    place = dash.callback_context.triggered_id
    if not any(presses) or not isinstance(place, dict) or not isinstance(place.get(kind), str):
        raise dash.exceptions.PreventUpdate
    return str(place[kind])


def require(values: Values, *names: str) -> None:
    """Refuse a form that lacks answers, each beside its field."""
    problems = [Problem(f"/{name}", "An answer is missing.", MISSING) for name in names if not _given(values.get(name))]
    if problems:
        message = "An answer is missing."
        raise InvalidRequest(message, problems)


def text_of(values: Values, name: str) -> str:
    """Return the text that was answered, without spaces around it; empty for anything else that a browser sends."""
    value = values.get(name)
    return value.strip() if isinstance(value, str) else ""


def texts_of(values: Values, name: str) -> tuple[str, ...]:
    """Return the texts that were chosen."""
    value = values.get(name)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def lines_of(values: Values, name: str) -> tuple[str, ...]:
    """Return the lines that were answered, empty ones left out."""
    return tuple(line.strip() for line in text_of(values, name).splitlines() if line.strip())


def number_of(values: Values, name: str) -> float | None:
    """Return the number that was answered, None for none."""
    value = values.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float | str) or value == "":
        return None
    try:
        return float(value)
    except ValueError:
        problem = Problem(f"/{name}", "This is not a number.", "a number")
        raise InvalidRequest("An answer is not a number.", [problem]) from None


def _given(value: object) -> bool:
    return bool(value.strip()) if isinstance(value, str) else value not in (None, [], False)


def _shared(item: Field) -> dict[str, Any]:
    return {"required": item.is_required, "hint": item.hint}


_CONTROLS: Final[Mapping[Kind, Callable[[Words, Field, dict[str, str]], Any]]] = {
    "text": lambda _, item, id_: forms.text(id_, item.label, value=item.value or "", **_shared(item)),
    "email": lambda _, item, id_: forms.text(id_, item.label, value=item.value or "", kind="email", **_shared(item)),
    "secret": lambda _, item, id_: forms.text(
        id_, item.label, value=item.value or "", kind="password", autocomplete="new-password", **_shared(item)
    ),
    "long": lambda _, item, id_: forms.text(id_, item.label, value=item.value or "", lines=item.lines, **_shared(item)),
    "number": lambda words, item, id_: forms.number(
        id_, item.label, words=words, value=item.value, unit=item.unit, decimals=item.decimals, **_shared(item)
    ),
    "day": lambda _, item, id_: forms.date(id_, item.label, value=item.value, **_shared(item)),
    "choice": lambda words, item, id_: forms.select(
        id_, item.label, item.options, words=words, value=item.value, clearable=True, **_shared(item)
    ),
    "found": lambda words, item, id_: forms.select(
        id_, item.label, item.options, words=words, value=item.value, clearable=True, searchable=True, **_shared(item)
    ),
    "choices": lambda words, item, id_: forms.several(
        id_, item.label, item.options, words=words, value=item.value or (), **_shared(item)
    ),
    "flag": lambda _, item, id_: forms.checkbox(id_, item.label, checked=bool(item.value), hint=item.hint),
}
