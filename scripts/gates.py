"""Run every gate and every test, all of them even when one fails: gates.py [--full] [pytest arguments]."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
# What Debian, Ubuntu and other distributions call it.
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
# What checks our documents and proofs independently of us, and the packages that have it on Debian and Ubuntu.
CHECKERS = {"pdfsig": "poppler-utils", "qpdf": "qpdf", "openssl": "openssl", "certutil": "libnss3-tools"}


def main(arguments: list[str]) -> int:
    """Return 0 when every gate passed."""
    full = "--full" in arguments
    rest = [word for word in arguments if word != "--full"]
    os.chdir(ROOT)
    ensure_browser()
    ensure_checkers()
    outcomes = [
        gate("ruff check", "ruff", "check", "."),
        gate("ruff format", "ruff", "format", "--check", "."),
        gate("mypy", "mypy"),
        gate("import-linter", "lint-imports"),
        tests(full=full, rest=rest),
    ]
    print()
    for name, passed, seconds in outcomes:
        print(f"{'passed' if passed else 'FAILED'}  {name}  {seconds:.0f} s")
    return 0 if all(passed for _, passed, _ in outcomes) else 1


def gate(name: str, program: str, *arguments: str) -> tuple[str, bool, float]:
    """Run one program of the environment and say how it went."""
    print(f"\n== {name}", flush=True)
    started = time.monotonic()
    ran = subprocess.run([str(BIN / program), *arguments], check=False)
    return name, ran.returncode == 0, time.monotonic() - started


def tests(*, full: bool, rest: list[str]) -> tuple[str, bool, float]:
    """Run the tests, and say in plain words how many passed, failed and were skipped.

    With `full`, under coverage, which nearly doubles the time they take.
    """
    print("\n== pytest", flush=True)
    started = time.monotonic()
    for stale in ROOT.glob(".coverage.*"):
        stale.unlink()
    start = [str(BIN / "coverage"), "run"] if full else [str(BIN / "python")]
    command = [*start, "-m", "pytest", "-n", "2", "--dist", "worksteal", "--durations=10"]
    command += (["--full"] if full else []) + rest
    output = ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            output = (output + line)[-4096:]
    if full:
        subprocess.run([str(BIN / "coverage"), "combine", "--quiet"], check=False)
        subprocess.run([str(BIN / "coverage"), "report", "--format=total"], check=False)
    counts = {word: counted(output, word) for word in ("passed", "failed", "error", "skipped")}
    failed = counts["failed"] + counts["error"]
    print(f"\n{counts['passed']} passed, {failed} failed, {counts['skipped']} skipped")
    return "pytest", process.returncode == 0, time.monotonic() - started


def counted(output: str, word: str) -> int:
    """Return the last number that pytest wrote before `word`."""
    found = re.findall(rf"(\d+) {word}", output)
    return int(found[-1]) if found else 0


def ensure_browser() -> None:
    """Have a Chromium: Debian's when this is root on a machine without one, else what is on PATH, else playwright's."""
    if any(shutil.which(name) for name in BROWSERS):
        return
    install("chromium")
    if any(shutil.which(name) for name in BROWSERS):
        return
    print("Installing chromium with playwright…", flush=True)
    subprocess.run([str(BIN / "playwright"), "install", "chromium"], check=False)


def ensure_checkers() -> None:
    """Have the independent checkers; a test that misses one all the same is skipped, and says which."""
    missing = [name for name in CHECKERS if not shutil.which(name)]
    if missing:
        install(*sorted({CHECKERS[name] for name in missing}))
    for name in missing:
        if not shutil.which(name):
            print(f"{name} is not to be had: the tests that ask it are skipped (Debian: apt install {CHECKERS[name]})")


def install(*packages: str) -> None:
    """Install packages of Debian or Ubuntu, where this is root on one of them."""
    if not (hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get")):
        return
    print(f"Installing {', '.join(packages)} with apt…", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "-qq", "update"], check=False, env=quiet)
    subprocess.run(["apt-get", "-qq", "-y", "install", *packages], check=False, env=quiet)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
