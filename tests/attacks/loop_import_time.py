# expect: source=timed-out
# harm: one core until the limit
x = 0
while True:
    x += 1
