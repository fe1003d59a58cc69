"""Reading `cmi5.xml`: every problem at once, each with its element, its line and its requirement (cmi5 13, 14)."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, field
from typing import Final

from lrs.cmi5.course import Block, Course, Objective, Texts, Unit
from lrs.cmi5.fields import Faults, iri_of, key_of, method_of, move_on_of, score_of, url_of
from lrs.errors import InvalidRequest, Problem
from lrs.packages.markup import Element, parse_markup

NAME: Final = "cmi5.xml"
NAMESPACE: Final = "https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"
STRUCTURE_MOST_BYTES: Final = 8 * 1024 * 1024
_PROBLEMS_MOST: Final = 100
_XSD: Final = "cmi5 14.0"
# What stands in each element, in this order (CourseStructure.xsd); of those with a star as many as one likes.
_ORDER: Final = {
    "courseStructure": ("course", "objectives", "au* block*"),
    "course": ("title", "description"),
    "block": ("title", "description", "objectives", "au* block*"),
    "au": ("title", "description", "objectives", "url", "launchParameters", "entitlementKey"),
}


@dataclass(slots=True)
class _Reader:
    """Reads elements and gathers what is wrong with them; `path` is where an element stands."""

    faults: Faults = field(default_factory=Faults)
    ids: dict[str, str] = field(default_factory=dict)
    references: list[tuple[str, str]] = field(default_factory=list)
    objectives: set[str] = field(default_factory=set)

    def course(self, root: Element) -> Course:
        """Read everything below the document's own element."""
        path = "/courseStructure"
        self._check_order(root, path)
        head = root.one("course")
        if head is None:
            head = Element(NAMESPACE, "course", root.line, {})
        else:
            self._check_order(head, f"{path}/course")
        listed = root.one("objectives")
        objectives = () if listed is None else tuple(self._objectives(listed, f"{path}/objectives"))
        self.objectives = {objective.id for objective in objectives}
        course = Course(
            iri_of(self.faults, head, f"{path}/course", "cmi5 13.1.1"), *self._texts(head, f"{path}/course", "13.1.1"),
            self._children(root, path), objectives,
        )  # fmt: skip
        for name, where in self.references:
            if name not in self.objectives:
                accepted = "the id of an objective of the course"
                self.faults.add(where, f"There is no objective {name[:200]!r}.", accepted, "cmi5 13.1.3")
        return course

    def _children(self, parent: Element, path: str) -> tuple[Unit | Block, ...]:
        readers: dict[str, Callable[[Element, str], Unit | Block]] = {"au": self._unit, "block": self._block}
        found = [readers[child.name](child, where) for child, where in _named(parent, path) if child.name in readers]
        if not found:
            self.faults.add(_at(path, parent), "There is no unit in it.", "at least one au or block", _XSD)
        return tuple(found)

    def _block(self, element: Element, path: str) -> Block:
        self._check_order(element, path)
        return Block(
            self._own_id(element, path, "cmi5 13.1.2"), *self._texts(element, path, "13.1.2"),
            self._children(element, path), self._references(element, path),
        )  # fmt: skip

    def _unit(self, element: Element, path: str) -> Unit:
        self._check_order(element, path)
        attributes = element.attributes
        return Unit(
            self._own_id(element, path, "cmi5 13.1.4"), *self._texts(element, path, "13.1.4"),
            url_of(self.faults, element, path), self._references(element, path),
            key_of(element, "launchParameters"), key_of(element, "entitlementKey"),
            move_on_of(self.faults, element, path), score_of(self.faults, element, path),
            method_of(self.faults, element, path), attributes.get("activityType", "").strip() or None,
        )  # fmt: skip

    def _objectives(self, parent: Element, path: str) -> Iterator[Objective]:
        for child, where in _named(parent, path):
            if child.name == "objective":
                texts = self._texts(child, where, "13.1.3")
                yield Objective(self._own_id(child, where, "cmi5 13.1.3"), *texts)

    def _references(self, element: Element, path: str) -> tuple[str, ...]:
        listed = element.one("objectives")
        if listed is None:
            return ()
        found = []
        for child, where in _named(listed, f"{path}/objectives"):
            name = child.attributes.get("idref", "").strip()
            found.append(name)
            self.references.append((name, f"{_at(where, child)}/@idref"))
        return tuple(found)

    def _own_id(self, element: Element, path: str, requirement: str) -> str:
        """Read an id, which no other element of the structure has."""
        found = iri_of(self.faults, element, path, requirement)
        if found and found in self.ids:
            message = f"This id stands at {self.ids[found]} too."
            self.faults.add(f"{_at(path, element)}/@id", message, "an id of its own", requirement)
        self.ids.setdefault(found, path)
        return found

    def _texts(self, element: Element, path: str, section: str) -> tuple[Texts, Texts]:
        return self._text(element, "title", path, section), self._text(element, "description", path, section)

    def _text(self, element: Element, name: str, path: str, section: str) -> Texts:
        """Read a text in its languages; each may stand there once."""
        holder = element.one(name)
        found: dict[str, str] = {}
        for child in [] if holder is None else holder.all("langstring"):
            found.setdefault(child.attributes.get("lang", "").strip() or "und", child.text.strip())
        if not found:
            self.faults.add(
                _at(path, element), f"The {name} has no text.", f"a {name} with a langstring", f"cmi5 {section}"
            )
        return found

    def _check_order(self, element: Element, path: str) -> None:
        """Hold the children to the schema's sequence; what is of another namespace is the vendor's (13.1.5)."""
        order = _ORDER[element.name]
        places = {name.rstrip("*"): at for at, names in enumerate(order) for name in names.split()}
        many = {name.rstrip("*") for names in order for name in names.split() if name.endswith("*")}
        accepted, reached = ", ".join(order), 0
        seen: set[str] = set()
        for child, where in _named(element, path):
            place = places.get(child.name)
            if place is None:
                self.faults.add(_at(where, child), f"No {child.name} belongs here.", accepted, _XSD)
            elif place < reached:
                self.faults.add(_at(where, child), f"The {child.name} stands too late.", f"in order: {accepted}", _XSD)
            elif child.name in seen - many:
                self.faults.add(_at(where, child), f"There is another {child.name}.", "one", _XSD)
            reached = max(reached, place or 0)
            seen.add(child.name)
        for name in ("course", "title", "description", "url"):
            if name in places and name not in seen:
                self.faults.add(_at(path, element), f"The {name} is missing.", accepted, _XSD)


