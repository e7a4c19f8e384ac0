import pickle

import pytest

from privcrm.errors import ConfigurationError
from privcrm.provider import Secret, Settings


def test_a_secret_shows_nowhere():
    secret = Secret("s3cr3t")
    shown = [repr(secret), str(secret), f"{secret}", f"{secret!r}", repr([secret]), "%s" % secret]  # noqa: UP031
    assert not any("s3cr3t" in text for text in shown)
    assert secret.reveal() == "s3cr3t"


def test_secrets_compare_by_value_and_know_emptiness():
    assert Secret("a") == Secret("a") != Secret("b")
    assert len({Secret("a"), Secret("a")}) == 1
    assert not Secret("")
    assert Secret("a") != "a"


def test_a_secret_reaches_another_process_whole():
    assert pickle.loads(pickle.dumps(Secret("a"))) == Secret("a")


def test_settings_take_their_own_variables_only():
    settings = Settings.from_environ({"PRIVCRM_WECOM_CORP_ID": " ww1 ", "PRIVCRM_STORE": "x"}, "PRIVCRM_WECOM_")
    assert dict(settings) == {"CORP_ID": "ww1"}
    assert len(settings) == 1


def test_settings_show_names_and_no_values():
    settings = Settings({"SECRET": "s3cr3t"}, "PRIVCRM_WECOM_")
    assert repr(settings) == "Settings(PRIVCRM_WECOM_SECRET)"


def test_any_setting_can_be_read_from_a_file(tmp_path):
    (tmp_path / "secret").write_text("s3cr3t\n")
    settings = Settings({"SECRET_FILE": str(tmp_path / "secret")})
    assert settings["SECRET"] == "s3cr3t"
    assert list(settings) == ["SECRET"]


def test_a_value_wins_over_its_file(tmp_path):
    assert Settings({"SECRET": "given", "SECRET_FILE": str(tmp_path / "missing")})["SECRET"] == "given"


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    settings = Settings({"SECRET_FILE": str(tmp_path / "missing")}, "PRIVCRM_WECOM_")
    with pytest.raises(ConfigurationError, match=r"PRIVCRM_WECOM_SECRET_FILE points to .*missing"):
        settings.get("SECRET")


def test_a_required_setting_says_what_it_is():
    with pytest.raises(ConfigurationError, match="PRIVCRM_WECOM_CORP_ID is not set: the company id"):
        Settings({}, "PRIVCRM_WECOM_").require("CORP_ID", "the company id")


def test_a_list_of_secrets_keeps_its_order():
    assert Settings({"TOKEN": "new, old,,"}).secrets("TOKEN") == (Secret("new"), Secret("old"))
    assert Settings({}).secrets("TOKEN") == ()
