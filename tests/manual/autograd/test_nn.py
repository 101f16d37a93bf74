"""Modules, losses and batches do what torch's do, and refuse in its words."""

import subprocess
import sys
from collections import OrderedDict

import pytest
import torch

from manual import autograd
from manual.autograd.optim import Optimizer
from tests.expressions import names

EXPRESSIONS = """
nn.Linear(2, 1, bias=False)(m[:, :2])
nn.Linear(2, 3), nn.Linear(3, 1)(x), list(nn.Linear(3, 1).double().parameters())
nn.Linear(3, 2).to(T.float64)(m.double().detach())
nn.ModuleList([nn.Linear(1, 1)]).append(nn.ReLU()), nn.ModuleList([nn.Tanh(), nn.ReLU()])[1:], len(nn.ModuleList())
nn.Sequential(OrderedDict(a=nn.Linear(3, 1), b=nn.Tanh()))(m), [*nn.Sequential(nn.ReLU(), nn.Tanh())]
nn.Sequential(nn.Linear(3, 2), nn.ReLU())[0].weight.shape, nn.Flatten()(m[None]), nn.Flatten(0)(m), nn.Identity()(m)
nn.LeakyReLU(0.5)(m), nn.LeakyReLU(), nn.Softmax(dim=0)(x), nn.Softmax(1), nn.LogSoftmax(-1)(m), nn.Sigmoid()(m)
[module.training for module in nn.Sequential(nn.ReLU(), nn.Sequential(nn.Tanh())).eval().modules()]
F.linear(m, T.ones(2, 3)), F.leaky_relu(m), F.one_hot(T.tensor([0, 2])), F.one_hot(T.tensor([[1], [0]]), 3)
F.l1_loss(x, x * 2), F.l1_loss(x, x * 2, reduction="sum"), F.l1_loss(x, x * 2, reduction="none")
nn.L1Loss(reduction="sum")(x, m[0]), nn.MSELoss(reduction="none")(x, m[0]), nn.BCEWithLogitsLoss()(x, x * 0)
nn.BCELoss()(x / 4, x * 0), nn.NLLLoss()(m, T.tensor([0, 2]))
F.nll_loss(x, T.tensor(1)), F.cross_entropy(x, T.tensor(0))
nn.CrossEntropyLoss(reduction="sum")(m, T.tensor([0, 2])), nn.CrossEntropyLoss(reduction="none")(m, T.tensor([0, 2]))
[*data.DataLoader(data.TensorDataset(x, m.T), 2)], len(data.DataLoader([1, 2, 3], 2, drop_last=True))
[*data.DataLoader([1, 2, 3], 2, drop_last=True)], [*data.DataLoader([(1.5, 2), (3.5, 4)], 2)]
[*data.DataLoader(range(5), shuffle=True, generator=T.Generator().manual_seed(3))]
[*data.DataLoader([1], shuffle=True)]
[len(part) for part in data.random_split(range(10), [0.33, 0.33, 0.34])], [*data.random_split(range(5), [2, 3])[1]]
[*data.Subset([4, 5, 6], [2, 0])], T.Size([2, 3]).numel(), T.cuda.device_count(), T.cuda.is_available()
T.normal(x.detach(), 0.5).shape, T.normal(0.0, x.detach()), T.normal(m[:, :1].detach(), x.detach())
T.normal(1.0, 2.0, (2,))
T.cat([x, i, f]), T.cat([i, f]), T.stack([f, i]), T.stack([i, x, x.double()]), T.cat([x, i[:1].double(), x]).dtype
T.pow(2, x), T.exp(input=x), T.split(tensor=x, split_size_or_sections=2)
T.randint(3, size=(4,)), T.randint(1, 3, size=(4,), dtype=T.int32), T.randperm(3, dtype=T.int32)
T.rand(2, dtype=T.float64)
"""


def shown(side, expression):
    side.manual_seed(2)
    space = names(side) | {"nn": side.nn, "F": side.nn.functional, "data": side.utils.data, "OrderedDict": OrderedDict}
    return repr(eval(expression, space))


@pytest.mark.parametrize("expression", EXPRESSIONS.strip().splitlines())
def test_what_a_module_or_a_batch_gives_prints_as_in_torch(expression):
    assert shown(autograd, expression) == shown(torch, expression)


