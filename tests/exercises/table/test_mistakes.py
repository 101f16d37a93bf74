"""Every named mistake, in at least three codings, and every pair of two, is caught and named."""

from array import array
from collections import defaultdict
from itertools import islice
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from compare.exercises.judging import Case, Trial
from compare.exercises.table import hypotheses, mistakes, programs
from compare.exercises.table.allowance import flat
from compare.exercises.table.comparison import exactly
from compare.exercises.table.explanations import explain, explain_by_one
from compare.exercises.table.hypotheses import Hypothesis
from compare.exercises.table.programs import OUTPUTS, Program, is_smooth
from compare.sandbox.calls import Value
from tests.answers import EXERCISES, RIGHT, found, tried
from tests.wrong_codings import CODINGS, TURNED, in_every_style

ALL = [(task, name, text) for task, names in CODINGS.items() for name, texts in names.items() for text in texts]


@pytest.mark.parametrize(("task", "name", "coding"), ALL, ids=[f"{task}-{name}" for task, name, _ in ALL])
def test_every_coding_of_a_mistake_is_wrong_and_named(task: str, name: str, coding: str) -> None:
    finding = found(task, coding)
    assert finding.verdict == "wrong"
    assert finding.mistakes == (name,)


@pytest.mark.parametrize("task", EXERCISES)
def test_every_name_of_the_table_has_three_codings(task: str) -> None:
    names = {mistake.name for mistake in mistakes.singles(task)} | NOT_LISTED[task]
    written = {name for name, texts in CODINGS[task].items() if len(texts) >= 3}
    if task == "train_momentum":
        names -= IN_TRAIN_ALREADY
    if task.startswith("train"):
        names -= {"wrong-sign"}  # inside a loop only of the recorded loss
    assert names == written


OF_RUNS = {"ignores-the-start", "stops-early"}
NOT_LISTED = defaultdict[str, set[str]](
    set, {"mse": {"fixed-n"}, "gradients": {"fixed-n"}, "train": OF_RUNS, "train_momentum": OF_RUNS}
)
IN_TRAIN_ALREADY = {
    "per-sample-update",
    *(
        "missing-learning-rate",
        "learning-rate-twice",
        "gradient-accumulated",
        "sequential-update",
        "stale-gradient",
        "extra-step-before",
    ),
}


def _value(output: Any) -> Value:
    inner = (len(output[0]),) if isinstance(output, list) and output and isinstance(output[0], list) else ()
    return Value((len(output), *inner) if isinstance(output, list) else (), array("d", flat(output)))


def _given(task: str, program: Program, trial: Trial) -> tuple[Value, ...]:
    """In doubles; exactly where the program cuts its results, since at a whole number rounding would decide."""
    try:
        return tuple(map(_value, programs.results(task, program, trial if is_smooth(program) else exactly(trial))))
    except ZeroDivisionError:
        return tuple(Value((), array("d", [float("nan")])) for _ in OUTPUTS[task])


EVERY = {"train": 17}  # pair; of the others, each
ENOUGH = {"train": 7, "train_momentum": 7}  # of the trials, else 60: more tell no more, and take most of the time


def _trials(task: str) -> tuple[Trial, ...]:
    return tuple(one.trial for one in tried(task)[: ENOUGH.get(task, 60)])


def _explanation(task: str, program: Program) -> Hypothesis | None:
    cases = [Case(trial, _given(task, program, trial)) for trial in _trials(task)]
    everything = range(len(OUTPUTS[task]))
    return explain_by_one(task, cases, everything) or explain(task, cases, everything)


def _pairs(task: str) -> dict[tuple[str, ...], Program]:
    """One pair of codings for each pair of names. Those of `train` are not tried once more in `train_momentum`."""
    known = {mistake.name for mistake in mistakes.singles("train")} if task == "train_momentum" else set()
    found: dict[tuple[str, ...], Program] = {}
    for pair in hypotheses.of_two(task):
        if not known.issuperset(pair.names):
            found.setdefault(pair.names, pair.program)
    return found


def _exact(task: str, program: Program) -> list[object]:
    return [_exactly(task, program, trial) for trial in _trials(task)]


def _exactly(task: str, program: Program, trial: Trial) -> object:
    try:
        return programs.results(task, program, exactly(trial))
    except ZeroDivisionError:
        return None


def _numbers(results: object) -> set[object]:
    if isinstance(results, list | tuple):
        return set().union(*map(_numbers, results))
    return set() if results is None else {results}


@pytest.mark.parametrize("task", EXERCISES)
def test_a_pair_of_mistakes_is_named_or_no_input_tells_it_from_what_is_named(task: str) -> None:
    for names, program in islice(_pairs(task).items(), 0, None, EVERY.get(task, 1)):
        explanation = _explanation(task, program)
        if explanation is None:
            assert len(_numbers(_exact(task, program))) <= 1, names  # it has no value, or never another one
        elif explanation.names != names:
            assert _exact(task, program) == _exact(task, explanation.program), names


def test_a_loss_after_its_update_is_also_a_step_before_the_record() -> None:
    assert found("train", CODINGS["train"]["loss-after-update"][0]).also == ("extra-step-before",)


