# expect: mse=wrong-form gradients=missing note=form:float
# harm: none
mse = 1.5
