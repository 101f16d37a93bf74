"""Which known mistake explains what an answer gave: the only one that does on every trial, or none.

Names that no input can tell apart give the very same numbers on every trial; of those, the first in the table stands.
Hypotheses are tried on a few trials in floats first, where nearly all of them fail; what is left must hold exactly, on
every trial on which it is defined.
"""

from collections.abc import Mapping, Sequence
from itertools import chain, product
from typing import TypeAlias

from compare.exercises.judging import Case, Trial, is_constant
from compare.exercises.table import hypotheses, mistakes, programs
from compare.exercises.table.comparison import could_explain, exactly, explains
from compare.exercises.table.hypotheses import Hypothesis
from compare.exercises.table.mistakes import STOPS, Mistake
from compare.exercises.table.programs import LOSSES, OUTPUTS, Program
from compare.exercises.table.solved import solved
from compare.sandbox.calls import Value

APART = {"gradients", "sgd_step"}  # exercises whose two outputs can go wrong each for itself
FIRST = 3  # trials that a hypothesis must pass in floats

Outputs: TypeAlias = tuple[int, ...]


def explain_by_one(task: str, cases: Sequence[Case], wrong: Sequence[int]) -> Hypothesis | None:
    """The one mistake that explains all outputs. Nothing explains what never varies."""
    if is_constant(cases, wrong):  # a formula can be that only because it has no value on some trials
        return None
    everything = tuple(range(len(OUTPUTS[task])))
    candidates = _holding(task, cases, everything, [*hypotheses.of_one(task), *map(_alone, solved(task, cases))])
    candidates = candidates or [both for both in _joined_of(task, cases, tuple(wrong)) if len(both.names) == 1]
    return _only(task, cases, wrong, candidates) if candidates else None


def _alone(one: Mistake) -> Hypothesis:
    return hypotheses.of((one,))


def explain(task: str, cases: Sequence[Case], wrong: Sequence[int]) -> Hypothesis | None:
    """The one explanation by several mistakes, if it is the only one. `wrong` are the outputs that are wrong.

    Where nothing explains all of them, that of each output that has one.
    """
    if is_constant(cases, wrong):
        return None
    if candidates := _pairs(task, cases, tuple(wrong)):
        return _only(task, cases, wrong, candidates)
    if OUTPUTS[task] == LOSSES:
        return _stopped(task, cases)
    return _in_part(task, cases, wrong) if task in APART and len(wrong) > 1 else None


def _stopped(task: str, cases: Sequence[Case]) -> Hypothesis | None:
    """What explains the losses of a run that ends before its last epoch, or records the same loss from there on."""
    ended = [_ended(case) for case in cases]
    if not any(short is not case for short, case in zip(ended, cases, strict=True)):
        return None
    for known in ((hypotheses.of(()),), hypotheses.of_one(task)):
        if holding := _holding(task, ended, (0,), known):
            one = _only(task, ended, (0,), holding)
            return one and one._replace(mistakes=(*one.mistakes, STOPS), names=tuple(sorted((*one.names, STOPS.name))))
    return None


def _ended(case: Case) -> Case:
    """The case up to the last loss that is another one."""
    if case.given is None or len(case.given[0].shape) != 1 or not case.given[0].values:
        return case
    losses = case.given[0].values
    came = len(losses)
    while came > 1 and losses[came - 1] == losses[came - 2]:
        came -= 1
    if not came <= case.trial["epochs"]:
        return case
    return Case({**case.trial, "epochs": came - 1}, (Value((came,), losses[:came]),))


def _in_part(task: str, cases: Sequence[Case], wrong: Sequence[int]) -> Hypothesis | None:
    """What explains the outputs that one mistake each explains."""
    known = _apart(hypotheses.of_one(task))
    of_each = {output: _holding(task, cases, (output,), known) for output in wrong}
    found = {}
    for output, holding in of_each.items():
        if holding and (one := _only(task, cases, (output,), holding)):
            found[output] = one
    return _joined(found) if found else None


def _only(
    task: str, cases: Sequence[Case], outputs: Sequence[int], candidates: Sequence[Hypothesis]
) -> Hypothesis | None:
    """The first of them, if the others have the same names or the same results in those outputs."""
    first, *others = candidates
    others = [other for other in others if other.names != first.names]
    if any(_results(task, cases, outputs, other) != _results(task, cases, outputs, first) for other in others):
        return None
    return first


def _results(task: str, cases: Sequence[Case], outputs: Sequence[int], hypothesis: Hypothesis) -> list[object]:
    return [_result(task, hypothesis.program, case.trial, outputs) for case in cases]


def _result(task: str, program: Program, trial: Trial, outputs: Sequence[int]) -> object:
    try:
        found = programs.results(task, program, exactly(trial))
        return [found[output] for output in outputs]
    except ZeroDivisionError:
        return None


def _pairs(task: str, cases: Sequence[Case], wrong: Outputs) -> list[Hypothesis]:
    """Those of two names that hold: for all outputs, or one for each wrong output."""
    own = solved(task, cases)
    with_own = [hypotheses.of(two) for one in own for two in hypotheses.two_of((one, *mistakes.singles(task)), one)]
    everything = tuple(range(len(OUTPUTS[task])))
    pairs = _holding(task, cases, everything, [*hypotheses.of_two(task), *with_own])
    pairs += [both for both in _joined_of(task, cases, wrong) if len(both.names) == 2]
    if task in APART and len(wrong) == 1:
        pairs += _holding(task, cases, wrong, _apart(hypotheses.of_two(task)))
    return pairs


def _joined_of(task: str, cases: Sequence[Case], wrong: Outputs) -> list[Hypothesis]:
    """One mistake for each wrong output, where each may go wrong for itself."""
    if task not in APART:
        return []
    of_each = [_holding(task, cases, (output,), _apart(hypotheses.of_one(task))) for output in wrong]
    return [_joined(dict(zip(wrong, both, strict=True))) for both in product(*of_each)]


def _joined(of_each: Mapping[int, Hypothesis]) -> Hypothesis:
    """One for each of these outputs, taken together."""
    both = hypotheses.of(chain.from_iterable(one.mistakes for one in of_each.values()))
    apart = len(both.names) == len(of_each)  # else it is the same mistake in both
    return both._replace(outputs=tuple(of_each)) if apart else both


def _apart(known: Sequence[Hypothesis]) -> list[Hypothesis]:
    """Without those that are about both outputs at once."""
    return [one for one in known if not any(name.startswith("swapped") for name in one.names)]


def _holding(task: str, cases: Sequence[Case], outputs: Outputs, known: Sequence[Hypothesis]) -> list[Hypothesis]:
    first = [(case.trial, case.given) for case in cases if case.given is not None][:FIRST]
    if not first:
        return []
    plausible = [one for one in known if could_explain(task, one.program, first, outputs)]
    return [one for one in plausible if explains(task, one.program, cases, outputs)]
