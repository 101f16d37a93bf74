"""What the lesson's torch programs may write: the same expressions, the same results, the same refusals."""

import warnings

import numpy as np
import pytest
import torch

from manual import autograd
from tests.expressions import names, printed

both = pytest.mark.parametrize("side", [autograd, torch], ids=["engine", "torch"])

TABLE = """
x.detach(); x.data; x.shape; x.size(); m.size(0); m.dim(); m.ndim; m.numel(); len(m); x.dtype; x.requires_grad
x.is_leaf
x.grad; x.grad_fn; s.item(); x.tolist(); i.tolist(); x.detach().numpy(); np.array(s.detach()).dtype; list(x)
[*m.shape]; T.zeros(0, dtype=T.int64); T.zeros(0, 2, dtype=T.bool)
[T.float, T.double, T.long, T.int64, T.bool, T.int32]
"""


@pytest.mark.parametrize("expressions", TABLE.strip().splitlines())
def test_what_a_tensor_shows_and_its_gradients_print_as_in_torch(expressions):
    assert printed(expressions, autograd) == printed(expressions, torch)


@both
def test_the_loss_warns_where_the_shapes_differ_and_names_both(side):
    x, y = side.ones(3), side.ones(3, 1)
    with pytest.warns(UserWarning, match=r"target size \(.*3, 1.*\) .* input size \(.*3\]?\)") as warned:
        side.nn.functional.mse_loss(x, y)
    assert [warning.filename for warning in warned] == [__file__]


REFUSALS = (IndexError, RuntimeError, TypeError, ValueError, UserWarning)


def after(side, program):
    """What is left in R, or the error."""
    space = names(side)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            exec(program, space)
    except REFUSALS as refusal:
        return next(kind for kind in REFUSALS if isinstance(refusal, kind))
    return repr(space.get("R"))


