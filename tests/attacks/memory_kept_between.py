# expect: mse=out-of-memory gradients=out-of-memory
# harm: fills memory in one exercise to starve the next
kept = []


def mse(yp, y):
    while len(kept) < 2048:
        kept.append(bytearray(1 << 20))
    return 0.0


def gradients(x, y, w, b):
    kept.append(bytearray(1 << 20))
    return 0.0, 0.0
