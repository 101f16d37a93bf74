# expect: source=stalled line=5
# harm: sleeps for an hour
import time

time.sleep(3600)
