# expect: source=timed-out line=4
# harm: one core until the limit
x = 0
while True:
    x += 1
