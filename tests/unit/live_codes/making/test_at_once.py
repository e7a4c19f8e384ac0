"""Several who make the same codes, and a code that is deleted while it is being made."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from privcrm.errors import InputError
from privcrm.jobs import Jobs
from privcrm.jobs.records import Records
from privcrm.services.live_codes.making import CodeState
from privcrm.services.live_codes.making import making as front
from privcrm.services.live_codes.making.orders import Orders
from privcrm.store.live_codes.vendor_codes import VendorLife

WELL = {CodeState.CREATED, CodeState.UNCHANGED, CodeState.WAITING}


def test_many_who_make_the_same_codes_make_them_once(studio, provider):
    codes = [studio.code(f"S{number}") for number in range(5)]
    list(studio.making.create(codes[:1]))

    def make(_):
        return list(studio.making.create(codes[:1]))

    with ThreadPoolExecutor(8) as pool:
        outcomes = [each for some in pool.map(make, range(16)) for each in some]
    assert {each.state for each in outcomes} == {CodeState.UNCHANGED}
    assert len(list(provider.live_codes.contact_codes())) == 1


def test_many_who_go_on_with_the_same_orders_make_them_once(studio, provider, monkeypatch):
    codes = [studio.code(f"S{number}") for number in range(5)]
    with monkeypatch.context() as patched:
        patched.setattr(Orders, "carry_out", lambda *_, **__: iter(()))
        list(studio.making.create(codes))

    def go_on(_):
        return list(studio.making.resume())

    with ThreadPoolExecutor(6) as pool:
        outcomes = [each for some in pool.map(go_on, range(6)) for each in some]
    assert {each.state for each in outcomes} <= WELL
    # Where each saw another at it, all stood back.
    assert {each.state for each in studio.making.create(codes)} <= {CodeState.UNCHANGED, CodeState.CREATED}
    assert len(list(provider.live_codes.contact_codes())) == 5
    assert [each.life for each in studio.making.export()] == ["open"] * 5


def test_a_code_that_nobody_makes_any_more_can_be_deleted(studio, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(Orders, "carry_out", lambda *_, **__: iter(()))
        list(studio.making.create([studio.code()]))
    assert studio.making.delete("SH001").state is CodeState.DELETED
    assert list(studio.making.resume()) == []


def test_a_code_is_not_deleted_while_its_job_may_make_it(studio, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(front.Finishing, "finish", lambda *_, **__: pytest.fail("killed"))
        with pytest.raises(pytest.fail.Exception):
            list(studio.making.create([studio.code()]))
    with pytest.raises(InputError, match="is being made by job"):
        studio.making.delete("SH001")
    (made,) = studio.making.resume()
    assert made.state is CodeState.CREATED
    assert studio.making.delete("SH001").state is CodeState.DELETED


def test_what_was_deleted_while_it_was_made_is_an_orphan_that_is_known(studio, provider, monkeypatch):
    create = type(provider.live_codes).create_contact_code

    def deleted_meanwhile(self, spec, *, intent, extra=None):
        with studio.book.database.transaction() as connection:
            connection.run("DELETE FROM privcrm_code_making WHERE company = 'acme'")
        return create(self, spec, intent=intent, extra=extra)

    monkeypatch.setattr(type(provider.live_codes), "create_contact_code", deleted_meanwhile)
    (told,) = studio.making.create([studio.code()])
    assert (told.state, "delete it again" in told.message) == (CodeState.FAILED, True)
    assert [each.life for each in studio.vendors("SH001")] == [VendorLife.ORPHAN]
    assert studio.making.delete("SH001").state is CodeState.DELETED
    assert list(provider.live_codes.contact_codes()) == []


def test_who_tidies_up_holds_no_job_that_was_sealed_meanwhile(studio, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(Jobs, "run", lambda *_, **__: pytest.fail("killed"))
        with pytest.raises(pytest.fail.Exception):
            list(studio.making.create([studio.code()]))
    (job,) = studio.book.jobs.list()
    with studio.book.database.transaction() as connection:
        records = Records(studio.book.database)
        assert not records.take_abandoned(connection, job.id, "tidier", studio.book.clock.time())
    (made,) = studio.making.resume()
    assert made.state is CodeState.CREATED
