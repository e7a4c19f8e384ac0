import pytest
from attrs import evolve

from privcrm.errors import WriteForbidden
from privcrm.provider import Effect, Endpoint, KillSwitch, ReadOnly, Repeat, WriteScope

PARAMETERS = {"staff": ("userid", "user"), "groups": ("chat_id_list",), "codes": ("config_id",)}
IDS = {**PARAMETERS, "departments": ("partyid",)}
MARK = Endpoint("mark_tag", "POST", "/mark_tag", "customer_contact", Effect.WRITE, Repeat.SAFE, "92118", ids=IDS)


def allowed(guard, **params):
    try:
        guard.check(MARK, params)
    except WriteForbidden:
        return False
    return True


def test_read_only_lets_nothing_through():
    assert not allowed(ReadOnly(), userid="an")


def test_the_kill_switch_is_read_each_time():
    state = [True]
    guard = KillSwitch(lambda: state[0])
    assert not allowed(guard)
    state[0] = False
    assert allowed(guard)


def test_a_scope_lets_its_own_through_whatever_the_case():
    guard = WriteScope(PARAMETERS, staff=frozenset({"An"}))
    assert allowed(guard, userid="aN", external_userid="anybody")
    assert not allowed(guard, userid="bo")


def test_every_id_must_be_inside():
    guard = WriteScope(PARAMETERS, staff=frozenset({"an", "bo"}))
    assert allowed(guard, user=["an", "bo"])
    assert not allowed(guard, user=["an", "cy"])
    assert not allowed(guard, userid="an", user=["cy"])


def test_each_limited_kind_is_looked_at():
    guard = WriteScope(PARAMETERS, staff=frozenset({"an"}), groups=frozenset({"g1"}))
    assert allowed(guard, userid="an", chat_id_list=["g1"])
    assert not allowed(guard, userid="an", chat_id_list=["g2"])


def test_a_write_that_names_nobody_is_refused():
    assert not allowed(WriteScope(PARAMETERS, staff=frozenset({"an"})), remark="to all")


def test_numbers_are_ids_too():
    guard = WriteScope({"departments": ("partyid",)}, departments=frozenset({"7"}))
    assert allowed(guard, partyid=7)
    assert not allowed(guard, partyid=[7, 8])


def test_free_endpoints_pass():
    assert allowed(WriteScope(PARAMETERS, staff=frozenset(), free=frozenset({"mark_tag"})))


def test_a_scope_without_limits_refuses_what_it_cannot_judge():
    assert not allowed(WriteScope(PARAMETERS))


@pytest.mark.parametrize(
    "hidden",
    [{"options": {"userid": "cy"}}, {"rows": [{"userid": "an"}, {"userid": "cy"}]}, {"a": [{"b": {"user": ["cy"]}}]}],
)
def test_ids_are_found_however_deep_they_stand(hidden):
    guard = WriteScope(PARAMETERS, staff=frozenset({"an"}))
    assert not allowed(guard, userid="an", **hidden)
    assert allowed(WriteScope(PARAMETERS, staff=frozenset({"an", "cy"})), userid="an", **hidden)


def test_only_what_the_endpoint_goes_by_tells_whom_it_is_about():
    guard = WriteScope(PARAMETERS, staff=frozenset({"an"}))
    assert not allowed(guard, rows=[{"userid": "an"}])
    with pytest.raises(WriteForbidden, match="names none of staff"):
        guard.check(evolve(MARK, ids={}), {"userid": "an"})


def test_an_unknown_endpoint_is_not_known_to_be_inside():
    with pytest.raises(WriteForbidden, match="not known to be inside"):
        WriteScope(PARAMETERS, staff=frozenset({"an"})).check(evolve(MARK, known=False), {"userid": "an"})


@pytest.mark.parametrize("value", [{"id": "an"}, ["an", {"id": "cy"}], ["an", ["cy"]], {"an"}, b"an", ["an", 1.5]])
def test_what_cannot_be_read_as_an_id_is_outside(value):
    assert not allowed(WriteScope(PARAMETERS, staff=frozenset({"an"})), userid=value)


def test_an_id_outside_the_scope_is_shown_as_it_was_given():
    with pytest.raises(WriteForbidden, match="ZhangSan is outside"):
        WriteScope(PARAMETERS, staff=frozenset({"an"})).check(MARK, {"userid": "ZhangSan"})


def test_only_staff_compare_without_case():
    guard = WriteScope(PARAMETERS, staff=frozenset({"an"}), groups=frozenset({"wrA"}))
    assert allowed(guard, userid="AN", chat_id_list=["wrA"])
    assert not allowed(guard, userid="an", chat_id_list=["wra"])


def test_several_ids_in_one_text_are_each_looked_at():
    guard = WriteScope(PARAMETERS, staff=frozenset({"an", "bo"}))
    assert allowed(guard, user="an|bo")
    assert not allowed(guard, user="an|cy")
    assert not allowed(guard, user="@all")


def test_an_id_may_stand_inside_objects_where_the_endpoint_takes_it():
    moment = evolve(MARK, ids={"staff": ("visible_range.sender_list.user_list",)})
    guard = WriteScope(PARAMETERS, staff=frozenset({"an"}))

    def sent(**params):
        try:
            guard.check(moment, params)
        except WriteForbidden:
            return False
        return True

    assert sent(visible_range={"sender_list": {"user_list": ["an"]}})
    assert not sent(visible_range={"sender_list": {"user_list": ["an", "cy"]}})
    assert not sent(visible_range={"external_contact_list": {"tag_list": ["et1"]}})
    assert not sent(user_list=["an"])
    assert not sent(visible_range=["an"])


@pytest.mark.parametrize(
    "params", [{"user": "an", "partyid": 1}, {"user": "an", "config_id": "c2"}, {"user": "an", "chat_id_list": ["g"]}]
)
def test_what_is_named_beside_the_scope_is_outside_it(params):
    assert not allowed(WriteScope(PARAMETERS, staff=frozenset({"an"})), **params)
