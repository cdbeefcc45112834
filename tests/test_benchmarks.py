"""The scripts of tests/benchmarks/ fit the code: they are run by hand, so one breaks unseen."""

import importlib
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parent / "benchmarks"
# It measures another library, which is not installed for that.
OTHERS = {"langchain_bot"}


@pytest.mark.filterwarnings("ignore")
def test_each_script_can_be_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    names = sorted({path.stem for path in BENCHMARKS.glob("*.py")} - OTHERS)
    assert "fit_judge" in names
    monkeypatch.setattr(sys, "path", [str(BENCHMARKS), *sys.path])
    for name in names:
        assert name not in sys.modules, "another module has its name"
    try:
        for name in names:
            assert Path(str(importlib.import_module(name).__file__)).parent == BENCHMARKS
    finally:
        for name in names:
            sys.modules.pop(name, None)
