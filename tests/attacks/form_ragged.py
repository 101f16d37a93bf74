# expect: mse=wrong-form gradients=missing note=form:ragged
# harm: none
def mse(yp, y):
    return [1.0, [2.0]]
