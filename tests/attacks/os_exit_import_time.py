# expect: mse=missing gradients=missing note=left-out:5:exited
# harm: none
import os

os._exit(0)
