"""A sealed PDF, checked with nothing but itself and whom its reader trusts."""

from __future__ import annotations

import json
from datetime import timedelta
from hashlib import sha256
from typing import Final, NoReturn

from evidence.bundle import Bundle, encode, parse_bundle, recompute
from evidence.content import DocumentType
from evidence.seals import Anchor, SealReport, SealTrust, check_seal
from evidence.verification.attachment import BROKEN, open_pdf, read_evidence
from evidence.verification.ledger import Leaf, check_head, check_leaves, check_stamped, decode
from evidence.verification.printed import check_printed
from evidence.verification.report import Report
from evidence.verification.steps import Course, NotChecked, NotHolding
from evidence.verification.trust import Trust
from evidence.verification.wording import DOCUMENT_STEPS, count, moment, typeset
from lrs.clock import to_datetime
from lrs.errors import AssiduError, InvalidRequest
from lrs.ledger import Checkpoint
from lrs.statements.times import parse_timestamp

KIND: Final = "document"
# The authority's clock and the one that wrote the document may differ by this much.
CLOCKS_APART: Final = timedelta(minutes=10)
_NOTHING_CITED: Final = "Le document ne cite aucune trace : il n’y a rien à chercher au registre."
_DEVELOPMENT: Final = (
    "Cachet ou horodatage de développement, non qualifié : il montre que le fichier n’a pas changé, "
    "et ne prouve pas qui l’a émis."
)


