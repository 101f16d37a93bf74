# expect: mse=right gradients=wrong-form note=form:dict
# harm: none
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return {"dw": 1.0, "db": 2.0}
