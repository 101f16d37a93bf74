# expect: mse=missing gradients=missing note=left-out:4:timed-out
# harm: one core until the limit
x = 0
while True:
    x += 1
