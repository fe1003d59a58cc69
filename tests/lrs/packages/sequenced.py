"""Manifests with sequencing, written as authors' tools write them: `<imsss:sequencing>` in items and organisation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lrs.packages.manifest import Manifest, parse_manifest
from lrs.sequencing.tree import Tree

HEAD = (
    '<?xml version="1.0" encoding="utf-8"?><manifest identifier="{identifier}" version="1.0" '
    'xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" '
    'xmlns:adlseq="http://www.adlnet.org/xsd/adlseq_v1p3" xmlns:adlnav="http://www.adlnet.org/xsd/adlnav_v1p3" '
    'xmlns:imsss="http://www.imsglobal.org/xsd/imsss">'
    "<metadata><schema>ADL SCORM</schema><schemaversion>2004 4th Edition</schemaversion></metadata>"
)


@dataclass(frozen=True)
class Node:
    """An item: `sequencing` is what is in its `<imsss:sequencing>`, `beside` what else it has."""

    identifier: str
    sequencing: str = ""
    children: Sequence[Node] = ()
    beside: str = ""
    reference: str = ""
    attributes: str = ""

    def written(self) -> str:
        """The item with what is in it."""
        page = "" if self.children else f' identifierref="r-{self.identifier}"'
        inside = "".join(child.written() for child in self.children)
        return (
            f'<item identifier="{self.identifier}"{page}{self.attributes}><title>{self.identifier}</title>{inside}'
            f"{self.beside}{sequencing(self.sequencing, self.reference)}</item>"
        )

    def leaves(self) -> list[str]:
        """The items that open something."""
        return [leaf for child in self.children for leaf in child.leaves()] if self.children else [self.identifier]


def sequencing(inside: str, reference: str = "") -> str:
    """The element, or nothing."""
    if not inside and not reference:
        return ""
    refers = f' IDRef="{reference}"' if reference else ""
    return f"<imsss:sequencing{refers}>{inside}</imsss:sequencing>"


def manifest(root: str, *nodes: Node, collection: str = "", identifier: str = "fr.exemple.suite") -> str:
    """A manifest: `root` is the sequencing of its organisation, `collection` what is in its sequencingCollection."""
    leaves = [leaf for node in nodes for leaf in node.leaves()]
    resources = "".join(
        f'<resource identifier="r-{leaf}" type="webcontent" adlcp:scormType="sco" href="{leaf}.html"/>'
        for leaf in leaves
    )
    shared = f"<imsss:sequencingCollection>{collection}</imsss:sequencingCollection>" if collection else ""
    return (
        f'{HEAD.format(identifier=identifier)}<organizations default="o"><organization identifier="o"><title>Suite'
        f"</title>{''.join(node.written() for node in nodes)}{sequencing(root)}</organization></organizations>"
        f"<resources>{resources}</resources>{shared}</manifest>"
    )


def read(text: str, *leaves: str) -> Manifest:
    """What the manifest says, with the pages of these leaves in the package."""
    return parse_manifest(text.encode(), {f"{leaf}.html" for leaf in leaves})


def tree(root: str, *nodes: Node, collection: str = "") -> Tree:
    """The tree that it says."""
    leaves = [leaf for node in nodes for leaf in node.leaves()]
    found = read(manifest(root, *nodes, collection=collection), *leaves).tree
    assert found is not None
    return found


def control(**modes: bool) -> str:
    """`<imsss:controlMode>`."""
    written = "".join(f' {name}="{str(value).lower()}"' for name, value in modes.items())
    return f"<imsss:controlMode{written}/>"


def rules(*found: str) -> str:
    """`<imsss:sequencingRules>`."""
    return f"<imsss:sequencingRules>{''.join(found)}</imsss:sequencingRules>"


def rule(kind: str, action: str, *conditions: str, combination: str = "all") -> str:
    """A rule; a condition is `[not ]name[@objective][>threshold]`."""
    written = "".join(_condition(each) for each in conditions)
    return (
        f'<imsss:{kind}ConditionRule><imsss:ruleConditions conditionCombination="{combination}">{written}'
        f'</imsss:ruleConditions><imsss:ruleAction action="{action}"/></imsss:{kind}ConditionRule>'
    )


def _condition(text: str) -> str:
    operator = ' operator="not"' if text.startswith("not ") else ""
    name, _, objective = text.removeprefix("not ").partition("@")
    name, _, threshold = name.partition(">")
    referenced = f' referencedObjective="{objective}"' if objective else ""
    measure = f' measureThreshold="{threshold}"' if threshold else ""
    return f'<imsss:ruleCondition condition="{name}"{operator}{referenced}{measure}/>'


def objectives(primary: str = "", *others: str) -> str:
    """`<imsss:objectives>` of objectives that `objective` writes."""
    return f"<imsss:objectives>{primary or '<imsss:primaryObjective/>'}{''.join(others)}</imsss:objectives>"


def objective(
    name: str, *, is_primary: bool = False, reads: str = "", writes: str = "", least: float | None = None
) -> str:
    """One objective that reads one global objective, or writes one."""
    element = "primaryObjective" if is_primary else "objective"
    by_measure = "" if least is None else ' satisfiedByMeasure="true"'
    measure = "" if least is None else f"<imsss:minNormalizedMeasure>{least}</imsss:minNormalizedMeasure>"
    maps = ""
    if writes:
        maps += (
            f'<imsss:mapInfo targetObjectiveID="{writes}" readSatisfiedStatus="false" readNormalizedMeasure="false" '
            'writeSatisfiedStatus="true" writeNormalizedMeasure="true"/>'
        )
    if reads:
        maps += f'<imsss:mapInfo targetObjectiveID="{reads}"/>'
    return f'<imsss:{element} objectiveID="{name}"{by_measure}>{measure}{maps}</imsss:{element}>'


BY_CONTENT = '<imsss:deliveryControls completionSetByContent="true" objectiveSetByContent="true"/>'
