"""What a failure leaves in the log: where it was, and nobody's name."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import sys, structlog
from assidu.logs import configure_logging
configure_logging("info", sys.argv[1])
def fail(person):
    raise ValueError("a failure")
try:
    fail("Camille Roux")
except ValueError:
    structlog.get_logger("assidu").exception("it failed")
"""


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_traceback_does_not_show_what_local_variables_hold(form):
    ran = subprocess.run([sys.executable, "-c", PROGRAM, form], capture_output=True, text=True, check=True)

    assert "ValueError: a failure" in ran.stderr
    assert "in fail" in ran.stderr
    # The program's own text is in no file, so no line of it is quoted either.
    assert "Camille" not in ran.stderr
