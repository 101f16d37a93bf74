"""The table of mistakes: what each coding of each name gives, derived by hand, and what it spoils where."""

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction as F
from itertools import combinations
from math import sqrt
from typing import Any

import pytest

from compare.exercises.table import hypotheses
from compare.exercises.table.mistakes import ALSO, IN_LOSSES, OTHER_RATE, Mistake, alone, singles
from compare.exercises.table.programs import Program, results

# r = 1, −1, 3: Σ r = 3, Σ r·x = 8, Σ r² = 11
DATA = {"x": [F(1), F(2), F(3)], "y": [F(1), F(4), F(1)], "w": F(1), "b": F(1)}
PREDICTED = {"yp": [F(2), F(3), F(4)], "y": DATA["y"]}
RUN = {"x": [F(1), F(3)], "y": [F(2), F(0)], "w": F(1), "b": F(2), "lr": F(1, 8), "epochs": 2}  # dw = 16, db = 6
THIRD, ROOT33 = F(1, 3), sqrt(33)
Results = dict[str, list[Any]]


def _results(found: tuple[Mistake, ...], task: str, given: Mapping[str, Any]) -> Results:
    """By name, what each coding gives."""
    named = defaultdict(list)
    for mistake in found:
        named[mistake.name].append(results(task, hypotheses.of((mistake,)).program, given))
    return dict(named)


