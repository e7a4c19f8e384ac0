"""Groups that the vendor holds full and we do not, because the last who came in were never told of."""

from random import Random

import pytest

from privcrm.models.codes import OverflowStrategy
from tests.simulation.arrivals import HOUR, Burst, crowd
from tests.simulation.at_groups import Hall, Occasion, open_hall
from tests.simulation.lag import Lag
from tests.store.databases import ready_database

DEAF = Lag(seconds=2.0, jitter=6.0, lost=0.4)


@pytest.fixture
def url(tmp_path):
    with ready_database("sqlite", tmp_path) as url:
        yield url


@pytest.mark.parametrize("listed", [1, 3])
@pytest.mark.parametrize("seed", range(2))
def test_a_code_opens_no_group_for_each_newcomer_where_many_joins_are_never_told_of(url, listed, seed):
    with open_hall(url, Hall(OverflowStrategy.NATIVE, listed=listed, lag=DEAF), seed=seed) as simulation:
        occasion = Occasion(simulation, Hall(OverflowStrategy.NATIVE, listed=listed, lag=DEAF))
        start = simulation.loop.now + 10
        occasion.let_come(crowd(Random(seed), 1_000, start=start, days=1, bursts=[Burst(10 * HOUR, 2, 300)]))
        outcome = occasion.outcome()
    assert outcome.over_filled == 0
    assert outcome.turned_away == 0
    assert outcome.groups <= 1_000 // 198 + 1 + listed
    assert outcome.least_fill >= 0.9