class _AllThere:
    """The files beside a structure that was judged when it came."""

    def __contains__(self, name: object) -> bool:
        return True


ALL_THERE: Final = _AllThere()


def parse_kept_structure(content: bytes) -> Course:
    """Read a course structure again whose relative addresses were looked for when it was imported."""
    return parse_structure(content, ALL_THERE)


def parse_structure(content: bytes, files: Container[str] | None = None) -> Course:
    """Read a course structure; raise InvalidRequest with every problem.

    A problem's pointer is the element's path and line: `/courseStructure/au[2]/url#31`. A relative address is one of
    `files`, the names in the archive that the structure came in (14.1); without an archive there is none (14.2).
    """
    root = parse_markup(content, NAME)
    if root.name != "courseStructure" or root.namespace != NAMESPACE:
        message = f"The document is a {root.name[:100]!r} of the namespace {root.namespace[:200]!r}."
        raise _refusal([Problem(f"/{NAME}#{root.line}", message, f"courseStructure of {NAMESPACE}", _XSD)])
    reader = _Reader(Faults(files=files))
    course = reader.course(root)
    if reader.faults.problems:
        raise _refusal(reader.faults.problems)
    return course


def _named(parent: Element, path: str) -> Iterator[tuple[Element, str]]:
    """Yield the children of cmi5's own namespace, each with its path; places count from 1, by name."""
    counts: dict[str, int] = {}
    for child in parent.children:
        if child.namespace == NAMESPACE:
            counts[child.name] = counts.get(child.name, 0) + 1
            yield child, f"{path}/{child.name}[{counts[child.name]}]"


def _at(path: str, element: Element) -> str:
    return f"{path}#{element.line}"


def _refusal(problems: list[Problem]) -> InvalidRequest:
    count = len(problems)
    message = f"The course structure is refused: {count} problem{'s' if count > 1 else ''}."
    return InvalidRequest(message, problems[:_PROBLEMS_MOST])
