"""What is asked: one function an exercise, by name, parameters and outputs.

`x`, `y`, `yp` are float64 arrays `(n,)`; every other parameter is a Python float, `epochs` an int.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Task(NamedTuple):
    """One exercise. `outputs` names what it returns: one name a result, `losses` and `yp` being arrays."""

    name: str
    parameters: tuple[str, ...]
    outputs: tuple[str, ...]
    points: float  # in the bundled course; split evenly between the outputs that `parts` lists
    parts: tuple[str, ...] = ()


_ALL = (
    Task("predict", ("x", "w", "b"), ("yp",), 2.0),
    Task("mse", ("yp", "y"), ("loss",), 2.0),
    Task("dmse_dyp", ("yp", "y"), ("dyp",), 2.0),
    Task("gradients", ("x", "y", "w", "b"), ("dw", "db"), 4.0, parts=("dw", "db")),
    Task("sgd_step", ("w", "b", "dw", "db", "lr"), ("w", "b"), 2.0),
    Task("train", ("x", "y", "w", "b", "lr", "epochs"), ("losses",), 3.0),
    Task("momentum_step", ("p", "v", "dp", "lr", "momentum"), ("p", "v"), 2.0),
    Task("train_momentum", ("x", "y", "w", "b", "lr", "momentum", "epochs"), ("losses",), 3.0),
)
TASKS: Mapping[str, Task] = {task.name: task for task in _ALL}
ARRAYS = frozenset({"x", "y", "yp"})  # the parameters that are arrays
