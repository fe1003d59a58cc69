"""Run notebooks one after the other: run.py FOLDER NOTEBOOK…; each is written into FOLDER with what it put out.

A program of its own: the client of the kernels leaves sockets open to its end, which the tests would not forgive.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient


def main(folder: Path, paths: list[Path]) -> None:
    # One Python for all of them: what takes long is starting it.
    kernel = KernelManager(kernel_name="python3")
    kernel.start_kernel(cwd=str(paths[0].parent))
    try:
        for path in paths:
            notebook = nbformat.read(path, as_version=4)
            notebook.cells.insert(0, nbformat.v4.new_code_cell("%reset -f"))
            NotebookClient(notebook, km=kernel, timeout=60).execute()
            nbformat.write(notebook, folder / path.name)
    finally:
        kernel.shutdown_kernel(now=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
