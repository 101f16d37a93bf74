"""What a student derives by hand, in NumPy. `torch_impl` does the same with torch, under the same names.

    x   inputs, (n,) or (n, d)            yp  predictions x w + b, (n,)
    y   targets, (n,)                     r   residuals yp - y, (n,)
    w   weight, () or (d,)                dw, db  derivatives of the loss by w and by b
    b   bias, ()                          p, v    a parameter and its momentum buffer
    n   rows, d features                  lr      learning rate

Read regression.py first, then sgd.py and training.py; then adam.py, and autograd/core.py, which derives by itself what
regression.py derives by hand. statistics.py and closed_form.py say what a derivation by hand buys.
"""
