"""Runs a reference's formulas over a kind of number, node by node: Python compiles, imports and evaluates nothing.

A kind says how constants, two whole numbers' quotient, and the known functions come out; the operators are the
values' own. A run makes at most `MOST` operations. Edits put nodes in the places of others.
"""

import ast
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from compare.exercises.formulas.arrays import Array, ShapeError, shape_of, together
from compare.exercises.formulas.function import Reference
from compare.exercises.formulas.kinds import (
    FLOATS,
    OPERATORS,
    Kind,
    check_exponent,
    compare_floats,
    exactly,
    ours,
    plain,
)
from compare.exercises.formulas.numbers import Number, Undefined

MOST = 100_000  # operations of one call

Values = Mapping[str, Any]
Replaced = Mapping[ast.AST, Any]  # by node: another, or the other statements of a function or a loop
Asked = Callable[[str, Sequence[Any]], Any]  # what to take for the result of an earlier function


class RunError(Exception):
    """The formulas cannot be computed: why, where, and what is to be said of it."""

    def __init__(self, key: str, node: ast.AST, **fields: object) -> None:
        super().__init__(key)
        self.key, self.node, self.fields = key, node, fields


class Run:
    """Calls functions of a reference. `asked` is put in the place of the functions that another calls."""

    def __init__(
        self, reference: Reference, kind: Kind, replaced: Replaced | None = None, asked: Asked | None = None
    ) -> None:
        self.reference, self.kind, self.replaced, self.asked = reference, kind, replaced or {}, asked
        self._left, self._depth, self._steps = MOST, 0, 0

    def call(self, name: str, given: Sequence[Any]) -> Any:
        """What the function returns: a value, a list, or a tuple of them. Raises `RunError`, `Undefined`."""
        if self._depth and self.asked:
            return self.asked(name, given)
        function = self.reference.functions[name]
        names = dict(zip((each.name for each in function.parameters), given, strict=True))
        self._depth += 1
        try:
            return self._statements(self.replaced.get(function.node, function.body), names)
        finally:
            self._depth -= 1

    def _statements(self, body: Sequence[ast.stmt], names: dict[str, Any]) -> Any:
        for statement in body:
            if not isinstance(statement, ast.For):
                statement = self.replaced.get(statement, statement)
            self._spend(1, statement)
            if isinstance(statement, ast.Assign):
                self._bind(statement.targets[0], self._value(statement.value, names), names)
            elif isinstance(statement, ast.Return):
                assert statement.value
                return self._value(statement.value, names)
            elif isinstance(statement, ast.AugAssign):
                assert isinstance(statement.target, ast.Name)
                old = names.get(statement.target.id)
                names[statement.target.id] = self._operated(statement, old, self._value(statement.value, names))
            elif isinstance(statement, ast.For):
                self._loop(statement, names)
            else:
                self._append(statement, names)
        return None

    def _bind(self, target: ast.expr, value: Any, names: dict[str, Any]) -> None:
        if isinstance(target, ast.Name):
            names[target.id] = value
            return
        assert isinstance(target, ast.Tuple)
        count = len(value) if isinstance(value, tuple) else 1
        if count != len(target.elts):
            raise RunError("unpacks", target, count=count, asked=len(target.elts))
        for part, each in zip(target.elts, value, strict=True):
            assert isinstance(part, ast.Name)
            names[part.id] = each

    def _loop(self, node: ast.For, names: dict[str, Any]) -> None:
        assert isinstance(node.iter, ast.Call)
        assert isinstance(node.target, ast.Name)
        ends = [self._whole(self._value(each, names), each) for each in node.iter.args]
        body = self.replaced.get(node, node.body)
        for step in range(*ends):
            self._steps += 1
            for name, value in names.items():
                names[name] = _fresh(value, (self._steps, name))
            names[node.target.id] = step
            self._statements(body, names)

    def _append(self, node: ast.stmt, names: dict[str, Any]) -> None:
        assert isinstance(node, ast.Expr)
        assert isinstance(node.value, ast.Call)
        assert isinstance(node.value.func, ast.Attribute)
        items = self._value(node.value.func.value, names)
        value = self._value(node.value.args[0], names)
        if not isinstance(items, list) or isinstance(value, (list, tuple)):
            raise RunError("append", node)
        items.append(value)

    def _spend(self, count: int, node: ast.AST) -> None:
        self._left -= count
        if self._left < 0:
            raise RunError("endless", node, most=MOST)

    def _whole(self, value: Any, node: ast.AST) -> int:
        value = value.value if isinstance(value, Number) else value
        if isinstance(value, (list, tuple, Array)) or not float(value).is_integer():
            raise RunError("not-whole", node)
        return int(value)

    def _value(self, node: ast.expr, names: dict[str, Any]) -> Any:
        node = self.replaced.get(node, node)
        self._spend(1, node)
        return _VALUES[type(node)](self, node, names)

    def _constant(self, node: ast.Constant, _: dict[str, Any]) -> Any:
        value: Any = node.value
        return self.kind.constant(Fraction(repr(value)) if isinstance(value, float) else value)

    def _name(self, node: ast.Name, names: dict[str, Any]) -> Any:
        if node.id not in names:
            raise RunError("no-value", node)
        return names[node.id]

    def _tuple(self, node: ast.Tuple, names: dict[str, Any]) -> Any:
        return tuple(self._value(each, names) for each in node.elts)

    def _list(self, node: ast.List, names: dict[str, Any]) -> Any:
        return [self._value(each, names) for each in node.elts]

    def _binop(self, node: ast.BinOp, names: dict[str, Any]) -> Any:
        return self._operated(node, self._value(node.left, names), self._value(node.right, names))

    def _operated(self, node: ast.BinOp | ast.AugAssign, left: Any, right: Any) -> Any:
        for each in (left, right):
            if isinstance(each, (list, tuple)) or each is None:
                raise RunError("no-number", node)
        kind = type(node.op)
        if kind is ast.MatMult and isinstance(left, Array) and isinstance(right, Array):
            self._spend(len(left.entries) * len(right.entries), node)
        try:
            if plain(left) and plain(right):
                return self.kind.constant(exactly(kind, left, right))
            if kind is ast.Pow:
                check_exponent(right)
            found = together(OPERATORS[kind], left, right) if ours(left, right) and kind is not ast.MatMult else None
            found = OPERATORS[kind](left, right) if found is None else found
        except ShapeError as error:
            raise RunError("shapes", node, left=error.args[0], right=error.args[1]) from None
        except (TypeError, ValueError, RuntimeError):
            raise RunError("shapes", node, left=shape_of(left), right=shape_of(right)) from None
        except ArithmeticError:
            raise Undefined from None
        self._spend(len(found.entries) if isinstance(found, Array) else 1, node)
        return found

    def _unaryop(self, node: ast.UnaryOp, names: dict[str, Any]) -> Any:
        value = self._value(node.operand, names)
        if isinstance(value, (list, tuple)):
            raise RunError("no-number", node)
        return -value

    def _compare(self, node: ast.Compare, names: dict[str, Any]) -> Any:
        left, right = self._value(node.left, names), self._value(node.comparators[0], names)
        if any(isinstance(each, (list, tuple)) or each is None for each in (left, right)):
            raise RunError("no-number", node)
        compare = compare_floats if plain(left) and plain(right) else self.kind.compare
        try:
            return compare(type(node.ops[0]), left, right)
        except ShapeError as error:
            raise RunError("shapes", node, left=error.args[0], right=error.args[1]) from None

    def _attribute(self, node: ast.Attribute, names: dict[str, Any]) -> Any:
        value = self._value(node.value, names)
        if isinstance(value, (list, tuple)):
            raise RunError("no-number", node)
        return getattr(value, "T", value)

    def _subscript(self, node: ast.Subscript, names: dict[str, Any]) -> Any:
        value = self._value(node.value, names)
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        keys = tuple(self._key(part, names) for part in parts)
        try:
            return value[keys[0] if len(keys) == 1 else keys]
        except (IndexError, TypeError, ShapeError):
            raise RunError("index", node, shape=shape_of(value)) from None

    def _key(self, node: ast.expr, names: dict[str, Any]) -> Any:
        if isinstance(node, ast.Constant) and node.value is None:
            return None
        if isinstance(node, ast.Slice):
            ends = (node.lower, node.upper, node.step)
            return slice(*(None if end is None else self._key(end, names) for end in ends))
        return self._whole(self._value(node, names), node)

    def _call(self, node: ast.Call, names: dict[str, Any]) -> Any:
        assert isinstance(node.func, ast.Name)
        given = [self._value(each, names) for each in node.args]
        name = node.func.id
        if name not in self.kind.functions:
            return self.call(name, given)
        if name != "len" and any(isinstance(each, (list, tuple)) or each is None for each in given):
            raise RunError("no-number", node)
        options = {str(each.arg): self._option(each, names) for each in node.keywords}
        self._spend(sum(len(each.entries) for each in given if isinstance(each, Array)), node)
        functions = FLOATS.functions if all(map(plain, given)) else self.kind.functions
        try:
            return functions[name](*given, **options)
        except ShapeError as error:
            raise RunError("shapes", node, left=error.args[0], right=error.args[1]) from None
        except (IndexError, TypeError, RuntimeError):
            raise RunError("index", node, shape=shape_of(given[0])) from None
        except ArithmeticError:
            raise Undefined from None

    def _option(self, node: ast.keyword, names: dict[str, Any]) -> Any:
        if node.arg == "keepdims":
            assert isinstance(node.value, ast.Constant)
            return node.value.value
        return self._whole(self._value(node.value, names), node.value)


_VALUES: dict[type[ast.expr], Callable[[Run, Any, dict[str, Any]], Any]] = {
    ast.Constant: Run._constant,
    ast.Name: Run._name,
    ast.Tuple: Run._tuple,
    ast.List: Run._list,
    ast.BinOp: Run._binop,
    ast.UnaryOp: Run._unaryop,
    ast.Compare: Run._compare,
    ast.Attribute: Run._attribute,
    ast.Subscript: Run._subscript,
    ast.Call: Run._call,
}


def _fresh(value: Any, step: tuple[object, ...]) -> Any:
    """At the head of a run's step: a number, or an array of them, starts anew."""
    if isinstance(value, Number):
        return value.fresh(step) if value.count else value
    if isinstance(value, Array):
        return Array(value.shape, [_fresh(each, (*step, i)) for i, each in enumerate(value.entries)])
    return value


def outputs(result: Any) -> tuple[Any, ...]:
    """What a function returned, an output after the other."""
    return result if isinstance(result, tuple) else (result,)
