"""What a learner's file shows of the record: contracts, waivers, entry and exit, who helped, what was asked."""

from __future__ import annotations

from typing import Any, Final

from dashboards import formats
from dashboards.frame import parts, writing
from dashboards.pages.manager import words as said
from dashboards.pages.trainer.words import MODALITIES, exchange_line
from dashboards.views.enrolment import EnrolmentFile
from dashboards.words import Texts, Words
from training.rights import State

TEXTS: Final[Texts] = {
    "record": ("Contrat et parcours", "Contract and course"),
    "entered": ("Entrée en formation", "Entry"),
    "entered_none": ("non enregistrée", "not recorded"),
    "exit": ("Sortie", "Exit"),
    "exit_none": ("aucune", "none"),
    "contract": ("Convention au {day}", "Contract from {day}"),
    "contracts_none": ("Aucune convention enregistrée.", "No contract recorded."),
    "waiver": ("Dispense", "Waiver"),
    "funder": ("Financeur", "Funder"),
    "file_no": ("dossier {number}", "file {number}"),
    "employer": ("Employeur", "Employer"),
    "registration": ("Identifiant d’inscription xAPI", "xAPI registration"),
    "exchanges": ("Assistance", "Assistance"),
    "exchanges_caption": ("Ce qui fut dit et écrit pour aider, daté.", "What was said and written to help, dated."),
    "exchanges_none": ("Aucun échange consigné.", "No exchange logged."),
    "requests": ("Demandes sur les données", "Requests about data"),
    "requests_none": ("Aucune demande.", "No request."),
    "request_open": ("à répondre avant le {day}", "to be answered by {day}"),
    "request_answered": ("répondue", "answered"),
    "request_withdrawn": ("retirée", "withdrawn"),
}


def cards(words: Words, found: EnrolmentFile) -> list[Any]:
    """Return what the file says of the record."""
    lines = [exchange_line(words, item) for item in reversed(found.exchanges)]
    told = [parts.facts(*((line, item.subject) for line, item in zip(lines, reversed(found.exchanges), strict=True)))]
    shown = [
        parts.card(words("record"), parts.facts(*_facts(words, found))),
        parts.card(
            words("exchanges"), told if lines else parts.nothing(words("exchanges_none")),
            caption=words("exchanges_caption"),
        ),
    ]  # fmt: skip
    if found.requests:
        shown.append(parts.card(words("requests"), parts.facts(*_requests(words, found))))
    return shown


def _facts(words: Words, found: EnrolmentFile) -> list[tuple[str, Any]]:
    enrolment, language = found.enrolment, words.language
    entered, left = enrolment.entered_on, enrolment.exit
    lines: list[tuple[str, Any]] = [
        (words("entered"), words("entered_none") if entered is None else formats.short_day(entered, language)),
        (words("exit"), words("exit_none") if left is None else _exit(words, found)),
    ]
    for contract in enrolment.contracts:
        hours = [
            f"{words.say(MODALITIES[item])} {writing.hours(seconds, language)}"
            for item, seconds in contract.planned_seconds.items()
        ]
        name = words("contract", day=formats.short_day(contract.effective_on, language))
        lines.append((name, said.joined((contract.reference, *hours))))
    if not enrolment.contracts:
        lines.append((words("planned"), words("contracts_none")))
    for waiver in enrolment.waived:
        what = waiver.activity_id or waiver.module_id or waiver.slot_id or ""
        lines.append((words("waiver"), said.joined((what, writing.hours(waiver.seconds, language), waiver.reason))))
    if enrolment.funding is not None:
        number = enrolment.funding.file_no
        told = words("file_no", number=number) if number else ""
        lines.append((words("funder"), said.joined((found.funder, enrolment.funding.scheme, told))))
    if enrolment.employer:
        lines.append((words("employer"), enrolment.employer))
    return [*lines, (words("registration"), str(enrolment.registration))]


def _exit(words: Words, found: EnrolmentFile) -> str:
    left = found.enrolment.exit
    if left is None:
        return ""
    day = formats.short_day(left.on, words.language)
    return said.joined((day, words.say(said.EXITS[left.reason]), left.detail))


def _requests(words: Words, found: EnrolmentFile) -> list[tuple[str, Any]]:
    lines: list[tuple[str, Any]] = []
    for item in found.requests:
        name = words.say(said.RIGHTS[item.right])
        if item.state is State.OPEN:
            state = words("request_open", day=formats.short_day(item.due_on, words.language))
        else:
            state = words("request_answered" if item.state is State.ANSWERED else "request_withdrawn")
        lines.append((name, parts.link(state, f"settings/requests/{item.id}")))
    return lines
