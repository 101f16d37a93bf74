"""`--why` says what the closed form predicts and what the run did, and they agree."""

from dataclasses import replace
from fractions import Fraction
from math import sqrt
from types import SimpleNamespace

import numpy as np
import pytest

from compare.agreement.comparison import compare_lesson
from compare.agreement.why import Setting, Stretch, Why, least_loss, readable_stretch, why, with_best_momentum
from compare.lessons import load, names
from compare.reports.language import Messages
from compare.reports.lesson import notes
from compare.reports.terminal import width
from manual.sgd import SGD
from manual.statistics import measure

U = 2.0**-53


@pytest.fixture(scope="module")
def told():
    """The English lines of every bundled lesson."""
    lessons = {name: load(name) for name in names()}
    return {name: "\n".join(explained(lesson)) for name, lesson in lessons.items()}


def explained(lesson, language="en"):
    return notes.sentences(why(lesson, compare_lesson(lesson)), language)


def hours(**optimizer):
    lesson = load("hours-ability")
    options = {key: value if isinstance(value, bool) else Fraction(str(value)) for key, value in optimizer.items()}
    return replace(lesson, optimizer=options, recorded={})


def test_the_recorded_run_shrinks_as_predicted(told):
    shrank = "what the loss has above its minimum, 0.1423, shrank: predicted to 14.09 %, seen to 14.09 %."
    assert shrank in told["hours-ability-recorded"]


def test_a_loss_that_settles_above_zero_is_not_said_to_shrink_to_it(told):
    assert "what the loss has above its minimum shrinks to 66.76 % each 10 epochs" in told["height-weight-training"]
    assert not [text for text in told.values() if "the loss shrinks" in text]


@pytest.mark.parametrize("columns", [40, 80, 100])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_is_printed_fits_the_terminal(language, columns):
    found = why(load("height-weight-training"), compare_lesson(load("height-weight-training")))
    printed = notes.why(found, language, columns).splitlines()
    assert columns - 20 < max(map(width, printed)) <= columns
    assert " ".join(printed) == " ".join(notes.sentences(found, language))


def test_prediction_and_run_agree_to_four_digits_in_every_lesson_that_trains(told):
    windows = [line for text in told.values() for line in text.splitlines() if "predicted" in line]
    assert len(windows) == len(names()) - 1
    for line in windows:
        predicted, seen = (line.split(word)[1].split(" %")[0] for word in ("predicted to ", "seen to "))
        assert float(predicted) == pytest.approx(float(seen), rel=2e-3)


def test_a_run_above_the_limit_is_told_that_it_diverges():
    assert "lr 0.19 diverges: the limit for this data is 0.1803." in explained(hours(lr=0.19))


def test_momentum_moves_the_limit(told):
    assert "2 (1 + 0.9)/11.09 = 0.3426" in told["hours-ability-momentum"]


def test_the_best_momentum_is_named(told):
    assert "the best momentum is 0.9043" in told["hours-ability"]
    assert "lr 0.274 with momentum 0.5526" in told["hours-ability"]


def test_a_single_curvature_needs_no_momentum(told):
    assert "lr 0.1071 (1/9.333) reaches the minimum in a single step" in told["hours-ability-recorded"]


@pytest.mark.parametrize(
    "option", [{"nesterov": True, "momentum": 0.9}, {"dampening": 0.5, "momentum": 0.9}, {"maximize": True}]
)
def test_what_the_closed_form_does_not_cover_is_said(option):
    assert explained(hours(lr=0.01, **option))[1].endswith(f"this lesson uses {next(iter(option))}.")


def test_a_loss_that_nothing_changes_is_called_flat():
    lesson = replace(hours(lr=0.01), x=(Fraction(0),) * 3, trained=("w",))
    assert explained(lesson)[1:] == ["The loss is flat here: nothing that is trained changes it."]


def test_weight_decay_bends_the_bowl():
    assert "curvatures from 0.7404 to 11.59" in "\n".join(explained(hours(lr=0.01, weight_decay=0.5)))


def test_korean_says_the_same_in_as_many_lines(told):
    for name in names():
        korean = explained(load(name), "ko")
        assert len(korean) == len(told[name].splitlines())
        assert any("곡률" in line for line in korean)


