# expect: mse=missing:later gradients=missing
# harm: none
def mse(yp, y):
    raise NotImplementedError("later")
