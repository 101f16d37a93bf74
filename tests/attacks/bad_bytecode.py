# expect: mse=right gradients=crashed
# harm: none
from opcode import opmap

OPERATIONS = (("EXTENDED_ARG", 127), ("EXTENDED_ARG", 255), ("EXTENDED_ARG", 255), ("LOAD_CONST", 255), ("RETURN_VALUE", 0))
CODE = bytes(byte for name, argument in OPERATIONS for byte in (opmap[name], argument))


def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    f = (lambda: None)
    f.__code__ = f.__code__.replace(co_code=CODE, co_stacksize=1)
    return f(), 0.0
