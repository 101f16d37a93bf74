"""The speed comparison: every implementation of one update, in interleaved rounds of one pinned run.

Nothing is timed whose answer is not within the bound that rounding allows it.
"""
