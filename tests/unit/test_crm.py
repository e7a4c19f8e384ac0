"""CRM wires one company together: lazily, without sharing anything."""

import pytest
from sqlalchemy import create_engine

from privcrm import CRM, ConfigurationError, InputError, ManualClock, UnknownProvider, WriteForbidden
from privcrm.models import TagChange
from privcrm.provider import Secret

SIZE = {"seed": 7, "staff": 4, "members": 30, "groups": 2}


def relation(crm):
    staff_id = next(iter(crm.provider.staff.serving()))
    return staff_id, next(iter(crm.provider.members.ids(staff_id)))


def mark(crm):
    staff_id, member_id = relation(crm)
    tag = next(iter(crm.provider.tags.list())).tags[0]
    crm.provider.tags.mark(TagChange(staff_id, member_id, add=(tag.tag_id,)))


def test_connect_names_the_installed_providers_when_one_is_misspelt():
    with pytest.raises(UnknownProvider, match=r"Did you mean 'memory'"):
        CRM.connect("memmory")


def test_settings_are_accepted_in_any_case_and_none_is_left_out():
    with CRM.connect("memory", SEED=3, Staff="2", members=5, groups=None) as crm:
        assert crm.provider.company == "memory-3"
        assert sum(1 for _ in crm.provider.staff.list()) == 2


def test_a_missing_setting_is_told_at_once_and_by_its_variable():
    with pytest.raises(ConfigurationError, match="PRIVCRM_WECOM_CORP_ID"):
        CRM.connect("wecom", secret="s")


def test_a_misspelt_setting_is_refused_with_the_nearest_name():
    with pytest.raises(
        ConfigurationError, match=r"no setting 'membres' \(PRIVCRM_MEMORY_MEMBRES\); did you mean 'members'"
    ):
        CRM.connect("memory", membres=5)


def test_a_secret_may_be_handed_over_as_a_secret():
    with CRM.connect("wecom", corp_id="ww1", secret=Secret("s")) as crm:
        assert crm.provider.company == "ww1"


def test_a_sqlalchemy_engine_of_the_application_is_used_and_left_open(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path}/x.db")
    with CRM.connect("memory", **SIZE, store=engine) as crm:
        crm.audit.add("me", "look")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT what FROM privcrm_audit").scalar() == "look"
    engine.dispose()


def test_repr_names_company_and_host_and_shows_no_secret():
    with CRM.connect("wecom", corp_id="ww1", secret="hush-hush", store="postgresql://u:pw-of-db@h/d") as crm:
        shown = repr(crm) + repr(vars(crm)) + repr(crm.provider.context)
        assert "ww1" in shown
        assert "hush-hush" not in shown
        assert "pw-of-db" not in shown


def test_two_companies_in_one_process_share_nothing(tmp_path):
    with (
        CRM.connect("memory", **SIZE, store=f"sqlite:///{tmp_path}/a.db", clock=ManualClock()) as one,
        CRM.connect("memory", **SIZE, store=f"sqlite:///{tmp_path}/b.db", clock=ManualClock()) as two,
    ):
        one.store.switch.stop("drill", "me")
        with pytest.raises(WriteForbidden):
            mark(one)
        mark(two)


def test_the_store_is_opened_on_first_use_only(tmp_path):
    path = tmp_path / "x.db"
    with CRM.connect("memory", **SIZE, store=f"sqlite:///{path}") as crm:
        list(crm.provider.tags.list())
        assert not path.exists()
        assert crm.store.company == "memory-7"
        assert path.exists()
        assert crm.store is crm.store


def test_jobs_without_a_store_say_how_to_get_one():
    with CRM.connect("memory", **SIZE) as crm, pytest.raises(ConfigurationError, match="PRIVCRM_STORE"):
        _ = crm.jobs


def test_writes_go_through_without_a_store():
    with CRM.connect("memory", **SIZE) as crm:
        mark(crm)


def test_read_only_lets_reads_through_and_no_write():
    with CRM.connect("memory", **SIZE, read_only=True) as crm:
        assert list(crm.provider.tags.list())
        with pytest.raises(WriteForbidden, match="read-only"):
            mark(crm)


def test_the_kill_switch_of_the_store_holds_for_direct_calls_until_lifted(tmp_path):
    with CRM.connect("memory", **SIZE, store=f"sqlite:///{tmp_path}/x.db") as crm:
        crm.store.switch.stop("drill", "me")
        with pytest.raises(WriteForbidden, match="privcrm stop"):
            mark(crm)
        crm.store.switch.start("me")
        mark(crm)


def test_a_write_scope_of_staff_lets_only_them_be_written():
    with CRM.connect("memory", **SIZE) as crm:
        inside = relation(crm)[0]
    with CRM.connect("memory", **SIZE, write_scope={"staff": [inside]}) as crm:
        mark(crm)
    with CRM.connect("memory", **SIZE, write_scope={"staff": ["somebody-else"]}) as crm, pytest.raises(WriteForbidden):
        mark(crm)


def test_a_write_scope_of_an_unknown_kind_is_refused():
    with pytest.raises(ConfigurationError, match="shops"):
        CRM.connect("memory", **SIZE, write_scope={"shops": ["1"]})


def test_tagging_and_jobs_are_made_once_and_belong_together(tmp_path):
    with CRM.connect("memory", **SIZE, store=f"sqlite:///{tmp_path}/x.db") as crm:
        assert crm.tagging is crm.tagging
        assert crm.jobs is crm.jobs
        with pytest.raises(InputError):
            crm.tagging.preview([])


def test_closing_twice_does_no_harm_and_closing_unopened_makes_no_file(tmp_path):
    crm = CRM.connect("memory", **SIZE, store=f"sqlite:///{tmp_path}/x.db")
    crm.close()
    crm.close()
    assert not (tmp_path / "x.db").exists()


def test_from_env_takes_variables_and_overrides(tmp_path):
    variables = {"PRIVCRM_PROVIDER": "memory", "PRIVCRM_MEMORY_SEED": "9", "PRIVCRM_MEMORY_MEMBERS": "5"}
    with CRM.from_env(variables, store=f"sqlite:///{tmp_path}/x.db", read_only=True) as crm:
        assert crm.provider.company == "memory-9"
        with pytest.raises(WriteForbidden):
            mark(crm)


def test_an_argument_cannot_lift_the_environments_read_only():
    variables = {"PRIVCRM_PROVIDER": "memory", "PRIVCRM_MEMORY_SEED": "9", "PRIVCRM_READ_ONLY": "1"}
    with CRM.from_env(variables, read_only=False) as crm, pytest.raises(WriteForbidden):
        mark(crm)
