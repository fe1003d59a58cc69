"""Make `.venv` and install what is pinned, unless that was already done: environment.py [run|dev|bench].

Standard library only: it runs before anything is installed.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VERSION = "{}.{}".format(*sys.version_info)
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def main(kind: str) -> None:
    """Bring `.venv` up to what `kind` needs; every other kind also does for a run."""
    wanted = stamp()
    if is_done(kind, wanted):
        return
    if not PYTHON.exists() or not works():
        make()
    print("Installing pinned dependencies (a few minutes the first time)…", flush=True)
    target = "-e." if kind == "run" else f"-e.[{kind}]"
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    # Twice: a network has bad moments, and pip keeps what it already has.
    for _ in range(2):
        if subprocess.run([*command, "-c", "constraints.txt", target], cwd=ROOT, check=False).returncode == 0:
            break
    else:
        fail("pip could not install the dependencies; its own words are above. Is there a network?")
    for name in {"run", kind}:
        (VENV / f".assidu-{name}").write_text(wanted)


def stamp() -> str:
    """Return what an environment depends on, hashed: when it changes, pip runs again."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())
    installed = {"project": told["project"], "build": told["build-system"], "files": told["tool"]["setuptools"]}
    kept = [str(ROOT), VERSION, json.dumps(installed), (ROOT / "constraints.txt").read_text()]
    return hashlib.sha256("\0".join(kept).encode()).hexdigest()


def is_done(kind: str, wanted: str) -> bool:
    """Say whether an earlier run installed just this."""
    path = VENV / f".assidu-{kind}"
    return PYTHON.exists() and path.exists() and path.read_text() == wanted


def works() -> bool:
    """Say whether the environment's Python starts, has pip, and is the version it will be stamped with."""
    script = "import pip, sys; print('{}.{}'.format(*sys.version_info))"
    ran = subprocess.run([str(PYTHON), "-c", script], capture_output=True, text=True, check=False)
    return ran.returncode == 0 and ran.stdout.strip() == VERSION


def make() -> None:
    """Create the environment afresh."""
    import venv  # noqa: PLC0415 - a warm start has no use for it

    try:
        venv.EnvBuilder(clear=True, with_pip=True, symlinks=os.name != "nt").create(VENV)
    except (subprocess.CalledProcessError, ImportError):
        fail(
            f"This Python cannot make a virtual environment: it lacks ensurepip. Install it "
            f"(on Debian and Ubuntu: apt install python{VERSION}-venv), then run this again."
        )
    except OSError as error:
        fail(f"{VENV} cannot be written: {error.strerror}.")


def fail(message: str) -> None:
    """End with one line."""
    sys.exit(message)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "run")
