"""The right numbers of an example, redone by hand: the formulas with their numbers put in, and a slope from two losses.

The formulas run over numbers that carry their own text. What an exercise assigns is a line of its own, and stands with
its value in the lines below; what is passed to a function above goes in as a number.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from compare.exercises.formulas.arrays import Array, together
from compare.exercises.formulas.function import Function, Reference, shown
from compare.exercises.formulas.kinds import FLOATS, NUMBERS, Kind
from compare.exercises.formulas.numbers import Undefined, number
from compare.exercises.formulas.run import Run, RunError, outputs
from compare.exercises.reference.mistakes.slips import names_in
from compare.exercises.trials.inputs import floats, numbers

if TYPE_CHECKING:
    import ast

    from compare.exercises.findings import ExerciseFinding
    from compare.exercises.judging import Miss, Trial

MOST_LINES, LONGEST = 9, 120  # of a derivation by hand, and letters of a formula in it
STEP = 0.001  # of a central difference where the loss is no parabola
SUM, PRODUCT, POWER, ATOM = range(4)  # how tightly a formula holds together
POWERS = {2.0: "²", 3.0: "³"}


class Written:
    """A number and the formula that it comes from; `uses` are the lines that this goes back to.

    Where it is `set`, another formula shows its value and not how it came about.
    """

    __slots__ = ("level", "set", "text", "uses", "value")

    def __init__(self, value: float, text: str, level: int, uses: frozenset[int], is_set: bool = False) -> None:
        self.value, self.text, self.level, self.uses, self.set = value, text, level, uses, is_set

    def __float__(self) -> float:
        return float(self.value)

    def __add__(self, other: Any) -> Any:
        return self if _is(other, 0) else _joined(operator.add, " + ", self, other, SUM, SUM)

    def __radd__(self, other: Any) -> Any:
        return self if _is(other, 0) else _joined(operator.add, " + ", other, self, SUM, SUM)

    def __sub__(self, other: Any) -> Any:
        return self if _is(other, 0) else _joined(operator.sub, " - ", self, other, SUM, PRODUCT)

    def __rsub__(self, other: Any) -> Any:
        return _joined(operator.sub, " - ", other, self, SUM, PRODUCT)

    def __mul__(self, other: Any) -> Any:
        return self if _is(other, 1) else _joined(operator.mul, "*", self, other, PRODUCT, PRODUCT)

    def __rmul__(self, other: Any) -> Any:
        return self if _is(other, 1) else _joined(operator.mul, "*", other, self, PRODUCT, PRODUCT)

    def __truediv__(self, other: Any) -> Any:
        return self if _is(other, 1) else _joined(operator.truediv, "/", self, other, PRODUCT, POWER)

    def __rtruediv__(self, other: Any) -> Any:
        return _joined(operator.truediv, "/", other, self, PRODUCT, POWER)

    def __pow__(self, exponent: Any) -> Any:
        of = _operand(exponent)
        value = self.value**of.value
        if isinstance(value, complex):
            raise Undefined
        above = POWERS.get(of.value) or f"**{_within(of, ATOM)}"
        return Written(value, _within(self, ATOM) + above, POWER, self.uses | of.uses)

    def __rpow__(self, base: Any) -> Any:
        return _operand(base) ** self

    def __neg__(self) -> Written:
        return Written(-self.value, f"-{_within(self, PRODUCT)}", PRODUCT, self.uses)

    def __abs__(self) -> Written:
        return Written(abs(self.value), f"|{_first(self, SUM)}|", ATOM, self.uses)


def _operand(value: Any) -> Written:
    return value if isinstance(value, Written) else _number(float(value), frozenset())


def _number(value: float, uses: frozenset[int]) -> Written:
    return Written(value, plainly(value), ATOM, uses, True)


def plainly(value: float) -> str:
    """In six digits."""
    return f"{value + 0.0:.6g}"


def _is(value: Any, plain: int) -> bool:
    return not isinstance(value, Written) and value == plain


def _joined(of: Callable[[float, float], float], sign: str, left: Any, right: Any, least: int, least_right: int) -> Any:
    one, other = _operand(left), _operand(right)
    begins = _first if least == SUM else _within
    text = f"{begins(one, least)}{sign}{_within(other, least_right)}"
    return Written(of(one.value, other.value), text, least, one.uses | other.uses)


def _first(value: Written, least: int) -> str:
    """As what a formula begins with."""
    if value.set:
        return plainly(value.value)
    return value.text if value.level >= least else f"({value.text})"


def _within(value: Written, least: int) -> str:
    """Behind a sign, which another must not follow."""
    text = _first(value, least)
    return f"({text})" if text.startswith("-") else text


def _of(name: str) -> Callable[..., Any]:
    def applied(*given: Any) -> Written:
        values = [_operand(each) for each in given]
        found = FLOATS.functions[name](*(each.value for each in values))
        inside = ", ".join(_first(each, SUM) for each in values)
        return Written(found, f"{name}({inside})", ATOM, frozenset().union(*(each.uses for each in values)))

    return lambda *given: together(applied, *given)


def _compare(kind: type[ast.cmpop], left: Any, right: Any) -> Any:
    return together(lambda a, b: FLOATS.compare(kind, float(a), float(b)), left, right)


NAMED = ("exp", "log", "sqrt", "tanh", "sigmoid", "maximum")
TEXTS = Kind(lambda value: value, {**FLOATS.functions, **{name: _of(name) for name in NAMED}}, _compare)


class _Line(NamedTuple):
    text: str
    uses: frozenset[int]


class _Lines(Run):
    """A run that writes a line for all that the function asked for assigns or records."""

    def __init__(self, reference: Reference) -> None:
        super().__init__(reference, TEXTS)
        self.lines: list[_Line] = []

    def call(self, name: str, given: Sequence[Any]) -> Any:
        return super().call(name, [_each(each, lambda one, _: _set(one)) for each in given])

    def _bind(self, target: ast.expr, value: Any, names: dict[str, Any]) -> None:
        super()._bind(target, value, names)
        for name in sorted(names_in(target), key=shown(target).index):
            names[name] = _each(names[name], partial(self._line, name))

    def _append(self, node: Any, names: dict[str, Any]) -> None:
        super()._append(node, names)
        name = shown(node.value.func.value)
        items = names[name]
        items[-1] = self._line(name, items[-1], f"[{len(items) - 1}]")

    def _line(self, name: str, one: Any, where: str) -> Any:
        if not isinstance(one, Written):
            return one
        if self._depth > 1:
            return _set(one)
        self.lines.append(_Line(_told(name + where, one), one.uses))
        return _number(one.value, frozenset([len(self.lines) - 1]))


def _told(name: str, one: Written) -> str:
    value = plainly(one.value)
    return f"{name} = {value}" if one.text == value or len(one.text) > LONGEST else f"{name} = {one.text} = {value}"


def _set(one: Any) -> Any:
    return Written(one.value, one.text, one.level, one.uses, True) if isinstance(one, Written) else one


def _each(value: Any, of: Callable[[Any, str], Any]) -> Any:
    """`of` a number, or of each entry of an array with where it stands."""
    if not isinstance(value, Array):
        return of(value, "")
    return Array(value.shape, [of(one, f"[{place(at, value.shape)}]") for at, one in enumerate(value.entries)])


def place(entry: int, shape: tuple[int, ...] | None) -> str:
    """Where an entry stands: its number, or in a matrix those of its row and its column."""
    return f"{entry // shape[1]}, {entry % shape[1]}" if shape and len(shape) == 2 else str(entry)


def redone(
    finding: ExerciseFinding, reference: Reference, function: Function, name: str, miss: Miss, trial: Trial
) -> ExerciseFinding:
    """The finding with how the right number of the output called `name` is found by hand."""
    if told := moved(reference, function, miss, trial):
        return finding._replace(moved=told)
    return finding._replace(steps=steps(reference, function, trial, name, miss.output, miss.entry))


def steps(
    reference: Reference, function: Function, trial: Trial, name: str, at: int, entry: int | None
) -> tuple[str, ...]:
    """How output number `at`, which is called `name`, or its entry comes about, a line each; of many, the last."""
    run = _Lines(reference)
    given = [_each(each, lambda one, _: _input(one)) for each in floats(function, trial)]
    try:
        found = outputs(run.call(function.name, given))[at]
    except (RunError, Undefined, ArithmeticError):
        return ()
    where = ""
    if entry is not None:
        where = f"[{place(entry, getattr(found, 'shape', None))}]"
        entries = found if isinstance(found, list) else found.entries
        found = entries[entry] if entry < len(entries) else None
    if not isinstance(found, Written):
        return ()
    lines = [run.lines[i].text for i in sorted(_used(run.lines, found.uses))]
    if not (found.set and lines and lines[-1].startswith(f"{name}{where} = ")):
        lines.append(_told(name + where, found))
    return tuple(lines) if len(lines) <= MOST_LINES else ("…", *lines[-MOST_LINES:])


def _input(one: Any) -> Any:
    return _number(one, frozenset()) if isinstance(one, float) else one


def _used(lines: Sequence[_Line], last: Iterable[int]) -> set[int]:
    found, left = set[int](), list(last)
    while left:
        i = left.pop()
        if i not in found:
            found.add(i)
            left += lines[i].uses
    return found


def moved(reference: Reference, function: Function, miss: Miss, trial: Trial) -> dict[str, Any] | None:
    """The loss a little to both sides of a parameter, where that shows the slope."""
    if not function.loss or miss.truth is None or miss.output >= len(function.by):
        return None
    name, loss = function.by[miss.output], reference.functions[function.loss]
    for step in (1.0, STEP):
        try:
            low, middle, high, beyond = (
                _loss(reference, loss, _with(trial, name, miss.entry, k * step)) for k in (-1, 0, 1, 2)
            )
        except (Undefined, RunError, ArithmeticError):
            continue
        third = beyond - 3 * high + 3 * middle - low  # 0 of a parabola, which a middle slope alone does not show
        if step == 1.0 and abs(third) > 1e-9 * max(1.0, abs(low), abs(high), abs(beyond)):
            continue
        slope = (high - low) / (2 * step)
        if abs(slope - miss.truth) <= (1e-9 if step == 1.0 else 1e-5) * max(1.0, abs(miss.truth)):
            at = trial[name].entries[miss.entry] if miss.entry is not None else trial[name]
            return {"parameter": name, "entry": miss.entry, "at": at, "step": step, "low": low, "high": high}
    return None


def _with(trial: Trial, name: str, entry: int | None, by: float) -> Trial:
    value = trial[name]
    if entry is None:
        return {**trial, name: value + by}
    return {**trial, name: Array(value.shape, [each + by * (i == entry) for i, each in enumerate(value.entries)])}


def _loss(reference: Reference, loss: Function, trial: Trial) -> float:
    return float(number(Run(reference, NUMBERS).call(loss.name, numbers(loss, trial))).value)
