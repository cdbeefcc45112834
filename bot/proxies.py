"""Keep the proxies of the environment away from what speaks to this machine alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

_NAMES = {"all_proxy", "http_proxy", "https_proxy"}


@contextmanager
def without_proxies() -> Iterator[None]:
    """Leave them out of the environment for a while.

    Gradio makes a client when it is imported, and asks itself whether it runs: a proxy would answer
    in its place, and one that it cannot use would end it.
    """
    left_out = {name: value for name, value in os.environ.items() if name.lower() in _NAMES}
    for name in left_out:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(left_out)
