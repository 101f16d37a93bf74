# expect: mse=missing gradients=missing note=left-out:5:stalled
# harm: sleeps for an hour
import time

time.sleep(3600)
