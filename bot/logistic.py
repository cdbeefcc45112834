"""Turn a fitted sum of weights into a probability."""

import math

# Beyond these the exponential overflows, and a probability is 0 or 1 to 13 digits.
FURTHEST = 30.0


def logistic(logit: float) -> float:
    """Return the probability that has these log-odds."""
    return 1 / (1 + math.exp(-max(-FURTHEST, min(FURTHEST, logit))))
