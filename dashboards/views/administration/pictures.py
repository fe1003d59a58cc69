"""The pictures that documents print for the organisation: its logo, and the stamp beside who signs."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from dashboards.views.administration.organisation import OrganisationView
from dashboards.views.administration.records_changes import write_record
from dashboards.views.lens import Lens
from lrs.errors import InvalidRequest, NotFound, Problem
from training.records.kinds import Kind
from training.records.provider import Picture, PictureType
from training.rules.photographs import jpeg_size, picture_alone
from training.rules.pictures import png_size
from training.rules.provider import PICTURE_MOST_BYTES
from training.store import Entry

Name = Literal["logo", "stamp"]
# As wide and as high as templates print them (`evidence/layout/templates/frame.typ`), in millimetres.
PRINTED_MM: Final[Mapping[Name, tuple[int, int]]] = {"logo": (52, 19), "stamp": (62, 25)}
_INCH_MM: Final = 25.4
_MAGIC: Final = ((b"\x89PNG\r\n\x1a\n", PictureType.PNG), (b"\xff\xd8", PictureType.JPEG))
_ACCEPTED: Final = f"a PNG, a JPEG, or an SVG of paths alone, of at most {PICTURE_MOST_BYTES // 1024} KiB"


@dataclass(frozen=True, slots=True)
class PictureView:
    """A picture as it will be printed. Pixels and dots per inch are None for a drawing, which has none."""

    media_type: PictureType
    content: str
    size_bytes: int
    pixels: tuple[int, int] | None
    dots_per_inch: int | None

    @property
    def address(self) -> str:
        """The picture as an address that holds it: a browser shows it, and runs nothing in it."""
        return f"data:{self.media_type};base64,{self.content}"


def picture_of(found: OrganisationView, name: Name) -> PictureView | None:
    """Return the picture that documents print now; None without one."""
    plain = found.plain.get(name)
    if not plain:
        return None
    picture = Picture(PictureType(plain["media_type"]), plain["content"])
    pixels = _pixels(picture)
    return PictureView(
        picture.media_type, picture.content, len(picture.data), pixels, _dots(pixels, name) if pixels else None
    )


def set_picture(lens: Lens, found: OrganisationView, name: Name, content: bytes | None, note: str) -> Entry:
    """Write the next version of the organisation with a picture, or without one.

    What a picture is, its content says and no name. Of a photograph the pixels are kept, not what was written beside
    them. Raises Forbidden, NotFound while the organisation is not described, InvalidRequest for what cannot be
    printed, Conflict or PreconditionFailed when the version is another now.
    """
    if not found.version:
        message = "The organisation is not described yet."
        raise NotFound(message)
    plain: dict[str, Any] = {**found.plain, name: None if content is None else _plain(name, content)}
    return write_record(lens, Kind.PROVIDER, found.record_id, plain, expected=found.version, note=note)


def read_upload(contents: object) -> bytes:
    """Return the bytes of a file as a browser sends it, `data:…;base64,…`; raises InvalidRequest."""
    head, comma, text = contents.partition(",") if isinstance(contents, str) else ("", "", "")
    try:
        if not (comma and head.endswith(";base64")):
            raise ValueError
        return b64decode(text, validate=True)
    except (Base64Error, ValueError):
        message = "This is no file."
        raise InvalidRequest(message, [Problem("", message, _ACCEPTED)]) from None


def _plain(name: Name, content: bytes) -> dict[str, str]:
    media_type = next((kind for begins, kind in _MAGIC if content.startswith(begins)), PictureType.SVG)
    kept = picture_alone(content) if media_type is PictureType.JPEG else content
    if len(kept) > PICTURE_MOST_BYTES:
        message = "The picture is too large."
        raise InvalidRequest(message, [Problem(f"/{name}/size", message, _ACCEPTED)])
    return {"media_type": media_type.value, "content": b64encode(kept).decode(), "alternative": ""}


def _pixels(picture: Picture) -> tuple[int, int] | None:
    sizes = {PictureType.PNG: png_size, PictureType.JPEG: jpeg_size}
    size = sizes.get(picture.media_type)
    return None if size is None else size(picture.data)


def _dots(pixels: tuple[int, int], name: Name) -> int:
    """Return how many pixels stand on an inch of paper, where a picture is as large as its place allows."""
    millimetres = min(place / length for place, length in zip(PRINTED_MM[name], pixels, strict=True))
    return round(_INCH_MM / millimetres)
