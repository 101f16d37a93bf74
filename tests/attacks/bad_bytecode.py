# expect: mse=right gradients=crashed
# harm: none
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    f = (lambda: None)
    f.__code__ = f.__code__.replace(co_code=bytes([100, 255, 83, 0]), co_stacksize=1)
    return f(), 0.0
