"""torch's side answers the same from a process of its own."""

import os
import pickle
import sys
from fractions import Fraction
from io import BytesIO
from types import SimpleNamespace

import numpy as np
import pytest

from compare.agreement import torch_side
from compare.agreement.comparison import compare, compare_lesson, prepare, torch_job
from compare.agreement.torch_side import TorchAnswer, TorchJob, TorchSide, work
from compare.errors import InputError
from compare.lessons import load
from torch_impl.training import Run


def test_a_comparison_does_not_tell_where_torch_ran():
    lesson = load("hours-ability-momentum")
    with TorchSide() as torch_side:
        prepared = [prepare(lesson, dtype, torch_side.ask) for dtype in ("float32", "float64")]
        there = [compare(one, by_torch=torch_side.answer()) for one in prepared]
    assert there == [compare_lesson(lesson, dtype) for dtype in ("float32", "float64")]
    assert isinstance(there[0].rows[0].exact, (Fraction, list))


def test_a_process_that_ends_early_is_an_error_in_one_line():
    with TorchSide() as torch_side:
        torch_side._process.kill()
        with pytest.raises(InputError, match="torch's side ended with exit code -9"):
            torch_side.answer()


def test_a_job_for_a_process_that_ended_is_the_same_error():
    with TorchSide() as torch_side:
        torch_side._process.kill()
        torch_side._process.wait()
        with pytest.raises(InputError, match="torch's side ended"):
            torch_side.ask(torch_job(prepare(load("height-weight")).case))


def test_what_torch_sends_are_arrays_in_the_lessons_dtype():
    with TorchSide() as torch_side:
        prepare(load("height-weight"), "float32", torch_side.ask)
        answer = torch_side.answer()
    assert answer.yp.dtype == np.float32
    assert len(answer.run[0]) == 1


def job(start, last=3, **options):
    """x = (1, 3), y = (2, 2), from w = 1, b = 0; all that is computed with lr = 1/2 is exact in float32."""
    data = (np.array([1, 3], "f4"), np.array([2, 2], "f4"), np.array(1, "f4"), np.array(0, "f4"))
    return TorchJob(data, {"lr": 0.5, **options}, last, ("w", "b"), start)


def test_torch_trains_what_the_job_says_and_predicts_at_its_start():
    """r = (-1, 1), so dw = -1 + 3 = 2 and db = 0; then w = 0, r = (-2, -2), dw = -8 and db = -4."""
    answer = work(job(1, last=1))
    run = Run(*answer.run)
    assert (run.loss.tolist(), run.dw.tolist(), run.db.tolist()) == ([1.0, 4.0], [2.0, -8.0], [0.0, -4.0])
    assert (run.w.tolist(), run.b.tolist()) == ([1.0, 0.0, 4.0], [0.0, 0.0, 2.0])
    assert answer.yp.tolist() == [0.0, 0.0]
    assert work(job(0)).yp.tolist() == [1.0, 3.0]


def test_torch_takes_the_jobs_options_and_trains_only_what_it_names():
    assert Run(*work(job(0, last=0, maximize=True)).run).w.tolist() == [1.0, 2.0]
    only_b = Run(*work(job(1, last=1)._replace(trained=("b",), data=(*job(0).data[:3], np.array(1, "f4")))).run)
    assert (only_b.w.tolist(), only_b.b.tolist()) == ([1.0, 1.0, 1.0], [1.0, 0.0, 0.0])  # db = 2 b


def test_of_an_epoch_that_the_run_never_came_to_there_is_the_run_alone():
    whole = work(job(0, last=1))
    missed = work(job(2, last=1))
    assert missed.yp is None
    assert [np.asarray(column).tolist() for column in missed.run[:-1]] == [c.tolist() for c in whole.run[:-1]]


class Ended(BaseException):
    """In the place of the process's end."""


def test_jobs_are_answered_one_after_another_and_then_the_process_ends_well(monkeypatch):
    asked, answered, codes = BytesIO(), BytesIO(), []

    def end(code):
        codes.append(code)
        raise Ended

    for one in (job(0), job(1)):
        pickle.dump(tuple(one), asked)
    asked.seek(0)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=asked))
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=answered))
    monkeypatch.setattr(os, "_exit", end)
    with pytest.raises(Ended):
        torch_side.serve()
    answered.seek(0)
    assert [TorchAnswer(*pickle.load(answered)).yp.tolist() for _ in range(2)] == [[1.0, 3.0], [0.0, 0.0]]
    assert (answered.read(), codes) == (b"", [0])
