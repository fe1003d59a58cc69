"""What the browser is allowed to do on our pages (Content-Security-Policy)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_NOTHING_ELSE: Final = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"

# The sign-in page has no script at all.
PLAIN_PAGE: Final = f"{_NOTHING_ELSE}; style-src 'self'; img-src 'self'"

# Pages with scripts of our own, served beside them, that ask us for news; `data:` are the pictures in style sheets.
SCRIPTED_PAGE: Final = f"{PLAIN_PAGE} data:; script-src 'self'; connect-src 'self'"


def dash_page(script_hashes: Iterable[str]) -> str:
    """Return the policy of a Dash page: our own scripts and the inline ones with these hashes, no `eval`.

    `style-src` has 'unsafe-inline' because Mantine, AG Grid and plotly.js write their rules into `<style>` elements
    while the page runs; a hash cannot be known beforehand, and Dash has no place for a nonce. A style can
    send nothing away: images, fonts and connections are our own only. `blob:` images are those that the page itself
    makes: a chart that is taken away as a picture.
    """
    scripts = " ".join(("'self'", *script_hashes))
    return (
        f"{_NOTHING_ELSE}; script-src {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'"
    )
