# expect: mse=right gradients=right
# harm: a dataclass and type hints
from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Line:
    w: float
    b: float

    def residuals(self, x, y):
        return self.w * x + self.b - y


def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    r = Line(w, b).residuals(x, y)
    return 2 * (r * x).mean(), 2 * r.mean()
