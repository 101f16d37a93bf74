# expect: mse=right gradients=stalled
# harm: waits for nothing
import select

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    select.select([], [], [])
