from __future__ import annotations

import os

from assidu.memory import memory_bytes
from assidu.mongod import usual_cache_mib

MIB = 1024 * 1024


def test_without_a_container_the_memory_is_the_machine_s(tmp_path):
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")

    assert memory_bytes([tmp_path / "nothing"]) == whole


def test_a_container_s_limit_counts_and_no_limit_is_none(tmp_path):
    limited, unlimited = tmp_path / "limited", tmp_path / "unlimited"
    limited.write_text(f"{700 * MIB}\n")
    unlimited.write_text("max\n")

    assert memory_bytes([limited, unlimited]) == 700 * MIB
    assert memory_bytes([unlimited]) == memory_bytes([])


def test_the_database_gets_an_eighth_within_bounds():
    assert usual_cache_mib(16 * 1024 * MIB) == 2_048
    assert usual_cache_mib(1024 * MIB) == 512
    assert usual_cache_mib(512 * 1024 * MIB) == 4_096
