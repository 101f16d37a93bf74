"""Which known mistake explains what an answer gave: the only one that does on every trial, or none.

Names that no input can tell apart give the very same numbers on every trial; of those, the first in the table stands.
Hypotheses are tried on a few trials in floats first, where nearly all of them fail; what is left must hold exactly, on
every trial on which it is defined.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, product
from typing import TypeAlias

from compare.exercises import hypotheses, programs
from compare.exercises.comparison import Case, could_explain, explains
from compare.exercises.hypotheses import Hypothesis
from compare.exercises.programs import Program
from compare.exercises.tasks import TASKS
from compare.exercises.trials import Trial
from compare.exercises.truths import exactly

APART = {"gradients", "sgd_step"}  # exercises whose two outputs can go wrong each for itself
FIRST = 3  # trials that a hypothesis must pass in floats

Outputs: TypeAlias = tuple[int, ...]


def explain(task: str, cases: Sequence[Case], wrong: Sequence[int]) -> Hypothesis | None:
    """The one explanation of the smallest size, if it is the only one. `wrong` are the outputs that are wrong.

    Where nothing explains all of them, that of each output that has one.
    """
    everything = tuple(range(len(TASKS[task].outputs)))
    for candidates in _by_size(task, cases, everything, tuple(wrong)):
        if candidates:
            return _only(task, cases, candidates)
    return _in_part(task, cases, wrong) if task in APART and len(wrong) > 1 else None


def _in_part(task: str, cases: Sequence[Case], wrong: Sequence[int]) -> Hypothesis | None:
    """What explains the outputs that one mistake each explains."""
    known = _apart(hypotheses.of_one(task))
    of_each = {output: _holding(task, cases, (output,), known) for output in wrong}
    found = {output: one for output, holding in of_each.items() if holding and (one := _only(task, cases, holding))}
    return _joined(found) if found else None


def _only(task: str, cases: Sequence[Case], candidates: Sequence[Hypothesis]) -> Hypothesis | None:
    """The first of them, if the others have the same names or the same results."""
    first, *others = candidates
    others = [other for other in others if other.names != first.names]
    if any(_results(task, cases, other) != _results(task, cases, first) for other in others):
        return None
    return first


def _results(task: str, cases: Sequence[Case], hypothesis: Hypothesis) -> list[object]:
    return [_result(task, hypothesis.program, case.trial) for case in cases]


def _result(task: str, program: Program, trial: Trial) -> object:
    try:
        return programs.results(task, program, exactly(trial))
    except ZeroDivisionError:
        return None


def _by_size(task: str, cases: Sequence[Case], everything: Outputs, wrong: Outputs) -> Iterator[list[Hypothesis]]:
    """The hypotheses that hold: one name for all outputs; one for each wrong output; two names likewise."""
    yield _holding(task, cases, everything, hypotheses.of_one(task))
    joined: list[Hypothesis] = []
    if task in APART:
        of_each = [_holding(task, cases, (output,), _apart(hypotheses.of_one(task))) for output in wrong]
        joined = [_joined(dict(zip(wrong, both, strict=True))) for both in product(*of_each)]
        yield [both for both in joined if len(both.names) == 1]
    pairs = _holding(task, cases, everything, hypotheses.of_two(task))
    pairs += [both for both in joined if len(both.names) == 2]
    if task in APART and len(wrong) == 1:
        pairs += _holding(task, cases, wrong, _apart(hypotheses.of_two(task)))
    yield pairs


def _joined(of_each: Mapping[int, Hypothesis]) -> Hypothesis:
    """One for each of these outputs, taken together."""
    both = hypotheses.of(chain.from_iterable(one.mistakes for one in of_each.values()))
    apart = len(both.names) == len(of_each)  # else it is the same mistake in both
    return both._replace(outputs=tuple(of_each)) if apart else both


def _apart(known: Sequence[Hypothesis]) -> list[Hypothesis]:
    """Without those that are about both outputs at once."""
    return [one for one in known if "swapped" not in one.names]


def _holding(task: str, cases: Sequence[Case], outputs: Outputs, known: Sequence[Hypothesis]) -> list[Hypothesis]:
    first = [(case.trial, case.given) for case in cases if case.given is not None][:FIRST]
    if not first:
        return []
    plausible = [one for one in known if could_explain(task, one.program, first, outputs)]
    return [one for one in plausible if explains(task, one.program, cases, outputs)]
