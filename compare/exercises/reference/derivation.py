"""A derivation compared: every output by hand in NumPy, by the engine, by torch and exactly, and whether it is the
gradient of its loss.

Every side is judged by the allowance of float32. Whether a function is its loss's gradient is told exactly where the
formulas are rational, and else in doubles, within what the rounding of doubles may do.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from compare.exercises.formulas.function import Fault, Function, Reference
from compare.exercises.formulas.kinds import FLOATS
from compare.exercises.formulas.numbers import Undefined
from compare.exercises.formulas.run import Run, RunError, outputs
from compare.exercises.formulas.shapes import called, fault, names_of, output_names, output_shapes, require_gradient
from compare.exercises.judging import Case, Expected, Tried
from compare.exercises.reference import sides
from compare.exercises.reference.mistakes import edits as mistakes
from compare.exercises.reference.mistakes.edits import Edit
from compare.exercises.reference.mistakes.explained import explain
from compare.exercises.reference.mistakes.lacking import lacking
from compare.exercises.reference.prepared import prepared
from compare.exercises.reference.sides import EXACT, Flat
from compare.exercises.trials.inputs import flat as flat_of
from compare.exercises.trials.inputs import floats, numbers, trials, tried, within
from compare.exercises.trials.small import small_inputs
from compare.sandbox.calls import Value

if TYPE_CHECKING:
    from compare.exercises.course import Formulas

SEED = 20240229
IN_DOUBLES = 2.0**-24  # of an allowance, which counts in float32's roundings: 32 of a double's for each of them
IDENTICAL, ROUNDING, DIFFERS = "identical", "rounding", "differs"
MOST_ROWS = 4  # entries of one output that are shown
HAND, ENGINE, TORCH, TRUTH = range(4)


class Row(NamedTuple):
    """One number of the trial that is shown, by every side, and the verdict over all trials."""

    name: str
    values: tuple[Any, ...]  # by hand, engine, torch (None without it), exact
    verdict: str


class Example(NamedTuple):
    """The smallest input on which a claimed gradient is wrong: which outputs, what it gives, and the loss's own."""

    trial: Any
    names: tuple[str, ...]
    outputs: tuple[str, ...]
    claimed: tuple[Expected, ...]
    truth: tuple[Expected, ...]


class _Claim(NamedTuple):
    reference: Reference
    function: Function
    name: str
    outputs: tuple[str, ...]


class Compared(NamedTuple):
    """All that was found of one function.

    `gradient` says whether it is the gradient of its loss, None where it has none; `exact` whether that is shown in
    rational arithmetic. `wrong` names the wrong outputs, `example` shows them, `mends` the edits of the claimed formula
    that give the right one, each with its output where it mends only that. `apart` counts the mistakes that can be told
    from the right answer, `alike` are those that cannot.
    """

    function: Function
    trials: int
    sizes: tuple[tuple[str, int, int], ...]
    rows: tuple[Row, ...]
    gradient: bool | None
    exact: bool
    wrong: tuple[str, ...]
    example: Example | None
    mends: tuple[tuple[str, Edit], ...]
    apart: int
    alike: tuple[Edit, ...]
    loss_of: tuple[str, ...]  # the functions that are checked against it

    @property
    def agrees(self) -> bool:
        """Do all sides agree?"""
        return self.gradient is not False and all(row.verdict != DIFFERS for row in self.rows)


def has_torch() -> bool:
    return find_spec("torch") is not None


def compared(reference: Reference) -> Iterator[Compared]:
    """Every function of a reference that is no mistake. Raises `Fault` where one cannot be computed."""
    for function in reference.own.values():
        output_shapes(reference, function)
        require_gradient(reference, function)
    for function in reference.own.values():
        try:
            yield _compared(reference, function)
        except RunError as error:
            raise fault(reference, error) from None


def _compared(reference: Reference, function: Function) -> Compared:
    known = trials(reference, function, SEED)
    check_mistakes(reference, function, known)
    exact = _exact(reference, function, known[0])
    truths = [_truth(reference, function, each, exact) for each in known]
    wrong = _wrong(function, known, truths)
    example = _example(reference, function, wrong, exact) if wrong else None
    mends = tuple(_mending(reference, function, known, truths)) if wrong else ()
    names = output_names(reference, function)
    apart, alike = _told_apart(reference, function, known) if not wrong else (0, ())
    return Compared(
        function,
        len(known),
        _sizes(function, known),
        tuple(_rows(reference, function, known, truths)),
        None if not function.loss else not wrong,
        exact,
        tuple(names[i] for i in wrong),
        example,
        mends,
        apart,
        alike,
        tuple(each.name for each in reference.own.values() if each.loss == function.name),
    )


