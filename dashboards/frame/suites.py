"""Where Dash's own scripts are: below a folder named by their versions, so that a browser may keep each for good.

Dash names some of its scripts by version and leaves others, the largest among them, under one name for ever. All of
them find each other by where they were loaded from: in a folder of that name, each has an address of its own.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from hashlib import blake2b
from typing import Final

FOLDER: Final = "_dash-component-suites/"
_EDITION: Final = re.compile(rf"{FOLDER}~([0-9a-f]+)/")


def edition_of(packages: Iterable[str]) -> str:
    """Return what tells these versions of the packages from others; each is loaded."""
    versions = sorted(f"{name} {getattr(sys.modules[name], '__version__', '')}" for name in packages)
    return blake2b("\n".join(versions).encode(), digest_size=6).hexdigest()


def folder(edition: str) -> str:
    """Return the folder of an edition, as a path below the prefix.

    >>> folder("1a2b")
    '_dash-component-suites/~1a2b/'
    """
    return f"{FOLDER}~{edition}/"


def plain_path(path: str) -> tuple[str, str]:
    """Return the path by which Dash knows a script, and of which edition it was asked for; empty of none.

    >>> plain_path("_dash-component-suites/~1a2b/dash/dcc/async-graph.js")
    ('_dash-component-suites/dash/dcc/async-graph.js', '1a2b')
    >>> plain_path("_dash-layout")
    ('_dash-layout', '')
    """
    found = _EDITION.match(path)
    return (path, "") if found is None else (f"{FOLDER}{path[found.end() :]}", found[1])
