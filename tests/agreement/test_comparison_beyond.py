"""Runs that leave the numbers, and torch's own process at its end: the judge's ways out."""

import pickle
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from compare.agreement.comparison import compare_lesson, prepare, torch_job
from compare.agreement.records import UNCHECKED
from compare.agreement.stepwise import Stepwise
from compare.agreement.torch_side import TorchAnswer, arithmetic, work
from compare.lessons import load
from compare.truth.descent import Descent
from compare.truth.propagation import Propagation
from compare.truth.rounding import PRECISIONS
from manual.sgd import SGD
from manual.training import train

ROOT = Path(__file__).parents[2]
HOURS = load("hours-ability")


def test_a_run_that_ends_before_its_first_shown_epoch_leaves_every_number_unchecked():
    hopeless = replace(HOURS, optimizer={"lr": Fraction(10) ** 30}, epochs=5, steps_before=4)
    comparison = compare_lesson(hopeless)
    assert comparison.diverged_at == 0
    assert {entry.verdict for entry in (*comparison.rows, *comparison.trajectory)} == {UNCHECKED}


def test_where_no_guess_of_the_error_holds_there_is_no_bound():
    case = prepare(replace(HOURS, optimizer={"lr": Fraction(1, 2)}), "float32").case
    assert np.isposinf(case.bounds.state).all()


def test_a_minibatch_that_a_diverging_run_never_came_to_is_not_judged():
    x, y, order = np.array([1e15, 1], np.float32), np.array([-1e15, 1], np.float32), [[[0], [0], [0], [1]]]
    descent = Descent(x.tolist(), y.tolist(), 0.0, 0.0, {"lr": Fraction(1)}, ("w", "b"), order[0])
    run = train(x, y, 0, 0, SGD(lr=1.0), 0, order=order)
    stepwise = Stepwise(Propagation(descent, PRECISIONS["float32"], 0))
    assert len(run.loss) < len(order[0])
    assert stepwise.faults(run) == []


def test_torchs_process_answers_every_job_and_then_ends_by_itself():
    jobs = [torch_job(prepare(load(name)).case) for name in ("height-weight", "hours-ability-recorded")]
    asked = b"".join(pickle.dumps(tuple(job)) for job in jobs)
    command = [sys.executable, "-m", "compare.agreement.torch_side"]
    ended = subprocess.run(command, cwd=ROOT, input=asked, capture_output=True, check=True)
    assert ended.stdout == b"".join(pickle.dumps(tuple(work(job))) for job in jobs)


def test_torch_has_no_predictions_for_an_epoch_that_it_never_came_to():
    job = torch_job(prepare(HOURS).case)
    answer = work(job._replace(start=job.last + 1))
    assert answer == TorchAnswer(answer.run, None, arithmetic())
