"""Weights of a staff code whose vendor draws: how far the shares of 5:3:2 are off, and what that costs in calls.

Simulated crowds (the harness of the tests) come to the real services in virtual time; the vendor draws from the pool it
was told of, uniformly, and its events lag. The other way is to tell it of everybody once (`drawn` below), as most
systems do: their error does not depend on the rate. Ratios, not timings. `PRIVCRM_BENCH_SEEDS` is how many crowds.
"""

import os
import sys
import tempfile
from pathlib import Path
from random import Random

from _report import report

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.simulation.arrivals import steady
from tests.simulation.at_doors import WEIGHTS, Shares, measure_shares
from tests.simulation.figures import share_error
from tests.simulation.lag import Lag

SEEDS = range(1, 1 + int(os.environ.get("PRIVCRM_BENCH_SEEDS", "2")))
TWO_POINTS = 0.02
ONE_POINT = 0.01
RATES = ((2, 10.0), (20, 2.0), (100, 0.5))  # people a minute, and hours: about as many people each
LAGS = (2.0, 10.0)


def drawn(per_minute: float, hours: float, seed: int) -> float:
    """Return the error where everybody is in the vendor's pool for good."""
    rng, came = Random(seed), dict.fromkeys("abc", 0)
    for _ in steady(rng, per_minute, start=0, seconds=hours * 3600):
        came[rng.choice("abc")] += 1
    return share_error(came, dict(zip("abc", WEIGHTS, strict=True)))


def measured(pool: int, per_minute: float, hours: float, lag: float, seed: int) -> Shares:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/store.db"
        return measure_shares(url, pool=pool, per_minute=per_minute, lag=Lag(lag), seed=seed, hours=hours)


def main() -> int:
    met: list[bool] = []
    for per_minute, hours in RATES:
        whole = max(drawn(per_minute, hours, seed) for seed in SEEDS)
        for lag in LAGS:
            for pool, target in ((1, ONE_POINT), (2, TWO_POINTS)):
                crowds = [measured(pool, per_minute, hours, lag, seed) for seed in SEEDS]
                worst = max(each.error for each in crowds)
                met.append(
                    report(
                        "weights",
                        f"largest error of a share, k = {pool}, {per_minute} a minute, lag {lag:g} s",
                        worst,
                        target=target,
                        whole_pool=round(whole, 3),
                        better_by=round(whole / worst, 1) if worst else None,
                        pushes_per_hour=round(sum(each.pushes_per_hour for each in crowds) / len(crowds)),
                        people=sum(each.came for each in crowds),
                        seeds=len(crowds),
                    )
                )
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
