"""Settings: one company is described in one place, and no secret lies open."""

import pytest

from privcrm import ConfigurationError
from privcrm.settings import read_env_file, read_settings


@pytest.fixture
def file(tmp_path):
    def write(name, text, mode=0o600):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        return path

    return write


def test_variables_become_arguments_of_connect():
    described = read_settings(
        {
            "PRIVCRM_WECOM_CORP_ID": "ww1",
            "PRIVCRM_WECOM_SECRET": "s",
            "PRIVCRM_STORE": "sqlite:///x.db",
            "PRIVCRM_READ_ONLY": "1",
            "PRIVCRM_PROXY": "http://proxy:3128",
            "PRIVCRM_FEISHU_SECRET": "another provider's",
            "HOME": "/root",
        }
    )
    assert described.provider == "wecom"
    assert described.arguments == {
        "CORP_ID": "ww1",
        "SECRET": "s",
        "store": "sqlite:///x.db",
        "read_only": True,
        "proxy": "http://proxy:3128",
    }
    assert "another" not in repr(described)


def test_an_env_file_understands_comments_export_quotes_and_a_byte_order_mark(file):
    path = file("e", "\ufeff# company\nexport A='x y'\nB=\"2\"\n\nC=a=b\n")
    assert read_env_file(path) == {"A": "x y", "B": "2", "C": "a=b"}


def test_a_broken_line_is_named_by_number_and_never_quoted(file):
    path = file("e", "A=1\nvery-secret-text\n")
    with pytest.raises(ConfigurationError, match="line 2") as caught:
        read_env_file(path)
    assert "very-secret-text" not in str(caught.value)


def test_a_missing_env_file_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match=r"nowhere\.env"):
        read_settings({}, env_file=tmp_path / "nowhere.env")


def test_an_env_file_hides_the_same_providers_variables_of_the_process(file):
    path = file("e", "PRIVCRM_WECOM_CORP_ID=sandbox\nPRIVCRM_WECOM_SECRET=s\n")
    ambient = {
        "PRIVCRM_WECOM_CORP_ID": "real",
        "PRIVCRM_WECOM_DIRECTORY_SECRET": "real one",
        "PRIVCRM_STORE": "sqlite:///kept.db",
    }
    assert read_settings(ambient, env_file=path).arguments == {
        "CORP_ID": "sandbox",
        "SECRET": "s",
        "store": "sqlite:///kept.db",
        "read_only": False,
    }


def test_a_misspelt_read_only_is_refused_instead_of_allowing_writes():
    with pytest.raises(ConfigurationError, match="PRIVCRM_READ_ONLY"):
        read_settings({"PRIVCRM_READ_ONLY": "treu"})


def test_the_store_may_stand_in_a_file_of_its_own(file):
    path = file("store", "postgresql://u:p@h/d\n")
    assert read_settings({"PRIVCRM_STORE_FILE": str(path)}).arguments["store"] == "postgresql://u:p@h/d"


@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_secret_files_that_others_can_read_are_warned_of(file, mode):
    loose = file("loose", "s", mode)
    tight = file("tight", "s")
    described = read_settings({"PRIVCRM_WECOM_SECRET_FILE": str(loose), "PRIVCRM_WECOM_TOKEN_FILE": str(tight)})
    (warning,) = described.warnings
    assert str(loose) in warning
    assert "chmod 600" in warning


def test_a_loose_env_file_is_warned_of(file):
    path = file("e", "PRIVCRM_WECOM_CORP_ID=x\n", 0o644)
    assert len(read_settings({}, env_file=path).warnings) == 1


PROFILES = """
[profiles.acme]
provider = "wecom"
corp_id = "ww-acme"
store = "sqlite:///acme.db"
limits_share = 0.5
read_only = true
write_scope = { staff = ["zhangsan"] }
[profiles.acme.apps.contact]
secret_env = "ACME_SECRET"
agent_id = 1000002
[profiles.acme.apps.directory]
secret_file = "/run/secrets/directory"

[profiles.open]
corp_id = "ww-open"
[profiles.open.apps.contact]
secret = "in plain text"
"""


def test_a_profile_describes_a_company_with_its_apps(file):
    config = file("privcrm.toml", PROFILES)
    described = read_settings(
        {"ACME_SECRET": "s", "PRIVCRM_WECOM_SECRET": "of another company"}, profile="acme", config=config
    )
    assert described.provider == "wecom"
    assert described.arguments == {
        "CORP_ID": "ww-acme",
        "SECRET": "s",
        "AGENT_ID": "1000002",
        "DIRECTORY_SECRET_FILE": "/run/secrets/directory",
        "store": "sqlite:///acme.db",
        "limits_share": 0.5,
        "read_only": True,
        "write_scope": {"staff": ["zhangsan"]},
    }


def test_the_profile_may_be_named_by_a_variable(file):
    config = file("privcrm.toml", PROFILES)
    described = read_settings({"PRIVCRM_PROFILE": "acme", "ACME_SECRET": "s"}, config=config)
    assert described.arguments["CORP_ID"] == "ww-acme"


def test_a_secret_in_plain_text_is_refused_and_not_quoted(file):
    config = file("privcrm.toml", PROFILES)
    with pytest.raises(ConfigurationError, match="secret_file") as caught:
        read_settings({}, profile="open", config=config)
    assert "in plain text: write" in str(caught.value)
    assert "'in plain text'" not in str(caught.value)


@pytest.mark.parametrize(
    ("profile", "variables", "told"),
    [("nobody", {}, "acme, open"), ("acme", {}, "ACME_SECRET")],
)
def test_what_a_profile_lacks_is_told(file, profile, variables, told):
    config = file("privcrm.toml", PROFILES)
    with pytest.raises(ConfigurationError, match=told):
        read_settings(variables, profile=profile, config=config)


def test_a_profile_without_its_file_says_which_file(tmp_path):
    with pytest.raises(ConfigurationError, match=r"privcrm\.toml"):
        read_settings({}, profile="acme", config=tmp_path / "privcrm.toml")
