"""What stands in for a library that an answer's top level imports and that is not there: torch, a plotting library.

Only the student's process uses this. Nothing becomes importable: the statement that failed for want of the library is
passed over, and the names that it would have bound are bound to an `Absent`. While the top level runs, anything may be
asked of it and nothing is done; where a value is needed, that statement is passed over as well. While an answer is
judged, any use raises what the import raised. So no value ever comes out of it, and no answer is right because of it.
"""

import __future__

import ast
from collections.abc import Iterable, Iterator
from types import CodeType
from typing import Any, NoReturn, Self

LIBRARIES = frozenset(
    (
        *("autograd", "bokeh", "catboost", "compare", "cupy", "cv2", "google", "gradient_compare"),
        *("graphviz", "IPython", "ipywidgets", "jax", "keras", "koreanize_matplotlib", "lightgbm", "matplotlib"),
        *("mpl_toolkits", "nltk", "numba", "pandas", "PIL", "plotly", "polars", "pylab"),
        *("pytest", "requests", "scipy", "seaborn", "sklearn", "statsmodels", "sympy", "tabulate"),
        *("tensorboard", "tensorflow", "torch", "torchaudio", "torchinfo", "torchsummary", "torchtext", "torchvision"),
        *("torchviz", "tqdm", "transformers", "wandb", "xgboost"),
    )
)
_FUTURE = __future__.annotations.compiler_flag
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class _Missing(ModuleNotFoundError):
    """Reads as the error of the import that failed."""


_Missing.__name__ = "ModuleNotFoundError"


class Absent:
    """Whatever a library would have given; `library` is its name, `judging` whether the top level is over."""

    library = ""
    judging = False
    __array_ufunc__ = None  # so that an array leaves `array * absent` to us

    def __init__(self, *_: object, **__: object) -> None: ...

    def _needed(self, *_: object, **__: object) -> NoReturn:
        raise _Missing(f"No module named {self.library!r}", name=self.library)

    def _asked(self, *_: object, **__: object) -> Self:
        if Absent.judging:
            self._needed()
        return self

    def __getattr__(self, name: str) -> Self:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._asked()

    def __setattr__(self, name: str, value: object) -> None:
        self._asked()

    def __exit__(self, *_: object) -> None:
        self._asked()

    def __mro_entries__(self, _: object) -> tuple[type, ...]:
        return (type(self),)

    __hash__ = object.__hash__
    __call__ = __getitem__ = __setitem__ = __delitem__ = __enter__ = _asked
    __add__ = __sub__ = __mul__ = __matmul__ = __truediv__ = __floordiv__ = __mod__ = __pow__ = _asked
    __radd__ = __rsub__ = __rmul__ = __rmatmul__ = __rtruediv__ = __rfloordiv__ = __rmod__ = __rpow__ = _asked
    __and__ = __or__ = __xor__ = __rand__ = __ror__ = __rxor__ = __lshift__ = __rshift__ = _asked
    __neg__ = __pos__ = __invert__ = __abs__ = __lt__ = __le__ = __gt__ = __ge__ = _asked
    __eq__ = __ne__ = _asked  # type: ignore[assignment]
    __bool__ = __float__ = __int__ = __index__ = __complex__ = __len__ = __iter__ = __next__ = __contains__ = _needed
    __round__ = __array__ = __format__ = __instancecheck__ = __subclasscheck__ = _needed


def execute(code: CodeType, source: bytes, names: dict[str, Any]) -> dict[str, int]:
    """Run `code`, the top level of `source`. The libraries that are not there, and the line first passed over for each.

    Raises whatever the top level raises for another reason.
    """
    try:
        exec(code, names)
        return {}
    except ImportError as error:
        if _library(error) is None:
            raise
        line = _line(error, code)
    return _one_by_one([each for each in _statements(source) if (each.end_lineno or 0) >= line], code, names)


def _one_by_one(statements: Iterable[ast.stmt], code: CodeType, names: dict[str, Any]) -> dict[str, int]:
    """Run what is left, each statement by itself, but for those that need a library that is not there."""
    passed: dict[str, int] = {}
    flags = code.co_flags & _FUTURE
    for statement in statements:
        try:
            exec(compile(ast.Module([statement], []), code.co_filename, "exec", flags, dont_inherit=True), names)
        except ImportError as error:
            if (library := _library(error)) is None:
                raise
            passed.setdefault(library, statement.lineno)
            absent = type("Absent", (Absent,), {"library": library})()
            names.update(dict.fromkeys(_bound(statement), absent))
    return passed


def _library(error: ImportError) -> str | None:
    """The library that was not there; None for any other error."""
    if type(error) not in (ModuleNotFoundError, _Missing) or type(error.name) is not str:
        return None
    name = error.name.partition(".")[0]
    return name if name in LIBRARIES else None


def _line(error: ImportError, code: CodeType) -> int:
    """The line that the top level had reached."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_frame.f_code is not code:
        traceback = traceback.tb_next
    return traceback.tb_lineno if traceback else 0


def _statements(source: bytes) -> Iterator[ast.stmt]:
    """The top level, every import by itself: what stands beside `torch` in `import torch, numpy` may be there."""
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Import):
            yield from (ast.copy_location(ast.Import([alias]), statement) for alias in statement.names)
        else:
            yield statement


def _bound(node: ast.AST) -> Iterator[str]:
    """The names that a statement binds at the top level."""
    if isinstance(node, _SCOPES):
        yield node.name
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names if alias.name != "*")
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif not isinstance(node, ast.Lambda):
        for child in ast.iter_child_nodes(node):
            yield from _bound(child)
