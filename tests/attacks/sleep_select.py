# expect: mse=right gradients=timed-out
# harm: waits for nothing
import select

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    select.select([], [], [])
