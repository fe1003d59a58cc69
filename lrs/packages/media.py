"""Which media type a file of a package is sent under: by its name, the same on every host."""

from __future__ import annotations

from typing import Final

# No charset anywhere: old courses are in ISO-8859-1 and say so in their own words.
_TYPES: Final = {
    "html": "text/html", "htm": "text/html", "xhtml": "application/xhtml+xml", "css": "text/css",
    "js": "text/javascript", "mjs": "text/javascript", "json": "application/json", "map": "application/json",
    "xml": "application/xml", "xsd": "application/xml", "xsl": "application/xml", "dtd": "application/xml-dtd",
    "txt": "text/plain", "csv": "text/csv", "vtt": "text/vtt", "srt": "text/plain",
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "svg": "image/svg+xml",
    "webp": "image/webp", "avif": "image/avif", "ico": "image/x-icon", "bmp": "image/bmp", "cur": "image/x-icon",
    "mp3": "audio/mpeg", "m4a": "audio/mp4", "wav": "audio/wav", "oga": "audio/ogg", "ogg": "audio/ogg",
    "aac": "audio/aac", "mp4": "video/mp4", "m4v": "video/mp4", "webm": "video/webm", "ogv": "video/ogg",
    "mov": "video/quicktime", "woff": "font/woff", "woff2": "font/woff2", "ttf": "font/ttf", "otf": "font/otf",
    "eot": "application/vnd.ms-fontobject", "pdf": "application/pdf", "zip": "application/zip",
    "wasm": "application/wasm", "webmanifest": "application/manifest+json",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}  # fmt: skip


def media_type(name: str) -> str:
    """Return the media type of a file by what its name ends in.

    >>> media_type("cours/Page 1.HTML"), media_type("données.bin")
    ('text/html', 'application/octet-stream')
    """
    return _TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")