class DocumentCheck:
    """One check of one PDF; `report` runs it."""

    def __init__(self, pdf: bytes, trust: Trust) -> None:
        self._pdf = pdf
        self._trust = trust
        self._course = Course(DOCUMENT_STEPS)
        self._seal = SealReport()
        self._evidence = b""
        self._bundle: Bundle | None = None
        self._head: Checkpoint | None = None

    @property
    def bundle(self) -> Bundle | None:
        """Return the evidence in the document, None before `report` or when it cannot be read."""
        return self._bundle

    def report(self) -> Report:
        """Run every step; one that rests on another which does not hold is not begun.

        1. The file is the one that was sealed, to the byte. 2. By whom. 3. When. 4. The evidence in it is whole.
        5. What is printed is what it says. 6. The dates follow each other. 7. The ledger's head is signed, 8. stamped.
        9. Every statement is in the ledger. 10. The figures follow from the statements.
        """
        reader = open_pdf(self._pdf)
        run = self._course.run
        run("seal.intact", self._check_seal)
        run("seal.signer", self._check_signer, after=("seal.intact",))
        run("seal.timestamp", self._check_seal_stamp, after=("seal.intact",))
        run("evidence.embedded", lambda: self._read(read_evidence(reader)))
        run("evidence.printed", lambda: check_printed(reader, self._evidence, self._found(), self._seal),
            after=("evidence.embedded",))  # fmt: skip
        run("evidence.dates", self._check_dates, after=("evidence.embedded",))
        run("ledger.checkpoint", self._check_head, after=("evidence.embedded",))
        run("ledger.timestamp", self._check_head_stamp, after=("ledger.checkpoint",))
        run("statements.included", self._check_statements, after=("ledger.checkpoint",))
        run("figures.recomputed", self._check_figures, after=("evidence.embedded",))
        return Report(KIND, sha256(self._pdf).hexdigest(), tuple(self._course.steps), self._about(), self._warnings())

    def _found(self) -> Bundle:
        if self._bundle is None:
            raise NotHolding("Les éléments de preuve manquent.")
        return self._bundle

    def _check_seal(self) -> str:
        self._seal = check_seal(self._pdf, SealTrust(self._trust.seals, self._trust.stamps))
        if not self._seal.is_intact:
            raise NotHolding(self._seal.problem or "Le cachet ne tient pas.")
        return f"Scellé, niveau {self._seal.level}."

    def _check_signer(self) -> str:
        signer = f"« {self._seal.signer} », certificat émis par « {self._seal.issuer} »"
        if self._seal.seal_anchor is Anchor.TRUSTED:
            return f"Scellé par {signer}."
        if self._seal.seal_anchor is Anchor.DEVELOPMENT:
            raise NotChecked(f"Cachet de développement, non qualifié : {signer}.")
        raise NotChecked(f"{signer} : ce certificat n’est pas de ceux qui sont reconnus ici.")

    def _check_seal_stamp(self) -> str:
        at, authority = self._seal.stamped_at, self._seal.stamp_authority
        if at is None:
            raise NotHolding("Le cachet n’est pas horodaté.")
        said = f"Scellé le {moment(to_datetime(at))}, selon {authority}."
        if self._seal.stamp_anchor is Anchor.TRUSTED:
            return said
        if self._seal.stamp_anchor is Anchor.DEVELOPMENT:
            raise NotChecked(f"{said} Horodatage de développement, non qualifié.")
        raise NotChecked(f"{said} Cette autorité n’est pas de celles qui sont reconnues ici.")

    def _read(self, data: bytes) -> str:
        try:
            bundle = parse_bundle(data)
            is_canonical = encode(bundle) == data
        except InvalidRequest as refusal:
            places = tuple(f"{item.pointer or '/'}: {item.message}" for item in refusal.problems)
            raise NotHolding("Les éléments de preuve n’ont pas la forme publiée.", places) from refusal
        except BROKEN as error:
            raise NotHolding("Les éléments de preuve ne peuvent pas être lus.") from error
        if not is_canonical:
            raise NotHolding("Les éléments de preuve ne sont pas écrits comme Assidu les écrit : il y a autre chose.")
        self._evidence, self._bundle = data, bundle
        return f"Format {bundle.format}, {count(len(bundle.statements), 'trace citée', 'traces citées')}."

    def _check_dates(self) -> str:
        bundle = self._found()
        try:
            as_of, issued_at = parse_timestamp(bundle.as_of), parse_timestamp(bundle.document.issued_at)
            late = [item.id for item in bundle.statements if _stored_at(item.text) > as_of]
            recorded = [item.id for item in bundle.records if parse_timestamp(item.recorded_at) > as_of]
        except InvalidRequest as refusal:
            raise NotHolding("Une date ne peut pas être lue.") from refusal
        if as_of > issued_at:
            raise NotHolding("Le document arrête les faits à une date postérieure à son émission.")
        if late or recorded:
            raise NotHolding(
                "Il cite ce qui n’existait pas encore à la date où il arrête les faits.", (*late, *recorded)
            )
        if any(figure.as_of != bundle.as_of for figure in bundle.figures):
            raise NotHolding("Un chiffre est arrêté à une autre date que le document.")
        if self._seal.stamped_at is not None:
            apart = to_datetime(self._seal.stamped_at) - to_datetime(issued_at)
            if apart < -CLOCKS_APART:
                raise NotHolding("Le document se dit émis après avoir été scellé.")
        return f"Faits arrêtés le {moment(to_datetime(as_of))}, document émis le {moment(to_datetime(issued_at))}."

    def _check_head(self) -> str:
        ledger = self._found().ledger
        if ledger is None:
            if self._found().statements:
                raise NotHolding("Des traces sont citées, et aucun état du registre n’est joint.")
            return _NOTHING_CITED
        head = check_head(ledger.note.encode(), ledger.verifier_key, self._trust)
        if head.size != ledger.size:
            raise NotHolding("La taille annoncée du registre n’est pas celle de l’état signé.")
        self._head = head
        return f"Registre « {head.origin} », {count(head.size, 'trace', 'traces')}."

    def _check_head_stamp(self) -> str:
        ledger = self._found().ledger
        if ledger is None:
            return _NOTHING_CITED
        if ledger.stamp is None:
            # The seal is over the whole file, and the head is in it: it existed when the seal was stamped.
            return self._check_seal_stamp() if self._seal.is_intact else _no_stamp()
        stamp = ledger.stamp
        said = parse_timestamp(stamp.at)
        return check_stamped(decode(stamp.token), ledger.note.encode(), said, stamp.is_qualified, self._trust)

    def _check_statements(self) -> str:
        if self._head is None:
            return _NOTHING_CITED
        leaves = (
            Leaf(item.id, item.position, decode(item.salt), item.text.encode(), tuple(map(decode, item.path)))
            for item in self._found().statements
        )
        return check_leaves(leaves, self._head)

    def _check_figures(self) -> str:
        try:
            recomputed = recompute(self._found())
        except AssiduError as refusal:
            raise NotHolding(
                "Les traces et les fiches jointes se contredisent, ou ne peuvent pas être lues."
            ) from refusal
        except BROKEN as error:
            raise NotHolding("Les traces et les fiches jointes ne peuvent pas être lues.") from error
        if not recomputed.holds:
            places = tuple(
                f"{item.pointer}: imprimé {item.printed!r}, recalculé {item.recomputed!r}"
                for item in recomputed.differences
            )
            raise NotHolding("Ce qui est imprimé ne suit pas de ce qui est joint.", places)
        return f"{count(len(recomputed.figures), 'chiffre recalculé', 'chiffres recalculés')}, à l’identique."

    def _about(self) -> tuple[tuple[str, str], ...]:
        if self._bundle is None:
            return ()
        document = self._bundle.document
        issued: tuple[tuple[str, str], ...] = ()
        try:
            issued = (("Émis le", moment(to_datetime(parse_timestamp(document.issued_at)))),)
            kind = DocumentType(document.type).heading
        except (InvalidRequest, ValueError):
            kind = document.type
        said = (
            ("Organisme", self._bundle.provider.legal_name),
            ("Document", kind),
            ("Numéro", f"{document.number}, version {document.version}"),
            *issued,
        )
        return tuple((label, typeset(value)) for label, value in said)

    def _warnings(self) -> tuple[str, ...]:
        return (typeset(_DEVELOPMENT),) if self._seal.is_development else ()


def _no_stamp() -> NoReturn:
    raise NotChecked("Cet état du registre n’a pas d’horodatage propre, et celui du cachet ne tient pas.")


def check_document(pdf: bytes, trust: Trust) -> Report:
    """Return what holds about a PDF, step by step. Raises Unreadable when it is none, encrypted or far too large."""
    return DocumentCheck(pdf, trust).report()


def _stored_at(text: str) -> int:
    try:
        stored = json.loads(text)["stored"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise NotHolding("Une trace ne dit pas quand elle a été enregistrée.") from error
    return parse_timestamp(str(stored))
