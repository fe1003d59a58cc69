"""What the tests of cmi5 have in common."""

from __future__ import annotations

import json

import pytest

from lrs.statements.query import PageQuery


@pytest.fixture
def log(services, caller):
    def log():
        """The verbs in the log, in the order stored."""
        blocks = services.statements.page(
            caller.organisation, PageQuery(ascending=True), 1_000, follow=False, writer=None
        )
        found = [json.loads(body) for block in blocks for body in block.bodies]
        return [(one["verb"]["id"].rpartition("/")[2], one) for one in found]

    return log
