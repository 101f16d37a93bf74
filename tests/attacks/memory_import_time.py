# expect: mse=missing gradients=missing note=left-out:3:out-of-memory
# harm: 2 GB where nothing stops it
x = bytearray(1 << 31)
