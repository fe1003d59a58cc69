"""What `imsmanifest.xml` says: which edition, the items in their order, and what each launches (SCORM 1.2 and 2004).

SCORM 1.2 CAM 2.3, SCORM 2004 CAM 3.4; what it says of sequencing is read in `sequencing.py`.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

from lrs.errors import InvalidRequest, Problem
from lrs.packages.items import ItemRules, read_rules
from lrs.packages.markup import Element, parse_markup
from lrs.packages.prerequisites import is_readable
from lrs.packages.sequencing import read_tree
from lrs.scorm.values import Edition
from lrs.sequencing.tree import Tree

NAME: Final = "imsmanifest.xml"
MANIFEST_MOST_BYTES: Final = 8 * 1024 * 1024
_ITEMS_MOST: Final = 500
_PROBLEMS_MOST: Final = 50
TITLE_MOST: Final = 500
# SCORM 1.2 CAM 2.3.2.5.1 asks for 200.
_SCRIPT_MOST: Final = 2_000
_1_2: Final = ("1.2",)
_2004: Final = ("2004 3rd edition", "2004 4th edition", "2004 2nd edition", "cam 1.3", "1.3")


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the table of contents: a chapter, or what it launches, below `level` others.

    `href` is the file to open, empty for a chapter; `parameters` go behind it. An asset (`is_sco` False) is only shown.
    `activity` is its IRI in statements where that does not follow from the package: of units of cmi5.
    `prerequisites` is what it asks for first (SCORM 1.2), in AICC's script.
    """

    identifier: str
    title: str
    level: int
    href: str = ""
    parameters: str = ""
    is_sco: bool = False
    rules: ItemRules = field(default_factory=ItemRules)
    activity: str = ""
    prerequisites: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A course as its manifest describes it: its default organisation, flattened in the order of the contents.

    `edition` is None for a course of cmi5, which its course structure describes and this only lists. `tree` has the
    organisation as its root, then the items; None where nothing is sequenced.
    """

    edition: Edition | None
    identifier: str
    title: str
    description: str
    items: tuple[Item, ...]
    tree: Tree | None = None

    @property
    def launched(self) -> tuple[Item, ...]:
        """Return the items that open something."""
        return tuple(item for item in self.items if item.href)

    @property
    def is_cmi5(self) -> bool:
        """Say whether this is a course of cmi5."""
        return self.edition is None

    @property
    def format(self) -> str:
        """Return what a course's format is called."""
        return "cmi5" if self.edition is None else f"SCORM {self.edition.value}"

    @property
    def has_prerequisites(self) -> bool:
        """Say whether any part asks for others first."""
        return any(item.prerequisites for item in self.launched)


def parse_manifest(content: bytes, files: Container[str]) -> Manifest:
    """Read a manifest beside the files of its package; raise InvalidRequest with element, line and rule of each fault.

    1. Edition. 2. The organisation that is meant. 3. Its items and what they refer to. 4. How they are sequenced.
    """
    root = parse_markup(content, NAME)
    reading = _Reading(root, files)
    if root.name != "manifest":
        reading.refuse(root, "manifest.root", "This is no manifest.", "an element <manifest>")
        raise reading.refusal()
    # 1.
    edition = reading.edition()
    # 2.
    organisation = reading.organisation()
    # 3.
    items = tuple(reading.items(organisation, edition)) if organisation is not None else ()
    if organisation is not None and not any(item.href for item in items) and not reading.problems:
        reading.refuse(organisation, "manifest.nothing", "Nothing of this can be opened.", "an <item> with a resource")
    # 4.
    tree = reading.tree(organisation, items) if organisation is not None and edition is Edition.V2004 else None
    if reading.problems or organisation is None or edition is None:
        raise reading.refusal()
    title = _shown(organisation.said("title")) or _shown(root.said("metadata", "lom", "general", "title", "langstring"))
    identifier = root.attributes.get("identifier", "").strip()[:TITLE_MOST]
    return Manifest(edition, identifier, title or identifier or "Cours", _described(root), items, tree)


