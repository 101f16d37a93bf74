# expect: mse=right gradients=crashed|error
# harm: none
import sys

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    sys.setrecursionlimit(10**8)

    def down(n):
        return sorted([n], key=down)

    return down(0), 0.0
