# expect: mse=missing gradients=missing
# harm: none