class _Reading:
    """One manifest as it is read, and all that is wrong with it."""

    def __init__(self, root: Element, files: Container[str]) -> None:
        self.problems: list[Problem] = []
        self._root = root
        self._files = files
        self._resources: dict[str, Element] = {}
        self._base = root.attributes.get("base", "")
        resources = root.one("resources")
        if resources is not None:
            self._base += resources.attributes.get("base", "")
            for resource in resources.all("resource"):
                self._resources.setdefault(resource.attributes.get("identifier", ""), resource)

    def refuse(self, at: Element, rule: str, message: str, accepted: str) -> None:
        """Note a fault of an element."""
        where = f"<{at.name}>, line {at.line}: {message}"
        self.problems.append(Problem(f"/{NAME}#{at.line}", where, accepted, rule))

    def refusal(self) -> InvalidRequest:
        """Return all that was noted, as one refusal."""
        count = len(self.problems)
        message = f"{NAME} is refused: {count} problem{'s' if count > 1 else ''}."
        return InvalidRequest(message, self.problems[:_PROBLEMS_MOST])

    def edition(self) -> Edition | None:
        """Return the edition that the manifest names, or that its attributes belong to."""
        said = self._root.said("metadata", "schemaversion").lower()
        if said in _1_2:
            return Edition.V1_2
        if said in _2004:
            return Edition.V2004
        names = {name for element in self._resources.values() for name in element.attributes}
        if not said and names & {"scormtype", "scormType"}:
            # Written without its metadata, as many are: the spelling of one attribute differs between the two.
            return Edition.V2004 if "scormType" in names else Edition.V1_2
        at = self._root.one("metadata", "schemaversion") or self._root
        accepted = "1.2, 2004 3rd Edition, 2004 4th Edition or CAM 1.3"
        self.refuse(at, "manifest.schemaversion", f"This is no edition of SCORM: {said[:40]!r}.", accepted)
        return None

    def organisation(self) -> Element | None:
        """Return the organisation that the manifest names as default, or the only one."""
        organisations = self._root.one("organizations")
        found = list(organisations.all("organization")) if organisations is not None else []
        if organisations is None or not found:
            at = organisations or self._root
            self.refuse(at, "manifest.organizations", "There is no table of contents.", "an <organization> with items")
            return None
        default = organisations.attributes.get("default", "")
        named = next((one for one in found if one.attributes.get("identifier") == default), None)
        if default and named is None:
            self.refuse(organisations, "manifest.default", f"No organisation is called {default[:80]!r}.", "one below")
        return named or found[0]

    def items(self, organisation: Element, edition: Edition | None) -> Iterator[Item]:
        """Yield every item in the order of the contents."""
        seen: set[str] = set()
        waiting = [(item, 0) for item in reversed(list(organisation.all("item")))]
        while waiting:
            element, level = waiting.pop()
            waiting += [(child, level + 1) for child in reversed(list(element.all("item")))]
            identifier = element.attributes.get("identifier", "").strip()
            if not identifier or identifier in seen:
                message = (
                    f"This identifier stands twice: {identifier[:80]!r}." if identifier else "It has no identifier."
                )
                self.refuse(element, "manifest.item", message, "one of its own")
            seen.add(identifier)
            if len(seen) > _ITEMS_MOST:
                self.refuse(element, "manifest.items", "There are too many items.", f"at most {_ITEMS_MOST}")
                return
            title = _shown(element.said("title")) or identifier
            yield self._item(element, identifier, title, level, edition)

    def tree(self, organisation: Element, items: tuple[Item, ...]) -> Tree | None:
        """Return how the items are sequenced; None where everything can be opened at any time."""
        tree, wrong = read_tree(organisation, {item.identifier for item in items if item.href}, self._root)
        # What several items refer to is wrong once.
        for at, message, accepted in {
            (at.line, at.name, message): (at, message, accepted) for at, message, accepted in wrong
        }.values():
            self.refuse(at, f"manifest.{at.name}", message, accepted)
        return tree

    def _item(self, element: Element, identifier: str, title: str, level: int, edition: Edition | None) -> Item:
        reference = element.attributes.get("identifierref", "")
        if not reference:
            return Item(identifier, title, level)
        resource = self._resources.get(reference)
        if resource is None:
            self.refuse(element, "manifest.identifierref", f"No resource is called {reference[:80]!r}.", "one below")
            return Item(identifier, title, level)
        href, query = self._href(resource)
        kind = (resource.attributes.get("scormtype") or resource.attributes.get("scormType") or "").lower()
        if kind not in ("sco", "asset"):
            self.refuse(resource, "manifest.scormtype", f"This is neither: {kind[:40]!r}.", "sco or asset")
        rules, wrong = read_rules(element, self._root, edition)
        for at, message, accepted in wrong:
            self.refuse(at, f"manifest.{at.name}", message, accepted)
        parameters = _joined(query, element.attributes.get("parameters", ""))
        return Item(
            identifier, title, level, href, parameters, kind == "sco", rules,
            prerequisites=_prerequisites(element, edition),
        )  # fmt: skip

    def _href(self, resource: Element) -> tuple[str, str]:
        """Return the file that a resource opens, and what stands behind it in its address."""
        said = self._base + resource.attributes.get("base", "") + resource.attributes.get("href", "")
        try:
            address = urlsplit(said.replace("\\", "/"))
        except ValueError:
            self.refuse(resource, "manifest.href", "This is no address.", "a file of the package")
            return "", ""
        if not said or address.scheme or address.netloc:
            self.refuse(resource, "manifest.href", f"This leads elsewhere: {said[:200]!r}.", "a file of the package")
            return "", ""
        behind = (f"?{address.query}" if address.query else "") + (f"#{address.fragment}" if address.fragment else "")
        for path in (unquote(address.path), address.path):
            name = "/".join(part for part in path.split("/") if part not in ("", "."))
            if name in self._files:
                return name, behind
        self.refuse(
            resource, "manifest.href", f"The package has no file {address.path[:200]!r}.", "a file of the package"
        )
        return "", ""


def _joined(query: str, parameters: str) -> str:
    """Return what goes behind a file: its own query, and the item's parameters (SCORM 2004 CAM 3.4.1.13)."""
    more = parameters.strip().lstrip("?&")
    if not more:
        return query
    if more.startswith("#"):
        return query if "#" in query else query + more
    before, mark, fragment = query.partition("#")
    return f"{before}{'&' if before else '?'}{more}{mark}{fragment}"


def _prerequisites(item: Element, edition: Edition | None) -> str:
    """Return what an item asks for first; nothing where it is written in no way that we know."""
    said = item.one("prerequisites")
    if said is None or edition is not Edition.V1_2 or said.attributes.get("type", "aicc_script") != "aicc_script":
        return ""
    script = said.text.strip()[:_SCRIPT_MOST]
    return script if is_readable(script) else ""


def _described(root: Element) -> str:
    for path in (("description", "string"), ("description", "langstring")):
        if text := root.said("metadata", "lom", "general", *path):
            return _shown(text)
    return ""


def _shown(text: str) -> str:
    return " ".join(text.split())[:TITLE_MOST]
