"""The truth in rational arithmetic, and the only derivation of how far rounding may carry a right program from it.

    exact.py        the loss, its derivatives by central differences, and updates: nothing here was derived by hand
    descent.py      a whole run of gradient descent
    rounding.py     units in the last place, and the bounds of one evaluation and of one update
    propagation.py  the bounds of a run, from update to update

`x` inputs (n,) or (n, d); `y` targets (n,); `w`, `b` parameters; `r` = x w + b - y residuals; `dw`, `db` derivatives.
"""
