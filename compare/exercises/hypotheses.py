"""What may explain a wrong answer: one mistake of the table, or two that do not touch the same field."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from itertools import combinations
from typing import NamedTuple

from compare.exercises import mistakes
from compare.exercises.mistakes import Mistake, Variant
from compare.exercises.programs import Program

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
    return Hypothesis(chosen, tuple(sorted({mistake.name for mistake in chosen})), program)


@cache
def of_one(task: str) -> tuple[Hypothesis, ...]:
    """Every coding of every single mistake in exercise `task`."""
    return tuple(of((mistake,)) for mistake in mistakes.singles(task))


@cache
def of_two(task: str) -> tuple[Hypothesis, ...]:
    """Every coding of every two of different names."""
    return tuple(map(of, two_of(mistakes.singles(task))))


def two_of(known: Sequence[Mistake]) -> Iterator[tuple[Mistake, Mistake]]:
    """Every two of them that are of different names and change no field both."""
    for first, second in combinations(known, 2):
        if first.name != second.name and _apart(first.variant, second.variant):
            yield first, second


def _apart(first: Variant, second: Variant) -> bool:
    return not any(one.keys() & other.keys() for one, other in zip(first, second, strict=True))