def test_both_languages_have_every_message():
    assert Messages("why", "en").keys() == Messages("why", "ko").keys()


def test_a_run_that_starts_at_the_minimum_shows_no_shrinking():
    at_the_minimum = replace(hours(lr=0.01), w=Fraction(200), b=Fraction(0))
    assert why(at_the_minimum, compare_lesson(at_the_minimum)).window is None
    assert "predicted" not in explained(at_the_minimum)


def found_for(lesson):
    return why(lesson, compare_lesson(lesson))


def said(lesson, losses=None, diverged_at=None):
    """What is said of a lesson whose run had these losses; of a single step without any."""
    options = {key: value if isinstance(value, bool) else float(value) for key, value in lesson.optimizer.items()}
    curves = {"manual": {"loss": losses}}
    comparison = SimpleNamespace(options=options, dtype=lesson.dtype, diverged_at=diverged_at, curves=curves)
    return why(lesson if losses else replace(lesson, epochs=None), comparison)


def test_every_number_of_a_lesson_with_two_curvatures_is_the_one_derived_on_paper():
    """The Hessian is 2/3 ((14, 6), (6, 3)); its eigenvalues are (17 -+ sqrt(265))/3."""
    found = said(hours(lr=0.01, momentum=0.5))
    low, high = (17 - sqrt(265)) / 3, (17 + sqrt(265)) / 3
    assert found.curvatures == pytest.approx((low, high))
    assert found.limit == pytest.approx(2 * 1.5 / high)
    # v^2 - (1.5 - 0.01 low) v + 0.5 = 0 has real roots; the larger shrinks the parameters, its square the loss
    half = (1.5 - 0.01 * low) / 2
    assert found.own == pytest.approx(Setting(0.01, 0.5, (half + sqrt(half * half - 0.5)) ** 20))
    slowest = (1 - sqrt(0.01 * low)) ** 2  # where the roots of the slow mode meet, of size sqrt(momentum)
    assert found.same_lr == pytest.approx(Setting(0.01, slowest, slowest**10))
    fastest = ((sqrt(high) - sqrt(low)) / (sqrt(high) + sqrt(low))) ** 2
    assert found.best == pytest.approx(Setting(4 / (sqrt(high) + sqrt(low)) ** 2, fastest, fastest**10))
    assert (found.uncovered, found.diverges) == (None, False)


def test_one_curvature_is_left_in_one_step_and_needs_no_other_momentum():
    found = said(replace(hours(lr=0.01), trained=("w",)))
    assert found.curvatures == pytest.approx((28 / 3,))
    assert (found.best, found.same_lr) == (pytest.approx(Setting(3 / 28, 0.0, 0.0)), None)


@pytest.mark.parametrize(("recorded", "every"), [(1, 10), (2, 2), (5, 5)])
def test_factors_stand_for_the_epochs_between_two_records(recorded, every):
    found = found_for(replace(hours(lr=0.01), record_every=recorded))
    assert found.every == every
    assert (found.window.end - found.window.start, found.window.end % every) == (every, 0)


def test_no_window_ends_after_the_last_record():
    ends = {epochs: found_for(replace(hours(lr=0.01), epochs=epochs)).window for epochs in (9, 10, 11, 19, 20, 21)}
    assert {epochs: window and window.end for epochs, window in ends.items()} == {
        9: None, 10: 10, 11: 10, 19: 10, 20: 20, 21: 20,
    }  # fmt: skip


def test_at_the_limit_itself_a_run_diverges():
    level = Setting(0.125, 0.0, 1.0)
    assert [Why({}, 10, limit=limit, own=level).diverges for limit in (0.124, 0.125, 0.126)] == [True, True, False]
    assert not Why({}, 10, limit=1.0).diverges


def test_what_is_not_said_of_a_lesson_is_none_or_empty():
    assert Why({}, 10)[2:] == (None, (), 0.0, None, None, None, None)


def test_of_a_flat_loss_and_of_an_unknown_option_nothing_else_is_said():
    flat = replace(hours(lr=0.01), x=(Fraction(0),) * 3, trained=("w",))
    assert said(flat) == Why(flat.title, 10, None, (), 0.0, None, None, None, None)
    unknown = hours(lr=0.01, maximize=True)
    assert said(unknown) == Why(unknown.title, 10, "maximize", (), 0.0, None, None, None, None)


