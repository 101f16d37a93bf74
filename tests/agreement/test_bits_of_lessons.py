"""Every bit between manual and torch is explained, or said not to be."""

import dataclasses
import os
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import manual.training
import torch_impl.sgd
import torch_impl.training
from compare.agreement.bits import BOTH, FUSED, NOT_EXPLAINED, ORDER, explain, first_difference
from compare.agreement.records import Difference, Explanation
from compare.agreement.torch_side import arithmetic
from compare.reports.language import Messages
from compare.reports.lesson import as_json, notes
from compare.reports.terminal import width
from manual.sgd import SGD

pytestmark = pytest.mark.usefixtures("one_thread")
SEEN = arithmetic()
fuses = pytest.mark.skipif(not SEEN.fused, reason="about a torch that fuses its multiply-adds")
HOURS = np.array([1, 2, 3], np.float32), np.array([200, 400, 600], np.float32)


def runs(x, y, w=0, b=0, epochs=200, trained=("w", "b"), **options):
    """manual's run and torch's, and what is needed to explain them."""
    theirs = torch_impl.training.train(x, y, w, b, torch_impl.sgd.SGD(**options), epochs, trained)
    by_hand = manual.training.train(x, y, w, b, SGD(**options), epochs, trained)
    return by_hand, theirs, x, y, SGD(**options), trained, SEEN


def random(n, dtype, seed=0):
    rng = np.random.default_rng([seed, n])
    return rng.standard_normal(n).astype(dtype), (100 * rng.standard_normal(n)).astype(dtype)


OPTIONS = st.sampled_from(
    [
        {},
        {"momentum": 0.9},
        {"momentum": 0.9, "nesterov": True},
        {"momentum": 0.8, "dampening": 0.3},
        {"weight_decay": 0.1},
        {"momentum": 0.8, "dampening": 0.3, "weight_decay": 0.01, "maximize": True},
        {"momentum": 0.5, "nesterov": True, "weight_decay": 0.03},
    ]
)


@given(
    st.integers(1, 300) | st.sampled_from((1000, 10_000)), st.sampled_from((np.float32, np.float64)), OPTIONS,
    st.sampled_from((("w", "b"), ("w",), ("b",))), st.integers(0, 2**32)
)  # fmt: skip
@settings(max_examples=60)
def test_no_bit_is_unexplained_for_one_feature(n, dtype, options, trained, seed):
    explanation = explain(*runs(*random(n, dtype, seed), w=1, b=-1, epochs=10, trained=trained, lr=0.01, **options))
    assert explanation.replayed == explanation.updates == 11
    if explanation.first is None:
        assert explanation.identical == 11
    else:
        assert explanation.first.cause in (FUSED, ORDER, BOTH)


@fuses
def test_the_hours_lesson_parts_at_the_first_fused_update_of_the_bias():
    explanation = explain(*runs(*HOURS, lr=0.01))
    assert explanation[:2] == (201, 2)
    assert explanation[3:] == (201, *SEEN)
    assert explanation.first[:2] == (1, "b")
    assert explanation.first.cause == FUSED
    assert explanation.first.manual != explanation.first.torch


def test_where_only_the_sums_differ_the_cause_is_their_order():
    x, y = random(100, np.float32)
    difference = first_difference(*runs(x, y, lr=0.01, epochs=0, trained=()))
    assert difference[:2] == (0, "loss")
    assert difference.cause == ORDER


@fuses
def test_an_update_may_need_both():
    causes = {first_difference(*runs(*random(100, np.float32, seed), w=1, b=-1, lr=0.01)).cause for seed in range(12)}
    assert causes == {ORDER, BOTH}


def test_equal_runs_have_no_difference():
    by_hand, _, *rest = runs(*HOURS, lr=0.01)
    assert first_difference(by_hand, by_hand, *rest) is None
    assert explain(by_hand, by_hand, *rest)[:3] == (201, 201, None)


def test_what_the_probe_saw_is_told_though_no_update_shows_it():
    assert explain(*runs(*HOURS, lr=0.5, epochs=0))[4:] == SEEN


def test_several_features_are_not_explained_here():
    x = np.ones((2, 3))
    by_hand, _, *rest = runs(x, np.ones(2), w=np.zeros(3), lr=0.1, epochs=5)
    explanation = explain(by_hand, by_hand._replace(dw=by_hand.dw + 1), *rest)
    assert explanation.replayed == 0
    assert explanation.first.cause == NOT_EXPLAINED


def test_the_difference_names_the_entry_that_differs():
    x = np.ones((2, 3))
    by_hand, _, *rest = runs(x, np.ones(2), w=np.zeros(3), lr=0.1, epochs=1)
    moved = by_hand.dw + np.array([[0, 0, 0], [0, 0, 5]])
    difference = first_difference(by_hand, by_hand._replace(dw=moved), *rest)
    assert difference[:2] == (1, "dw")
    assert difference.torch == difference.manual + 5


def test_a_number_that_torch_would_not_compute_is_not_explained():
    by_hand, theirs, *rest = runs(*HOURS, lr=0.01)
    moved = theirs.loss.copy()
    moved[0] = np.nextafter(moved[0], np.float32(0))
    explanation = explain(by_hand, theirs._replace(loss=moved), *rest)
    assert explanation.replayed == 200
    assert explanation.first.cause == NOT_EXPLAINED