@pytest.mark.parametrize(
    ("task", "given", "named"),
    [
        (
            "predict",
            {key: DATA[key] for key in "xwb"},
            {
                "no-bias": [([1, 2, 3],)],
                "bias-subtracted": [([0, 1, 2],)],
                "only-first-row": [([2],), (2,)],
                "only-last-row": [([4],), (4,)],
                "first-row-left-out": [([3, 4],)],
                "last-row-left-out": [([2, 3],)],
            },
        ),
        (
            "mse",
            PREDICTED,
            {
                "missing-factor-two": [(F(11, 6),)],
                "sum-not-mean": [(11,)],
                "wrong-denominator": [(F(11, 2),)],
                "wrong-sign": [(F(-11, 3),)],
                "no-target": [(F(29, 3),)],
                "absolute-error": [(F(5, 3),)],
                "root-mean-square": [(pytest.approx(sqrt(11 / 3)),)],
                "product-of-means": [(1,), (1,), (3,)],
                "divided-twice": [(F(11, 9),)],
                "misplaced-bracket": [(-3,)],  # (1 − 14 + 4) / 3
                "only-first-row": [(THIRD,), (1,)],
                "only-last-row": [(3,), (9,)],
                "first-row-left-out": [(F(10, 3),), (5,)],
                "last-row-left-out": [(2 * THIRD,), (1,)],
                "integer-division": [(0,)],
                "cut-to-whole": [(3,)],
                "column-broadcast": [(F(11, 3),), (11,)],  # 1, −2, 1; 2, −1, 2; 3, 0, 3
                "not-squared": [(1,)],
                "not-summed": [([THIRD, THIRD, 3],), ([1, 1, 9],)],
            },
        ),
        (
            "dmse_dyp",
            PREDICTED,
            {
                "missing-factor-two": [([THIRD, -THIRD, 1],)],
                "sum-not-mean": [([2, -2, 6],)],
                "wrong-denominator": [([1, -1, 3],)],
                "wrong-sign": [([-2 * THIRD, 2 * THIRD, -2],)],
                "no-target": [([F(4, 3), 2, F(8, 3)],)],
                "divided-twice": [([F(2, 9), F(-2, 9), F(2, 3)],)],
                "misplaced-bracket": [([1, F(2, 3), F(7, 3)],)],  # 3, 2, 7
                "only-first-row": [([2 * THIRD],), ([2],), (2 * THIRD,), (2,)],
                "only-last-row": [([2],), ([6],), (2,), (6,)],
                "first-row-left-out": [([-2 * THIRD, 2],), ([-1, 3],)],
                "last-row-left-out": [([2 * THIRD, -2 * THIRD],), ([1, -1],)],
                "integer-division": [([0, 0, 0],), ([0, 0, 0],)],
                "column-broadcast": [
                    ([[scale * r for r in row] for row in ([1, -2, 1], [2, -1, 2], [3, 0, 3])],)
                    for scale in (F(2, 9), 2 * THIRD)
                ],
                "not-squared": [([THIRD] * 3,)],
                "absolute-error": [([THIRD, -THIRD, THIRD],)],
                "root-mean-square": [([pytest.approx(r / ROOT33) for r in (1, -1, 3)],)],
            },
        ),
        (
            "gradients",
            DATA,
            {
                "missing-factor-two": [(F(8, 3), 1)],
                "sum-not-mean": [(16, 6)],
                "wrong-denominator": [(8, 3)],
                "wrong-sign": [(F(-16, 3), -2)],
                "missing-x": [(2, 2)],
                "extra-x": [(F(16, 3), F(16, 3)), (16, 2), (16, F(16, 3))],
                "swapped": [(2, F(16, 3))],
                "no-bias": [(F(4, 3), 0)],
                "no-target": [(F(40, 3), 6)],
                "divided-twice": [(F(16, 9), F(2, 3))],
                "bias-subtracted": [(F(-8, 3), -2)],  # r = −1, −3, 1
                # w x: 1, 2, 3, b: 1, 1, 1 and y: 1, 4, 1, each times x or not; 2yp − y = 3, 2, 7
                "misplaced-bracket": [
                    *((dw, 2) for dw in (F(-6, 3), F(0, 3), F(22, 3), F(28, 3), F(10, 3), F(12, 3))),
                    (F(28, 3), 4),
                ],
                "only-first-row": [(2 * THIRD, 2 * THIRD), (2, 2)],
                "only-last-row": [(6, 2), (18, 6)],
                "first-row-left-out": [(F(14, 3), F(4, 3)), (7, 2)],  # r·x = 1, −2, 9
                "last-row-left-out": [(-2 * THIRD, 0), (-1, 0)],
                "integer-division": [(0, 0), (0, 0)],
                "cut-to-whole": [(5, 2), (5, 2)],
                "column-broadcast": [(F(16, 3), 2), (16, 6), (4, 2), (12, 6)],
                "not-squared": [(2, 1)],
                "absolute-error": [(F(2, 3), THIRD)],
                "root-mean-square": [(pytest.approx(8 / ROOT33), pytest.approx(3 / ROOT33))],
                "product-of-means": [(4, 2), (4, 2)],
                "not-summed": [([2 * THIRD, -4 * THIRD, 6], [2 * THIRD, -2 * THIRD, 2]), ([2, -4, 18], [2, -2, 6])],
            },
        ),
        (
            "sgd_step",
            {"w": F(1), "b": F(2), "dw": F(16), "db": F(6), "lr": F(1, 8)},
            {
                "uphill": [(3, F(11, 4))],
                "missing-learning-rate": [(-15, -4)],
                "learning-rate-twice": [(F(3, 4), F(61, 32))],
                "bias-not-updated": [(-1, 2)],
                "swapped-slopes": [(F(1, 4), 0)],
                "swapped-results": [(F(5, 4), -1)],
            },
        ),
        (
            "momentum_step",
            {"p": F(3), "v": F(12), "dp": F(8), "lr": F(1, 8), "momentum": F(1, 4)},
            {
                "uphill": [(F(35, 8), 11)],
                "missing-learning-rate": [(-8, 11)],
                "learning-rate-twice": [(F(181, 64), 11)],
                "velocity-averaged": [(F(15, 8), 9)],
                "momentum-ignored": [(2, 11), (2, 8), (2, 12)],
                "nesterov": [(F(53, 32), 11)],
                "old-velocity": [(F(3, 2), 11)],
                "learning-rate-in-buffer": [(5, 2), (-1, 4)],
                "velocity-negated": [(F(19, 8), -5)],
                "velocity-not-kept": [(F(13, 8), 12)],
                "swapped-results": [(11, F(13, 8))],
            },
        ),
    ],
    ids=["predict", "mse", "dmse_dyp", "gradients", "sgd_step", "momentum_step"],
)
def test_every_coding_of_a_mistake_gives_what_its_name_says(
    task: str, given: Mapping[str, Any], named: Results
) -> None:
    assert _results(singles(task), task, given) == named


