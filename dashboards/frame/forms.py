"""Fields and dialogues of forms, each with its label, its help and its error beside it.

A page keeps a form in one place: `form(words, fields…, buttons…)`. An act reads the fields' `value` as States and puts
what is wrong into their `error` (Output("field-id", "error")): a text, or "" when all is well. `key` is the field's
id: a text of the page's own, or a dict for pattern-matching. Switches have `checked` in the place of `value`; dates are
ISO texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import dash_mantine_components as dmc
from dash import html

from dashboards.frame.attributes import wild
from dashboards.words import Words

Id = str | dict[str, str]
Field = Any  # a component of Mantine, whose classes have no types
# (value, label), as a choice shows them.
Options = Sequence[tuple[str, str]]
TextKind = Literal["text", "email", "tel", "url", "password", "search"]
Emphasis = Literal["main", "second", "danger"]


def form(words: Words, *children: Any, title: str = "", has_required: bool = False) -> html.Div:  # noqa: ANN401 - Dash children
    """Return fields and buttons that belong together; `title` names the group for who cannot see it."""
    note = [html.P(words("form_required_note"), className="form-note")] if has_required else []
    named = {"aria-label": title} if title else {}
    return html.Div([*note, *children], className="form", role="group", **wild(named))


def side_by_side(*fields: Any) -> html.Div:  # noqa: ANN401 - Dash children
    """Return short fields beside each other where there is room."""
    return html.Div(list(fields), className="fields")


def buttons(*items: Any) -> html.Div:  # noqa: ANN401 - Dash children
    """Return the buttons at the end of a form, the main one first."""
    return html.Div(list(items), className="row buttons")


def text(
    key: Id, label: str, *, value: str = "", required: bool = False, hint: str = "", error: str = "",
    placeholder: str = "", most: int | None = None, kind: TextKind = "text",
    lines: int = 1, autocomplete: str = "off",
) -> Field:  # fmt: skip
    """Return a field for a text; for several lines of it with `lines`."""
    given = _shared(key, label, required=required, hint=hint, error=error) | {
        "value": value,
        "placeholder": placeholder,
    }
    if lines > 1:
        # The component takes no longest length: what is too long is refused by whoever reads it.
        return dmc.Textarea(**given, minRows=lines, autosize=True)
    return dmc.TextInput(
        **given, inputProps={"type": kind, "autoComplete": autocomplete, **({"maxLength": most} if most else {})}
    )


def select(
    key: Id, label: str, options: Options, *, words: Words, value: str | None = None, required: bool = False,
    hint: str = "", error: str = "", placeholder: str = "", searchable: bool | None = None, clearable: bool = False,
) -> Field:  # fmt: skip
    """Return a choice of one; long ones are searched by typing."""
    return dmc.Select(
        **_shared(key, label, required=required, hint=hint, error=error),
        data=_data(options),
        value=value,
        placeholder=placeholder,
        searchable=len(options) > 8 if searchable is None else searchable,  # noqa: PLR2004 - what is seen at once
        clearable=clearable and not required,
        allowDeselect=False,
        nothingFoundMessage=words("form_none"),
        checkIconPosition="right",
    )


def several(
    key: Id, label: str, options: Options, *, words: Words, value: Sequence[str] = (), required: bool = False,
    hint: str = "", error: str = "", placeholder: str = "",
) -> Field:  # fmt: skip
    """Return a choice of several; `value` is a list."""
    return dmc.MultiSelect(
        **_shared(key, label, required=required, hint=hint, error=error),
        data=_data(options),
        value=list(value),
        placeholder=placeholder,
        searchable=True,
        nothingFoundMessage=words("form_none"),
    )


def date(
    key: Id, label: str, *, value: str | None = None, required: bool = False, hint: str = "", error: str = "",
    first: str | None = None, last: str | None = None,
) -> Field:  # fmt: skip
    """Return a day, as the browser asks for one in the reader's own way; `value`, `first` and `last` are ISO days."""
    limits = {name: limit for name, limit in (("min", first), ("max", last)) if limit}
    return dmc.TextInput(
        **_shared(key, label, required=required, hint=hint, error=error),
        value=value or "",
        inputProps={"type": "date", **limits},
    )


