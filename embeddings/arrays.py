"""The arrays of NumPy that travel the line."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Integers = NDArray[np.int32]
Indices = NDArray[np.int64]
