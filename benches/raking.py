"""Rakes the columns that `raking.rs` wrote, with NumPy and with packages of PyPI.

    pip install -r benches/raking_requirements.txt     (Python 3.12 or later)
    GKO_BENCH_DATA=$PWD/target/raking cargo bench -p gko-survey --bench raking
    python benches/raking.py target/raking/independent [runs]

Each way runs in a process of its own; reading the columns and making the data frame
are not counted. Where there is a setting, the largest relative gap allowed is 1e-10;
the gap that was really reached is measured on the rows. rimpy and weightipy take no
given weights: they start from weights of 1, which is less work. weightipy 0.4.2 takes
a tolerance and does not hand it on, so that it stops at its own one.
"""

import contextlib
import io
import json
import os
import statistics
import subprocess
import sys
import time
import warnings

import numpy as np

CATEGORIES = [2, 3, 17, 12]
NAMES = ["sex", "age", "country", "region"]
TOLERANCE = 1e-10
SWEEPS = 1000


class Data:
    def __init__(self, folder):
        read = lambda name, kind: np.fromfile(os.path.join(folder, name), kind)
        self.weights = read("weights.f64", "<f8")
        self.codes = [read(f"codes{at}.u8", "u1") for at in range(len(NAMES))]
        self.targets = [read(f"targets{at}.f64", "<f8") for at in range(len(NAMES))]

    def gap(self, weights):
        """The largest relative gap of any margin, of shares where weights are relative."""
        scale = self.targets[0].sum() / weights.sum()
        gaps = [
            np.abs(np.bincount(codes, weights, len(targets)) * scale / targets - 1).max()
            for codes, targets in zip(self.codes, self.targets)
        ]
        return float(max(gaps))

    def shares(self, key=int):
        return {
            name: {key(at): float(share) for at, share in enumerate(targets / targets.sum())}
            for name, targets in zip(NAMES, self.targets)
        }

    def columns(self):
        return dict(zip(NAMES, self.codes))


def sweeps(weights, codes, targets):
    """Raking with one `bincount` and one product a margin, until all margins hold."""
    for _ in range(SWEEPS):
        first = 0.0
        for code, target in zip(codes, targets):
            sums = np.bincount(code, weights, len(target))
            first = max(first, np.abs(sums[sums > 0] / target[sums > 0] - 1).max())
            weights *= np.divide(target, sums, out=np.ones(len(target)), where=sums > 0)[code]
        if first <= TOLERANCE:
            return weights
    return weights


def numpy_rows(data):
    """On the rows; codes become NumPy's own integers once, which `bincount` wants."""
    return lambda: sweeps(
        data.weights.copy(), [codes.astype(np.intp) for codes in data.codes], data.targets
    )


def numpy_cells(data):
    """On the cells, as `raking.rs` does it."""

    def run():
        cell = np.ravel_multi_index(data.codes, CATEGORIES)
        given = np.bincount(cell, data.weights, int(np.prod(CATEGORIES)))
        codes = np.unravel_index(np.arange(len(given)), CATEGORIES)
        raked = sweeps(given.copy(), codes, data.targets)
        return data.weights * np.divide(raked, given, out=np.ones(len(given)), where=given > 0)[cell]

    return run


def rimpy(data):
    import polars as pl
    import rimpy

    frame, shares = pl.DataFrame(data.columns()), data.shares()
    return lambda: rimpy.rake(
        frame, shares, max_iterations=SWEEPS, convergence_threshold=TOLERANCE
    )["weight"].to_numpy()


def weightipy(data):
    import pandas as pd
    import weightipy as wp

    frame = pd.DataFrame(data.columns())
    shares = {
        name: {code: 100 * share for code, share in all.items()}
        for name, all in data.shares().items()
    }
    settings = {"max_iterations": SWEEPS, "convcrit": TOLERANCE}
    scheme = lambda: wp.scheme_from_dict(shares, name="all", rim_params=settings)
    return lambda: wp.weight(frame, scheme()).to_numpy()


def leafblower(data):
    """With labels, which it would otherwise make of the codes, more slowly."""
    import leafblower as lb
    import pandas as pd

    labels = {name: codes.astype(str) for name, codes in data.columns().items()}
    frame, shares = pd.DataFrame(labels), data.shares(str)
    convergence = {"metric": "max_err", "rule": "threshold", "tol": TOLERANCE}
    return lambda: lb.harvest(
        frame,
        shares,
        max_weight=1e9,
        method="raking",
        max_iterations=SWEEPS,
        start_weights=data.weights,
        attach_weights=False,
        convergence=convergence,
    )["weights"]


def svy(data):
    import polars as pl
    import svy

    sample = svy.Sample(
        pl.DataFrame(data.columns() | {"weight": data.weights}), svy.Design(wgt="weight")
    )
    controls = {
        name: {at: float(target) for at, target in enumerate(targets)}
        for name, targets in zip(NAMES, data.targets)
    }
    rake = lambda: sample.weighting.rake(controls=controls, tol=TOLERANCE, max_iter=SWEEPS)
    return lambda: rake().data["rk_wgt"].to_numpy()


WAYS = [numpy_rows, numpy_cells, rimpy, weightipy, leafblower, svy]


def measured(way, folder, runs):
    """Seconds of each run, and the gap."""
    warnings.simplefilter("ignore")
    data = Data(folder)
    run, times, weights = way(data), [], None
    for _ in range(runs):
        start = time.perf_counter()
        with contextlib.redirect_stdout(io.StringIO()):
            weights = run()
        times.append(time.perf_counter() - start)
    return {"times": times, "gap": data.gap(np.asarray(weights, float))}


def alone(way, folder, runs):
    """The same in a process of its own."""
    command = [sys.executable, __file__, folder, str(runs), way.__name__]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        return None, done.stderr.strip().splitlines()[-1:]
    return json.loads(done.stdout.splitlines()[-1]), None


def main():
    folder = sys.argv[1]
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    if len(sys.argv) > 3:
        way = next(way for way in WAYS if way.__name__ == sys.argv[3])
        print(json.dumps(measured(way, folder, runs)))
        return
    print(f"{'':14}{'median s':>10}{'least s':>10}{'gap':>10}")
    for way in WAYS:
        found, failed = alone(way, folder, runs)
        if failed is not None:
            print(f"{way.__name__:14}did not run: {failed}")
            continue
        times = found["times"]
        numbers = f"{statistics.median(times):10.2f}{min(times):10.2f}{found['gap']:10.1e}"
        print(f"{way.__name__:14}{numbers}", flush=True)


if __name__ == "__main__":
    main()
