"""QR codes, as pictures that stand within a page."""

from __future__ import annotations

from typing import Final

import segno
from markupsafe import Markup

# ISO/IEC 18004 6.3.8: readers need four light modules around the symbol.
_QUIET_ZONE: Final = 4


def qr_picture(text: str, label: str) -> Markup:
    """Return the QR code of `text` as SVG without a size of its own, dark on light in every colour scheme.

    `label` is what a screen reader says in its place.
    """
    drawn = segno.make(text, error="m", micro=False).svg_inline(
        border=_QUIET_ZONE, dark="#000", light="#fff", omitsize=True, svgclass=None, lineclass=None
    )
    # Segno writes numbers and colours alone; the text is in the modules.
    return Markup('<div class="qr" role="img" aria-label="{}">{}</div>').format(label, Markup(drawn))  # noqa: S704
