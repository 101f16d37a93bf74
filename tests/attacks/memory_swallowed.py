# expect: mse=right gradients=error:ZeroDivisionError
# harm: takes all it can, then goes on
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    kept = []
    try:
        for _ in range(2048):
            kept.append(bytearray(1 << 20))
    except MemoryError:
        kept.clear()
    return 1 / 0, 0.0