IN_LOOPS = {
    "uphill": [[13, F(1217, 16), F(116885, 256)]],
    "missing-learning-rate": [[13, 1421, 161357]],
    "learning-rate-twice": [[13, F(9065, 1024), F(6371813, 1048576)]],
    "bias-frozen": [[13, 1, F(1, 4)]],
    "loss-after-update": [[F(49, 16), F(245, 256), F(2009, 4096)]],
    "epoch-off-by-one": [[13, F(49, 16)], [13, F(49, 16), F(245, 256), F(2009, 4096)]],
    "gradient-accumulated": [[13, F(49, 16), F(5085, 256)]],
    "sequential-update": [[13, F(9, 16), F(9, 64)], [13, F(73, 64), F(477, 1024)]],
    "per-sample-update": [
        [13, F(193, 8), F(117, 16)],
        [13, F(225, 128), F(909, 2048)],
        [F(17, 2), F(37, 4), F(153, 32)],
    ],
    "returns-parameters": [[F(-9, 16), F(101, 64)]],
    "returns-last-loss": [F(245, 256)],
    "stale-gradient": [[13, F(49, 16), F(185, 4)]],
}


def test_every_mistake_of_a_loop_records_what_its_name_says() -> None:
    found = tuple(mistake for mistake in singles("train") if mistake.variant.loop)
    assert _results(found, "train", RUN) == {name: [(losses,) for losses in runs] for name, runs in IN_LOOPS.items()}


EVERYWHERE = {
    *("missing-factor-two", "sum-not-mean", "wrong-denominator", "no-bias", "no-target"),
    *("absolute-error", "root-mean-square", "product-of-means", "divided-twice", "bias-subtracted", "not-squared"),
    *("misplaced-bracket", "only-first-row", "only-last-row", "integer-division", "column-broadcast"),
    *("first-row-left-out", "last-row-left-out", "cut-to-whole"),
}
OF_B = {"no-bias", "bias-subtracted"}
LEFT_OUT = {"first-row-left-out", "last-row-left-out"}
IN_BOTH = {"product-of-means", "misplaced-bracket", "not-squared", "integer-division", "cut-to-whole"} | LEFT_OUT
IN_ONE = {"wrong-sign"} | EVERYWHERE - IN_BOTH
IN_TRAIN = {
    "gradient in slope": EVERYWHERE | {"missing-x", "extra-x", "swapped"},
    "bookkeeping in loss": EVERYWHERE | {"wrong-sign"},
    "loss in loss slope": EVERYWHERE,
    "gradient in dw": IN_ONE,
    "gradient in db": IN_ONE,
    "update in loop": {"uphill", "bias-frozen", "per-sample-update", "missing-learning-rate", "learning-rate-twice"},
    "bookkeeping in loop": {"loss-after-update", "epoch-off-by-one", "returns-parameters", "returns-last-loss"},
    "gradient in loop": {"gradient-accumulated", "sequential-update", "stale-gradient"},
}
VELOCITIES = {"velocity-averaged", "momentum-ignored", "nesterov", "old-velocity"}
OF_STEPS = {"uphill", "missing-learning-rate", "learning-rate-twice"}