def verify(formulas: Formulas, exercises: Sequence[str], seed: int) -> None:
    """Raise `Fault` where an exercise is not the gradient that it claims to be, or a mistake of it is none."""
    for name in exercises:
        one = prepared(formulas, name, seed)
        check_mistakes(one.reference, one.function, one.trials)
        exact = _exact(one.reference, one.function, one.trials[0])
        truths = [_truth(one.reference, one.function, each, exact) for each in one.trials]
        if wrong := _wrong(one.function, one.trials, truths):
            outputs = ", ".join(one.outputs[at] for at in wrong)
            line, file = one.function.node.lineno, one.reference.file
            raise Fault("not-gradient", file, line=line, given=name, loss=one.function.loss, outputs=outputs)


def check_mistakes(reference: Reference, function: Function, known: Sequence[Tried]) -> None:
    """Raise `Fault` for a mistake of the author's that gives what is right, or gives another number of outputs."""
    for each in reference.mistakes(function.name):
        line, fields = each.node.lineno, {"given": each.name, "of": function.name}
        many = [len(outputs(called_once(reference, each, one))) for one in known[:1]]
        asked = len(known[0].truth)
        if many != [asked]:
            raise Fault("mistake-outputs", reference.file, line=line, count=many[0], asked=asked, **fields)
        if all(_gives(reference, Edit("", "", each.name, each.name, {}), function, one) for one in known):
            raise Fault("mistake-equal", reference.file, line=line, **fields)


def called_once(reference: Reference, function: Function, one: Tried) -> Any:
    return called(reference, function, numbers(function, one.trial))


def _gives(reference: Reference, edit: Edit, function: Function, one: Tried) -> bool:
    """Does the edit give what is right on that trial?"""
    try:
        return within(Run(reference, FLOATS, edit.replaced).call(edit.runs, floats(function, one.trial)), one.truth)
    except (RunError, Undefined, ArithmeticError):
        return False


def _exact(reference: Reference, function: Function, one: Tried) -> bool:
    if not function.loss:
        return sides.exactly(reference, function, numbers(function, one.trial))
    loss = reference.functions[function.loss]
    try:
        sides.derived(reference, function, one.trial, sides.engine(EXACT))
    except (RunError, Undefined):  # a function in the formulas, whether or not the loss depends on it
        return False
    return sides.exactly(reference, loss, numbers(loss, one.trial))


def _truth(reference: Reference, function: Function, one: Tried, exact: bool) -> tuple[Flat, ...]:
    """What is right: the loss's derivatives by the engine, over Fractions or in doubles; else the formulas' own."""
    if function.loss:
        return sides.derived(reference, function, one.trial, sides.engine(EXACT if exact else np.dtype(np.float64)))
    return tuple(Flat(each.shape, list(each.values)) for each in one.truth)


def _wrong(function: Function, known: Sequence[Tried], truths: Sequence[tuple[Flat, ...]]) -> tuple[int, ...]:
    """The outputs that are not the loss's derivatives on some trial."""
    if not function.loss:
        return ()
    found = set()
    for one, truth in zip(known, truths, strict=True):
        for at, (expected, flat) in enumerate(zip(one.truth, truth, strict=True)):
            if not _matches(flat, expected, IN_DOUBLES):
                found.add(at)
    return tuple(sorted(found))


def _matches(flat: Flat, expected: Expected, by: float) -> bool:
    return flat.shape == expected.shape and all(
        abs(float(got) - value) <= by * room
        for got, value, room in zip(flat.entries, expected.values, expected.allowed, strict=True)
    )


def _example(reference: Reference, function: Function, wrong: Sequence[int], exact: bool) -> Example | None:
    """The first of the small inputs on which every wrong output is wrong, else the first on which one is."""
    first = None
    names = output_names(reference, function)
    for trial in small_inputs(function):
        one = tried(reference, function, trial)
        if one is None:
            continue
        try:
            truth = _truth(reference, function, one, exact)
        except (ArithmeticError, ValueError):
            continue
        seen = [at for at in wrong if not _matches(truth[at], one.truth[at], IN_DOUBLES)]
        if seen:
            values = tuple(Expected(each.shape, [float(v) for v in each.entries], []) for each in truth)
            found = Example(trial, names, tuple(names[at] for at in seen), one.truth, values)
            first = first or found
            if len(seen) == len(wrong):
                return found
    return first


