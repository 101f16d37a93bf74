# expect: mse=missing gradients=missing
# harm: none
def mse(yp, y):
    return ((yp - y) ** 2).mean()


del mse
