"""What each document says, in French: contents to the texts that templates place. Nothing here performs I/O."""

from evidence.layout.texts.composing import compose

__all__ = ["compose"]
