"""Tokens and keys as configured: rotation, several apps, and what is refused before anything is received."""

import pytest

from privcrm.errors import CallbackRejected, ConfigurationError
from privcrm.provider import Settings, Verdict
from privcrm.settings import read_settings
from privcrm_wecom import WeComConfig
from tests.unit.wecom.callbacks.sealing import (
    CORP,
    KEY,
    OTHER_KEY,
    OTHER_TOKEN,
    TOKEN,
    WINDOW,
    app,
    company,
    event,
    told,
)

PREFIX = "PRIVCRM_WECOM_"
GOOD = event(UserID="zhaoyi")
THIRD_TOKEN, THIRD_KEY = "thirdToken", "third" + "0" * 38


def configured(**values):
    return WeComConfig.from_settings(Settings({"CORP_ID": CORP, "SECRET": "s"} | values, PREFIX))


def opened(provider, named="", **sealing):
    return provider.callbacks.open(told(GOOD, **sealing), app=named, **WINDOW)


def refused(provider, named="", **sealing):
    with pytest.raises(CallbackRejected) as caught:
        opened(provider, named, **sealing)
    return caught.value.reason


# Rotation


@pytest.mark.parametrize(
    ("tokens", "keys", "fits"),
    [
        ((TOKEN,), (KEY,), [(TOKEN, KEY)]),
        ((OTHER_TOKEN, TOKEN), (OTHER_KEY, KEY), [(OTHER_TOKEN, OTHER_KEY), (TOKEN, KEY)]),
        ((TOKEN,), (OTHER_KEY, KEY), [(TOKEN, OTHER_KEY), (TOKEN, KEY)]),
        ((OTHER_TOKEN, TOKEN), (KEY,), [(OTHER_TOKEN, KEY), (TOKEN, KEY)]),
        (
            (THIRD_TOKEN, OTHER_TOKEN, TOKEN),
            (THIRD_KEY, OTHER_KEY, KEY),
            [(THIRD_TOKEN, THIRD_KEY), (OTHER_TOKEN, OTHER_KEY), (TOKEN, KEY)],
        ),
    ],
)
def test_pairs_belong_together_by_place(tokens, keys, fits):
    provider = company(app(tokens=tokens, keys=keys))
    for token in (TOKEN, OTHER_TOKEN, THIRD_TOKEN):
        for key in (KEY, OTHER_KEY, THIRD_KEY):
            if (token, key) in fits:
                result = opened(provider, token=token, key=key)
                assert result.secrets == fits.index((token, key))
            else:
                assert refused(provider, token=token, key=key) == ("key" if token in tokens else "signature")


def test_a_key_of_another_frame_does_not_stop_the_right_one():
    """While the key alone is changed, both pairs verify, and the exact frame decides, whichever comes first."""
    for keys in ((KEY, OTHER_KEY), (OTHER_KEY, KEY)):
        assert opened(company(app(keys=keys))).secrets == keys.index(KEY)


# Several apps


def test_the_token_tells_which_app():
    provider = company(app("east"), app("west", (OTHER_TOKEN,), (OTHER_KEY,)))
    assert opened(provider).app == "east"
    assert opened(provider, token=OTHER_TOKEN, key=OTHER_KEY).app == "west"


def test_no_key_of_another_app_is_tried():
    provider = company(app("east"), app("west", (OTHER_TOKEN,), (OTHER_KEY,)))
    assert refused(provider, token=TOKEN, key=OTHER_KEY) == "key"
    assert refused(provider, token=OTHER_TOKEN, key=KEY) == "key"


def test_an_app_with_a_path_is_told_there_and_nowhere_else():
    apps = (app("east", callback_path="/east"), app("west", keys=(OTHER_KEY,), callback_path="/west"))
    provider = company(*apps)
    assert refused(provider) == refused(provider, key=OTHER_KEY) == "signature"
    assert opened(provider, "west", key=OTHER_KEY).app == "west"
    assert opened(provider, "east").app == "east"


def test_the_path_tells_which_app():
    provider = company(app("east", callback_path="/east"), app("west", (OTHER_TOKEN,), (OTHER_KEY,)))
    assert opened(provider, "east").app == "east"
    assert refused(provider, "west") == "signature"
    assert refused(provider, "nobody") == "signature"


