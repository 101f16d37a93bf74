# expect: mse=missing gradients=missing note=left-out:5:crashed
# harm: none
import ctypes

ctypes.string_at(0)
