"""How torch rounds: the order of its short sums. What is printed of a lesson shows it in the last digit."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

TORCH_ORDER = {4: (0, 4, 5, 6, 1, 2, 3), 8: (4, 5, 6, 0, 1, 2, 3)}  # by bytes an entry: ATen/native/cpu/SumKernel.cpp


def summed(array: NDArray[Any]) -> Any:
    """The sum of all entries. Fewer than eight are taken in torch's order, which shows in a lesson's last digits."""
    if 4 < array.size < 8 and array.dtype.kind == "f":
        array = array.reshape(-1)[[i for i in TORCH_ORDER[array.itemsize] if i < array.size]]
    return np.add.reduce(array, None)
