# expect: mse=right gradients=wrong-form note=form:coroutine
# harm: none
def mse(yp, y):
    return ((yp - y) ** 2).mean()


async def gradients(x, y, w, b):
    return 0.0, 0.0
