"""The speed comparison measures what it says, and nothing whose answer is wrong. No test here depends on a time."""

import numpy as np
import pytest

from compare.speed import contenders, measurement, passes
from compare.speed.contenders import STEP_CONTENDERS, Contender
from compare.speed.problem import data_set
from compare.speed.records import (
    DISQUALIFIED,
    FAILED,
    STEP,
    TIMED,
)
from tests.measured import INSTALLED, PLAN, measured_speed


@pytest.fixture(scope="module")
def speed():
    return measured_speed()


def test_every_contender_is_within_its_bound(speed):
    assert {timing.status for timing in speed.timings} == {TIMED}
    assert set(INSTALLED) <= {timing.contender for timing in speed.timings if timing.job == STEP}
    assert all(timing.error <= timing.bound for timing in speed.timings)


def wrong(factor):
    """A contender whose gradient is off by that factor."""

    def prepare(x, y):
        return lambda updates: contenders.textbook(x * factor, y)(updates)

    return Contender("wrong", prepare)


@pytest.mark.parametrize("n", [3, 1000])
def test_a_wrong_answer_is_disqualified_and_not_timed(monkeypatch, n):
    monkeypatch.setattr(measurement, "STEP_CONTENDERS", (wrong(1.0005), *STEP_CONTENDERS[:1]))
    (first, second), _ = measurement.steps(data_set(n, "float64"), PLAN, set())
    assert (first.status, first.seconds, first.ratio) == (DISQUALIFIED, None, None)
    assert first.reason.startswith("off by")
    assert second.status == TIMED


def test_a_contender_that_fails_is_a_row_of_the_table(monkeypatch):
    def prepare(*_):
        raise RuntimeError("no compiler\nat all")

    monkeypatch.setattr(measurement, "STEP_CONTENDERS", (Contender("broken", prepare),))
    (timing,), _ = measurement.steps(data_set(3, "float64"), PLAN, set())
    assert (timing.status, timing.reason) == (FAILED, "RuntimeError: no compiler")


def test_a_contender_that_is_not_installed_is_named(monkeypatch):
    def prepare(*_):
        raise ImportError("no module")

    absent = set()
    monkeypatch.setattr(measurement, "STEP_CONTENDERS", (Contender("elsewhere", prepare),))
    assert measurement.steps(data_set(3, "float64"), PLAN, absent)[0] == []
    assert absent == {"elsewhere"}


@pytest.mark.parametrize("name", ["manual statistics", "NumPy, five dots"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_pass_finds_the_exact_line(name, dtype):
    data = data_set(1000, dtype)
    given = passes.PASS_CONTENDERS[name](data.x, data.y)()
    assert np.abs(np.subtract(given, passes.answer(data))).max() <= passes.bound(data)


def test_rounds_are_interleaved():
    calls = []
    taken = measurement.interleaved({name: lambda name=name: calls.append(name) for name in "abc"}, 3)
    assert "".join(calls) == "abcabcabc"
    assert [len(values) for values in taken.values()] == [3, 3, 3]


def test_a_ratio_is_the_median_of_the_rounds_ratios():
    assert measurement.ratio([1.0, 10.0, 2.0], [1.0, 1.0, 1.0]) == 2


def test_the_bare_recurrence_is_one():
    assert passes.recurrence(100)() == pytest.approx(2)  # where w = w * 0.75 + 0.5 settles
