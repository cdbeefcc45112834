"""What is not needed is not imported: help, errors and checks come at once."""

import ast
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import bot
import embeddings
from bot.bot import Bot

SLOW = ("torch", "transformers", "sentence_transformers", "gradio", "openvino", "matplotlib")
QUESTION = "What was agreed on North Korea?"


EACH = """
import sys
for code in sys.argv[1:]:
    try:
        exec(code)
    except SystemExit:
        pass
    print("\\nhas:", *sys.modules)
"""


def imported(*codes: str) -> list[set[str]]:
    """Return which slow modules a fresh interpreter has imported after each piece of code."""
    done = subprocess.run(
        [sys.executable, "-c", EACH, *codes], capture_output=True, text=True, check=True
    )
    told = [line.split() for line in done.stdout.splitlines() if line.startswith("has: ")]
    assert len(told) == len(codes)
    return [set(SLOW) & set(names) for names in told]


def command(*arguments: object) -> str:
    return f"sys.argv[1:] = {[str(one) for one in arguments]!r}; from bot.cli import main; main()"


def test_nothing_slow_is_imported() -> None:
    codes = [
        "import embeddings",
        "import bot",
        command("--help"),
        command("chat", "--help"),
        command("ask"),
        command("ask", " "),
        command("ask", "--no-such-option"),
        command("chat", "/nowhere"),
        command("chat", "--data", "/dev/null/data"),
        command("chat", "--log", "/dev/null/log"),
        command("chat", "--index", "/nowhere"),
    ]
    for code, slow in zip(codes, imported(*codes), strict=True):
        assert not slow, code


def test_checking_an_export_imports_nothing_slow(
    bot: Bot, tmp_path: Path, index_folder: Path
) -> None:
    chat = bot.chat()
    chat.ask(QUESTION)
    export = tmp_path / "chat.json"
    export.write_text(chat.to_json(), "utf-8")
    assert imported(command("verify", export, "--index", index_folder)) == [set()]


def test_asking_a_saved_index_needs_neither_torch_nor_gradio(index_folder: Path) -> None:
    assert imported(command("ask", QUESTION, "--index", index_folder)) == [{"openvino"}]


def test_the_packages_say_that_they_have_types() -> None:
    for package in (bot, embeddings):
        assert Path(package.__file__).with_name("py.typed").is_file()


def imports() -> dict[str, set[str]]:
    """Return which of our modules each one imports when it is imported itself."""
    root = Path(bot.__file__).parents[1]
    files = [path for package in ("bot", "embeddings") for path in root.glob(f"{package}/**/*.py")]
    modules = {
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path
        for path in files
    }
    found: dict[str, set[str]] = {}
    for module, path in modules.items():
        found[module] = set()
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ImportFrom):
                names = {f"{node.module}.{alias.name}" for alias in node.names} & modules.keys()
                found[module] |= names or ({str(node.module)} & modules.keys())
    return found


def test_imports_point_one_way() -> None:
    """From a file to an answer to its surfaces, and nowhere round in a circle."""
    graph = imports()
    assert graph["bot.bot"] and graph["embeddings.index"]
    for module, others in graph.items():
        for other in others:
            assert module.startswith("bot") or not other.startswith("bot"), (module, other)
            for surface in ("bot.web", "bot.cli"):
                if other.startswith(surface):
                    assert module.startswith(("bot.cli", surface)) or module == "bot.__main__"
    assert set(TopologicalSorter(graph).static_order()) == graph.keys()  # or raises CycleError


def test_the_packages_say_where_to_look_for_what() -> None:
    for package in (bot, embeddings):
        for start in Path(package.__file__).parent.rglob("__init__.py"):
            modules = {path.stem for path in start.parent.glob("*.py")} - {"__init__", "__main__"}
            modules |= {path.parent.name for path in start.parent.glob("*/__init__.py")}
            said = ast.get_docstring(ast.parse(start.read_text("utf-8"))) or ""
            missing = {name for name in modules if not re.search(rf"\b{name}s?\b", said)}
            assert not missing, start