PROGRAMS = """
a = x * 1; a += 1; a.sum().backward(); R = a, x.grad
a = x * 1; a -= x; a *= 3; a /= 2; a.sum().backward(); R = a, x.grad
a = x * 1; a **= 2; a.sum().backward(); R = a, x.grad
a = T.ones(3); a += x; R = a
a = T.ones(3); a += 1.5; a -= 1; a *= 2; a /= 4; a **= 3; R = a
a = x.exp(); a += 1; a.sum().backward()
a = x * 1; a *= a; a.sum().backward()
a = x.relu(); a *= 2; a.sum().backward()
a = x * 1; b = a * x; a += 1; b.sum().backward()
a = x * 1; b = a * 2; a += 1; b.sum().backward(); R = x.grad
x += 1
x *= 2
x[0] = 3
x.zero_()
a = x.view(3, 1); a += 1
a = x * 1; d = a.detach(); d += 1; R = a, d
a = x.detach(); a += 1; R = x
a = (x * x).sum(); x.data += 1; a.backward(); R = x.grad
x.data -= 0.5 * x.data; R = x
x.data = T.ones(3); R = x
x.data[0] = 7; R = x
a = x.detach().view(3, 1); a += 1; R = x
a = T.zeros(2, 3); a[0, 1] = 5; a[1] = T.ones(3); R = a
a = T.zeros(2); a[0] = x[0].item(); R = a
a = T.zeros(3); v = a[0]; v += 1; R = a, v
a = T.zeros(2, 3); v = a[1, 2]; v += 1; R = a, v
a = T.zeros(3); v = a[T.tensor(1)]; v += 1; R = a, v
a = T.zeros(2, 3); v = a[T.tensor(1), 1:]; v += 1; R = a, v
a = T.zeros(3); v = a[T.tensor(True)]; v += 1; R = a, v
a = T.zeros(3); a[T.tensor(1)] = 5; R = a
x[T.tensor(1.0)]
a = T.ones(3); a += T.ones(2, 3)
a = T.tensor([1, 2]); a += 1.5
a = T.tensor([1, 2]); a += 1; R = a
a = T.ones(3); a += T.ones(1); a *= T.tensor([2]); R = a
a = T.ones(3); a += T.ones(3, dtype=T.float64); R = a
(x * 2).backward(T.ones(3, dtype=T.float64)); R = x.grad
x.backward(T.ones(3, dtype=T.float64)); R = x.grad
x.grad = T.ones(3); R = x.grad
x.grad = T.ones(2)
x.grad = T.ones(3, dtype=T.float64)
x.grad = T.ones(3); x.grad.zero_(); x.sum().backward(); R = x.grad
x.requires_grad = False; R = x
x.requires_grad_(False); R = x * 2
(x * 1).requires_grad = False
R = (x * 1).requires_grad_()
T.ones(2).retain_grad()
R = x.retain_grad(), x
m.T.view(6)
x.view(2, 2)
m @ m
x @ x.double()
x + T.ones(2)
x + "a"
x * None
R = i.mean()
R = i ** -1
m[5]
m.sum(5)
T.tensor("a")
T.nn.functional.mse_loss(x, T.zeros(3, 1))
a = T.ones(3); a.add_(1).mul_(2).sub_(x.detach()).div_(2).pow_(2); R = a
a = x * 1; a.exp_(); a.sum().backward(); R = a, x.grad
a = x * 1; a.exp_(); a.zero_(); a.sum().backward()
a = x * 1; b = a[:2]; b.exp_(); a += 1; a.sum().backward()
a = x * 1; a.exp_(); b = a * 2; b.sum().backward(); R = a, x.grad
a = T.zeros(2, 3).expand(2, -1); a += 1; R = a
a = T.zeros(3).expand(2, -1); a += 1; R = a
a = x * 1; a.mul_(x); a.log_(); a.sum().backward(); R = a, x.grad
a = x * 1; a.clamp_(1.5, 2.5); a.sum().backward(); R = a, x.grad
a = x * 1; a.relu_(); a.sum().backward(); R = a, x.grad
a = x * 1; a.sigmoid_(); a.sum().backward(); R = a, x.grad
a = x * 1; a.neg_().abs_().reciprocal_(); a.sum().backward(); R = a, x.grad
a = x * 1; a.sqrt_().neg_(); R = a
a = x * 1; a.tanh_(); a.sum().backward(); R = a, x.grad
a = m * 1; a.add_(x, alpha=2); a.sub_(1, alpha=3); a.square_(); a.round_(decimals=1); R = a
x.sub_(1)
with T.no_grad(): x.sub_(x * 0.5); R = x
a = T.ones(2); a.add_(T.ones(3))
a = x * 1; b = a._version; a += 1; R = b, a._version
R = T.autograd.grad((x * x).sum(), x), x.grad
R = T.autograd.grad((x * x).sum() + m.sum(), [m, x]), x.grad, m.grad
R = T.autograd.grad(x * 2, x, T.tensor([1.0, 2.0, 3.0]))
R = T.autograd.grad(x.sum(), (x, m), allow_unused=True)
y = (x * x).sum(); a = T.autograd.grad(y, x, retain_graph=True); R = a, T.autograd.grad(y, x)
a = x.exp(); R = T.autograd.grad(a.sum(), [a, x])
a = T.autograd.Variable(T.ones(2), requires_grad=True); (a * 2).sum().backward(); R = a, a.grad
from copy import deepcopy; x.sum().backward(); c = deepcopy(x); (c * 2).sum().backward(); R = c, x.grad, c.grad
from copy import copy; c = copy(x); (c * 2).sum().backward(); R = c, x.grad, c.grad
from copy import copy; a = T.ones(2); c = copy(a); c += 1; R = a, c.requires_grad
a = T.ones(2); a.data = T.zeros(3); R = a
from copy import deepcopy; a = T.ones(2); c = deepcopy([a, a]); c[0] += 1; R = a, c
with T.no_grad(), T.enable_grad(): R = (x * 2).requires_grad
with T.inference_mode(): R = (x * 2).requires_grad
T.set_printoptions(precision=2, linewidth=30); R = repr(m / 3); T.set_printoptions(profile="default")
T.set_printoptions(sci_mode=False); R = repr(x * 1e-7); T.set_printoptions(profile="default")
T.set_printoptions(threshold=4, edgeitems=1); R = repr(m[:, :, None] * x); T.set_printoptions(profile="default")
"""


