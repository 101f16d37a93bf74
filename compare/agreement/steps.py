"""The chain rule, one named step at a time: each value on the way to the loss, and the gradient that arrives at it.

    w, b ──► w·x ──► yp = w·x + b ──► r = yp - y ──► r² ──► loss = mean(r²)

By hand the gradients come from `manual.regression`. The engine and torch run one and the same program and are asked to
retain the gradient of every step; the graph's edges are read off the engine's own nodes.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from compare.agreement.case import LessonCase
from compare.agreement.records import Value
from compare.lessons import Lesson
from manual.autograd import tensor
from manual.regression import dmse_db, dmse_dw, dmse_dyp

Array = NDArray[Any]
DATA = {"w·x": ("x",), "r": ("y",)}  # what a step takes in beside its graph's operands: no gradient flows into data


class Step(NamedTuple):
    """One value on the way to the loss, by every side. Data have no gradient (None)."""

    name: str
    formula: str  # "" for what is given: data and parameters
    inputs: tuple[str, ...]  # the names of the steps that it is computed from
    value: Mapping[str, Value]
    gradient: Mapping[str, Value] | None


class Steps(NamedTuple):
    """The steps of one lesson at its start, in the order of the computation."""

    name: str
    title: Mapping[str, str]  # by language
    dtype: str
    steps: list[Step]


def steps(lesson: Lesson, dtype: str | None = None, with_torch: bool = True) -> Steps:
    """The chain rule of the lesson's loss at its first parameters. `dtype` defaults to the lesson's own."""
    case = LessonCase(lesson, dtype or lesson.dtype)
    x, y, w, b = case.data
    engine = forward(*map(tensor, (x, y)), *(tensor(p, requires_grad=True) for p in (w, b)))
    inputs = _inputs(engine)  # before backward() lets go of the graph
    sides = {"manual": _by_hand(x, y, w, b), "autograd": _walked_back(engine)}
    if with_torch:
        sides["torch"] = _by_torch(x, y, w, b)
    found = []
    for name, formula in _formulas(x.ndim).items():
        value, gradient = ({side: _plain(each[name][k]) for side, each in sides.items()} for k in (0, 1))
        flows = sides["manual"][name][1] is not None
        found.append(Step(name, formula, inputs[name], value, gradient if flows else None))
    return Steps(lesson.name, lesson.title, case.dtype, found)


def forward(x: Any, y: Any, w: Any, b: Any) -> dict[str, Any]:
    """Every value on the way to the loss, by name: of arrays, of the engine's tensors or of torch's."""
    wx = w * x if x.ndim == 1 else x @ w  # (n,)
    yp = wx + b
    r = yp - y
    squares = r**2
    return {"x": x, "y": y, "w": w, "b": b, "w·x": wx, "yp": yp, "r": r, "r²": squares, "loss": squares.mean()}


def _formulas(ndim: int) -> dict[str, str]:
    product = "w * x" if ndim == 1 else "x @ w"
    computed = {"w·x": product, "yp": "w·x + b", "r": "yp - y", "r²": "r * r", "loss": "mean(r²)"}
    return dict.fromkeys("xywb", "") | computed


def _by_hand(x: Array, y: Array, w: Array, b: Array) -> dict[str, tuple[Any, Any]]:
    """(value, gradient) by name. The loss moves with itself by 1, with a square by 1/n, with a residual by 2r/n."""
    values = forward(x, y, w, b)
    dyp = dmse_dyp(values["yp"], y)  # (n,)
    gradients = {
        "w": dmse_dw(x, dyp),
        "b": dmse_db(dyp),
        "w·x": dyp,
        "yp": dyp,
        "r": dyp,
        "r²": np.full_like(dyp, 1 / len(y)),
        "loss": np.ones_like(values["loss"]),
    }
    return {name: (value, gradients.get(name)) for name, value in values.items()}


def _by_torch(x: Array, y: Array, w: Array, b: Array) -> dict[str, tuple[Any, Any]]:
    """The same program on torch's tensors. torch is imported here, and only when the steps are asked for."""
    from torch_impl.inputs import checked

    data, target, weight, bias = checked(x, y, w, b)
    return _walked_back(forward(data, target, weight.requires_grad_(), bias.requires_grad_()))


def _walked_back(values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """(value, gradient) by name, after backward() from the loss."""
    for value in values.values():
        if value.requires_grad:
            value.retain_grad()
    values["loss"].backward()
    gradients = {name: value.grad.numpy() if value.requires_grad else None for name, value in values.items()}
    return {name: (value.detach().numpy(), gradients[name]) for name, value in values.items()}


def _inputs(values: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """By name, the names of the operands: those that the engine's node leads back to, and the data."""

    def operands(value: Any) -> list[str]:
        edges = value.node.edges if value.node else ()
        return [name for edge in edges if edge for name, other in values.items() if other.node is edge.source]

    return {name: (*operands(value), *DATA.get(name, ())) for name, value in values.items()}


def _plain(array: Any) -> Any:
    """Python floats; None for what is not finite, and where there is nothing."""
    if array is None:
        return None
    doubles = np.asarray(array).astype(object)
    doubles[~np.isfinite(array)] = None
    return doubles.tolist()
