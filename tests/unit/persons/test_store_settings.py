"""The settings of what the store keeps of people."""

from pathlib import Path

import pytest

from privcrm import ConfigurationError
from privcrm.provider import Secret
from privcrm.settings import read_settings

KEYS = (Secret("new="), Secret("old="))


def put(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


def test_keys_come_from_a_variable_newest_first_and_never_show() -> None:
    described = read_settings({"PRIVCRM_STORE_KEYS": " new= , old= "})
    assert described.arguments == {"store_keys": KEYS, "read_only": False}
    assert "new=" not in repr(described)
    assert "new=" not in repr(described.arguments)


@pytest.mark.parametrize("text", ["new=,old=", "new=\nold=\n"])
def test_keys_may_stand_in_a_file(tmp_path: Path, text: str) -> None:
    path = put(tmp_path, "keys", text)
    described = read_settings({"PRIVCRM_STORE_KEYS_FILE": str(path)})
    assert described.arguments["store_keys"] == KEYS
    assert described.warnings == ()


def test_a_file_of_keys_that_others_can_read_is_told(tmp_path: Path) -> None:
    path = put(tmp_path, "keys", "new=")
    path.chmod(0o644)
    (warning,) = read_settings({"PRIVCRM_STORE_KEYS_FILE": str(path)}).warnings
    assert f"chmod 600 {path}" in warning


def test_a_file_of_keys_that_is_missing_or_empty_is_told(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere", put(tmp_path, "empty", "\n")):
        with pytest.raises(ConfigurationError, match=rf"PRIVCRM_STORE_KEYS_FILE points to .*{path.name}"):
            read_settings({"PRIVCRM_STORE_KEYS_FILE": str(path)})


def test_a_profile_refers_to_keys_and_lists_fields(tmp_path: Path) -> None:
    keys = put(tmp_path, "keys", "new=,old=")
    config = put(
        tmp_path,
        "privcrm.toml",
        f"""
        [profiles.a]
        store_keys_file = "{keys}"
        store_fields = ["name", "remark_mobiles"]
        identity_space = "brand"
        [profiles.b]
        store_keys_env = "KEYS"
        """,
    )
    ambient = {"KEYS": "new=", "PRIVCRM_STORE_KEYS": "another="}
    described = read_settings(ambient, profile="a", config=config)
    assert described.arguments == {
        "store_keys": KEYS,
        "store_fields": ("name", "remark_mobiles"),
        "identity_space": "brand",
        "read_only": False,
    }
    assert read_settings(ambient, profile="b", config=config).arguments["store_keys"] == KEYS[:1]


def test_keys_written_into_a_profile_are_refused(tmp_path: Path) -> None:
    config = put(tmp_path, "privcrm.toml", '[profiles.a]\nstore_keys = "very-secret"')
    with pytest.raises(ConfigurationError, match="store_keys_file") as caught:
        read_settings({}, profile="a", config=config)
    assert "very-secret" not in str(caught.value)


def test_fields_and_space_belong_to_no_provider(tmp_path: Path) -> None:
    path = put(tmp_path, "env", "PRIVCRM_STORE_FIELDS=name,remark\nPRIVCRM_IDENTITY_SPACE=brand\n")
    described = read_settings({"PRIVCRM_WECOM_CORP_ID": "ww1"}, env_file=path)
    assert described.arguments == {
        "CORP_ID": "ww1",
        "store_fields": ("name", "remark"),
        "identity_space": "brand",
        "read_only": False,
    }
