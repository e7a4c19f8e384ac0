import pytest

from privcrm.clock import ManualClock
from privcrm.errors import StoreError
from privcrm.store import Stop, Store, open_store


def test_a_stop_holds_for_every_process_of_the_company_until_start(url: str, store: Store, clock: ManualClock) -> None:
    store.switch.stop("wrong campaign", "amy")
    store.switch.stop("me too", "bob")
    with open_store(url, clock=clock, company="acme") as other, open_store(url, clock=clock, company="x") as stranger:
        assert other.switch.current() == Stop("wrong campaign", "amy", clock.time())
        assert not stranger.switch.stopped()
        other.switch.start("cyd")
    assert not store.switch.stopped()
    assert [(entry.who, entry.what) for entry in store.audit.entries()] == [
        ("amy", "stop"),
        ("bob", "stop"),
        ("cyd", "start"),
    ]


def test_audit_lines_come_in_order_page_after_page(store: Store) -> None:
    with store.database.transaction() as connection:
        for number in range(1_203):
            store.audit.write(connection, "amy", "export", job_id="a" if number % 3 == 0 else "b", number=number)
    assert [entry.details["number"] for entry in store.audit.entries()] == list(range(1_203))
    assert len(list(store.audit.entries(job_id="a"))) == 401
    last = list(store.audit.entries())[-2]
    assert [entry.details["number"] for entry in store.audit.entries(after=last.number)] == [1_202]


@pytest.mark.parametrize("statement", ["UPDATE privcrm_audit SET who = 'eve'", "DELETE FROM privcrm_audit"])
def test_the_database_refuses_to_change_the_audit(store: Store, statement: str) -> None:
    store.audit.add("amy", "export")

    def tamper() -> None:
        with store.database.transaction() as connection:
            connection.run(statement)

    with pytest.raises(StoreError):
        tamper()
    assert [entry.who for entry in store.audit.entries()] == ["amy"]
