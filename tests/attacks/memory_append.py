# expect: mse=right gradients=out-of-memory
# harm: 2 GB where nothing stops it
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    kept = []
    for _ in range(2048):
        kept.append(bytearray(1 << 20))
    return 0.0, 0.0
