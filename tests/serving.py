"""Applications that a test's own process serves to a browser."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from werkzeug.serving import make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

# Sockets that listen and have no application: kept, so that nobody else is given their port.
_IDLE: list[socket.socket] = []


@contextmanager
def serve(app: WSGIApplication, name: str = "127.0.0.1") -> Iterator[str]:
    """Serve an application from a thread, and give its address: that of one served before, if any.

    At an address where it has been, a browser has the scripts already.
    """
    listening = _IDLE.pop() if _IDLE else socket.create_server(("127.0.0.1", 0))
    server = make_server("127.0.0.1", 0, app, threaded=True, fd=listening.fileno())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://{name}:{listening.getsockname()[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        _IDLE.append(listening)
