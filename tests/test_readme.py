"""The README does what it says: its Python runs, its links lead somewhere, its commands exist."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.packaged import PACKAGED_SOURCE

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def test_the_python_blocks_run_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "seeds").symlink_to(PACKAGED_SOURCE)
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 2
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "README.md", "exec"), names)
    printed = capsys.readouterr().out
    assert "complete, verifiable and irreversible dismantlement" in printed
    assert "What was said about Nicaragua?" in printed


def test_links_and_pictures_are_there() -> None:
    targets = re.findall(r"\]\((?!http)([^)#]+)", README)
    assert len(targets) >= 9
    for target in targets:
        assert (ROOT / target).exists(), target


def test_the_documented_options_exist() -> None:
    done = {}
    for command, options in re.findall(r"^meetingbot (\w+) +(.*)$", README, re.MULTILINE):
        for option in re.findall(r"--?[a-z][\w-]*", options):
            if command not in done:
                done[command] = subprocess.run(
                    [sys.executable, "-m", "bot", command, "--help"],
                    capture_output=True,
                    text=True,
                    check=True,
                ).stdout
            assert re.search(rf"{option}\b", done[command]), (command, option)
    assert set(done) >= {"chat", "ask", "search", "index", "evaluate"}
