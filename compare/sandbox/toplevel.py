"""The top level of an answer, run statement by statement: a `.py` and a notebook's cells alike.

A statement that fails is left out, and what it would have named is a hole: the name is unbound, even where it was bound
before. So Python itself raises `NameError` in whatever reads it, at the top level or in a function, and nothing stands
in for a value that is not there. A hole that is bound again is none any more.

Nothing here needs the sandbox: any process can run a source on a dictionary of names.
"""

import ast
import builtins
from collections.abc import Callable, Iterable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

from compare.sandbox.calls import ERROR, EXITED, OUT_OF_MEMORY, LeftOut
from compare.sandbox.statements import Failed, Parsed, Statement, Unread, describe

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_COROUTINE, _NEW_LOCALS = 0x80, 0x02  # CO_… of inspect, whose import costs more than all of this
CLOSE = 0.75  # of difflib's ratio: `gradient` is close to `gradients`, but not to `train`
_LONGEST_CHAIN = 16  # exceptions that were raised while another was handled


class TopLevel:
    """The top level of one source. `names` are its globals, `failed` the statements that failed by themselves: one that
    only needs what another should have named is a consequence. `own` is a copy of the builtins, for this source alone.
    """

    def __init__(self, names: dict[str, Any], parsed: Parsed, own: dict[str, Any] | None = None) -> None:
        self.names, self.failed = names, list[Failed]()
        self._holes = dict[str, Failed]()
        self._undefined: Failed | None = None  # an `import *`, for which any name may be missing
        self._parsed = parsed
        # A copy, so that a hole hides a builtin of its name from the source's own functions and from nobody else's.
        self._builtins = names["__builtins__"] = dict(vars(builtins)) if own is None else own

    def run(self, begun: Callable[[int], None] = lambda _: None, left_out: LeftOut | None = None) -> None:
        """Run every statement but the one `left_out`; `begun` is told the number of each."""
        for number, statement in enumerate(self._parsed):
            begun(number)
            if isinstance(statement, Unread):
                self.failed.append(statement.failed)
                self._holes |= dict.fromkeys(statement.words, statement.failed)
            elif left_out and left_out.number == number:
                self._leave_out(statement.node, Failed(statement.node.lineno, left_out.reason, ""))
            else:
                self._run(statement)

    def hole(self, error: BaseException) -> tuple[str, Failed] | None:
        """The hole that `error` comes from, and the statement that should have filled it; None for any other error."""
        for seen in chain(error):
            if type(seen) is NameError and type(seen.name) is str and (found := self.missing(seen.name)):
                return seen.name, found
        return None

    def missing(self, name: str) -> Failed | None:
        """The statement that failed to bind `name`; None where it is bound, or no statement would have bound it."""
        return None if name in self.names else self._holes.get(name, self._undefined)

    def bound_at(self, name: str) -> int | None:
        """The line of the last statement that binds or deletes `name`."""
        found = (each.node for each in reversed(self._parsed) if isinstance(each, Statement))
        return next((node.lineno for node in found if name in _bound(node)), None)

    def instead(self, name: str) -> tuple[str, ...]:
        """A note of where the function `name` stands instead, or of what was made of its name; else of the function
        whose name is closest to it."""
        line = self.bound_at(name)
        inside = None if name in self.names else self._inside(name)
        if inside and (line is None or inside.startswith(("inside-main", "inside-block"))):
            return (inside,)
        if line is None:
            return self._misspelt(name)
        return (f"made:{type(self.names[name]).__name__}:{line}" if name in self.names else f"gone:{name}:{line}",)

    def _misspelt(self, name: str) -> tuple[str, ...]:
        functions = {each.lower(): value for each, value in self.names.items() if type(value) is FunctionType}
        own = {each: value for each, value in functions.items() if value.__globals__ is self.names}
        if not own:
            return ()
        from difflib import get_close_matches  # costs its import only where something is missing

        found = [own[close].__code__ for close in get_close_matches(name.lower(), own, 1, CLOSE)]
        return tuple(f"perhaps:{code.co_name}:{code.co_firstlineno}" for code in found)

    def _inside(self, name: str) -> str | None:
        """A note of the function `name` that stands in something else, and so is none of the top level: what that is,
        its own name and the line of the function."""
        for statement in (each.node for each in reversed(self._parsed) if isinstance(each, Statement)):
            waiting: list[tuple[ast.AST, str, str]] = [(statement, "", "")]
            for node, kind, own in waiting:
                if kind and isinstance(node, _FUNCTIONS) and node.name == name:
                    return f"inside-{kind}:{own}:{node.lineno}"
                if isinstance(node, ast.ClassDef):
                    kind, own = "class", node.name
                elif isinstance(node, _FUNCTIONS):
                    kind, own = "function", node.name
                elif not kind and isinstance(node, ast.stmt):
                    kind = "main" if isinstance(node, ast.If) and "__main__" in ast.dump(node.test) else "block"
                    own = name
                waiting += [(child, kind, own) for child in ast.iter_child_nodes(node)]
        return None

    def _run(self, statement: Statement) -> None:
        code = statement.code
        try:
            if code.co_flags & _COROUTINE:
                _awaited(eval(code, self.names))
            else:
                exec(code, self.names)
        except BaseException as error:
            node = statement.node
            try:
                failed, half_set = self._told(error, node, code), _globals_of(error, self.names)
                error.__traceback__ = None  # and with it what the frames hold
            except Exception:  # one that hinders whoever looks at it
                failed, half_set = Failed(node.lineno, ERROR, ""), set()
            self._leave_out(node, failed, half_set)

    def _told(self, error: BaseException, node: ast.stmt, code: CodeType) -> Failed:
        """The failure of a statement; where it only needs what another should have named, that one's."""
        known = self.hole(error)
        return known[1] if known else Failed(_line(error, node, code), _reason(error), describe(error))

    def _leave_out(self, node: ast.stmt, failed: Failed, half_set: Iterable[str] = ()) -> None:
        if failed not in self.failed:
            self.failed.append(failed)
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            self._undefined = self._undefined or failed
        changed = (name for name in _changed(node) if not isinstance(self.names.get(name), ModuleType))
        for name in {*_bound(node), *changed, *half_set}:
            self.names.pop(name, None)
            self._builtins.pop(name, None)
            self._holes[name] = failed


