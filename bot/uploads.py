"""Keep uploads in a folder of this server's own, and leave none of them behind."""

from __future__ import annotations

import atexit
import os
from functools import cache
from pathlib import Path
from shutil import rmtree
from stat import S_ISDIR
from tempfile import gettempdir, mkdtemp
from time import time

from filelock import FileLock, Timeout

from bot.errors import AccessError

_PREFIX = "meetingbot-uploads-"
# Held as long as the server runs; it marks the folder as a server's own, too.
_LOCK = ".meetingbot-uploads"
# Seconds in which a server that starts has locked its folder.
_STARTING = 60


@cache
def own_folder() -> Path:
    """Let Gradio keep uploads where no other user of the machine looks, until this program ends.

    What servers that were killed left is removed. Raises `AccessError` where there is no room.
    """
    try:
        parent = Path(gettempdir()).resolve()
        folder = Path(mkdtemp(prefix=_PREFIX, dir=parent))
        lock = FileLock(folder / _LOCK)
        lock.acquire()
    except OSError as error:
        raise AccessError(
            f"no folder for uploads can be made ({error.strerror}); make room, or set TMPDIR"
            " to a folder that can be written"
        ) from error
    for left in parent.glob(f"{_PREFIX}*"):
        _remove_if_left(left)
    os.environ["GRADIO_TEMP_DIR"] = str(folder)
    # It is given the lock to hold it until then.
    atexit.register(lambda _: rmtree(folder, ignore_errors=True), lock)
    return folder


def _remove_if_left(folder: Path) -> None:
    """Remove what a server of this user's made and left; what only looks like it stays."""
    try:
        made = folder.lstat()
        # To lock is to make the file, so that it must be looked for first.
        if not (
            S_ISDIR(made.st_mode) and made.st_uid == os.getuid() and (folder / _LOCK).is_file()
        ):
            return
        if time() - made.st_mtime > _STARTING:
            with FileLock(folder / _LOCK, timeout=0):
                rmtree(folder, ignore_errors=True)
    except (OSError, Timeout):  # another user's, or in use
        pass
