"""A dossier, checked with nothing but itself and whom its reader trusts (docs/dossiers.md has the format)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from hashlib import file_digest, sha256
from typing import Any, BinaryIO, Final

from evidence.verification.container import Container, Member
from evidence.verification.document import DocumentCheck
from evidence.verification.entries import check_entries, lines_of
from evidence.verification.ledger import check_head, check_stamped, decode
from evidence.verification.limits import PDF_MOST_BYTES
from evidence.verification.manifest import MANIFEST, NOTE, Manifest, parse_manifest
from evidence.verification.report import Report, Unreadable, Verdict
from evidence.verification.steps import Course, NotChecked, NotHolding
from evidence.verification.traces import check_traces
from evidence.verification.trust import Trust
from evidence.verification.wording import DOSSIER_STEPS, count, moment, typeset
from lrs.clock import to_datetime
from lrs.errors import InvalidRequest, ProofFailure
from lrs.ledger import Checkpoint, ConsistencyProof, VerifierKey, verify_consistency
from lrs.ledger.notes import open_note
from lrs.statements.times import parse_timestamp

KIND: Final = "dossier"
_LEDGER: Final = "registre/registre.json"
_POINT: Final = "registre/point-de-controle.txt"
_STAMP: Final = "registre/horodatage.tst"
_LEDGER_MOST_BYTES: Final = 4 * 1024 * 1024
_NOTE_MOST_BYTES: Final = 64 * 1024


class DossierCheck:
    """One check of one dossier; `report` runs it."""

    def __init__(self, file: BinaryIO, trust: Trust) -> None:
        self._file = file
        self._trust = trust
        self._course = Course(DOSSIER_STEPS)
        self._container: Container | None = None
        self._members: dict[str, Member] = {}
        self._manifest: Manifest | None = None
        self._manifest_text = b""
        self._ledger: dict[str, Any] | None = None
        self._head: Checkpoint | None = None
        self._warnings: dict[str, None] = {}

    def report(self) -> Report:
        """Run every step; one that rests on another which does not hold is not begun.

        1. Every byte of the container is accounted for. 2. The manifest can be read, and lists every file. 3. Each has
        the digest that it says. 4. The manifest is the organisation's. 5. The heads are signed, 6. stamped, 7. and the
        newest continues the other. 8. Statements are in the tree. 9. Entries of the trail are as they were recorded.
        10. Every document holds by itself.
        """
        run = self._course.run
        self._file.seek(0)
        digest = file_digest(self._file, "sha256").hexdigest()  # type: ignore[arg-type]  # any file will do
        run("dossier.container", self._open)
        run("dossier.manifest", self._read_manifest, after=("dossier.container",))
        run("dossier.files", self._check_files, after=("dossier.manifest",))
        run("dossier.origin", self._check_origin, after=("dossier.manifest",))
        run("ledger.checkpoint", self._check_heads, after=("dossier.manifest",))
        run("ledger.timestamp", self._check_stamp, after=("ledger.checkpoint",))
        run("ledger.consistent", self._check_consistency, after=("ledger.checkpoint",))
        run("statements.included", self._check_statements, after=("ledger.checkpoint",))
        run("trail.entries", self._check_trail, after=("dossier.manifest",))
        run("documents", self._check_documents, after=("dossier.manifest",))
        return Report(KIND, digest, tuple(self._course.steps), self._about(), tuple(self._warnings))

    def _open(self) -> str:
        self._container = Container(self._file)
        self._members = {member.name: member for member in self._container.members}
        return f"{count(len(self._members), 'fichier', 'fichiers')}."

    def _read_manifest(self) -> str:
        self._manifest_text = self._read(MANIFEST, _LEDGER_MOST_BYTES * 16)
        manifest = parse_manifest(self._manifest_text)
        there = set(self._members) - {MANIFEST, NOTE}
        listed = set(manifest.files)
        if there != listed:
            unlisted, missing = sorted(there - listed), sorted(listed - there)
            raise NotHolding("Le manifeste ne dit pas ce qu’il y a dans le dossier.", (*unlisted, *missing))
        self._manifest = manifest
        return f"Format {manifest.format}, {count(len(listed), 'fichier annoncé', 'fichiers annoncés')}, tous présents."

    def _check_files(self) -> str:
        manifest = self._known()
        broken = []
        for path, listed in manifest.files.items():
            digest, size = sha256(), 0
            try:
                for block in self._stream(path):
                    digest.update(block)
                    size += len(block)
            except NotHolding:
                broken.append(path)
                continue
            if (digest.hexdigest(), size) != (listed.sha256, listed.size):
                broken.append(path)
        if broken:
            raise NotHolding("Un fichier n’est pas celui qu’annonce le manifeste.", broken)
        return f"{count(len(manifest.files), 'empreinte recalculée', 'empreintes recalculées')}."

    def _check_origin(self) -> str:
        manifest = self._known()
        if NOTE not in self._members:
            if manifest.verifier_key is not None:
                raise NotHolding("La signature du manifeste manque.", (NOTE,))
            raise NotChecked("Le manifeste n’est pas signé : l’organisme n’avait pas encore de clé de registre.")
        if manifest.verifier_key is None:
            raise NotHolding("Le manifeste est signé, et ne dit pas par quelle clé.", (NOTE,))
        note = self._read(NOTE, _NOTE_MOST_BYTES)
        expected = f"{manifest.format}\n{sha256(self._manifest_text).hexdigest()}\n"
        try:
            key = VerifierKey.parse(manifest.verifier_key)
            if open_note(note, key) != expected:
                raise NotHolding("La signature jointe porte sur un autre manifeste.", (NOTE,))
        except ProofFailure as failure:
            raise NotHolding("La signature du manifeste ne tient pas.", (NOTE,)) from failure
        if not self._trust.ledger_keys:
            raise NotChecked(f"Signé par la clé « {key} », que personne n’a dit reconnaître (--ledger-key).")
        if manifest.verifier_key not in self._trust.ledger_keys:
            raise NotHolding("Le manifeste est signé par une autre clé que celle qui est reconnue ici.")
        return f"Signé par la clé « {key} »."

    def _check_heads(self) -> str:
        manifest = self._known()
        if manifest.verifier_key is None or _LEDGER not in self._members:
            if manifest.verifier_key is not None or _LEDGER in self._members:
                raise NotHolding("Le manifeste et le dossier ne disent pas la même chose du registre.")
            raise NotChecked("Rien n’était encore scellé : aucun état du registre n’est joint.")
        ledger = json_object(self._read(_LEDGER, _LEDGER_MOST_BYTES), _LEDGER)
        head = _signed(ledger, self._trust)
        if (head.origin, head.size) != (manifest.origin, manifest.size):
            raise NotHolding("L’état du registre n’est pas celui qu’annonce le manifeste.")
        if ledger["newest"] is not None and _signed(ledger["newest"], self._trust).origin != head.origin:
            raise NotHolding("Les deux états joints sont de deux registres.")
        if self._read(_POINT, _NOTE_MOST_BYTES) != str(ledger["note"]).encode():
            raise NotHolding("L’état du registre joint pour d’autres outils est un autre.", (_POINT,))
        self._ledger, self._head = ledger, head
        return f"Registre « {head.origin} », {count(head.size, 'trace', 'traces')}."

    def _check_stamp(self) -> str:
        ledger = self._ledger or {}
        stamp = ledger["stamp"]
        if (stamp is None) != (_STAMP not in self._members):
            raise NotHolding("L’horodatage manque, ou il y en a un de trop.", (_STAMP,))
        if stamp is None:
            raise NotChecked("Cet état du registre n’avait pas encore d’horodatage.")
        try:
            token, said = decode(str(stamp["token"])), parse_timestamp(str(stamp["at"]))
            is_qualified = bool(stamp["is_qualified"])
        except (InvalidRequest, LookupError, TypeError) as error:
            raise NotHolding("L’horodatage ne peut pas être lu.", (_LEDGER,)) from error
        if self._read(_STAMP, _LEDGER_MOST_BYTES) != token:
            raise NotHolding("Le jeton d’horodatage joint pour d’autres outils est un autre.", (_STAMP,))
        return check_stamped(token, str(ledger["note"]).encode(), said, is_qualified, self._trust)

    def _check_consistency(self) -> str:
        newest, head = (self._ledger or {})["newest"], self._head
        if newest is None or head is None:
            return "Un seul état est joint."
        later = _signed(newest, self._trust)
        path = tuple(decode(str(item)) for item in newest.get("consistency", ()))
        try:
            verify_consistency(ConsistencyProof(head.size, later.size, path), head.root, later.root)
        except ProofFailure as failure:
            message = (
                "Le dernier état du registre ne prolonge pas celui qui est horodaté : quelque chose a été réécrit."
            )
            raise NotHolding(message) from failure
        return f"Le dernier, de {count(later.size, 'trace', 'traces')}, prolonge l’autre sans rien y changer."

    def _check_statements(self) -> str:
        if self._head is None:
            raise NotChecked("Aucun état du registre n’est joint.")
        files = [(path, partial(self._stream, path)) for path in self._of_kind("traces")]
        return check_traces(files, self._head)

    def _check_trail(self) -> str:
        lines = (line for path in self._of_kind("trail") for line in lines_of(self._stream(path), path))
        return check_entries(lines)

    def _check_documents(self) -> str:
        broken, unchecked, number = [], [], 0
        for path in self._of_kind("document"):
            number += 1
            try:
                report = DocumentCheck(self._read(path, PDF_MOST_BYTES), self._trust).report()
            except (NotHolding, Unreadable) as failure:
                broken.append(f"{path} : {failure}")
                continue
            self._warnings.update(dict.fromkeys(report.warnings))
            found = [step for step in report.steps if step.verdict is not Verdict.HOLDS]
            failed = report.first_failure
            if failed is not None:
                broken.append(f"{path} : étape {failed.number}, {failed.title}. {failed.why}")
            elif found:
                unchecked.append(f"{path} : {', '.join(f'étape {step.number}' for step in found)}")
        if broken:
            raise NotHolding("Un document joint ne tient pas.", broken)
        if unchecked:
            raise NotChecked("Rien de faux n’a été trouvé, mais tout n’a pas pu être vérifié.", unchecked)
        return f"{count(number, 'document vérifié', 'documents vérifiés')}."

    def _of_kind(self, kind: str) -> Iterator[str]:
        return (path for path, listed in self._known().files.items() if listed.kind == kind)

    def _known(self) -> Manifest:
        if self._manifest is None:
            raise NotHolding("Le manifeste manque.", (MANIFEST,))
        return self._manifest

    def _member(self, path: str) -> tuple[Container, Member]:
        if self._container is None or path not in self._members:
            raise NotHolding("Un fichier du dossier manque.", (path,))
        return self._container, self._members[path]

    def _stream(self, path: str) -> Iterator[bytes]:
        container, member = self._member(path)
        return container.stream(member)

    def _read(self, path: str, most_bytes: int) -> bytes:
        container, member = self._member(path)
        return container.read(member, most_bytes)

    def _about(self) -> tuple[tuple[str, str], ...]:
        if self._manifest is None:
            return ()
        try:
            made = moment(to_datetime(parse_timestamp(self._manifest.made_at)))
        except InvalidRequest:
            made = self._manifest.made_at
        said = (("Organisme", self._manifest.organisation), ("Dossier", self._manifest.asked), ("Fait le", made))
        return tuple((label, typeset(value)) for label, value in said)


def check_dossier(file: BinaryIO, trust: Trust) -> Report:
    """Return what holds about a dossier, step by step. Raises Unreadable when it is none, or far too large."""
    return DossierCheck(file, trust).report()


def json_object(data: bytes, path: str) -> dict[str, Any]:
    """Return a JSON object; raises NotHolding for anything else."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise NotHolding("Un fichier ne peut pas être lu.", (path,)) from error
    if not isinstance(value, dict):
        raise NotHolding("Un fichier n’a pas la forme publiée.", (path,))
    return value


def _signed(said: Any, trust: Trust) -> Checkpoint:  # noqa: ANN401 - JSON
    try:
        head = check_head(str(said["note"]).encode(), str(said["verifier_key"]), trust)
        if (said["size"], decode(said["root"])) != (head.size, head.root):
            raise NotHolding("L’état du registre annoncé n’est pas celui qui est signé.", (_LEDGER,))
    except (LookupError, TypeError, AttributeError) as error:
        raise NotHolding("Un fichier n’a pas la forme publiée.", (_LEDGER,)) from error
    return head
