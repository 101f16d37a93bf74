"""torch's functions, with all their options: their results and gradients print as in torch, their refusals read so."""

import numpy as np
import pytest
import torch

from manual import autograd
from tests.expressions import names, printed

TABLE = """
T.add(x, x, alpha=3); T.add(x, 2); T.add(x, 2, alpha=3); T.sub(x, m, alpha=3); T.sub(x, 2); T.sub(x, 2, alpha=0.5)
T.mul(x, m); T.div(x, m); T.pow(x, 2); T.matmul(m, x); T.mm(m, m.T); T.dot(x, x); T.neg(x); T.square(m); T.clone(x)
x.add(1, alpha=2); x.sub(x, alpha=2); x.mul(3); x.div(4); x.pow(3); m.matmul(x); m.mm(m.t()); x.dot(x); x.neg()
T.sigmoid(m); T.sin(m); T.cos(m); T.reciprocal(m); T.exp(i); T.sigmoid(i); T.sin(i); T.cos(f); m.square(); i.square()
T.sum(m, 0, True); T.sum(m, dtype=T.float64); T.sum(f); T.sum(f, dtype=T.float32); T.sum(m, axis=1); f.sum(0); s.sum(0)
m.sum(1, dtype=T.float64); m.sum(-2); m.sum([0, 1], keepdim=True); s.sum(-1); T.sum(m, dim=(1,), keepdim=True)
T.mean(m, 0, True); T.mean(i, dtype=T.float32); T.mean(m, axis=0); T.mean(m, 1, dtype=T.float64); s.mean(0); m.mean(-2)
m.var(); m.var(0); m.var(1, keepdim=True); m.var(1, correction=0); T.var(m, unbiased=False); T.var(m, (0, 1))
m.var(-1, correction=2); m.var([0], keepdim=True); T.var(m, 1, unbiased=False); m.double().var(0)
m.std(); m.std(0); m.std(1, keepdim=True); m.std(1, correction=0); T.std(m, unbiased=False); T.std(m, (0, 1))
m.std(-1, correction=2); m.std([0], keepdim=True); T.std(m, 1, unbiased=False); m.double().std(1)
T.max(m); T.min(m); m.max(); m.min(); T.max(m, m.T.reshape(2, 3)); T.min(m, x); T.maximum(x, m); T.minimum(x, m)
T.maximum(x, x[:1]); T.minimum(x, x[:1]); m.max(0).values; m.max(1).indices; m.max(1, True).values; m.max(-1).values
m.max(-1, keepdim=True).indices; m.min(0).values; m.min(1).indices; m.min(1, True).values; m.min(-2)[0]
m.argmax(); m.argmin(); m.argmax(0); m.argmin(0); m.argmax(1, keepdim=True); m.argmin(1, keepdim=True); m.argmin(-1)
T.ones(3).argmax(0, True); T.argmax(m, dim=0, keepdim=True); T.argmin(m, dim=1)
(m * 0 + x[1]).max(); (m * 0 + x[1]).min(); (m * 0 + x[1]).max(1)[0]; (m * 0 + x[1]).min(0)[0]
T.softmax(m, 0); T.softmax(m, 1); T.softmax(m, -1); T.softmax(x, dim=0, dtype=T.float64); (m * 100).softmax(1).detach()
T.softmax(i, 0, dtype=T.float32); T.softmax(s, 0); T.log_softmax(i, 0, dtype=T.float32)
T.log_softmax(m, 0); T.log_softmax(m, 1); T.log_softmax(m, -2); T.log_softmax(x, 0, T.float64); (m * 100).log_softmax(0)
m.clamp(-1, 2.5); m.clamp(min=0); m.clamp(max=0.5); m.clamp(-1.5); T.clamp(m, 2.5, 3.5); i.clamp(0, 2); i.clamp(min=2)
T.where(m > 0, m, x); T.where(m > 0, x, m); T.where(x > 1, 5.0, x); T.where(x > 1, x, 0.0); T.where(f, s, x)
m.where(m > x, x); T.where(x > 1, 2, x.double()); x.reshape(-1, 1); m.reshape((3, -1)); m.reshape([6]); m.view(3, 2)
m.flatten(); s.flatten(); x.flatten(); m[None].flatten(1); m[None].flatten(0, 1); m[:, None].flatten(-2); m.flatten(1)
m[None, :, None].flatten(1, 2); T.flatten(m, 0, 0); m.view(1, 6); T.flatten(m[None], start_dim=1, end_dim=-1)
x.t(); m.t(); s.t(); m.transpose(0, 1); T.transpose(m, -1, 0); m[None].transpose(0, 2); m[None].transpose(1, -1)
m.transpose(1, 1); m[None].squeeze(); m[None, :, None].squeeze(0); m[None].squeeze(1); m[:, None].squeeze(-2)
s.squeeze()
s.squeeze(0); x.unsqueeze(0); x.unsqueeze(1); x.unsqueeze(-1); x.unsqueeze(-2); m.unsqueeze(1); s.unsqueeze(0)
T.cat([m, m]); T.cat((m, x[None])); T.cat([m, m * 2, m], 1); T.cat([m, m[:, :1]], dim=-1); T.cat([x]); T.cat([i, i])
T.stack([x, x]); T.stack([x, m[0], m[1]], 1); T.stack((x, x), dim=-1); T.stack([s, s]); T.stack([x, x], -2)
T.isnan(x / 0 - x / 0); T.isnan(x); T.isfinite(x / 0); T.isfinite(m); (m > 0).all(); (m > -9).all(); (m > 3).any()
f.any(); (m > 9).any(); T.round(m); T.round(x / 7, decimals=2); m.round(); m.round(decimals=1); T.any(f); T.all(f)
T.equal(x, x); T.equal(x, x + 1); T.equal(x, m); x.equal(x * 1); T.allclose(x, x + 1e-7); T.allclose(x, x + 1)
T.allclose(x, x + 0.5, atol=0.6); T.allclose(x, x * 1.2, rtol=0.3); T.allclose(x, x * 1.01, 0.02, 0); x.allclose(x)
T.allclose(T.zeros(1), T.tensor([1.1e-8])); T.allclose(T.zeros(1), T.tensor([0.9e-8])); i.float(); x.long(); i.double()
T.allclose(T.ones(1), T.tensor([1.000012])); T.allclose(T.ones(1), T.tensor([1.000008])); f.double(); m.double()
s.long(); s.max(0); s.min(0); m.max(0); m.min(1, keepdims=True); m.max(axis=1); s.max(-1, True)
m.norm(); m.norm(dim=0); T.norm(x, 2, 0, True); m.norm("fro"); (x * 0).norm()
x.cumsum(0); m.cumsum(-1); m.cumsum(axis=0); T.cumsum(m, dim=1)
x.expand(2, 3); x.expand((2, -1)); m[:, :1].expand(-1, 4); s.expand(2); x.repeat(2); x.repeat(2, 2); m.repeat((1, 2))
m.permute(1, 0); m[None].permute((2, -3, 1)); m.view_as(m * 2); x.reshape_as(x[None])
x.split(2); m.split(2, 1); m.split([1, 2], dim=1); m.chunk(2); T.chunk(m, 2, 1); T.split(x, 2)[1] * x[0]
m.sort(); m.sort(0); m.sort(1, descending=True); m.sort(dim=0).values; x.topk(2); m.topk(2, 0).values; T.topk(m, 1)
m.argsort(); m.argsort(0, True); T.argsort(x, descending=True); m.sort(1)[0] * x; x.topk(2)[0]
T.sign(m); T.sign(x / 0 - x / 0); m.floor(); m.ceil(); T.isinf(x / 0); i.unique(); T.bincount(T.tensor([1, 2, 2]))
(m / m * 0).abs(); (x / 0 - x / 0).abs().sum(); x.eq(2); T.eq(m, x)
(m > 0).all(0); (m > 0).any(1); (m > 0).all(dim=1, keepdim=True)
m.numel(); T.numel(m); m.nelement(); m.dim(); m.tolist(); m.cpu(); x.is_contiguous(); m.T.contiguous(); x.contiguous()
m.int(); m.bool(); i.type(T.float64); m.type(); i.type(); m.type_as(i); i.type_as(x); m.mv(x); T.mv(m, x); m.clip(0, 1)
m.var(1, True); m.std(0, False); m.std(False); m.var(dim=0, unbiased=False, keepdim=True)
T.is_tensor(x); T.is_tensor(2); m.where(m > 0, x); x.float() % 2; i % 2; i // 2; f ^ f; f & ~f; f | f
m.sum(axis=0, keepdims=True); m.mean(axis=-1, keepdims=True)
T.where(x > 1, 1, 0); T.where(x > 1, 1.0, 0); T.where(x > 1, 0, i); i.clamp(0, 1.5); i.clamp(0.5); x.clamp(0, 2)
T.cat([T.zeros(0), m]); T.cat([x, T.zeros(0)]); T.cat([i, T.zeros(0)]); T.cat([T.zeros(0)]); i.to(T.uint8) + i * 300
T.cat([i, i.to(T.uint8)]); T.stack([f.to(T.uint8), i.to(T.int32)]); x[f.to(T.uint8).bool()]; x ** -2; x ** -0.5; m ** 4
i % 2.5; x.detach() % 0; x.detach() // 0; i // 0.0; i % -2
"""


