"""What may stand in a function of a reference; whatever else stands there is refused where it stands."""

import ast
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from compare.exercises.formulas.function import KNOWN, TAKEN, Fault, Function

LARGEST = 1e30  # of a constant
OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.MatMult)
COMPARISONS = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)
PRODUCTS = ("dot", "matmul")
REFUSED: dict[type[ast.AST], str] = {  # why, of what is formed otherwise than formulas are, or not known at all
    ast.Constant: "constant", ast.BinOp: "operator", ast.UnaryOp: "operator", ast.Compare: "comparison",
    ast.Attribute: "attribute", ast.Call: "method", ast.IfExp: "if", ast.BoolOp: "and-or",
    ast.If: "if", ast.While: "while", ast.For: "loop", ast.Pass: "no-return",
}  # fmt: skip


class Reader(Protocol):
    """Who reads the file: what stands above, and how a fault is told."""

    known: dict[str, Function]

    def fault(self, key: str, node: ast.AST, **fields: object) -> Fault: ...


class Body:
    """Walks the statements of one function, and knows which names have a value by then."""

    def __init__(self, reader: Reader, function: Function) -> None:
        self.reader, self.function = reader, function
        self.names = {each.name for each in function.parameters}

    def fault(self, key: str, node: ast.AST, **fields: object) -> Fault:
        known = {"function": self.function.name, "known": ", ".join(KNOWN)}
        return self.reader.fault(key, node, **{**known, **fields})

    def check(self) -> None:
        *before, last = self.function.body or [self.function.node]
        for statement in before:
            self._statement(statement)
        match last:
            case ast.Return(ast.expr() as value):
                self._several(value)
            case ast.FunctionDef() | ast.Return():
                raise self.fault("no-return", last)
            case _:
                self._statement(last)
                raise self.fault("no-return", last)

    def _statement(self, node: Any) -> None:
        match node:
            case ast.Assign(targets=[target], value=value):
                self._several(value)
                self._bind(target)
            case ast.AugAssign(target=ast.Name(name), value=value) if isinstance(node.op, OPERATORS):
                self._formula(ast.copy_location(ast.Name(name, ast.Load()), node))
                self._formula(value)
            case ast.For(target=ast.Name(), iter=ast.Call(ast.Name("range"), [_] | [_, _] as ends, []), orelse=[]):
                for end in ends:
                    self._formula(end)
                self._bind(node.target)
                for statement in node.body:
                    self._statement(statement)
            case ast.For():
                raise self.fault("loop", node.iter if isinstance(node.target, ast.Name) else node.target)
            case ast.Expr(ast.Call(ast.Attribute(ast.Name() as items, "append"), [value], [])):
                self._formula(items)
                self._formula(value)
            case ast.Return():
                raise self.fault("return-early" if node.value else "no-return", node)
            case _:
                raise self.fault(REFUSED.get(type(node), "statement"), node)

    def _bind(self, target: ast.expr) -> None:
        for part in target.elts if isinstance(target, ast.Tuple) else [target]:
            if not isinstance(part, ast.Name):
                raise self.fault("target", target)
            if part.id in TAKEN:
                raise self.fault("taken", part, given=part.id)
            self.names.add(part.id)

    def _several(self, node: ast.expr) -> None:
        for each in node.elts if isinstance(node, ast.Tuple) and node.elts else [node]:
            self._formula(each)

    def _formula(self, node: Any) -> None:
        parts: Sequence[ast.expr | None] = [each for each in ast.iter_child_nodes(node) if isinstance(each, ast.expr)]
        match node:
            case ast.Constant(int() | float() as value) if type(value) is not bool and abs(value) <= LARGEST:
                pass
            case ast.Name(name):
                if name not in self.names:
                    key = "itself" if name == self.function.name else "unknown-name"
                    raise self.fault(key, node, known=", ".join(sorted(self.names)))
            case ast.BinOp() if isinstance(node.op, OPERATORS):
                pass
            case ast.UnaryOp(ast.USub()) | ast.Attribute(attr="T") | ast.List():
                pass
            case ast.Compare(ops=[_]) if isinstance(node.ops[0], COMPARISONS):
                pass
            case ast.Subscript():
                parts = [node.value, *_indices(node.slice)]
            case ast.Call(ast.Name(name)):
                parts = self._arguments(node, name)
            case _:
                name = getattr(node.func if isinstance(node, ast.Call) else node, "attr", "")
                key = "dot" if name in PRODUCTS else REFUSED.get(type(node), "expression")
                raise self.fault(key, getattr(node, "func", node), name=name)
        for part in parts:
            if part is not None:
                self._formula(part)

    def _arguments(self, node: ast.Call, name: str) -> list[ast.expr | None]:
        """What stands in a call's brackets, where it is what the function takes."""
        if name in KNOWN:
            least, most, keywords = KNOWN[name]
        else:
            function = self.reader.known.get(name)
            if name == self.function.name:
                raise self.fault("itself", node.func)
            if name in PRODUCTS and function is None:
                raise self.fault("dot", node)
            if function is None or function.mistake:
                own = [name for name, one in self.reader.known.items() if not one.mistake]
                raise self.fault("unknown-function", node.func, known=", ".join([*KNOWN, *own]))
            least, most, keywords = len(function.parameters), len(function.parameters), ()
        if not least <= len(node.args) <= most or any(each.arg not in keywords for each in node.keywords):
            raise self.fault("arguments", node, name=name, count=most, keywords=", ".join(keywords) or "—")
        given = {each.arg: each.value for each in node.keywords}
        keepdims = given.get("keepdims", ast.Constant(False))
        if not isinstance(keepdims, ast.Constant) or type(keepdims.value) is not bool:
            raise self.fault("keepdims", node)
        return [*node.args, given.get("axis")]


def _indices(node: ast.expr) -> Iterator[ast.expr | None]:
    """The numbers in an index, of which there may be none: None, and the ends of a slice."""
    for each in node.elts if isinstance(node, ast.Tuple) else [node]:
        if isinstance(each, ast.Slice):
            yield from (each.lower, each.upper, each.step)
        elif not isinstance(each, ast.Constant) or each.value is not None:
            yield each
