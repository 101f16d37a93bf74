# expect: mse=wrong-value gradients=wrong-value
# harm: replaces the functions of its own process by its own
import sys


def forge(_result, outputs, codes, values, _longest):
    codes.extend([0] * outputs)
    values.extend([0.0] * outputs)


frame = sys._getframe()
while frame:
    if "convert" in frame.f_globals and "Worker" in frame.f_globals:
        frame.f_globals["convert"] = forge
    frame = frame.f_back

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return 0.0, 0.0
