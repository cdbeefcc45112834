"""The README does what it says: its Python runs, its links lead somewhere, its commands exist."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gradio_client import Client

from bot.bot import Bot
from bot.packaged import PACKAGED_SOURCE
from bot.web.server import start

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
# What it leaves to the folders that it is about.
FOLDERS = ("bot/evaluation", "bot/web", "embeddings/shared", "tests/benchmarks")
READMES = {ROOT: README} | {
    ROOT / one: (ROOT / one / "README.md").read_text("utf-8") for one in FOLDERS
}


@pytest.fixture
def address(bot: Bot) -> Iterator[str]:
    """Serve as `meetingbot chat --mcp` does."""

    async def start_in_loop() -> tuple[Any, str]:
        return start(bot, mcp=True)

    app, address = asyncio.run(start_in_loop())
    yield address
    app.close(verbose=False)


def test_the_python_blocks_run_one_after_the_other(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    address: str,
) -> None:
    (tmp_path / "seeds").symlink_to(PACKAGED_SOURCE)
    monkeypatch.chdir(tmp_path)
    whole = "".join(READMES.values())
    blocks = re.findall(r"^```python\n(.*?)^```$", whole, re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 6
    names: dict[str, object] = {}
    for block in blocks:
        block = block.replace("http://127.0.0.1:7860/", address)
        exec(compile(block, "README.md", "exec"), names)
    if isinstance(client := names["client"], Client):
        client.close()
    printed = capsys.readouterr().out
    assert "complete, verifiable and irreversible dismantlement" in printed
    assert "What was said about Nicaragua?" in printed


def test_the_bot_of_another_kind_is_the_one_that_was_measured() -> None:
    evaluation = READMES[ROOT / "bot" / "evaluation"]
    (shown,) = re.findall(r"^```py\n(.*?)^```$", evaluation, re.MULTILINE | re.DOTALL)
    assert shown in (ROOT / "tests" / "benchmarks" / "langchain_bot.py").read_text("utf-8")


def test_links_and_pictures_are_there() -> None:
    for folder, text in READMES.items():
        targets = re.findall(r"(?:\]\(|src=\")(?!http)([^)#\"]*)(?:#([^)]*))?", text)
        assert targets
        for target, anchor in targets:
            place = folder / target
            assert place.exists(), target
            if anchor:
                there = text if not target else place.read_text("utf-8")
                headings = re.findall(r"^#+ (.*)$", there, re.MULTILINE)
                plain = [re.sub(r"[^\w -]", "", one).lower() for one in headings]
                assert anchor in [one.replace(" ", "-") for one in plain], anchor


def test_the_documented_options_exist(run) -> None:
    done = {}
    whole = re.sub(r"\n {9,}", " ", "\n".join(READMES.values()))  # a long line goes on in the next
    lines = re.findall(r"^meetingbot (\w+(?: to-questions| add)?) +(.*)$", whole, re.MULTILINE)
    for command, options in lines:
        for option in re.findall(r"--?[a-z][\w-]*", options):
            if command not in done:
                told = run(*command.split(), "--help")
                assert told.code == 0, command
                done[command] = told.out
            assert re.search(rf"{option}\b", done[command]), (command, option)
    assert set(done) >= {
        "chat", "ask", "search", "index", "verify", "feedback to-questions", "evaluate", "user add",
    }  # fmt: skip
