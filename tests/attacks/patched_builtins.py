# expect: mse=right gradients=wrong-value
# harm: makes every comparison true
import builtins

builtins.abs = lambda value: 0.0
builtins.max = builtins.sum = lambda *a, **k: 0.0

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return 0.0, 0.0
