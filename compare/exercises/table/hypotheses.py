"""What may explain a wrong answer: one mistake of the table, or two that do not touch the same field."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from itertools import combinations, product
from typing import Any, NamedTuple

from compare.exercises.table import mistakes
from compare.exercises.table.formulas import Formula
from compare.exercises.table.mistakes import Fields, Mistake, Variant
from compare.exercises.table.programs import Program

RIGHT = Program()


class Hypothesis(NamedTuple):
    """Those mistakes, their names in order, and the right program with them in it."""

    mistakes: tuple[Mistake, ...]
    names: tuple[str, ...]
    program: Program
    outputs: tuple[int, ...] = ()  # where each mistake is in one output alone: in which

    @property
    def in_loss(self) -> tuple[str, ...]:
        """The names of those that are in the recorded loss."""
        return tuple(dict.fromkeys(mistake.name for mistake in self.mistakes if mistake.variant.loss))

    @property
    def parameter(self) -> float | None:
        """The number in a mistake that has one: the divisor, the decimals, the digits."""
        for number in (self.program.decimals, self.program.digits):
            if number is not None:
                return float(number)
        fixed = [formula.divisor for formula in (self.program.loss, self.program.slope) if formula.divisor.isdigit()]
        return float(fixed[0]) if fixed else None

    @property
    def start(self) -> tuple[Any, ...]:
        """Where its run starts in place of the given w and b, None for one of them that is as given; () for both."""
        start = self.program.start
        return () if start == (None, None) else start

    def faults(self, names: Collection[str]) -> set[str]:
        """What those of that name spoil in a trajectory."""
        return {mistake.fault for mistake in self.mistakes if mistake.name in names}


def of(chosen: Iterable[Mistake], start: Program = RIGHT) -> Hypothesis:
    """Those mistakes, in the right program or in another one."""
    chosen = tuple(chosen)
    program = start
    for mistake in chosen:
        loss, slope = program.loss._replace(**mistake.variant.loss), program.slope._replace(**mistake.variant.slope)
        program = program._replace(loss=loss, slope=slope, **mistake.variant.loop)
    program = program._replace(
        dw=_one_slope(program, [mistake.variant.dw for mistake in chosen]),
        db=_one_slope(program, [mistake.variant.db for mistake in chosen]),
    )
    return Hypothesis(chosen, tuple(sorted({mistake.name for mistake in chosen})), program)


def _one_slope(program: Program, changes: Sequence[Fields]) -> Formula | None:
    """The slope that is followed with those changes in it, where there are some."""
    own = {field: value for fields in changes for field, value in fields.items()}
    return program.slope._replace(**own) if own else None


@cache
def of_one(task: str) -> tuple[Hypothesis, ...]:
    """Every coding of every single mistake in exercise `task`."""
    return tuple(of((mistake,)) for mistake in mistakes.singles(task))


@cache
def of_two(task: str) -> tuple[Hypothesis, ...]:
    """Every coding of every two of different names."""
    return tuple(map(of, two_of(mistakes.singles(task))))


def two_of(known: Sequence[Mistake], own: Mistake | None = None) -> Iterator[tuple[Mistake, Mistake]]:
    """Every two of them that are of different names, not both rare, that change no field both, and neither in one slope
    alone.

    With `own`, each with that one.
    """
    whole = [one for one in known if not (one.variant.dw or one.variant.db)]
    for first, second in product([own], whole) if own else combinations(whole, 2):
        names = {first.name, second.name}
        if len(names) == 2 and not names <= mistakes.RARE and _apart(first.variant, second.variant):
            yield first, second


def _apart(first: Variant, second: Variant) -> bool:
    return not any(one.keys() & other.keys() for one, other in zip(first, second, strict=True))