@pytest.mark.parametrize(
    ("task", "spoilt"),
    [
        ("predict", {"bookkeeping in slope": OF_B | LEFT_OUT | {"only-first-row", "only-last-row"}}),
        ("mse", {"bookkeeping in loss": EVERYWHERE - OF_B | {"wrong-sign", "not-summed"}}),
        ("dmse_dyp", {"gradient in slope": EVERYWHERE - OF_B - {"product-of-means", "cut-to-whole"} | {"wrong-sign"}}),
        (
            "gradients",
            {"gradient in slope": EVERYWHERE | {"missing-x", "extra-x", "swapped", "wrong-sign", "not-summed"}},
        ),
        (
            "sgd_step",
            {"update in loop": OF_STEPS | {"bias-not-updated", "swapped-slopes", "swapped-results"}},
        ),
        (
            "momentum_step",
            {
                "update in loop": OF_STEPS
                | VELOCITIES
                | {"learning-rate-in-buffer", "velocity-negated", "velocity-not-kept", "swapped-results"}
            },
        ),
        ("train", IN_TRAIN),
        (
            "train_momentum",
            {
                **IN_TRAIN,
                "update in loop": IN_TRAIN["update in loop"] | VELOCITIES | {"shared-velocity"},
                "start in loop": {"extra-step-before"},
            },
        ),
    ],
)
def test_a_mistake_spoils_one_thing_in_the_place_where_it_is_made(task: str, spoilt: dict[str, set[str]]) -> None:
    found = defaultdict(set)
    for mistake in singles(task):
        places = [name for name, fields in mistake.variant._asdict().items() if fields]
        found[f"{mistake.fault} in {' '.join(places)}"].add(mistake.name)
    assert found == spoilt


def test_a_formula_has_the_same_codings_in_a_loop_as_alone() -> None:
    for name in IN_TRAIN["gradient in slope"]:
        in_train = [mistake.variant for mistake in singles("train") if mistake.name == name]
        codings = [mistake.variant.slope for mistake in singles("gradients") if mistake.name == name]
        assert [variant.slope for variant in in_train if variant.slope and not variant.loss] == codings
        if name in EVERYWHERE:
            losses = IN_LOSSES.get(name, codings)
            assert [variant.loss for variant in in_train if variant.loss and not variant.slope] == list(losses)
            assert [(both.loss, both.slope) for both in in_train if both.loss and both.slope] == [
                (fields, fields) for fields in losses
            ]


def test_the_velocities_are_those_of_a_single_step() -> None:
    steps, loops = (
        [(mistake.name, mistake.variant.loop) for mistake in singles(task) if mistake.name in VELOCITIES]
        for task in ("momentum_step", "train_momentum")
    )
    assert steps == loops


def test_one_velocity_for_two_parameters_is_left_behind_by_the_other_ones_step() -> None:
    given = {**RUN, "momentum": F(1, 2)}  # v = 16, 8 + 6; w = 1 - 2, b = 2 - 14/8
    (shared,) = (mistake for mistake in singles("train_momentum") if mistake.name == "shared-velocity")
    (losses,) = results("train_momentum", hypotheses.of((shared,)).program, {**given, "epochs": 1})
    assert losses == [13, (F(-11, 4) ** 2 + F(-11, 4) ** 2) / 2]


def test_a_step_before_the_record_alone_starts_the_buffers_anew_where_it_is_not_a_late_loss() -> None:
    given = {**RUN, "momentum": F(1, 2)}
    (anew,) = (mistake for mistake in singles("train_momentum") if mistake.name == "extra-step-before")
    (losses,) = results("train_momentum", hypotheses.of((anew,)).program, given)
    assert losses == [F(49, 16), F(245, 256), F(4361, 4096)]


TRAPS = {
    "train": [
        ("bias-frozen", "update", [13, 1, F(1, 4)]),
        ("extra-step-before", "start", [F(49, 16), F(245, 256), F(2009, 4096)]),
    ],
    "train_momentum": [
        ("bias-frozen", "update", [13, 1, F(17, 4)]),
        ("extra-step-before", "start", [F(49, 16), F(965, 256), F(3545, 4096)]),
        ("extra-step-before", "start", [F(49, 16), F(245, 256), F(4361, 4096)]),
    ],
}


@pytest.mark.parametrize("task", TRAPS)
def test_losses_alone_are_tried_for_the_two_traps_of_the_lesson_first(task: str) -> None:
    given = {**RUN, "momentum": F(1, 2)} if task == "train_momentum" else RUN
    first, others = alone(task)[: len(TRAPS[task])], alone(task)[len(TRAPS[task]) :]
    assert TRAPS[task] == [
        (mistake.name, mistake.fault, *results(task, hypotheses.of((mistake,)).program, given)) for mistake in first
    ]
    names = {mistake.name for mistake in others}
    assert names.isdisjoint({"integer-division", "misplaced-bracket", *(mistake.name for mistake in first)})
    whole = [mistake for mistake in singles(task) if not (mistake.variant.dw or mistake.variant.db)]
    assert list(others) == [mistake for mistake in whole if mistake.name in names]