def test_both_readings_of_a_pair_are_said() -> None:
    pair = {**TURNED["loss-after-update"], **TURNED["epoch-off-by-one"]}
    finding = found("train", in_every_style(pair)[0])
    assert finding.mistakes == ("epoch-off-by-one", "loss-after-update")
    assert finding.also == ("epoch-off-by-one", "extra-step-before")


def test_a_mistake_in_one_of_two_gradients_costs_half_and_is_named() -> None:
    finding = found("gradients", "def gradients(x, y, w, b): r = w * x + b - y; return (r * x).mean(), 2 * r.mean()")
    assert (finding.points, finding.outputs, finding.mistakes) == (2.0, ("dw",), ("missing-factor-two",))


def test_two_mistakes_one_in_each_gradient_are_both_named() -> None:
    finding = found("gradients", "def gradients(x, y, w, b): r = w * x + b - y; return (r * x).mean(), -2 * r.mean()")
    assert finding.mistakes == ("missing-factor-two", "wrong-sign")


UNNAMED = [
    ("gradients", "def gradients(x, y, w, b): r = w * x + b - y; return 3 * (r * x).mean(), 3 * r.mean()"),
    ("gradients", "def gradients(x, y, w, b): r = w * x + b - y; return 2.001 * (r * x).mean(), 2.001 * r.mean()"),
    ("gradients", "def gradients(x, y, w, b): r = w * x + b - y; return 1.0005 * (r * x).mean(), 3 * r.mean()"),
    ("gradients", "def gradients(x, y, w, b): return 0.0, 0.0"),
    ("gradients", "def gradients(x, y, w, b): r = w * x + b - y; return 4 * (r**3 * x).mean(), 4 * (r**3).mean()"),
    ("gradients", "def gradients(x, y, w, b): r = w * x + b - y; return 2 * np.median(r * x), 2 * np.median(r)"),
    ("mse", "def mse(yp, y): return ((yp - y) ** 2).mean() ** 2"),
    ("train", "def train(x, y, w, b, lr, epochs): return [1.0] * (epochs + 1)"),
    ("train", RIGHT["train"].replace("lr * 2", "lr * 1.9")),
    ("train", RIGHT["train"].replace("range(epochs + 1)", "range(epochs + 4)")),
]


@pytest.mark.parametrize(("task", "coding"), UNNAMED)
def test_an_unknown_mistake_is_given_no_name(task: str, coding: str) -> None:
    finding = found(task, coding)
    assert finding.verdict == "wrong"
    assert (finding.mistakes, finding.apart) == ((), ())
    assert finding.counterexample is not None


@settings(max_examples=20)
@given(st.tuples(*[st.integers(-3, 3)] * 4), st.integers(1, 3))
def test_no_other_polynomial_of_the_data_is_given_a_name(factors: tuple[int, ...], power: int) -> None:
    p, q, s, t = factors
    body = f"r = {p} * w * x + {q} * b + {s} * y + {t}; return 2 * (r * x**{power}).mean(), 2 * r.mean()"
    known = {(1, 1, -1), (1, 0, -1), (1, 1, 0), (1, 0, 0), (1, -1, -1), (1, -1, 0)}
    assume(t or not {(p, q, s), (-p, -q, -s)} & known)
    assert found("gradients", f"def gradients(x, y, w, b): {body}").mistakes == ()


@pytest.mark.parametrize("name", CODINGS["gradients"])
def test_a_known_mistake_with_a_twentieth_of_a_percent_more_is_given_no_name(name: str) -> None:
    more = "\nknown = gradients\ndef gradients(x, y, w, b): dw, db = known(x, y, w, b); return 1.0005 * dw, db"
    finding = found("gradients", CODINGS["gradients"][name][0] + more)
    assert finding.apart in ((), ("db",))  # which is as it was
    assert len(finding.mistakes) == len(finding.apart)


def test_one_derivative_is_told_by_its_mistake_where_the_other_is_something_else() -> None:
    finding = found("gradients", "def gradients(x, y, w, b): r = w * x + b - y; return 3 * (r * x).mean(), r.mean()")
    assert (finding.outputs, finding.mistakes, finding.apart) == (("dw", "db"), ("missing-factor-two",), ("db",))


@pytest.mark.parametrize("name", CODINGS["train"])
def test_a_known_mistake_in_a_loop_with_another_rate_is_given_no_name(name: str) -> None:
    more = "\nknown = train\ndef train(x, y, w, b, lr, epochs): return known(x, y, w, b, 0.999 * lr, epochs)"
    expected = {"missing-learning-rate": ("missing-learning-rate",)}  # which has no rate
    assert found("train", CODINGS["train"][name][0] + more).mistakes == expected.get(name, ())


def test_an_error_that_two_names_fit_on_different_trials_is_given_none() -> None:
    """Σ r² and Σ r² / (n − 1) are the same for two samples; for one, only the sum has a value."""
    pair, single = {"yp": (1.0, 0.0), "y": (0.0, 0.0)}, {"yp": (1.0,), "y": (0.0,)}
    one = (_value(1.0),)
    assert explain_by_one("mse", [Case(pair, one), Case(single, one)], (0,)) is None
    named = explain_by_one("mse", [Case(pair, one)], (0,))
    assert named is not None
    assert named.names == ("sum-not-mean",)
