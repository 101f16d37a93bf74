"""The inputs of a reference: the same from a seed, of their kinds, and none on which a wrong part goes unnoticed."""

import ast

import pytest

from compare.exercises.formulas import text
from compare.exercises.formulas.arrays import Array
from compare.exercises.formulas.function import Fault
from compare.exercises.formulas.kinds import FLOATS
from compare.exercises.formulas.run import Run, RunError, outputs
from compare.exercises.trials import inputs, small
from tests.references import ALL, RELU, RIDGE, TRAIN


def functions():
    for name, source in ALL.items():
        reference = text.parse(name, source.encode())
        yield from ((reference, function) for function in reference.own.values())


EVERY = list(functions())
each_function = pytest.mark.parametrize(("reference", "function"), EVERY, ids=lambda each: getattr(each, "name", ""))


@each_function
def test_the_same_seed_gives_the_same_trials_and_another_gives_others(reference, function):
    one, again, other = (inputs.trials(reference, function, seed) for seed in (1, 1, 2))
    assert [shown(each.trial) for each in one] == [shown(each.trial) for each in again]
    assert [shown(each.trial) for each in one] != [shown(each.trial) for each in other]


def shown(trial):
    return {name: getattr(value, "entries", value) for name, value in trial.items()}


@each_function
def test_there_are_as_many_trials_as_asked_and_the_first_comes_again(reference, function):
    found = inputs.trials(reference, function, 1)
    assert len(found) == inputs.COUNT + 1
    assert found[0] is found[-1]
    singles = [
        1 in [value.shape[0] for value in each.trial.values() if isinstance(value, Array)] for each in found[:-1]
    ]
    assert singles == sorted(singles)


@each_function
def test_every_part_of_the_formulas_that_is_a_little_off_is_noticed(reference, function):
    found = inputs.trials(reference, function, 1)
    for part in inputs._parts(function):
        off = inputs._off_by(part)
        if is_number(reference, function, found[0], off):
            assert any(inputs._notices(reference, function, each, off) for each in found), ast.unparse(part)


@each_function
def test_rounding_the_result_to_decimals_is_noticed(reference, function):
    """Some trials are tiny, so that six decimals show wherever the result shrinks with its input."""
    decimals = 6 if len(function.parameters) != 4 or function.parameters[1].kind == "real" else 4
    found = inputs.trials(reference, function, 1)
    results = [
        (outputs(Run(reference, FLOATS).call(function.name, inputs.floats(function, each.trial))), each)
        for each in found
    ]
    caught = [
        each
        for result, each in results
        if not inputs.within(tuple(rounded(one, decimals) for one in result), each.truth)
    ]
    assert caught


def rounded(value, decimals):
    if isinstance(value, list):
        return [rounded(each, decimals) for each in value]
    return value.each(lambda entry: round(entry, decimals)) if isinstance(value, Array) else round(value, decimals)


def is_number(reference, function, one, off):
    """A part that is several outputs cannot be scaled."""
    try:
        return bool(Run(reference, FLOATS, off).call(function.name, inputs.floats(function, one.trial))) or True
    except RunError:
        return False


def test_each_kind_is_drawn_from_its_range():
    source = (
        "def f(a: n, p: positive, r: rate(n), k: whole, b: binary(n), o: onehot(n, c)):\n    return a*p*r*k*b + sum(o)"
    )
    reference = text.parse("f.py", source.encode())
    drawn = inputs._drawn(reference, reference.functions["f"], 1)
    trials = [each.trial for at, each in enumerate(drawn) if at not in (*inputs.SCALES, inputs.ZEROS)]
    assert {abs(entry) for trial in trials for entry in trial["a"].entries} == {each / 8 for each in range(1, 17)}
    assert all(4 / 64 <= trial["p"] <= 60 / 64 for trial in trials)
    assert {trial["k"] for trial in trials} == set(range(6))
    assert {entry for trial in trials for entry in trial["b"].entries} == {0.0, 1.0}
    for trial in trials:
        rows = trial["o"].rows()
        assert all(sorted(row)[-1] == 1.0 and sum(row) == 1.0 for row in rows)


def test_one_trial_has_no_penalty_at_all():
    reference = text.parse("ridge.py", RIDGE.encode())
    found = list(inputs._drawn(reference, reference.functions["ridge"], 1))[inputs.ZEROS]
    assert found.trial["lam"] == 0.0


def test_kinks_are_never_drawn():
    reference = text.parse("relu.py", RELU.encode())
    for one in inputs.trials(reference, reference.functions["slopes"], 5):
        x, w = one.trial["X"].rows(), one.trial["w"].entries
        assert all(sum(a * b for a, b in zip(row, w, strict=True)) != 0 for row in x)


def test_small_inputs_are_whole_numbers_the_smallest_first():
    reference = text.parse("ridge.py", RIDGE.encode())
    found = list(small.small_inputs(reference.functions["ridge"]))
    first = found[0]
    assert shown(first) == {"X": [1.0], "y": [0.0], "w": [0.0], "b": 0.0, "lam": 1.0}
    assert max(len(trial["X"].entries) for trial in found) == 6


def test_small_inputs_have_targets_of_zero_before_parameters_of_zero():
    reference = text.parse("ridge.py", RIDGE.encode())
    found = map(shown, small.small_inputs(reference.functions["ridge"]))
    both = [(one["w"], one["b"], one["y"]) for one in found if one["X"] == [1.0] and one["lam"] == 1.0]
    assert both[:4] == [([0.0], 0.0, [0.0]), ([1.0], 0.0, [0.0]), ([0.0], 1.0, [0.0]), ([0.0], 0.0, [1.0])]


def test_small_runs_begin_with_no_step_at_all():
    reference = text.parse("train.py", TRAIN.encode())
    assert next(small.small_inputs(reference.functions["train"]))["epochs"] == 0


def test_formulas_without_a_value_anywhere_are_refused():
    reference = text.parse("f.py", b"def f(x: n):\n    return log(x - x)")
    with pytest.raises(Fault, match="has no value for any input"):
        inputs.trials(reference, reference.functions["f"], 1)
