"""Packages, built as tools of authors build them: a manifest, pages, a script that looks for the runtime."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.lrs.packages.scripts import SCRIPT

_HEAD_1_2 = (
    '<manifest identifier="{identifier}" version="1.0" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" '
    'xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">'
    "<metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>"
)
_HEAD_2004 = (
    '<manifest identifier="{identifier}" version="1.0" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" '
    'xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" xmlns:imsss="http://www.imsglobal.org/xsd/imsss" '
    'xmlns:adlseq="http://www.adlnet.org/xsd/adlseq_v1p3" xmlns:adlnav="http://www.adlnet.org/xsd/adlnav_v1p3">'
    "<metadata><schema>ADL SCORM</schema><schemaversion>2004 4th Edition</schemaversion></metadata>"
)


@dataclass(frozen=True)
class Part:
    """One item of a course; `inside` is what else its `<item>` holds, `files` what its page loads besides."""

    identifier: str
    title: str
    kind: str = "sco"
    inside: str = ""
    query: str = ""


@dataclass(frozen=True)
class Course:
    """A course to be packed; `sequencing` is what its organisation holds after its items."""

    edition: str = "1.2"
    identifier: str = "fr.exemple.secourisme"
    title: str = "Sauveteur secouriste du travail"
    parts: Sequence[Part] = (Part("protéger", "Protéger"),)
    extra: Mapping[str, bytes] = field(default_factory=dict)
    sequencing: str = ""

    def manifest(self) -> str:
        """The manifest as its tool writes it."""
        head = (_HEAD_1_2 if self.edition == "1.2" else _HEAD_2004).format(identifier=self.identifier)
        kind = "scormtype" if self.edition == "1.2" else "scormType"
        items = "".join(
            f'<item identifier="{part.identifier}" identifierref="r{at}"><title>{part.title}</title>'
            f"{part.inside}</item>"
            for at, part in enumerate(self.parts)
        )
        resources = "".join(
            f'<resource identifier="r{at}" type="webcontent" adlcp:{kind}="{part.kind}" '
            f'href="{self.page(at)}{part.query}"><file href="{self.page(at)}"/></resource>'
            for at, part in enumerate(self.parts)
        )
        return (
            f'<?xml version="1.0" encoding="utf-8"?>{head}<organizations default="o"><organization identifier="o">'
            f"<title>{self.title}</title>{items}{self.sequencing}</organization></organizations>"
            f"<resources>{resources}</resources></manifest>"
        )

    def page(self, at: int) -> str:
        """The page of a part."""
        return f"pages/partie {at + 1}.html"

    def files(self) -> dict[str, bytes]:
        """Every file by its name."""
        pages = {
            self.page(at): (
                f'<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>{part.title}</title>'
                f'<script src="../commun/sco.js"></script></head><body onload="sco.begin()" onunload="sco.end()">'
                f'<h1>{part.title}</h1><p id="here"></p></body></html>'
            ).encode()
            for at, part in enumerate(self.parts)
        }
        return {"imsmanifest.xml": self.manifest().encode(), **pages, "commun/sco.js": SCRIPT.encode(), **self.extra}


def packed(course: Course | Mapping[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The course, or these files, as a zip."""
    files = course.files() if isinstance(course, Course) else course
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


OBJECTIVES = (
    '<imsss:sequencing><imsss:objectives><imsss:primaryObjective objectiveID="primaire" satisfiedByMeasure="true">'
    "<imsss:minNormalizedMeasure>0.8</imsss:minNormalizedMeasure></imsss:primaryObjective>"
    '<imsss:objective objectiveID="alerter"/></imsss:objectives></imsss:sequencing>'
)
ONE = Course(parts=(Part("protéger", "Protéger", inside="<adlcp:masteryscore>80</adlcp:masteryscore>"),))
SEVERAL = Course(
    "2004",
    "fr.exemple.incendie",
    "Sécurité incendie",
    (
        Part("lire", "À lire d’abord", "asset"),
        Part("alerter", "Alerter", inside=OBJECTIVES),
        Part("évacuer", "Évacuer"),
    ),
)
