"""The training loop, on both sides: the lesson's numbers, minibatches, divergence."""

import warnings

import numpy as np
import pytest

from manual import sgd as manual_sgd
from manual import training as manual
from torch_impl import sgd as torch_sgd
from torch_impl import training as mirror

SIDES = [(manual, manual_sgd.SGD), (mirror, torch_sgd.SGD)]
HOURS = np.float32([1, 2, 3]), np.float32([200, 400, 600])
both_sides = pytest.mark.parametrize(("side", "optimizer"), SIDES, ids=["manual", "torch"])


@both_sides
def test_200_epochs_are_201_losses_and_201_updates(side, optimizer):
    run = side.train(*HOURS, 0, 0, optimizer(lr=0.01), 200)
    assert (len(run.loss), len(run.dw), len(run.w), len(run.b)) == (201, 201, 202, 202)
    assert (f"{run.w[-1]:.3f}", f"{run.b[-1]:.3f}", f"{run.loss[-1]:.4f}") == ("180.010", "45.442", "297.6650")


@both_sides
def test_momentum_reaches_the_bottom_in_the_same_200_epochs(side, optimizer):
    run = side.train(*HOURS, 0, 0, optimizer(lr=0.01, momentum=0.9), 200)
    assert (f"{run.w[-1]:.3f}", f"{run.b[-1]:.4f}", f"{run.loss[-1]:.5f}") == ("199.957", "0.0898", "0.00130")


@both_sides
def test_each_loss_is_from_before_its_update(side, optimizer):
    run = side.train([1.0], [1.0], 0.0, 0.0, optimizer(lr=0.25), 1)
    assert run.loss.tolist() == [1.0, 0.0]
    assert run.w.tolist() == [0.0, 0.5, 0.5]


@both_sides
def test_a_frozen_bias_stays_and_its_gradient_is_still_told(side, optimizer):
    run = side.train(*HOURS, 0, 0.998, optimizer(lr=0.01), 5, trained=("w",))
    assert set(run.b.tolist()) == {np.float32(0.998).item()}
    assert (run.db != 0).all()


@both_sides
@pytest.mark.parametrize("trained", [("w",), ("b",), ("w", "b"), ()])
def test_only_the_named_parameters_move(side, optimizer, trained):
    run = side.train(*HOURS, 1.0, 1.0, optimizer(lr=0.01, momentum=0.5), 3, trained=trained)
    assert (len(set(run.w.tolist())) > 1, len(set(run.b.tolist())) > 1) == ("w" in trained, "b" in trained)


@both_sides
def test_minibatches_walk_the_rows_in_the_order_given(side, optimizer):
    order = [[[2], [0, 1]], [[1, 0], [2]]]
    run = side.train(*HOURS, 1.0, 0.0, optimizer(lr=0.01), 1, order=order)
    assert len(run.loss) == 4
    alone = side.train(HOURS[0][2:], HOURS[1][2:], 1.0, 0.0, optimizer(lr=0.01), 0)
    assert run.w[1] == alone.w[1]
    assert run.loss[0] == alone.loss[0]


@both_sides
def test_an_order_of_the_wrong_number_of_epochs_is_refused(side, optimizer):
    with pytest.raises(ValueError, match="batches of 3 epochs; got 1"):
        side.train(*HOURS, 0, 0, optimizer(), 2, order=[[[0, 1, 2]]])


@both_sides
@pytest.mark.parametrize("order", [[[]], [[[]]], [[[0], []]]])
def test_an_epoch_without_a_batch_or_a_batch_without_a_row_is_refused(side, optimizer, order):
    with pytest.raises(ValueError, match="every epoch a batch, and every batch a row"):
        side.train(*HOURS, 0, 0, optimizer(), 0, order=order)


@both_sides
def test_negative_epochs_are_refused(side, optimizer):
    with pytest.raises(ValueError, match="negative; got -1"):
        side.train(*HOURS, 0, 0, optimizer(), -1)


@both_sides
@pytest.mark.parametrize("trained", [("w",), ("b",), ("w", "b")])
def test_parameters_that_leave_the_numbers_at_the_last_update_are_a_divergence_too(side, optimizer, trained):
    run = side.train(np.float32([1]), np.float32([1e19]), 0, 0, optimizer(lr=1e30), 0, trained=trained)
    assert np.isfinite(run.loss).all()
    assert run.diverged_at == 0


@both_sides
@pytest.mark.parametrize("options", [{"lr": 0.5}, {"lr": 1e30}, {"lr": 0.8, "momentum": 0.9}])
def test_divergence_is_reported_at_its_epoch_without_a_warning(side, optimizer, options):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run = side.train(*HOURS, 0, 0, optimizer(**options), 500)
    by_hand = manual.train(*HOURS, 0, 0, manual_sgd.SGD(**options), 500)
    assert run.diverged_at == by_hand.diverged_at == len(run.loss) - 1
    assert np.isfinite(run.loss[:-1]).all()
    assert not np.isfinite(run.loss[-1])


@both_sides
def test_a_loss_that_is_no_number_is_a_divergence_without_a_warning(side, optimizer):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run = side.train(np.float32([0, 1]), np.float32([1, 1e19]), 0, 0, optimizer(lr=1e30), 9)  # then w = b = inf
    assert run.diverged_at == 1
    assert np.isnan(run.loss[1])


@both_sides
def test_buffers_that_there_are_not_are_zeros_of_their_parameters_shape(side, optimizer):
    run = side.train(np.eye(2), [1.0, 2.0], [0.0, 0.0], 0.0, optimizer(momentum=0.9), 1, trained=("b",))
    assert run.vw.tolist() == [[0.0, 0.0]] * 3
    assert run.vb.tolist() == [0.0, -3.0, 0.9 * -3.0 + run.db[1]]


@both_sides
def test_a_run_that_stays_finite_did_not_diverge(side, optimizer):
    assert side.train(*HOURS, 0, 0, optimizer(lr=0.01), 50).diverged_at is None


@both_sides
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_of_the_data_is_kept(side, optimizer, dtype):
    run = side.train(*(column.astype(dtype) for column in HOURS), 0, 0, optimizer(momentum=0.9), 2)
    assert {column.dtype for column in run[:-1]} == {np.dtype(dtype)}
