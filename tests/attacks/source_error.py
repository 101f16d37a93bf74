# expect: mse=missing gradients=missing note=left-out:3:error
# harm: none
1 / 0