@pytest.mark.parametrize("options", [{"lr": 0.19}, {"lr": 0.01, "weight_decay": 0.5}])
def test_a_run_that_diverges_or_decays_is_held_against_no_prediction(options):
    assert found_for(hours(**options)).window is None


@pytest.mark.parametrize(("lr", "named"), [(0.36, True), (0.3606, False)])
def test_a_momentum_is_named_only_where_one_below_1_converges(lr, named):
    """The limit with momentum 1 is 4 / 11.0929 = 0.36059."""
    assert (said(hours(lr=lr)).same_lr is not None) == named


@pytest.mark.parametrize(("lr", "named"), [(1.999, True), (2.0, False), (2.001, False)])
def test_at_the_limit_itself_no_momentum_below_1_converges(lr, named):
    assert (with_best_momentum(np.array([1.0, 2.0]), lr, 10) is not None) == named


@pytest.mark.parametrize(
    ("loss", "above", "least"),
    [
        (1.0, 1 - 100 * U, 0.0), (1.0, 1 - 101 * U, 101 * U), (2.0, 2 - 200 * U, 0.0), (2.0, 2 - 202 * U, 202 * U),
        (3.0, 0.5, 2.5), (1.0, 2.0, 0.0),
    ],
    ids=["rounding", "more", "of a larger loss", "more of it", "much", "below zero"],
)  # fmt: skip
def test_a_minimum_within_a_hundred_roundings_of_zero_is_zero(loss, above, least):
    assert least_loss(loss, SimpleNamespace(excess=lambda: np.array([above, 7.0]))) == least


def shown_at(excess_root, minimum):
    """Is the one stretch of a float32 run shown, which ends at w = `excess_root`, with the loss w^2 + `minimum`?

    From twice that, with lr = 1/4, x = (1, 1) and y = (1, -1) or (1, 1) - where the minimum is at w = 1.
    """
    y = (Fraction(1), Fraction(-1) if minimum else Fraction(1))
    start = 2 * Fraction(excess_root) + (0 if minimum else 1)
    lesson = replace(
        hours(lr=0.25), x=(Fraction(1),) * 2, y=y, w=start, b=Fraction(0), trained=("w",), epochs=1, recorded={}
    )
    losses = [4 * excess_root**2 + minimum, excess_root**2 + minimum]
    comparison = SimpleNamespace(dtype="float32", curves={"manual": {"loss": losses}})
    s = measure(np.ones(2), np.array(y, float))
    return readable_stretch(lesson, comparison, s, SGD(lr=0.25), 1) is not None


@pytest.mark.parametrize(("roundings", "shown"), [(6001, False), (6002, True)])
def test_a_stretch_is_shown_where_its_end_is_a_thousand_times_its_rounding(roundings, shown):
    """A residual q is off by 3u: q^2 > 1000 (6 u q + 9 u^2) from q = (3000 + sqrt(9009000)) u = 6001.4996 u on."""
    assert shown_at(roundings * 2.0**-24, 0) == shown


@pytest.mark.parametrize(("factor", "shown"), [(1.00005, False), (1.0003, True)])
def test_above_a_minimum_the_rounding_is_that_of_the_whole_loss(factor, shown):
    """e > 6000 u sqrt(1 + e) + 9000 u^2 from e = 6000 u (1 + 0.00018) on, as sqrt(1 + e) is 1 + e/2."""
    assert shown_at(sqrt(6000 * 2.0**-24 * factor), 1) == shown


@pytest.mark.parametrize(
    ("changed", "curvatures"),
    [
        ({}, ((17 - sqrt(265)) / 3, (17 + sqrt(265)) / 3)),
        ({"trained": ("w",)}, (28 / 3,)),
        ({"trained": ("b",)}, (2.0,)),
        ({"trained": ()}, ()),
        ({"trained": ("w",), "optimizer": {"lr": 0.01, "weight_decay": 0.5}}, (28 / 3 + 0.5,)),
        ({"trained": ("w",), "x": (Fraction(0),) * 3}, ()),
        ({"trained": ("w",), "x": (Fraction(1, 10**10),) * 3}, (2e-20,)),
        ({"trained": ("w",), "x": ((1, 1), (2, 2), (3, 3)), "w": (0, 0)}, (56 / 3,)),
        ({"trained": ("w",), "x": ((1000, 0), (0, 1), (0, 1)), "w": (0, 0)}, (4 / 3, 2e6 / 3)),
    ],
    ids=["both", "w", "b", "none", "weight decay", "flat", "tiny", "twice the same", "wide"],
)
def test_the_curvatures_are_those_of_what_is_trained_and_not_flat(changed, curvatures):
    """For a single weight twice the mean of x^2, however small; for the bias 2."""
    assert said(replace(hours(lr=0.01), **changed)).curvatures == pytest.approx(curvatures)


