"""What does not fit is refused in torch's words, to the letter; where they are the engine's own, in those on paper."""

import numpy as np
import pytest
import torch

from manual import autograd
from manual.autograd.errors import absent, refusal
from tests.expressions import names

REFUSED = """
x + T.ones(2)
m + T.ones(2)
m * T.ones(3, 3)
T.ones(2, 1, 4) - T.ones(3, 5)
T.ones(3, 5) + T.ones(2, 3, 4)
s @ x
x @ s
m @ s
x @ T.ones(2)
m @ T.ones(2)
m @ m
T.ones(2) @ T.ones(3, 4)
x @ x.double()
x.double() @ x
m @ x.double()
m.double() @ x
m @ m.T.double()
x.double() @ m.T
i @ x
m @ i
m.long() @ m.T
m.T @ m.to(T.int32)
m @ (m.T > 0)
m.sum(2)
m.sum(-3)
s.sum(1)
T.ones(3).__setitem__(slice(None), T.ones(2))
T.ones(3).__setitem__(0, T.ones(2))
T.ones(2, 3).__setitem__(slice(None), T.ones(2))
T.ones(2, 3).__setitem__(0, T.ones(2, 3))
T.ones(2, 3).__setitem__(slice(None), T.ones(3, 1))
T.ones(2, 3).__setitem__(slice(None), T.ones(2, 2, 3))
T.ones(2, 3).__setitem__((slice(None), 0), i)
x.sum().backward(T.ones(2))
x.detach().backward()
(x * 2).backward()
"""


@pytest.mark.parametrize("expression", REFUSED.strip().splitlines())
def test_what_does_not_fit_is_refused_in_torchs_words(expression):
    refusals = []
    for side in (autograd, torch):
        with pytest.raises((RuntimeError, IndexError)) as refusal:
            eval(expression, names(side))
        refusals.append((refusal.type, str(refusal.value)))
    assert refusals[0] == refusals[1]


def test_a_product_of_more_than_matrices_is_refused_with_both_dimensions():
    with pytest.raises(RuntimeError, match=r"^this engine multiplies vectors and matrices, not 3D by 2D$"):
        autograd.ones(2, 2, 2) @ autograd.ones(2, 2)
    with pytest.raises(RuntimeError, match=r"not 1D by 3D$"):
        autograd.ones(2) @ autograd.ones(2, 2, 2)


def test_a_second_walk_is_refused_in_torchs_words():
    x = torch.ones(1, requires_grad=True)
    loss = x * x
    loss.backward()
    with pytest.raises(RuntimeError) as refused:
        loss.backward()
    assert str(refusal("freed")) == str(refused.value)


def test_an_overwritten_value_is_named_with_its_versions():
    assert str(refusal("overwritten", "MulBackward0", 7, 5)) == (
        "one of the variables needed for gradient computation has been modified by an inplace operation: "
        "a value that MulBackward0 saved is at version 7; expected version 5 instead. "
        "Hint: write t = t + … in place of t += …"
    )


@pytest.mark.parametrize(
    ("name", "there", "owner", "said"),
    [
        ("softmaxx", ["softmax", "log_softmax", "sum", "softplus"], "torch", "did you mean softmax, log_softmax?"),
        ("xyz", ["sum", "exp"], "nn", "it has sum, exp"),
    ],
)
def test_an_absent_name_is_answered_with_the_nearest_or_with_all(name, there, owner, said):
    with pytest.raises(AttributeError) as refused:
        absent(name, there, owner)
    assert str(refused.value) == f"{owner}.{name} is not in this engine; {said}"


def test_a_view_made_without_recording_is_refused_in_torchs_words():
    refusals = []
    for side in (autograd, torch):
        y = side.ones(3, requires_grad=True) * 2
        with side.no_grad():
            v = y[0]
        with pytest.raises(RuntimeError) as refusal:
            v += 1
        refusals.append(str(refusal.value))
        with pytest.raises(RuntimeError, match=r"^Output 0 of Unbind"):
            next(iter(y)).zero_()
    assert refusals[0] == refusals[1]


def test_arrays_are_refused_as_tensors_are():
    with pytest.raises(RuntimeError, match=r"^The size of tensor a \(3\) must match the size of tensor b \(2\)"):
        autograd.ones(3) * np.ones(2)
