"""Nothing happens at import: no connection, no setting read, no process, no page registered."""

import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("schemas", "lrs", "training", "analytics", "evidence", "dashboards", "assidu")

# Dash itself reads the environment and makes a socket-free app object; sockets are what we forbid.
PROGRAM = """
import importlib, os, socket, sys, threading

os.environ.clear()

def refuse(*_, **__):
    raise AssertionError("a socket was opened at import")

socket.socket.connect = refuse
socket.socket.bind = refuse
socket.getaddrinfo = refuse
for name in sys.argv[1:]:
    importlib.import_module(name)
    assert threading.active_count() == 1, f"{name} started a thread"
"""


def modules():
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if parts[-1] != "__main__":
                yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_every_module_can_be_imported_with_an_empty_environment_and_no_socket():
    names = list(modules())

    ran = subprocess.run([sys.executable, "-c", PROGRAM, *names], cwd=ROOT, capture_output=True, text=True, check=False)

    assert len(names) > 50
    assert ran.returncode == 0, ran.stderr


def test_no_modules_import_each_other_in_a_circle_not_even_for_their_types():
    graph = grimp.build_graph(*ROOMS, cache_dir=None)

    order = TopologicalSorter({name: graph.find_modules_directly_imported_by(name) for name in graph.modules})

    # Names the circle, where there is one.
    assert len(list(order.static_order())) > 1000


def test_the_web_process_does_not_load_what_only_analysts_and_pages_need():
    heavy = ("pandas", "sklearn", "plotly", "dash")
    program = f"import sys, assidu.wsgi; print([name for name in {heavy} if name in sys.modules])"

    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "[]"


def test_every_file_that_the_code_reads_is_installed_with_it():
    import tomllib
    from fnmatch import fnmatch

    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]["*"]
    listed = subprocess.run(["git", "ls-files", *ROOMS], cwd=ROOT, capture_output=True, text=True, check=True)

    forgotten = [
        name
        for name in listed.stdout.split()
        if not name.endswith((".py", ".md")) and not any(fnmatch(name, pattern) for pattern in patterns)
    ]

    assert forgotten == []