@pytest.mark.parametrize("program", PROGRAMS.strip().splitlines())
def test_a_short_program_ends_as_in_torch(program):
    assert after(autograd, program) == after(torch, program)


UPDATES = """
    x += 1
    x -= 0.1 * x; x *= 2
    x[0] = 3
    x[0] = x[2]
    x[0] = T.tensor(7.0, requires_grad=True)
    x[:2] = T.tensor([5.0, 6.0], requires_grad=True)
    x[1:] -= 1
    x.zero_()
    a = (x * 2)[0]; a += 5
"""


@pytest.mark.parametrize("update", UPDATES.strip("\n").splitlines())
def test_a_leaf_may_be_updated_within_no_grad(update):
    program = f"with T.no_grad():\n{update}\nR = x\n"
    assert after(autograd, program) == after(torch, program)


SECOND = "is at version 2; expected version 1 instead"
OVERWRITING = ["x += 1", "x[0] = 1", "x.zero_()", "d = x.detach(); d += 1", "v = x.view(-1); v += 1"]


@both
@pytest.mark.parametrize("update", OVERWRITING)
def test_backward_refuses_a_saved_value_that_was_overwritten(side, update):
    space = names(side)
    with side.no_grad():
        exec(update, space)
    loss = (space["x"] * space["x"]).sum()
    with side.no_grad():
        exec(update, space)
    with pytest.raises(RuntimeError, match=f"modified by an inplace operation.*{SECOND}"):
        loss.backward()
    assert space["x"].grad is None


@both
def test_backward_refuses_a_saved_gradient_to_which_another_was_added(side):
    x = side.ones(1, requires_grad=True)
    for _ in range(2):
        x.sum().backward()
    loss = (x * x.grad).sum()
    x.sum().backward()
    with pytest.raises(RuntimeError, match=r"is at version [23]; expected version [12] instead"):  # torch counts from 1
        loss.backward()


@both
def test_what_changes_in_place_within_no_grad_keeps_its_history(side):
    x = side.ones(3, requires_grad=True)
    y = x * 2
    with side.no_grad():
        y += 5
    y.sum().backward()
    assert (y.tolist(), x.grad.tolist()) == ([7, 7, 7], [2, 2, 2])


@both
@pytest.mark.parametrize("change", ["x += 1", "x[0] = 1", "x.zero_()"])
def test_a_leaf_is_not_changed_where_its_history_would_be_lost(side, change):
    kinds = "a (view of a )?leaf Variable that requires grad is being used in an in-place operation"
    with pytest.raises(RuntimeError, match=kinds):
        exec(change, names(side))


@both
def test_an_optimizer_step_makes_an_older_graph_stale(side):
    w = side.ones(1, requires_grad=True)
    optimizer = side.optim.SGD([w], lr=0.1)
    for _ in range(2):
        loss = (w * w).sum()
        loss.backward(retain_graph=True)
        optimizer.step()
    with pytest.raises(RuntimeError, match=f"modified by an inplace operation.*{SECOND}"):
        loss.backward()


@both
def test_a_value_that_was_not_saved_may_be_overwritten(side):
    w, x = side.ones(1, requires_grad=True), side.tensor([2.0])
    loss = w * x
    with side.no_grad():
        w += 1
    loss.backward()
    assert w.grad.tolist() == [2]


