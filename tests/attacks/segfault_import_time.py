# expect: source=crashed:SIGSEGV
# harm: none
import ctypes

ctypes.string_at(0)
