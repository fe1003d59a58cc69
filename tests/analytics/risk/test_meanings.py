"""The meaning of a feature is at hand where features are only shown."""

from __future__ import annotations

import subprocess
import sys

from analytics.risk.features.registry import load_registry
from analytics.risk.meanings import meanings


def test_every_feature_has_its_meaning_in_both_languages() -> None:
    registry = load_registry()

    for language in ("fr", "en"):
        assert meanings(language) == {
            name: feature.meaning[language].removesuffix(".") for name, feature in registry.features.items()
        }


def test_meanings_load_no_numpy() -> None:
    code = "import sys; from analytics.risk.meanings import meanings; meanings('fr'); sys.exit('numpy' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
