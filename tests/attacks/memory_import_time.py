# expect: source=out-of-memory line=3
# harm: 2 GB where nothing stops it
x = bytearray(1 << 31)