def test_apps_say_where_they_are_told():
    provider = company(
        app("east", callback_path="/east"), app("west", (OTHER_TOKEN,), (OTHER_KEY,)), app("mute", (), ())
    )
    told_apps = [(one.name, one.path, [token.reveal() for token in one.tokens]) for one in provider.callbacks.apps()]
    assert told_apps == [("east", "/east", [TOKEN]), ("west", "", [OTHER_TOKEN])]
    assert company(app("mute", (), ())).callbacks.apps() == ()


# What is refused


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"CALLBACK_TOKEN": TOKEN}, "CALLBACK_AES_KEY is not set"),
        ({"CALLBACK_AES_KEY": KEY}, "CALLBACK_TOKEN is not set"),
        ({"CALLBACK_TOKEN": "no token", "CALLBACK_AES_KEY": KEY}, "CALLBACK_TOKEN is no token"),
        ({"CALLBACK_TOKEN": "t" * 33, "CALLBACK_AES_KEY": KEY}, "CALLBACK_TOKEN is no token"),
        ({"CALLBACK_TOKEN": TOKEN, "CALLBACK_AES_KEY": KEY[:-1]}, "CALLBACK_AES_KEY is no EncodingAESKey"),
        ({"CALLBACK_TOKEN": TOKEN, "CALLBACK_AES_KEY": KEY + "="}, "CALLBACK_AES_KEY is no EncodingAESKey"),
        ({"CALLBACK_TOKEN": TOKEN, "CALLBACK_AES_KEY": KEY[:-1] + "钥"}, "CALLBACK_AES_KEY is no EncodingAESKey"),
        (
            {"CALLBACK_TOKEN": "a,b", "CALLBACK_AES_KEY": f"{KEY},{KEY},{KEY}"},
            "CALLBACK_TOKEN holds 2 tokens and PRIVCRM_WECOM_CALLBACK_AES_KEY 3 keys",
        ),
        ({"CALLBACK_TOKEN": TOKEN, "CALLBACK_AES_KEY": KEY, "CALLBACK_PATH": "hook"}, "CALLBACK_PATH .* begins with /"),
        ({"DIRECTORY_SECRET": "d", "DIRECTORY_CALLBACK_TOKEN": TOKEN}, "DIRECTORY_CALLBACK_AES_KEY is not set"),
        ({"DIRECTORY_CALLBACK_TOKEN": TOKEN}, "DIRECTORY_SECRET is not set.*DIRECTORY_CALLBACK_TOKEN"),
        ({"APPS": "shop"}, "SHOP_SECRET is not set"),
        ({"APPS": "main"}, "APPS names an app 'main'"),
        ({"APPS": "shop-east"}, "APPS names an app 'shop-east'"),
        ({"APPS": "shop,Shop", "SHOP_SECRET": "s"}, "APPS names an app twice"),
        (
            {"APPS": "shop", "SHOP_SECRET": "s", "SHOP_CALLBACK_TOKEN": TOKEN, "SHOP_CALLBACK_AES_KEY": "k" * 42},
            "SHOP_CALLBACK_AES_KEY is no",
        ),
    ],
)
def test_a_setting_that_does_not_fit_is_named_and_not_shown(values, words):
    with pytest.raises(ConfigurationError, match=f"PRIVCRM_WECOM_{words}") as caught:
        configured(**values)
    assert not any(len(value) > 25 and value in str(caught.value) for value in values.values())


BOTH = {
    "CALLBACK_TOKEN": TOKEN,
    "CALLBACK_AES_KEY": KEY,
    "DIRECTORY_SECRET": "d",
    "DIRECTORY_CALLBACK_TOKEN": f"{THIRD_TOKEN},{TOKEN}",
    "DIRECTORY_CALLBACK_AES_KEY": OTHER_KEY,
}


@pytest.mark.parametrize("paths", [{}, {"CALLBACK_PATH": "/a"}, {"DIRECTORY_CALLBACK_PATH": "/a"}])
def test_two_apps_with_one_token_and_no_paths_are_refused(paths):
    with pytest.raises(ConfigurationError, match="CALLBACK_TOKEN and PRIVCRM_WECOM_DIRECTORY_CALLBACK_TOKEN") as caught:
        configured(**BOTH, **paths)
    assert TOKEN not in str(caught.value)


