"""Numba's compiler without what an inner kernel does not need, which is half of the time.

Numba makes of every function, also of one that only others call, optimised machine code. The entry that calls
it takes in its text, optimises it once more with its own and never uses that machine code. An inner kernel
therefore stops at its text (LLVM's intermediate representation).

What is used of Numba here is its documented `pipeline_class` and three methods of a code library.
Should another version of Numba have renamed one of them, the result is the same and only takes longer.
"""

from __future__ import annotations

from typing import Any

from numba.core import types
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder

_Compiler: Any = CompilerBase
_Library: Any = JITCodeLibrary
_passes: Any = DefaultPassBuilder
_unliteral: Any = types.unliteral


class _NoEnvironments:
    """Stands for the code generator where Numba tells it of Python constants: kernels have none."""

    def set_env(self, name: str, environment: object) -> None:
        """Nothing is to be done."""


class _Text(_Library):  # type: ignore[misc]
    """The compiled text of one inner kernel, to be linked into entries."""

    codegen = _NoEnvironments()

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._verify_declare_only_symbols()
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:  # noqa: ARG002 - Numba's
        """0: there is no machine code."""
        return 0


class InnerCompiler(_Compiler):  # type: ignore[misc]
    """Numba's passes, with a library that keeps text only."""

    def define_pipelines(self) -> list[Any]:
        """The passes that Numba would use."""
        generator = self.state.targetctx.codegen()
        self.state.library = _Text(generator, self.state.func_id.func_qualname)
        self.state.library.enable_object_caching()
        return [_passes.define_nopython_pipeline(self.state)]


def without_literals(compiled: Any) -> Any:
    """Keeps Numba from compiling a kernel anew for each constant that a caller passes."""
    template = getattr(compiled, "get_call_template", None)
    if template is None:
        return compiled  # compilation is off (NUMBA_DISABLE_JIT)
    compiled.get_call_template = lambda args, kws: template(
        tuple(_unliteral(argument) for argument in args), {name: _unliteral(kws[name]) for name in kws}
    )
    return compiled