@pytest.mark.parametrize("expressions", TABLE.strip().splitlines())
def test_a_functions_result_and_its_gradients_print_as_in_torch(expressions):
    assert printed(expressions, autograd) == printed(expressions, torch)


REFUSED = """
m.sum(2)
m.sum(-3)
m.max(2)
s.sum(1)
s.sum(-2)
x.unsqueeze(2)
x.unsqueeze(-3)
m.transpose(0, 2)
m.view(4, 2)
m.reshape(4, -1)
m.t().view(6)
T.cat([m, m], 2)
T.stack([x, x], 2)
i.mean()
f.mean()
i.mean(0)
T.softmax(x, 1)
x @ T.ones(2)
f - f
f - (x > 1)
m.expand(2, 4)
m.expand(3)
x.expand(3).add_(1)
x.detach().expand(2, 3).add_(1)
next(iter(m * 1)).add_(1)
(m * 1).split(1)[1].add_(1)
T.zeros(2, requires_grad=True).add_(1)
T.autograd.grad(x.sum(), T.ones(1))
T.autograd.grad(x.sum(), m)
__import__("copy").deepcopy(x * 2)
T.zeros(-1)
T.rand(2, -1)
T.zeros(1.5)
T.rand(2, dtype=T.int64)
T.randn(2, dtype=T.int64)
T.mm(m, x)
T.mm(x, m)
m.mv(m)
T.dot(m, x)
T.cat([x, s])
x - f
1 - f
f.argmax()
i.std()
i.norm()
i.softmax(0)
i.log_softmax(0)
x[x]
x[T.tensor([True, False])]
x[[0, 5]]
x.detach().__setitem__([5], 1)
(x > 1) & x.detach()
i // 0
i % T.tensor([1, 0, 2])
"""