VIEWS = """
y = x * 2; repr(y[0]); y += 1; R = y
y = x * 2; v = y[0]; y += 1; y.sum().backward(); R = y, v, x.grad
y = x * 2; v = y[0]; v += 1; (y * y).sum().backward(); R = y, v, x.grad
y = x * 2; v = y[1:]; u = v[0]; u *= x[0]; (y * y + v.sum()).sum().backward(); R = y, v, u, x.grad
y = x * 2; v = y.view(3, 1); v *= 3; (y * y).sum().backward(); R = y, v, x.grad
y = m * 2; v = y.T; v[0] = x[:2]; (y * y).sum().backward(); R = y, v, x.grad, m.grad
y = m * 2; v = y.T[1:].T; v *= s; (y * y).sum().backward(); R = y, v, s.grad, m.grad
y = m * 2; v = y.t().view(-1) if y.t().is_contiguous() else y.T.reshape(-1); v *= 2; y.sum().backward(); R = y, m.grad
y = m * 2; v = y.unsqueeze(0); w = v.squeeze(); w += s; y[1, 1] = s; (v * v).sum().backward(); R = v, s.grad, m.grad
p = T.zeros(3); p[0] = s * 2; p[1] = p[0] * x[1]; p.sum().backward(); R = p, s.grad, x.grad
p = T.zeros(3); v = p[1:]; p[1] = s; v.sum().backward(); R = p, v, s.grad
p = T.zeros(3); v = p[1:]; v[0] = s; (p * p).sum().backward(); R = p, v, s.grad
p = T.zeros(2, 3); p[0] = x; p[:, 1] = s; (p * p).sum().backward(); R = p, x.grad, s.grad
p = T.zeros(2, 3); p[0] = s; p[0] = s * s; (p * p).sum().backward(); R = p, s.grad
p = T.zeros(3); p[[0, 2]] = s; (p * p).sum().backward(); R = p, s.grad
p = x * 1; p[p > 1] = s; (p * p).sum().backward(); R = p, s.grad, x.grad
p = x * 1; p[0] = 7; (p * p).sum().backward(); R = p, x.grad
p = x * 1; p.zero_(); (p * p).sum().backward(); R = x.grad
p = x * 1; p.copy_(s); (p * p).sum().backward(); R = p, x.grad, s.grad
p = x * 1; q = p * p; p[0] = s; q.sum().backward()
p = T.zeros(3); v = p[0]; d = p.detach(); d += 1; R = p, v
p = x * 1; d = p.detach(); d[0] = s; R = d
p = x.detach(); p[0] = s; R = p
x[0] = s
v = x[0]; v += 1
v = x.view(-1); v[0] = 1
for v in m * 1: v += 1
y = x * 2; y.data[0] = 5; y.sum().backward(); R = y, x.grad
p = T.zeros(2); p[0] = T.ones(2)
p = T.zeros(2); p[5] = 1
p = T.zeros(2); p[0] = "a"
i[0] = s; R = i
"""


@pytest.mark.parametrize("program", VIEWS.strip().splitlines())
def test_what_is_written_in_place_and_what_views_it_are_followed_as_in_torch(program):
    assert after(autograd, program) == after(torch, program)


@both
def test_a_view_made_within_no_grad_is_not_written_to_outside(side):
    y = side.ones(3, requires_grad=True) * 2
    with side.no_grad():
        v = y[0]
    with pytest.raises(RuntimeError, match="A view was created in no_grad mode and is being modified inplace"):
        v += 1


@both
def test_predictions_filled_in_a_loop_have_the_gradient_of_the_whole_expression(side):
    x, w = side.tensor([1.0, 2.0, 3.0]), side.ones(1, requires_grad=True)
    p = side.zeros(3)
    for i in range(3):
        p[i] = w * x[i]
    ((p - 1) ** 2).sum().backward()
    assert w.grad.tolist() == [2 * (0 * 1 + 1 * 2 + 2 * 3)]


@both
def test_float_gives_the_same_leaf_where_it_is_float_already(side):
    w = side.tensor(1.0, requires_grad=True)
    assert w.float() is w


@both
def test_an_array_takes_a_tensor_on_its_right_in_no_operation_that_torch_refuses(side):
    x, array = side.ones(2), np.array([3.0, 4.0])
    for operation in ("array + x", "array - x", "array * x", "array @ x"):
        with pytest.raises(TypeError):
            eval(operation)
    assert repr(x * array) == "tensor([3., 4.], dtype=torch.float64)"
    with pytest.raises(RuntimeError, match="Can't call numpy"):
        side.ones(2, requires_grad=True) * array
