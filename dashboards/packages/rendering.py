"""Turn what is known into a page around packages, with the headers that each of them has."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from flask import Response

from dashboards.frame import look
from dashboards.packages.words import TEXTS, problem_text, rule_key
from dashboards.policy import PLAIN_PAGE
from dashboards.reader import Reader
from dashboards.templating import build_templates
from dashboards.words import Words

_MIB: Final = 1024 * 1024


class Renderer:
    """Renders the templates of this folder."""

    def __init__(self) -> None:
        self._templates = build_templates(Path(__file__).parent / "templates")
        self._templates.globals["look"] = look.address

    def page(self, name: str, reader: Reader, status: HTTPStatus = HTTPStatus.OK, **values: Any) -> Response:  # noqa: ANN401 - templates
        """Return a page that nobody keeps, nobody frames, and that runs no script."""
        words = Words(reader.language, TEXTS)
        refusal = values.pop("refusal", None)
        problems = [] if refusal is None else [problem_text(words, each) for each in refusal.problems]
        if refusal is not None and not problems:
            problems = [("", words(rule_key("")), refusal.message)]
        shared = {
            "language": reader.language, "words": words, "csrf": reader.csrf, "problems": problems, "activity": "",
        }  # fmt: skip
        if "most_bytes" in values:
            values["most"] = values["most_bytes"] // _MIB
        text = self._templates.get_template(f"{name}.html").render({**shared, **values})
        response = Response(text, status, mimetype="text/html")
        response.headers["Content-Security-Policy"] = PLAIN_PAGE
        response.headers["Cache-Control"] = "no-store"
        return response
