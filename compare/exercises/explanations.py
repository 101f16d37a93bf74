"""Which known mistake explains what an answer gave: the only one that does on every trial, or none.

Names that no input can tell apart give the very same numbers on every trial; of those, the first in the table stands.
Hypotheses are tried on a few trials in floats first, where nearly all of them fail; what is left must hold exactly, on
every trial on which it is defined.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, product
from typing import NamedTuple

from compare.exercises import mistakes, programs
from compare.exercises.comparison import Case, could_explain, explains
from compare.exercises.mistakes import Mistake
from compare.exercises.programs import Program
from compare.exercises.tasks import TASKS
from compare.exercises.trials import Trial
from compare.exercises.truths import exactly

APART = {"gradients", "sgd_step"}  # exercises whose two outputs can go wrong each for itself
FIRST = 3  # trials that a hypothesis must pass in floats

Hypothesis = tuple[Mistake, ...]


class Explanation(NamedTuple):
    """The names, and one coding of them."""

    names: tuple[str, ...]
    hypothesis: Hypothesis


def explain(task: str, cases: Sequence[Case], wrong: Sequence[int]) -> Explanation | None:
    """The one explanation of the smallest size, if it is the only one. `wrong` are the outputs that are wrong."""
    everything = range(len(TASKS[task].outputs))
    for candidates in _by_size(task, cases, tuple(everything), tuple(wrong)):
        if candidates:
            return _only(task, cases, candidates)
    return None


def _only(task: str, cases: Sequence[Case], candidates: Sequence[Hypothesis]) -> Explanation | None:
    """The first of them, if the others have the same names or the same results."""
    first, *others = candidates
    others = [other for other in others if _names(other) != _names(first)]
    if any(_results(task, cases, other) != _results(task, cases, first) for other in others):
        return None
    return Explanation(tuple(sorted(_names(first))), first)


def _results(task: str, cases: Sequence[Case], hypothesis: Hypothesis) -> list[object]:
    return [_result(task, mistakes.apply(hypothesis), case.trial) for case in cases]


def _result(task: str, program: Program, trial: Trial) -> object:
    try:
        return programs.results(task, program, exactly(trial))
    except ZeroDivisionError:
        return None


def _by_size(
    task: str, cases: Sequence[Case], everything: tuple[int, ...], wrong: tuple[int, ...]
) -> Iterator[list[Hypothesis]]:
    """The hypotheses that hold: one name for all outputs; one for each wrong output; two names likewise."""
    one_name = [(mistake,) for mistake in mistakes.singles(task)]
    yield _holding(task, cases, everything, one_name)
    if task in APART:
        of_each = [_holding(task, cases, (output,), _apart(one_name)) for output in wrong]
        yield [tuple(chain(*both)) for both in product(*of_each) if len(_names(chain(*both))) == 1]
    pairs = _holding(task, cases, everything, mistakes.pairs(task))
    if task in APART:
        pairs += [tuple(chain(*both)) for both in product(*of_each) if len(_names(chain(*both))) == 2]
        if len(wrong) == 1:
            pairs += _holding(task, cases, wrong, _apart(mistakes.pairs(task)))
    yield pairs


def _names(hypothesis: Iterable[Mistake]) -> set[str]:
    return {mistake.name for mistake in hypothesis}


def _apart(hypotheses: Iterable[Hypothesis]) -> list[Hypothesis]:
    """Without those that are about both outputs at once."""
    return [hypothesis for hypothesis in hypotheses if "swapped" not in _names(hypothesis)]


def _holding(
    task: str, cases: Sequence[Case], outputs: tuple[int, ...], hypotheses: Iterable[Hypothesis]
) -> list[Hypothesis]:
    first = [case for case in cases if case.given is not None][:FIRST]
    if not first:
        return []
    plausible = [one for one in hypotheses if could_explain(task, mistakes.apply(one), first, outputs)]
    return [one for one in plausible if explains(task, mistakes.apply(one), cases, outputs)]
