"""Takes the port before anything else is started, so that a taken one is told at once."""

from __future__ import annotations

import errno
import socket

from relata.errors import SetupError

BACKLOG = 2048


def listen(host: str, port: int) -> socket.socket:
    """A listening socket on `host`:`port`; port 0 takes a free one.

    Raises SetupError when the port is taken or the address is not of this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(BACKLOG)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        raise SetupError(_sentence(host, port, error)) from error
    return listener


def address_of(listener: socket.socket) -> str:
    """The address to open in a browser."""
    host, port = listener.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:  # noqa: S104 — it is read here, not bound
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _sentence(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is taken by another program: stop that, or choose another port "
            f"with RELATA_PORT={port + 1 if port < 65535 else 8000}."
        )
    if error.errno == errno.EACCES:
        return f"Port {port} is reserved for the administrator: choose one above 1023 with RELATA_PORT."
    reason = (error.strerror or str(error)).lower()
    return f"Relata cannot listen on {host} ({reason}): set RELATA_HOST to an address of this machine."
