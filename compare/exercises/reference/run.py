"""Runs a reference's formulas over a kind of number, node by node: Python compiles, imports and evaluates nothing.

A kind says how constants, two whole numbers' quotient, and the known functions come out; the operators are the
values' own. A run makes at most `MOST` operations. Edits put nodes in the places of others.
"""

import ast
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

from compare.exercises.reference import numbers
from compare.exercises.reference.arrays import Array, ShapeError, shape_of, together
from compare.exercises.reference.numbers import Number, Undefined
from compare.exercises.reference.text import Reference

MOST = 100_000  # operations of one call
MOST_BITS, MOST_EXPONENT = 4096, 64

Values = Mapping[str, Any]
Replaced = Mapping[ast.AST, Any]  # by node: another, or the other statements of a function or a loop
Asked = Callable[[str, Sequence[Any]], Any]  # what to take for the result of an earlier function


class RunError(Exception):
    """The formulas cannot be computed: why, where, and what is to be said of it."""

    def __init__(self, key: str, node: ast.AST, **fields: object) -> None:
        super().__init__(key)
        self.key, self.node, self.fields = key, node, fields


class Kind(NamedTuple):
    """A kind of number."""

    constant: Callable[[Any], Any]
    functions: Mapping[str, Callable[..., Any]]
    compare: Callable[[type[ast.cmpop], Any, Any], Any]


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
            if _plain(left) and _plain(right):
                return self.kind.constant(_exactly(kind, left, right))
            if kind is ast.Pow:
                _check_exponent(right)
            found = together(_OPERATORS[kind], left, right) if _ours(left, right) and kind is not ast.MatMult else None
            found = _OPERATORS[kind](left, right) if found is None else found
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
        compare = _compare_floats if _plain(left) and _plain(right) else self.kind.compare
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
        functions = FLOATS.functions if all(map(_plain, given)) else self.kind.functions
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


def _power(base: Any, exponent: Any) -> Any:
    found = base**exponent
    if isinstance(found, complex):  # of a negative base
        raise Undefined
    return found


_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: _power,
    ast.MatMult: operator.matmul,
}
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: numbers.below,
    ast.GtE: lambda a, b: not numbers.below(a, b),
    ast.Gt: lambda a, b: numbers.below(b, a),
    ast.LtE: lambda a, b: not numbers.below(b, a),
    ast.Eq: numbers.same,
    ast.NotEq: lambda a, b: not numbers.same(a, b),
}


def _ours(*values: Any) -> bool:
    return any(isinstance(value, Array) for value in values)


def _plain(value: Any) -> bool:
    return type(value) in (int, Fraction, float, bool)


def _exactly(kind: type[ast.operator], left: Any, right: Any) -> Any:
    """Two plain numbers: a quotient is a fraction. Raises `Undefined` where that is none or far too long."""
    if kind is ast.Pow:
        _check_exponent(right)
        if right != int(right):
            return float(left) ** float(right) if left > 0 else _undefined()
        right = int(right)
    if kind is ast.MatMult:
        raise TypeError
    left = Fraction(left) if kind in (ast.Div, ast.Pow) and type(left) is int else left
    found = _OPERATORS[kind](left, right)
    if isinstance(found, Fraction) and found.denominator == 1:
        found = found.numerator
    if not isinstance(found, float) and (found.numerator.bit_length() > MOST_BITS):
        return _undefined()
    return found


def _undefined() -> Any:
    raise Undefined


def _check_exponent(exponent: Any) -> None:
    for each in exponent.entries if isinstance(exponent, Array) else [exponent]:
        value = each.value if isinstance(each, Number) else each
        if _plain(value) and not abs(value) <= MOST_EXPONENT:
            raise Undefined


def _fresh(value: Any, step: tuple[object, ...]) -> Any:
    """At the head of a run's step: a number, or an array of them, starts anew."""
    if isinstance(value, Number):
        return value.fresh(step) if value.count else value
    if isinstance(value, Array):
        return Array(value.shape, [_fresh(each, (*step, i)) for i, each in enumerate(value.entries)])
    return value


def _sum(value: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    return value.total(axis, keepdims) if isinstance(value, Array) else value


def _mean(value: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    if not isinstance(value, Array):
        return value
    count = len(value.entries) if axis is None else value.shape[axis]
    whole = value.total(axis, keepdims)
    if _plain(whole) and type(whole) is not float:
        return Fraction(whole, count) if count else _undefined()
    return together(lambda each: each / count, whole)


def _with_ones(value: Any, behind: bool = False) -> Array:
    """A column of ones in front of a matrix, or beside a vector; `behind` it, as a mistake."""
    if not isinstance(value, Array):
        raise TypeError
    rows = value.rows() if len(value.shape) == 2 else [[each] for each in value.entries]
    entries = [each for row in rows for each in ((*row, 1) if behind else (1, *row))]
    return Array((len(rows), len(rows[0]) + 1), entries)


def _zeros_like(value: Any) -> Any:
    return value.each(lambda _: 0) if isinstance(value, Array) else 0


def _len(value: Any) -> int:
    if isinstance(value, (Array, list)):
        return len(value)
    raise TypeError


def _compare(kind: type[ast.cmpop], left: Any, right: Any) -> Any:
    return together(_COMPARISONS[kind], left, right)


def _where(condition: Any, one: Any, other: Any) -> Any:
    return together(lambda holds, a, b: a if holds else b, condition, one, other)


def _maximum(left: Any, right: Any) -> Any:
    return together(lambda a, b: b if numbers.below(a, b) else a, left, right)


def _spread(of: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return partial(together, of)


_OF_ARRAYS: Mapping[str, Callable[..., Any]] = {
    "sum": _sum,
    "mean": _mean,
    "len": _len,
    "where": _where,
    "maximum": _maximum,
    "with_ones": _with_ones,
    "ones_behind": partial(_with_ones, behind=True),  # of mistakes alone
    "zeros_like": _zeros_like,
    "abs": _spread(abs),
}
NUMBERS = Kind(
    lambda value: value,
    {**_OF_ARRAYS, **{name: _spread(of) for name, of in numbers.FUNCTIONS.items()}},
    _compare,
)


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value))


def _compare_floats(kind: type[ast.cmpop], left: Any, right: Any) -> Any:
    return together(_FLOAT_COMPARISONS[kind], left, right)


def _in_floats(of: Callable[[float], float]) -> Callable[[Any], Any]:
    def applied(value: Any) -> float:
        try:
            return of(value)
        except ValueError:
            raise Undefined from None

    return _spread(applied)


_FLOAT_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.GtE: operator.ge,
    ast.Gt: operator.gt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
FLOATS = Kind(
    lambda value: float(value) if isinstance(value, Fraction) else value,
    {
        **_OF_ARRAYS,
        "maximum": lambda left, right: together(max, left, right),
        "exp": _in_floats(math.exp),
        "log": _in_floats(math.log),
        "sqrt": _in_floats(math.sqrt),
        "tanh": _in_floats(math.tanh),
        "sigmoid": _in_floats(_sigmoid),
    },
    _compare_floats,
)


def outputs(result: Any) -> tuple[Any, ...]:
    """What a function returned, an output after the other."""
    return result if isinstance(result, tuple) else (result,)