def _mending(
    reference: Reference, function: Function, known: Sequence[Tried], truths: Sequence[tuple[Flat, ...]]
) -> Iterator[tuple[str, Edit]]:
    """The edit of the claimed formula after which it is the gradient, or one for each wrong output that has one."""
    names, wrong = output_names(reference, function), _wrong(function, known, truths)
    claimed = _Claim(reference, function, function.name, names)
    cases = [
        Case(one.trial, tuple(Value(flat.shape, array("d", map(float, flat.entries))) for flat in truth))
        for one, truth in zip(known, truths, strict=True)
    ]
    found = explain(claimed, cases, wrong)
    if found is None or (found.apart and len(found.apart) < len(wrong)):
        found = explain(claimed, cases, wrong, lacking(reference, function)) or found
    if found is not None:
        outputs = tuple(names[at] for at in found.apart) if len(wrong) > 1 else ()
        yield from zip(outputs or [""] * len(found.edits), found.edits, strict=True)
        yield from (("", edit) for edit in found.also)


def _told_apart(reference: Reference, function: Function, known: Sequence[Tried]) -> tuple[int, tuple[Edit, ...]]:
    """How many mistakes can be told from the right answer, and those that cannot."""
    found = mistakes.edits(reference, function)
    alike = [edit for edit in found if all(_gives(reference, edit, function, one) for one in known)]
    told = {edit.name: edit for edit in alike if edit.kind not in mistakes.SAME}
    return len({edit.name for edit in found} - {edit.name for edit in alike}), tuple(told.values())


def _sizes(function: Function, known: Sequence[Tried]) -> tuple[tuple[str, int, int], ...]:
    """The sizes that were tried, each from its least to its most."""
    found: dict[str, list[int]] = {name: [] for name in names_of(function)}
    for one in known:
        for each in function.parameters:
            for dimension, size in zip(each.shape, flat_of(one.trial[each.name])[0], strict=False):
                if len(dimension) == 1 and isinstance(dimension[0], str):
                    found[dimension[0]].append(size)
    return tuple((name, min(sizes), max(sizes)) for name, sizes in found.items() if sizes)


def _rows(
    reference: Reference, function: Function, known: Sequence[Tried], truths: Sequence[tuple[Flat, ...]]
) -> Iterator[Row]:
    """The entries of one trial, each with its verdict over all trials."""
    sided = [_by_sides(reference, function, one) for one in known]
    names = output_names(reference, function)
    verdicts = [[_verdict(sided[i], known[i], truths[i], at) for i in range(len(known))] for at in range(len(names))]
    order = (DIFFERS, ROUNDING, IDENTICAL)
    worst = [min(of_one, key=order.index) for of_one in verdicts]
    telling = [sum(of_one[i] == DIFFERS for of_one in verdicts) for i in range(len(known))]
    shown = min(range(len(known)), key=lambda i: (-telling[i], _entries(known[i])))
    for at, name in enumerate(names):
        truth = truths[shown][at]
        for i, entry in enumerate(truth.entries[:MOST_ROWS]):
            values = [None if side is None else _entry(side[at], i) for side in sided[shown]]
            yield Row(name + _index(i, truth.shape), (*values, entry), worst[at])


def _entries(one: Tried) -> tuple[bool, int]:
    """For the choice of what is shown: few numbers, but nothing of which there is only one."""
    sizes = [flat_of(value)[0] for value in one.trial.values()]
    return any(1 in size for size in sizes), sum(len(expected.values) for expected in one.truth)


def _entry(flat: Flat, at: int) -> Any:
    return flat.entries[at] if at < len(flat.entries) else None


def _index(at: int, size: tuple[int, ...]) -> str:
    if not size:
        return ""
    places = []
    for extent in reversed(size):
        at, place = divmod(at, extent)
        places.append(place)
    return f"[{', '.join(map(str, reversed(places)))}]"


def _by_sides(reference: Reference, function: Function, one: Tried) -> tuple[tuple[Flat, ...] | None, ...]:
    """The outputs in float32: by hand, by the engine, by torch (None without it)."""
    by = sides.derived if function.loss else sides.computed
    hand = sides.computed(reference, function, one.trial, sides.by_hand(sides.SINGLE))
    engine = by(reference, function, one.trial, sides.engine(sides.SINGLE))
    return hand, engine, by(reference, function, one.trial, sides.by_torch()) if has_torch() else None


def _verdict(sided: Sequence[tuple[Flat, ...] | None], one: Tried, truth: tuple[Flat, ...], at: int) -> str:
    """Of one output on one trial."""
    there = [side[at] for side in sided if side is not None]
    flat, expected = truth[at], one.truth[at]
    right = Expected(flat.shape, [float(each) for each in flat.entries], expected.allowed)
    if flat.shape != expected.shape or not all(_matches(each, right, 1.0) for each in there):
        return DIFFERS
    return IDENTICAL if all(each.entries == there[0].entries for each in there) else ROUNDING
