"""A question after others: what it leans on, and how it stands alone.

`standalone` brings it together. `courtesies` ask nothing, `leaning` tells whether a question lacks
something, `topics` and `persons` what that may be; `swaps` put another in an earlier one's place.
"""
