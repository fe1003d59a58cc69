"""Columns read off the dataclasses of the facts, so that a frame has what a fact has, under its meaning."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum, IntEnum
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from analytics import dictionary
from analytics.frames.kinds import Kind, Nature
from analytics.frames.table import Cell, Column
from analytics.rates import Figure
from analytics.rates.formulas import formulas
from training.records import Modality

_MICROS: Final = "_micros"
_SECOND: Final = 1_000_000
# How the facts say that a number is an instant; a frame has the instant itself.
_AS_NUMBER: Final = ", in microseconds since 1970"
_BY_MODALITY: Final = "By modality, "
# BLENDED says only that several are used: no hour is planned or done under it.
MODALITIES: Final = tuple(modality for modality in Modality if modality is not Modality.BLENDED)
# The rates of one enrolment; the other formulas are of a cohort.
ENROLMENT_FORMULAS: Final = tuple(name for name in formulas() if name not in {
    "dropout_rate", "interruption_rate", "contract_termination_rate", "early_contract_termination_rate",
})  # fmt: skip


def columns_of(table: type, within: str = "") -> tuple[Column, ...]:
    """Return the columns of a described dataclass; `within` is the attribute of a row that holds it.

    Microseconds become seconds, numbers of instants become instants, lengths by modality and rates one column each,
    words their names as the dictionary has them. What lists statements is on request. Raises `LookupError` for a type
    that has no column yet.
    """
    hints = get_type_hints(table)
    found: list[Column] = []
    for column in dictionary.columns(table):
        path = f"{within}.{column.name}" if within else column.name
        found.extend(_columns(column, hints[column.name], attrgetter(path)))
    return tuple(found)


def _columns(column: dictionary.Column, hint: Any, read: Cell) -> list[Column]:  # noqa: ANN401 - a type annotation
    kind, is_nullable = _plain_type(hint)
    if get_origin(kind) is dict:
        return _by_modality(column, read)
    if kind == tuple[Figure, ...]:
        return [part for name in ENROLMENT_FORMULAS for part in _rate(name, read)]
    if get_origin(kind) is tuple:
        if get_args(kind)[0] is not UUID:
            return []  # rows of a table of their own
        nature = Nature(Kind.TEXTS)
        return [Column(column.name, nature, column.meaning, _each_text(read), is_on_request=True)]
    return [_single(column, kind, read, is_nullable=is_nullable)]


def _single(column: dictionary.Column, kind: Any, read: Cell, *, is_nullable: bool) -> Column:  # noqa: ANN401 - a type
    name, meaning = column.name, column.meaning
    if kind is int and name.endswith(_MICROS):
        nature = Nature(Kind.NUMBER, is_nullable)
        return Column(name.removesuffix(_MICROS) + "_seconds", nature, meaning, _in_seconds(read))
    if kind is datetime or (kind is int and (_AS_NUMBER in meaning or name.endswith("_at"))):
        return Column(name, Nature(Kind.INSTANT, is_nullable), meaning.replace(_AS_NUMBER, ""), read)
    if issubclass(kind, Enum):
        words = tuple(member.name for member in kind)
        return Column(name, Nature(Kind.WORD, is_nullable, words, issubclass(kind, IntEnum)), meaning, _name_of(read))
    if kind is UUID:
        return Column(name, Nature(Kind.TEXT, is_nullable), meaning, _text_of(read))
    if kind not in _KINDS:
        raise LookupError(f"{name} is a {kind}, which no column holds yet.")
    return Column(name, Nature(_KINDS[kind], is_nullable), meaning, read)


_KINDS: Final = {bool: Kind.FLAG, int: Kind.INTEGER, float: Kind.NUMBER, str: Kind.TEXT, date: Kind.DAY}


def _by_modality(column: dictionary.Column, read: Cell) -> list[Column]:
    """Return the sum of lengths that are kept by modality, then each of them."""
    meaning = column.meaning.removeprefix(_BY_MODALITY)
    meaning = meaning[0].upper() + meaning[1:]
    nature = Nature(Kind.INTEGER)
    found = [Column(column.name, nature, f"{meaning} All modalities together.", _sum_of(read))]
    for modality in MODALITIES:
        name = f"{column.name}_{modality.lower()}"
        found.append(Column(name, nature, f"{meaning} {modality} only.", _part_of(read, modality)))
    return found


def _rate(name: str, read: Cell) -> list[Column]:
    """Return a rate and what it is made of: a rate always stands beside its counts."""
    formula = formulas()[name]
    meaning = (
        f"{formula.title}, formula version {formula.version}, as a share: 1 is 100 %. Empty where nothing was due."
    )
    return [
        Column(name, Nature(Kind.NUMBER, is_nullable=True), meaning, _figure(read, name, rate_value)),
        Column(
            f"{name}_numerator",
            Nature(Kind.INTEGER),
            _sentence(formula.numerator),
            _figure(read, name, attrgetter("numerator")),
        ),
        Column(
            f"{name}_denominator",
            Nature(Kind.INTEGER),
            _sentence(formula.denominator),
            _figure(read, name, attrgetter("denominator")),
        ),
    ]


def rate_value(figure: Figure) -> float | None:
    """Return a rate as a number, None when nothing was due."""
    return None if figure.value is None else float(figure.value)


def _figure(read: Cell, name: str, part: Cell) -> Cell:
    return lambda row: next(part(figure) for figure in read(row) if figure.formula == name)


def _plain_type(hint: Any) -> tuple[Any, bool]:  # noqa: ANN401 - a type annotation
    """Return what an annotation comes down to, and whether it may be None."""
    is_nullable = False
    # A union with a NewType is typing's own kind of union until Python 3.14.
    if get_origin(hint) in (UnionType, Union):
        (hint,) = (part for part in get_args(hint) if part is not NoneType)
        is_nullable = True
    while hasattr(hint, "__supertype__"):
        hint = hint.__supertype__
    return hint, is_nullable


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


def _in_seconds(read: Cell) -> Cell:
    return lambda row: None if (micros := read(row)) is None else micros / _SECOND


def _name_of(read: Cell) -> Cell:
    return lambda row: None if (member := read(row)) is None else member.name


def _text_of(read: Cell) -> Cell:
    return lambda row: None if (value := read(row)) is None else str(value)


def _each_text(read: Cell) -> Cell:
    return lambda row: [str(value) for value in read(row)]


def _sum_of(read: Cell) -> Cell:
    return lambda row: sum(read(row).values())


def _part_of(read: Cell, modality: Modality) -> Cell:
    return lambda row: read(row).get(modality, 0)
