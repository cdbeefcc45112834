"""Make a browser available to the tests: `python tests/browser/install.py`.

Does nothing where one is on the PATH; else asks apt for Debian's chromium, else Playwright for its
own. Uses the standard library alone, so that it runs before anything else is installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# No sandbox, because root cannot have one; the rest keeps the browser from calling home.
LAUNCH = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_browser(own: str = "") -> str | None:
    """Return the path of a browser that starts; `own` is where Playwright would put its own."""
    found = [*(shutil.which(name) for name in NAMES), own]
    return next((path for path in found if path and _starts(path)), None)


def _starts(path: str) -> bool:
    """Say whether a browser is more than a stand-in that asks to install one."""
    return Path(path).exists() and _run([path, "--version"], quiet=True)


def _run(command: Sequence[str], *, quiet: bool = False) -> bool:
    output = subprocess.DEVNULL if quiet else None
    try:
        done = subprocess.run(command, stdout=output, stderr=output, check=False, timeout=900)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _ask_apt() -> bool:
    if not shutil.which("apt-get"):
        return False
    root = not hasattr(os, "geteuid") or os.geteuid() == 0
    sudo = [] if root or not shutil.which("sudo") else ["sudo"]
    os.environ.setdefault("DEBIAN_FRONTEND", "noninteractive")
    return _run([*sudo, "apt-get", "update"]) and _run(
        [*sudo, "apt-get", "install", "-y", "chromium"]
    )


def main() -> int:
    """Install a browser if there is none; return the exit code."""
    if found := find_browser():
        sys.stdout.write(f"{found} is there\n")
        return 0
    if _ask_apt() and find_browser():
        return 0
    return 0 if _run([sys.executable, "-m", "playwright", "install", "chromium"]) else 1


if __name__ == "__main__":
    sys.exit(main())