def test_two_apps_with_one_token_and_two_paths_are_told_apart():
    apps = configured(**BOTH, CALLBACK_PATH="/a", DIRECTORY_CALLBACK_PATH="/b").apps
    assert [one.callback_path for one in apps] == ["/a", "/b"]


def test_two_apps_at_one_path_are_refused():
    values = BOTH | {"DIRECTORY_CALLBACK_TOKEN": OTHER_TOKEN}
    with pytest.raises(ConfigurationError, match="CALLBACK_PATH and PRIVCRM_WECOM_DIRECTORY_CALLBACK_PATH"):
        configured(**values, CALLBACK_PATH="/a", DIRECTORY_CALLBACK_PATH="/a")


# Where it is written


def test_further_apps_have_their_names_before_their_settings():
    values = {
        "APPS": "shop, Fair",
        "SHOP_SECRET": "shop's",
        "SHOP_AGENT_ID": "1000003",
        "SHOP_ROLES": "customer_contact",
        "SHOP_CALLBACK_TOKEN": f"{OTHER_TOKEN},{THIRD_TOKEN}",
        "SHOP_CALLBACK_AES_KEY": OTHER_KEY,
        "SHOP_CALLBACK_PATH": "/shop",
        "SHOP_CALLBACK_RECEIVE_ID": "none, suite1",
        "FAIR_SECRET": "fair's",
        "FAIR_APP_KIND": "system",
        "DIRECTORY_SECRET": "d",
    }
    main, shop, fair, directory = configured(**values).apps
    assert [one.name for one in (main, shop, fair, directory)] == ["main", "shop", "Fair", "directory"]
    assert (shop.agent_id, shop.roles, shop.kind) == ("1000003", {"customer_contact"}, "self_built")
    assert (shop.callback_path, shop.callback_receive_ids) == ("/shop", ("", "suite1"))
    assert [token.reveal() for token, _ in shop.callback_pairs] == [OTHER_TOKEN, THIRD_TOKEN]
    assert (fair.kind, fair.secret.reveal(), fair.callback_pairs) == ("system", "fair's", ())


def test_a_profile_with_tables_of_apps_comes_to_the_same(tmp_path):
    config = tmp_path / "privcrm.toml"
    config.write_text(
        """
        [profiles.x]
        corp_id = "ww00000000000demo1"
        [profiles.x.apps.contact]
        secret_env = "S"
        callback_token_env = "T"
        callback_aes_key_env = "K"
        [profiles.x.apps.directory]
        secret_env = "S"
        callback_token_env = "T2"
        callback_aes_key_env = "K2"
        callback_path = "/directory"
        [profiles.x.apps.shop]
        secret_env = "S"
        agent_id = 1000003
        callback_receive_id = "none"
        """,
        encoding="utf-8",
    )
    variables = {"S": "s", "T": TOKEN, "K": KEY, "T2": OTHER_TOKEN, "K2": OTHER_KEY}
    described = read_settings(variables, profile="x", config=config).arguments
    values = {name: value for name, value in described.items() if name.isupper()}
    main, shop, directory = WeComConfig.from_settings(Settings(values, PREFIX)).apps
    assert (main.callback_pairs[0][0].reveal(), directory.callback_pairs[0][0].reveal()) == (TOKEN, OTHER_TOKEN)
    assert (directory.callback_path, shop.name, shop.agent_id) == ("/directory", "shop", "1000003")
    assert shop.callback_receive_ids == ("",)


def test_a_profile_without_further_apps_names_none(tmp_path):
    config = tmp_path / "privcrm.toml"
    config.write_text('[profiles.x]\ncorp_id = "ww1"\n[profiles.x.apps.contact]\nagent_id = 1\n', encoding="utf-8")
    assert "APPS" not in read_settings({}, profile="x", config=config).arguments


def test_doctor_says_how_each_app_is_told(vendor, company):
    vendor.answers("externalcontact/get_follow_user_list", {"errcode": 0, "follow_user": []}, method="GET")
    apps = (app(keys=(KEY, OTHER_KEY), callback_path="/hook"), app("mute", (), ()))
    findings = {one.subject: one for one in company(apps=apps).diagnose()}
    told_at = findings["callbacks of app main"]
    assert (told_at.verdict, told_at.detail) == (Verdict.OK, "2 pairs of token and key, told at /hook")
    assert "callbacks of app mute" not in findings
