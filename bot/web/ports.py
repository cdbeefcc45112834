"""Find a port that is free, and tidy up behind Gradio where it is not."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from traceback import walk_tb

from bot.errors import AccessError

PORTS = range(7860, 7960)
_NO_ADDRESS = "cannot serve on {}: choose another --host or --port"


def free_ports(host: str, port: int | None) -> Iterator[int]:
    """Yield the port, or those from 7860 on, if free; raise `AccessError` when there is none left.

    Gradio looks for a free port, too, but where it is the host that is wrong it goes on trying for
    minutes.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AccessError(_NO_ADDRESS.format(host)) from error
    family, kind, protocol, _, address = found[0]
    for one in PORTS if port is None else [port]:
        with socket.socket(family, kind, protocol) as probe:
            if os.name == "posix":  # elsewhere it would let two servers share a port
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address[0], one, *address[2:]))
            except (OSError, OverflowError):
                continue
        yield one
    raise AccessError(_NO_ADDRESS.format(host if port is None else f"{host}:{port}"))


def close_sockets(error: OSError) -> None:
    """Close what Gradio leaves open where a port is taken."""
    for frame, _ in walk_tb(error.__traceback__):
        for value in frame.f_locals.values():
            if isinstance(value, socket.socket):
                value.close()