def moment(
    key: Id, label: str, *, value: str | None = None, required: bool = False, hint: str = "", error: str = "",
) -> Field:  # fmt: skip
    """Return a day and an hour, `2026-01-05T09:00`, in Paris as the reader sees it; whoever reads it adds the zone."""
    return dmc.TextInput(
        **_shared(key, label, required=required, hint=hint, error=error),
        value=value or "",
        inputProps={"type": "datetime-local"},
    )


def number(
    key: Id, label: str, *, words: Words, value: float | None = None, required: bool = False, hint: str = "",
    error: str = "", least: float | None = None, most: float | None = None, step: float = 1, unit: str = "",
    decimals: int = 0,
) -> Field:  # fmt: skip
    """Return a number; `unit` stands after it."""
    limits = {name: limit for name, limit in (("min", least), ("max", most)) if limit is not None}
    french = {"decimalSeparator": ",", "thousandSeparator": "\u202f"} if words.language == "fr" else {}
    return dmc.NumberInput(
        **_shared(key, label, required=required, hint=hint, error=error),
        value="" if value is None else value,
        step=step,
        decimalScale=decimals,
        suffix=f"\u00a0{unit}" if unit else "",
        **limits,
        **french,
    )


def switch(key: Id, label: str, *, checked: bool = False, hint: str = "", error: str = "") -> Field:
    """Return something that is on or off at once; `checked`."""
    return dmc.Switch(id=key, label=label, checked=checked, description=hint or None, error=error or None, size="md")


def checkbox(key: Id, label: str, *, checked: bool = False, hint: str = "", error: str = "") -> Field:
    """Return something to agree to, or to take along; `checked`."""
    return dmc.Checkbox(id=key, label=label, checked=checked, description=hint or None, error=error or None)


def radios(
    key: Id,
    label: str,
    options: Options,
    *,
    value: str | None = None,
    required: bool = False,
    hint: str = "",
    error: str = "",
) -> Field:
    """Return a choice of one whose options are all seen."""
    return dmc.RadioGroup(
        html.Div([dmc.Radio(label=text_, value=key) for key, text_ in options], className="radios"),
        **_shared(key, label, required=required, hint=hint, error=error),
        value=value,
    )


def button(key: Id, label: str, *, emphasis: Emphasis = "main", disabled: bool = False, name: str = "") -> html.Button:
    """Return a button; its `n_clicks` is an act's input. `name` says more than the label where many are alike."""
    looks = {"main": "button", "second": "button quiet", "danger": "button danger"}
    named = {"aria-label": name} if name else {}
    return html.Button(label, id=key, type="button", className=looks[emphasis], disabled=disabled, **wild(named))


def dialogue(
    words: Words, key: Id, title: str, children: Any, *, confirm: Id, confirm_label: str, danger: bool = False,  # noqa: ANN401 - Dash children
    opened: bool = False,
) -> Field:  # fmt: skip
    """Return a dialogue that asks before something is done; it keeps the keyboard within, and Escape closes it.

    An act opens it with Output(key, "opened"); `confirm` is the id of the button that does it, whose act closes it.
    """
    done = button(confirm, confirm_label, emphasis="danger" if danger else "main")
    return dmc.Modal(
        [html.Div(children), html.Div([done, _cancel(words)], className="row buttons")],
        id=key,
        title=title,
        opened=opened,
        centered=True,
        withCloseButton=False,
        returnFocus=True,
        transitionProps={"duration": 0},
    )


def _cancel(words: Words) -> html.Button:
    # frame.js closes the dialogue: nothing is asked of the server for that.
    return html.Button(words("form_cancel"), type="button", className="button quiet", **wild({"data-close": ""}))


def _data(options: Options) -> list[Mapping[str, str]]:
    return [{"value": value, "label": label} for value, label in options]


def _shared(key: Id, label: str, *, required: bool, hint: str, error: str) -> dict[str, Any]:
    return {
        "id": key,
        "label": label,
        "description": hint or None,
        "error": error or None,
        # The mark; what is missing is said by the act, beside the field, in the reader's language.
        "withAsterisk": required,
    }
