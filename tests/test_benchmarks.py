"""The scripts of tests/benchmarks/ fit the code: they are run by hand, so one breaks unseen."""

import subprocess
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).parent / "benchmarks"
# It measures another library, which is not installed for that.
OTHERS = {"langchain_bot"}


def test_each_script_can_be_imported() -> None:
    names = sorted({path.stem for path in BENCHMARKS.glob("*.py")} - OTHERS)
    assert "fit_judge" in names
    code = f"import importlib\nfor name in {names}: importlib.import_module(name)"
    command = [sys.executable, "-W", "ignore", "-c", code]
    done = subprocess.run(command, cwd=BENCHMARKS, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