REFUSED = """
nn.Module()(x)
T.optim.Adam([x], betas=(0.9, 1.5))
T.optim.Adam([x], betas=(-0.1, 0.9))
T.optim.Adam([x], eps=-1.0)
F.binary_cross_entropy(x, m)
F.binary_cross_entropy(x, x)
F.binary_cross_entropy_with_logits(x, m)
F.nll_loss(m, T.tensor([0]))
F.mse_loss(i, i)
F.leaky_relu(i)
F.binary_cross_entropy(i * 0, i * 0)
F.binary_cross_entropy(x / 9, i)
F.binary_cross_entropy_with_logits(x, i)
F.binary_cross_entropy_with_logits(i, i)
F.nll_loss(i.view(1, 3), T.tensor([0]))
F.one_hot(x)
F.nll_loss(m, T.tensor([0, 3]))
data.TensorDataset(x, m)
data.random_split([1, 2], [1, 2])
data.Dataset()[0]
T.Tensor("a")
T.Tensor(1.5)
T.from_numpy([1])
x.__setattr__("grad", 0.0)
x.__setattr__("grad", T.ones(2))
x.__setattr__("data", 1)
x.__setattr__("data", i)
-f
list(s)
x.detach().__index__()
i.__index__()
x ** "a"
x @ 2
m.item()
float(m)
bool(m)
nn.Linear(3, 1)(m.double())
nn.Linear(3, 1)(T.tensor([[1, 2, 3]]))
T.cat([])
T.cat([x, m])
T.cat([m, m, m[:, :2]])
T.cat([m, m[:1]], 1)
T.stack([])
T.stack([x, x[:2]])
T.sqrt(4.0)
T.mean([1.0])
T.max(3)
bool(T.zeros(0))
len(s)
i ** -1
"""


@pytest.mark.parametrize("expression", REFUSED.strip().splitlines())
def test_what_does_not_fit_is_refused_in_torchs_words(expression):
    refusals = []
    for side in (autograd, torch):
        with pytest.raises(Exception) as refused:  # noqa: PT011 - kind and words are compared
            shown(side, expression)
        refusals.append((refused.type, str(refused.value).replace("class ", "")))
    assert refusals[0] == refusals[1]


def test_what_is_not_here_is_refused_in_the_engines_own_words():
    one, two = autograd.nn.Linear(1, 1), autograd.nn.Linear(1, 1, bias=False)
    with pytest.raises(RuntimeError, match=r"loading state_dict for Linear: \['bias'\]"):
        one.load_state_dict(two.state_dict())
    with pytest.raises(RuntimeError, match="expected target dtype to be Long or Byte, but got Float"):
        autograd.nn.functional.nll_loss(autograd.ones(1, 2), autograd.ones(1))
    with pytest.raises(ValueError, match="this engine loads in its own process: num_workers=0"):
        autograd.utils.data.DataLoader([1], num_workers=2)
    with pytest.raises(NotImplementedError):
        Optimizer([autograd.ones(1, requires_grad=True)]).updated(autograd.ones(1), None, None, {})
    with pytest.raises(TypeError, match=r"^SGD.__init__\(\) got an unexpected keyword argument 'momentun'"):
        autograd.optim.SGD([autograd.ones(1)], lr=0.1, momentun=0.9)
    for call in (
        "zeros(2, out=1)",
        "rand(2, out=1)",
        "std(autograd.ones(2), out=1)",
        "matmul(autograd.ones(2), out=1)",
    ):
        with pytest.raises(TypeError, match=rf"^{call.partition('(')[0]}\(\) got an unexpected keyword argument 'out'"):
            eval(f"autograd.{call}")
    with pytest.raises(ValueError, match="boom"):
        autograd.tensor(Odd())


class Odd:
    def __array__(self, *_, **__):
        raise ValueError("boom")


@pytest.mark.filterwarnings("ignore:Using a target size")
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_a_number_beside_many_targets_has_the_gradient_of_the_whole_loss(reduction):
    """On paper: of (s - 1)² and (s - 4)² at s = 2, the slopes are 2 and -4."""
    s = autograd.tensor(2.0, requires_grad=True)
    autograd.nn.functional.mse_loss(s, autograd.tensor([1.0, 4.0]), reduction=reduction).backward()
    assert s.grad.item() == (-1 if reduction == "mean" else -2)


def test_a_parameter_that_is_replaced_is_gone():
    module = autograd.nn.Linear(1, 1)
    module.bias = None
    module.weight = autograd.nn.Parameter(autograd.ones(2, 1))
    assert [(name, p.shape) for name, p in module.named_parameters()] == [("weight", (2, 1))]


def test_a_view_that_is_gone_or_was_made_unrecorded_is_left_as_it_is():
    y = autograd.ones(3, requires_grad=True) * 2
    with autograd.no_grad():
        kept = y[0]
    y[1:]
    y += 1
    assert kept.node is None
    assert y.tolist() == [3, 3, 3]


ASKED = "from manual.autograd import rounding; print(rounding.fuses())"


@pytest.mark.parametrize(("setting", "fused"), [("", None), ("default", False), ("DEFAULT", None)])
def test_without_torch_the_processor_is_asked_whether_torch_fuses(setting, fused):
    command = [sys.executable, "-c", ASKED]
    environment = {"ATEN_CPU_CAPABILITY": setting, "PYTHONPATH": "."}
    said = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.strip()
    with_torch = subprocess.run(
        [sys.executable, "-c", "import torch; " + ASKED], env=environment, check=True, capture_output=True, text=True
    ).stdout.strip()
    assert said == with_torch
    assert fused is None or said == str(fused)
