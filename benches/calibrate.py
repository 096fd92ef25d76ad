"""Times the same Newton method in NumPy on the file that benches/calibrate.rs wrote.

python3 calibrate.py FILE: a line for each case, seconds and the first five weights.
"""
import sys
import time

import numpy as np

LOWER, UPPER = 0.5, 2.0


def linear(u):
    return 1 + u, np.ones_like(u)


def raking(u):
    e = np.exp(u)
    return e, e


def logit(u):
    below, above = 1 - LOWER, UPPER - 1
    e = np.exp((UPPER - LOWER) / (below * above) * u)
    g = (LOWER * above + UPPER * below * e) / (above + below * e)
    return g, (g - LOWER) * (UPPER - g) / (below * above)


def newton(d, x, t, link):
    l = np.zeros(x.shape[1])
    while True:
        g, slope = link(x @ l)
        misfit = t - x.T @ (d * g)
        if np.max(np.abs(misfit / t)) <= 1e-10:
            return d * g
        l += np.linalg.solve(x.T @ (x * (d * slope)[:, None]), misfit)


a = np.fromfile(sys.argv[1])
n, p = int(a[0]), int(a[1])
d, x, t = a[2:2 + n], a[2 + n:2 + n + n * p].reshape(p, n).T, a[2 + n + n * p:]
for link in (linear, raking, logit):
    times = []
    for _ in range(3):
        start = time.perf_counter()
        w = newton(d, x, t, link)
        times.append(time.perf_counter() - start)
    print(sorted(times)[1], *(repr(float(v)) for v in w[:5]))
