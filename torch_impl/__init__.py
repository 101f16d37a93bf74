"""The mirror of `manual`: torch's autograd and `torch.optim.SGD`, under the same names.

    x   inputs, (n,) or (n, d)            yp  predictions x w + b, (n,)
    y   targets, (n,)                     r   residuals yp - y, (n,)
    w   weight, () or (d,)                dw, db  derivatives of the loss by w and by b
    b   bias, ()                          p, v    a parameter and its momentum buffer
    n   rows, d features                  lr      learning rate
"""
