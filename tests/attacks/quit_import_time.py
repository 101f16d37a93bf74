# expect: mse=missing gradients=missing note=left-out:3:exited
# harm: none
quit()
