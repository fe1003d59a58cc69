"""`python -m analytics.frames`: the tables of docs/analysts.md."""

import sys

from analytics.frames.dictionary import render

sys.stdout.write(render())