def chain(error: BaseException) -> Iterator[BaseException]:
    """The exception, and those during which it and they were raised."""
    seen: BaseException | None = error
    for _ in range(_LONGEST_CHAIN):
        if seen is None:
            return
        yield seen
        seen = seen.__cause__ or seen.__context__


def _awaited(coroutine: Any) -> None:
    """Run what a cell awaits, as far as it does not wait for anything outside: there is no loop of events here."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    finally:
        coroutine.close()
    raise RuntimeError("it awaits what never comes here")


def _line(error: BaseException, node: ast.stmt, code: CodeType) -> int:
    """The line that the statement had reached."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_frame.f_code is not code:
        traceback = traceback.tb_next
    return traceback.tb_lineno if traceback else node.lineno


def _globals_of(error: BaseException, names: dict[str, Any]) -> set[str]:
    """What the functions that stopped with `error` declare `global` and bind: nobody knows how far they came."""
    found, traceback = set[str](), error.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if traceback.tb_frame.f_globals is names and code.co_flags & _NEW_LOCALS:
            import dis  # costs its import only where a function stops at the top level

            found.update(each.argval for each in dis.get_instructions(code) if each.opname == "STORE_GLOBAL")
        traceback = traceback.tb_next
    return found


def _reason(error: BaseException) -> str:
    kinds = ((MemoryError, OUT_OF_MEMORY), (SystemExit, EXITED))
    return next((reason for kind, reason in kinds if isinstance(error, kind)), ERROR)


def _bound(node: ast.AST) -> Iterator[str]:
    """The names that a statement binds or deletes at the top level, wherever they stand in it."""
    for inner in _at_top(node):
        if isinstance(inner, (*_FUNCTIONS, ast.ClassDef)):
            yield inner.name
        elif isinstance(inner, (ast.Import, ast.ImportFrom)):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in inner.names)
        elif isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load):
            yield inner.id
        elif isinstance(inner, (ast.MatchAs, ast.MatchStar)) and inner.name:
            yield inner.name
        elif isinstance(inner, ast.MatchMapping) and inner.rest:
            yield inner.rest


def _changed(node: ast.AST) -> Iterator[str]:
    """The names of what a statement would have changed in a part: `d` of `d["w"] = …` and of `d.w += …`."""
    for inner in _at_top(node):
        part: ast.AST = inner
        if isinstance(inner, (ast.Attribute, ast.Subscript)) and not isinstance(inner.ctx, ast.Load):
            while isinstance(part, (ast.Attribute, ast.Subscript)):
                part = part.value
            if isinstance(part, ast.Name):
                yield part.id


def _at_top(node: ast.AST) -> Iterator[ast.AST]:
    """The node and all below it, but for what stands in a scope of its own."""
    waiting = [node]
    while waiting:
        yield (inner := waiting.pop())
        children: Iterable[ast.AST] = ast.iter_child_nodes(inner)
        if isinstance(inner, (*_FUNCTIONS, ast.ClassDef)):
            children = inner.decorator_list
        elif isinstance(inner, (ast.Lambda, ast.comprehension)):
            children = ()
        waiting.extend(children)
