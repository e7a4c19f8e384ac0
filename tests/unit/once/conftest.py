import pytest

from tests.unit.once.vendor import connect


@pytest.fixture
def crm(tmp_path):
    with connect(tmp_path) as crm:
        yield crm


@pytest.fixture
def run(crm):
    """Run a job and return it with the outcomes of its items."""

    def ran(job):
        job = crm.jobs.run(job.id)
        return job, [item.outcome for item in crm.jobs.items(job.id)]

    return ran