def shrinking(**changed):
    """x = (1, 1), y = (3, 5), trained is w, from 0: at w = 4 the loss is 1; of the 16 above it an epoch leaves 1/4."""
    lesson = replace(
        hours(lr=0.25), dtype="float64", x=(Fraction(1),) * 2, y=(Fraction(3), Fraction(5)), w=Fraction(0),
        b=Fraction(0), trained=("w",),
    )  # fmt: skip
    return replace(lesson, **changed)


def losses(epochs):
    """Not quite those: this run leaves a third an epoch."""
    return [1 + 16 / 3**epoch for epoch in range(epochs + 1)]


@pytest.mark.parametrize(
    ("epochs", "every", "before", "stretch"),
    [
        (9, 1, 0, None), (10, 1, 0, (0, 10)), (11, 1, 0, (0, 10)), (19, 1, 0, (0, 10)), (20, 1, 0, (10, 20)),
        (40, 1, 0, (10, 20)),  # 16/4^20 is 1.5e-11, a thousand roundings 3.3e-12
        (40, 1, 3, (0, 10)), (3, 2, 0, (0, 2)), (4, 2, 0, (2, 4)), (5, 2, 1, (2, 4)), (4, 5, 0, None),
        (5, 5, 0, (0, 5)), (15, 5, 0, (10, 15)), (6, 3, 2, (3, 6)),
    ],
)  # fmt: skip
def test_the_last_stretch_between_two_records_is_shown_that_rounding_leaves_readable(epochs, every, before, stretch):
    lesson = shrinking(epochs=epochs, record_every=every, steps_before=before)
    found = said(lesson, losses(epochs))
    apart = every if every > 1 else 10
    shown = stretch and Stretch(*stretch, pytest.approx(0.25**apart), pytest.approx(3.0**-apart), 1.0)
    assert (found.every, found.window) == (apart, shown)


def test_the_window_of_features_is_predicted_from_their_own_start():
    """Each of (2, 0) and (0, 2) has curvature 4, so that lr = 1/8 leaves half of each weight's way, from the start."""
    lesson = shrinking(
        x=((2, 0), (0, 2)), y=(6, -10), w=(Fraction(3), Fraction(-1)), epochs=2, record_every=2,
        optimizer={"lr": Fraction(1, 8)},
    )  # fmt: skip
    assert said(lesson, [32.0, 0, 2.0]).window == Stretch(0, 2, pytest.approx(1 / 16), pytest.approx(1 / 16), 0.0)


def test_the_bias_starts_where_the_lesson_says():
    """Beside b = 2 the residuals are (-1, -3): at w = 2 the loss is 1, and 4 less than at the start."""
    found = said(shrinking(b=Fraction(2), epochs=2, record_every=2), [5.0, 0, 1.25])
    assert found.window == Stretch(0, 2, pytest.approx(1 / 16), pytest.approx(1 / 16), pytest.approx(1.0))


@pytest.mark.parametrize(
    ("lesson", "diverged_at", "judged"),
    [
        (shrinking(epochs=10), None, True),
        (shrinking(epochs=10, optimizer={"lr": Fraction(1)}), None, False),
        (shrinking(epochs=10, optimizer={"lr": Fraction(1, 4), "weight_decay": Fraction(1, 2)}), None, False),
        (shrinking(epochs=10), 5, False),
        (shrinking(epochs=10, y=(Fraction(0),) * 2), None, False),
    ],
    ids=["as predicted", "at the limit", "weight decay", "left the numbers", "nothing to lose"],
)
def test_a_run_is_held_against_a_prediction_only_where_there_is_one(lesson, diverged_at, judged):
    assert (said(lesson, losses(10), diverged_at).window is not None) == judged