@pytest.mark.parametrize("expression", REFUSED.strip().splitlines())
def test_a_function_refuses_in_torchs_words(expression):
    refusals = []
    for side in (autograd, torch):
        with pytest.raises((RuntimeError, IndexError, TypeError)) as refusal:
            eval(expression, names(side))
        refusals.append((refusal.type, str(refusal.value)))
    assert refusals[0] == refusals[1]


def test_a_view_shares_the_memory_and_counts_its_changes():
    x = autograd.zeros(2, 3)
    for shown in (x.view(6), x.reshape(3, 2), x.flatten(), x.t(), x.transpose(0, 1), x.unsqueeze(0), x.squeeze()):
        assert np.shares_memory(shown.array, x.array)
        assert shown.memory is x.memory
    assert x.t().reshape(6).memory is not x.memory


def test_an_empty_tensor_has_a_view_of_every_empty_shape():
    assert autograd.zeros(0).view(0, 2).shape == (0, 2)


def test_a_flat_tensor_is_itself_when_flattened():
    x = autograd.ones(3)
    assert x.flatten() is x
    assert autograd.tensor(2.0).flatten().shape == (1,)


ODD = """
1000, 0 | z.softmax(0); z.log_softmax(0); T.nn.functional.cross_entropy(z, T.tensor(1)); z.exp(); z.sigmoid(); z.tanh()
0, -200, 3 | z.softmax(0); z.sigmoid(); z.tanh(); z.log(); z.sqrt(); z**0.5
0, -200, 3 | z**3; z**0; z.abs(); 1 / z; -z; z * -1; z**-1
-1, 0, -0.0 | z.relu(); z.abs(); z.sign(); z.sqrt(); 1 / z
-1, 0, -0.0 | z.clamp(0); z.round(); z.norm(); z.max(); z.min(); z.cumsum(0)
nan, 1 | z.relu(); z.abs(); z.clamp(0, 2); z.max(); z.min()
nan, 1 | z.max(0).values; z.argmax(); z.sort().values; z.sum(); z.std()
nan, 1 | T.minimum(z, T.tensor([0.0, 1.0])); T.maximum(z, T.tensor([2.0, 0.0]))
nan, 1 | z.where(z > 0, z * 2); z.sigmoid(); z.tanh()
inf, 1 | z.mean(); z.std(); z.softmax(0); z.exp(); z - z; z.clamp(max=2); z.norm(); z * 0; 1 / z; z.log(); z.max()
2 | z.std(); z.var(); z.std(correction=0); z.max(); z.softmax(0); z.log_softmax(0); z.mean(); z.norm(); z.squeeze()
2, 2 | z.std(); z.var(); z.max(); z.min()
2, 2 | z.max(0).values; T.maximum(z, z * 1); T.minimum(z, T.tensor([2.0, 3.0])); z.sort().values
 | z.sum(); z.mean(); z.max(); z.min(); z.exp()
 | z.norm(); z.std(); z.view(0, 3).sum(0); z.view(0, 3).mean(0); z.reshape(0, 1)
0.5, 1.5, 2.5, -0.5 | z.round(); z.floor(); z.ceil(); z // 1; z % 1
0.5, 1.5, 2.5, -0.5 | z.long(); z.bool(); z.int(); z > 1; ~(z > 1); z.argmin()
1e-8, 1e8 | z * 3; z / 3; z**2; z.sum(); z.softmax(0); z.double()
1e-8, 1e8 | z.std(); z.float(); z + 1; z.log(); z.norm(); z.mean()
"""


def shown(side, entries, expression):
    """The value and the gradient, or the refusal."""
    z = side.tensor([float(one) for one in entries.split(",") if one.strip()], requires_grad=True)
    try:
        value = eval(expression, {"T": side, "z": z})
        if value.requires_grad:
            (value * side.arange(1.0, value.numel() + 1).reshape(value.shape)).sum().backward()
    except Exception as refusal:
        return type(refusal), str(refusal)
    return repr(value), repr(z.grad)


@pytest.mark.filterwarnings("ignore:std\\(\\)", "ignore:var\\(\\)", "ignore::RuntimeWarning")
@pytest.mark.parametrize("line", ODD.strip("\n").splitlines())
def test_infinities_no_numbers_and_empty_tensors_go_as_in_torch(line):
    entries, expressions = line.split(" | ") if " | " in line else ("", line)
    for expression in expressions.split("; "):
        assert shown(autograd, entries, expression) == shown(torch, entries, expression), expression
