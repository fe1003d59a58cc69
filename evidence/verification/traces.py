"""The statements of a dossier: each, or what an erasure left of it, in the tree."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from evidence.verification.entries import lines_of
from evidence.verification.ledger import Leaf, check_leaf, decode
from evidence.verification.steps import NotHolding
from evidence.verification.wording import count
from lrs.errors import ProofFailure
from lrs.ledger import Checkpoint, InclusionProof, verify_inclusion

_ERASED_BY: Final = "https://assidu.example/xapi/ext/erased-statements"

# A file's path, and what gives its bytes.
Source = tuple[str, Callable[[], Iterator[bytes]]]


def check_traces(files: Iterable[Source], head: Checkpoint) -> str:
    """Return how many statements are in the tree; raises NotHolding that names every one that is not.

    1. Each that is there is in the tree, byte for byte. 2. Of one that was erased the leaf is, and a deletion statement
    in the dossier names it. 3. Those stored after the head have no proof yet, and are counted.
    """
    broken: list[str] = []
    erased: dict[str, str] = {}
    deletions: dict[str, frozenset[str]] = {}
    proved = later = 0
    for path, stream in files:
        for line in lines_of(stream(), path):
            name = f"{path} : {line.get('id')}"
            try:
                if line.get("path") is None:
                    later += 1
                    continue
                _check_line(line, head)
            except (NotHolding, ProofFailure, LookupError, TypeError, AttributeError, ValueError):
                broken.append(name)
                continue
            proved += 1
            if line.get("erased"):
                erased[str(line["id"])] = str(line.get("erased_by"))
            elif _ERASED_BY in line["text"]:
                deletions[str(line["id"])] = _named(line["text"])
    broken += [name for name, by in erased.items() if name not in deletions.get(by, ())]
    if broken:
        message = "Une trace ne figure pas ainsi au registre : son texte, son sel, sa position ou sa preuve a changé."
        raise NotHolding(message, broken)
    said = f"{count(proved, 'trace', 'traces')}, sur {count(head.size, 'trace', 'traces')} au registre."
    if erased:
        said += f" Parmi elles {count(len(erased), 'effacée', 'effacées')}, avec la trace de l’effacement."
    if later:
        said += (
            f" {count(later, 'trace plus récente', 'traces plus récentes')} que cet état : le manifeste seul en répond."
        )
    return said


def _check_line(line: dict[str, Any], head: Checkpoint) -> None:
    path = tuple(decode(item) for item in line["path"])
    position = line["position"]
    if type(position) is not int:
        raise NotHolding("Une position n’est pas un nombre.")
    if line.get("erased"):
        verify_inclusion(decode(line["leaf"]), InclusionProof(position, head.size, path), head.root)
        return
    check_leaf(Leaf(line["id"], position, decode(line["salt"]), line["text"].encode(), path), head)
    if json.loads(line["text"]).get("stored") != line["stored"]:
        raise NotHolding("Une trace dit avoir été enregistrée à un autre moment.")


def _named(text: str) -> frozenset[str]:
    """Return the statements that a deletion statement names."""
    try:
        return frozenset(json.loads(text)["context"]["extensions"][_ERASED_BY])
    except (LookupError, TypeError, ValueError):
        return frozenset()
