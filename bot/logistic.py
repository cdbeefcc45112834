"""Turn a fitted sum of weights into a probability."""

import math

# Beyond these a probability is 0 or 1 to 13 digits, and at last the exponential overflows.
FURTHEST = 30.0


def logistic(logit: float) -> float:
    """Return the probability that has these log-odds."""
    return 1 / (1 + math.exp(-max(-FURTHEST, min(FURTHEST, logit))))