def test_zero_and_minus_zero_differ_and_nan_does_not_differ_from_nan():
    by_hand, _, *rest = runs(*HOURS, lr=0.01, epochs=1)
    zero, minus = (by_hand._replace(dw=np.float32([zero, np.nan])) for zero in (0.0, -0.0))
    assert first_difference(zero, zero, *rest) is None
    assert first_difference(zero, minus, *rest)[:2] == (0, "dw")


def test_a_run_that_diverges_is_explained_as_far_as_it_goes():
    explanation = explain(*runs(*HOURS, lr=5.0, epochs=500))
    assert explanation.replayed == explanation.updates < 501


def test_a_run_that_continues_another_is_explained():
    by_hand, theirs, *rest = runs(*random(9, np.float32), lr=0.01, momentum=0.9, dampening=0.5)
    cut = [type(run)(*(column[3:] for column in run[:-1]), None) for run in (by_hand, theirs)]
    assert explain(*cut, *rest).replayed == 198


def test_integers_are_taken_in_the_runs_dtype():
    by_hand, theirs, _, _, *rest = runs(*HOURS, lr=0.01)
    explanation = explain(by_hand, theirs, np.array([1.0, 2, 3]), np.array([200, 400, 600]), *rest)
    assert explanation.replayed == 201


def test_without_the_processors_fma_the_hours_lesson_is_identical():
    program = "import tests.agreement.test_bits_of_lessons as t; print(*t.explain(*t.runs(*t.HOURS, lr=0.01))[:5])"
    environment = {**os.environ, "ATEN_CPU_CAPABILITY": "default", "OMP_NUM_THREADS": "1"}
    said = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    if said.stdout.endswith("True\n"):
        pytest.skip("about processors on which that setting keeps torch from fusing: not 64-bit ARM")
    assert said.stdout.strip() == "201 201 None 201 False"


def test_nothing_here_imports_torch():
    program = "import sys, compare.agreement.bits; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_every_option_of_the_optimizer_is_replayed():
    covered = {"lr", "momentum", "dampening", "weight_decay", "nesterov", "maximize"}
    assert {field.name for field in dataclasses.fields(SGD)} == covered


def shown(explanation, language="en", dtype="float32", columns=80):
    return notes.bits([SimpleNamespace(name="hours-ability", dtype=dtype, bits=explanation)], language, columns)


FOUND = Explanation(201, 2, Difference(1, "b", np.float32(0.1).item(), np.float32(0.3).item(), FUSED), 201, True, 32)


def test_the_text_says_how_many_where_why_and_how_many_replayed():
    assert shown(FOUND).splitlines()[:4] == [
        "hours-ability, float32: 2 of 201 updates have the same bits by hand and by torch",
        "    first difference: epoch 1, b: 0.100000001 by hand, 0.300000012 by torch",
        "    cause: fused update (torch rounds p - lr·g once, NumPy twice)",
        "    with torch's arithmetic replayed in NumPy: 201 of 201",
    ]
    assert "Probed: this torch rounds a·b + c once" in shown(FOUND)


def test_the_text_of_equal_runs_is_one_line_and_what_the_probe_saw():
    said, fused, lanes = shown(Explanation(201, 201, None, 201, False, 16)).split("\n\n")
    assert "\n" not in said
    assert "rounds a·b + c twice" in fused
    assert "16 bytes at once" in lanes


@pytest.mark.parametrize("columns", [40, 60, 80])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_text_fits_the_terminal(language, columns):
    assert columns - 20 < max(map(width, shown(FOUND, language, columns=columns).splitlines())) <= columns


def test_the_text_says_not_explained_here_where_it_cannot_explain():
    found = FOUND._replace(replayed=5, lanes=0, first=FOUND.first._replace(cause=NOT_EXPLAINED))
    assert "cause: not explained here" in shown(found)
    assert "not explained here: 196 of 201" in shown(found)
    assert "in no order that is known here" in shown(found)


@pytest.mark.parametrize("cause", [FUSED, ORDER, BOTH, NOT_EXPLAINED])
def test_every_cause_has_words_in_both_languages(cause):
    found = FOUND._replace(first=FOUND.first._replace(cause=cause))
    assert shown(found) != shown(found, "ko")


def test_the_two_languages_say_the_same_things():
    assert Messages("bits", "en").keys() == Messages("bits", "ko").keys()


def test_float64_is_shown_to_all_its_digits():
    assert "0.30000001192092896 by torch" in shown(FOUND, dtype="float64")


def test_the_json_has_every_field():
    assert as_json.bits(FOUND) == FOUND._asdict() | {"first": FOUND.first._asdict()}
    assert as_json.bits(FOUND._replace(first=None))["first"] is None


def test_json_has_null_for_what_is_not_finite():
    overflown = FOUND._replace(first=FOUND.first._replace(manual=np.inf, torch=np.nan))
    assert as_json.bits(overflown)["first"] | {"manual": None, "torch": None} == as_json.bits(overflown)["first"]
