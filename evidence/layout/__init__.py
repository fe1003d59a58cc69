"""How documents look: typst templates over one frame, French typography, PDF/A-3a and PDF/UA-1 at once."""

from evidence.layout.layout import LAYOUT_VERSION, Layout

__all__ = ["LAYOUT_VERSION", "Layout"]
