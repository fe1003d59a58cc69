"""`from assidu.notebook import connect`: an organisation's frames, from the database of the deployment at hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

import analytics
from analytics.frames import Frames
from assidu.commands.connection import with_database
from assidu.settings import Settings, read_environment
from assidu.wiring import FIRST_ORGANISATION


def connect(organisation: str = FIRST_ORGANISATION) -> Frames:
    """Return an organisation's frames, named as `assidu organisations list` does.

    The database is that of ASSIDU_MONGODB_URI, else the one that `assidu run` has started: its data folder is looked
    for here and above, for notebooks stand in a folder of their own. Raises `ConnectionError` saying what to do when
    there is neither, `NotFound` for an organisation that is not there.
    """
    try:
        settings = with_database(_data_above(read_environment(), Path.cwd()))
    except click.ClickException as error:
        raise ConnectionError(error.message) from error
    return analytics.connect(organisation, uri=settings.mongodb_uri or "", database=settings.database)


def _data_above(settings: Settings, here: Path) -> Settings:
    """Return the settings with the data folder that is nearest, where it is given as relative to somewhere."""
    if settings.data.is_absolute():
        return settings
    for folder in (here, *here.parents):
        if (folder / settings.data / "mongo").is_dir():
            return replace(settings, data=folder / settings.data)
    return settings
