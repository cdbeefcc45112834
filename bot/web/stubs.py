"""Import Gradio in half the time: without the stubs of its components, which are for editors.

Each time, it would parse its own source for each of some sixty and write what it made of it anew.
"""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType
from typing import Any

_WRITER = "gradio.component_meta"


class _Loader(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        module.create_or_modify_pyi = lambda *_: None  # type: ignore[attr-defined]


class _Finder(PathFinder):
    @classmethod
    def find_spec(cls, name: str, *where: Any) -> ModuleSpec | None:
        """Find the module that writes them, and nothing else."""
        spec = super().find_spec(name, *where) if name == _WRITER else None
        if spec and spec.origin:
            spec.loader = _Loader(name, spec.origin)
        return spec


def leave_out_stubs() -> None:
    """Let Gradio, when it is imported, write none."""
    sys.meta_path.insert(0, _Finder)