def test_another_rate_is_a_name_for_no_change_of_the_program() -> None:
    assert (OTHER_RATE.name, OTHER_RATE.fault) == ("other-learning-rate", "update")
    assert hypotheses.of((OTHER_RATE,)).program == Program()


def test_a_late_loss_has_a_second_reading() -> None:
    assert ALSO == {"loss-after-update": "extra-step-before"}


def _each_two(*names: str) -> set[tuple[str, str]]:
    return set(combinations(sorted(names), 2))


ONE_DIVISOR = ("divided-twice", "sum-not-mean", "wrong-denominator")
ONE_FORMULA = {  # in the place of another, or a factor of it that it does not have
    *_each_two("absolute-error", "not-squared", "product-of-means", "root-mean-square"),
    *(("absolute-error", "missing-factor-two"), ("missing-factor-two", "not-squared")),
    ("missing-factor-two", "root-mean-square"),
    *_each_two("column-broadcast", "only-first-row", "only-last-row", "first-row-left-out", "last-row-left-out"),
    *(
        ("integer-division", other)
        for other in ("product-of-means", "root-mean-square", "sum-not-mean", "wrong-denominator")
    ),
    *(("absolute-error", "integer-division"), ("divided-twice", "integer-division")),
    *(("column-broadcast", "no-target"), ("column-broadcast", "product-of-means"), ("not-summed", "product-of-means")),
    *_each_two(*ONE_DIVISOR),
}
IN_DYP = _each_two("integer-division", *ONE_DIVISOR) | {
    *(("absolute-error", "integer-division"), ("integer-division", "not-squared")),
    *(("integer-division", "root-mean-square"), ("misplaced-bracket", "missing-factor-two")),
    *(("absolute-error", "misplaced-bracket"), ("misplaced-bracket", "not-squared")),
    ("misplaced-bracket", "root-mean-square"),
}
ONE_VELOCITY = _each_two(
    *("learning-rate-in-buffer", "momentum-ignored", "nesterov", "velocity-averaged"),
    *("old-velocity", "velocity-negated", "velocity-not-kept"),
)
ONE_RATE = ("learning-rate-twice", "missing-learning-rate")
RARE = _each_two(
    *("cut-to-whole", "first-row-left-out", "integer-division", "last-row-left-out", "learning-rate-twice"),
    *("misplaced-bracket", "not-squared", "old-velocity", "only-first-row", "only-last-row"),
    *("returns-last-loss", "returns-parameters", "shared-velocity"),
)


@pytest.mark.parametrize(
    ("task", "same"),
    [
        (
            "mse",
            ONE_FORMULA
            | _each_two("absolute-error", "misplaced-bracket", "not-squared", "product-of-means", "root-mean-square"),
        ),
        ("dmse_dyp", {pair for pair in ONE_FORMULA | IN_DYP if "product-of-means" not in pair}),
        ("gradients", ONE_FORMULA | {("bias-subtracted", "no-bias")}),
        ("sgd_step", {ONE_RATE}),
        ("momentum_step", ONE_VELOCITY | {ONE_RATE}),
        ("train", {("gradient-accumulated", "stale-gradient"), ONE_RATE}),
    ],
)
def test_two_mistakes_are_tried_together_unless_they_change_the_same_thing(
    task: str, same: set[tuple[str, str]]
) -> None:
    together = {found.names for found in hypotheses.of_two(task)}
    names = sorted({mistake.name for mistake in singles(task)})
    rare = {pair for pair in RARE if {*pair} <= {*names}}
    assert {pair for pair in combinations(names, 2) if pair not in together} == same | rare


def test_the_means_of_a_product_may_be_sums() -> None:
    pairs = [found for found in hypotheses.of_two("gradients") if found.names == ("product-of-means", "sum-not-mean")]
    assert [results("gradients", found.program, DATA) for found in pairs] == [(12, 6), (36, 6)]
