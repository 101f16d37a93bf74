# expect: mse=missing gradients=missing note=made:float
# harm: none
mse = 1.5
