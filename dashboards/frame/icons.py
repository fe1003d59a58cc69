"""Pictures of menu entries: 24 × 24, drawn with one line. `Page.icon` names one of these."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

ICONS: Final[Mapping[str, str]] = {
    "alert": "M12 3 2 20h20L12 3Zm0 7v4m0 3v.01",
    "badge": "M12 15a6 6 0 1 0 0-12 6 6 0 0 0 0 12Zm-3.5-1L7 21l5-2.5L17 21l-1.5-7",
    "bell": "M6 16v-5a6 6 0 1 1 12 0v5l2 2H4l2-2Zm4 4h4",
    "book": "M4 5a2 2 0 0 1 2-2h14v16H6a2 2 0 0 0-2 2V5Zm0 14a2 2 0 0 1 2-2h14",
    "building": "M4 21V4h10v17M14 9h6v12M2 21h20M8 8h2m-2 4h2m-2 4h2",
    "calendar": "M4 6h16v14H4V6Zm0 4h16M8 3v4m8-4v4",
    "chart": "M4 4v16h16M8 16v-5m4 5V7m4 9v-7",
    "check": "M9 12l2.5 2.5L16 9.5M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z",
    "clock": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm0-14v5l3.5 2",
    "download": "M12 4v11m-4.5-4.5L12 15l4.5-4.5M4 20h16",
    "eye": "M2 12s3.5-7 10-7 10 7 10 7-3.5 7-10 7S2 12 2 12Zm10 3a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z",
    "file": "M6 3h8l4 4v14H6V3Zm8 0v4h4M9 12h6m-6 4h6",
    "files": "M8 3h7l4 4v10H8V3ZM8 7H5v14h10v-4",
    "gear": "M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6Zm0-12v3m0 12v3m9-9h-3M6 12H3"
    "m15.4-6.4-2.1 2.1M7.7 16.3l-2.1 2.1m12.8 0-2.1-2.1M7.7 7.7 5.6 5.6",
    "home": "M4 11 12 4l8 7v9h-5v-6H9v6H4v-9Z",
    "inbox": "M4 13 6 4h12l2 9v7H4v-7Zm0 0h5a3 3 0 0 0 6 0h5",
    "key": "M14 10a4 4 0 1 1-8 0 4 4 0 0 1 8 0Zm-1 3 7 7m-3-3 2-2",
    "layers": "M12 3 3 8l9 5 9-5-9-5ZM3 12l9 5 9-5M3 16l9 5 9-5",
    "link": "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1m2 4a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
    "list": "M8 6h12M8 12h12M8 18h12M4 6v.01M4 12v.01M4 18v.01",
    "message": "M4 5h16v11H9l-5 4V5Z",
    "money": "M3 7h18v11H3V7Zm9 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
    "people": "M9 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7 8a7 7 0 0 1 14 0M16 4.5a4 4 0 0 1 0 7M18 14a7 7 0 0 1 4 6",
    "person": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-8 9a8 8 0 0 1 16 0",
    "pulse": "M3 12h4l3-8 4 16 3-8h4",
    "qr": "M4 4h6v6H4V4Zm10 0h6v6h-6V4ZM4 14h6v6H4v-6Zm10 0h3v3h-3v-3Zm6 3v3h-3",
    "scale": "M12 4v16m-5 0h10M5 7h14M5 7l-3 7h6L5 7Zm14 0-3 7h6l-3-7Z",
    "search": "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm5-2 5 5",
    "share": "M6 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6Zm12-7a3 3 0 1 0 0-6 3 3 0 0 0 0 6Zm0 14a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z"
    "M8.6 10.6l6.8-4m-6.8 6.8 6.8 4",
    "shield": "M12 3l8 3v6c0 5-3.5 7.5-8 9-4.5-1.5-8-4-8-9V6l8-3Zm-3 9 2 2 4-4",
    "star": "m12 3 2.7 5.7 6.3.8-4.6 4.3 1.2 6.2-5.6-3.1-5.6 3.1 1.2-6.2L3 9.5l6.3-.8L12 3Z",
    "target": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm0-4a5 5 0 1 0 0-10 5 5 0 0 0 0 10Zm0-4v-.01",
}
_PLAIN: Final = "M12 13v-2"


def stylesheet() -> str:
    """Return the rules that put each picture into `.icon.i-<name>`, in the colour of the text beside it."""
    rules = [f'.i-{name} {{ --icon: url("{_picture(lines)}"); }}' for name, lines in sorted(ICONS.items())]
    return "\n".join([f'.icon {{ --icon: url("{_picture(_PLAIN)}"); }}', *rules])


def _picture(lines: str) -> str:
    drawn = (
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' stroke='#000' stroke-width='1.8' "
        f"stroke-linecap='round' stroke-linejoin='round'><path d='{lines}'/></svg>"
    )
    return f"data:image/svg+xml,{quote(drawn, safe=chr(39) + ' =:/')}"
