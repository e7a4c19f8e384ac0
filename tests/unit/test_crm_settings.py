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


COMPANY_FILE = "PRIVCRM_WECOM_CORP_ID=sandbox\nPRIVCRM_WECOM_SECRET=s\nPRIVCRM_STORE=sqlite:///sandbox.db\n"
AMBIENT = {"PRIVCRM_PROFILE": "acme", "ACME_SECRET": "s"}


def test_an_env_file_wins_over_the_profile_that_happens_to_be_set(file):
    config, path = file("privcrm.toml", PROFILES), file("e", COMPANY_FILE)
    arguments = read_settings(AMBIENT, env_file=path, config=config).arguments
    assert (arguments["CORP_ID"], arguments["store"]) == ("sandbox", "sqlite:///sandbox.db")


@pytest.mark.parametrize("more", ["", "PRIVCRM_PROFILE=acme\n"])
def test_a_profile_beside_an_env_file_that_describes_a_company_is_refused(file, more):
    config, path = file("privcrm.toml", PROFILES), file("e", COMPANY_FILE + more)
    with pytest.raises(ConfigurationError, match="both describe a company"):
        read_settings(AMBIENT, env_file=path, profile=None if more else "acme", config=config)


def test_an_env_file_may_hold_a_profiles_name_and_secrets(file):
    config, path = file("privcrm.toml", PROFILES), file("e", "PRIVCRM_PROFILE=acme\nACME_SECRET=from file\n")
    assert read_settings({}, env_file=path, config=config).arguments["SECRET"] == "from file"


@pytest.mark.parametrize(("ambient", "in_file"), [("1", None), ("0", "1"), ("1", "0"), ("1", "")], ids=repr)
def test_read_only_can_be_added_and_never_taken_away(file, ambient, in_file):
    config = file("privcrm.toml", PROFILES.replace("read_only = true", "read_only = false"))
    variables = AMBIENT | {"PRIVCRM_READ_ONLY": ambient}
    if in_file is None:
        described = read_settings(variables, config=config)
    else:
        path = file("e", f"{COMPANY_FILE}PRIVCRM_READ_ONLY={in_file}\n")
        described = read_settings(variables, env_file=path, config=config)
    assert described.arguments["read_only"] is True


def test_variables_fill_in_where_a_profile_is_silent(file):
    config = file("privcrm.toml", PROFILES)
    variables = AMBIENT | {
        "PRIVCRM_STORE": "sqlite:///other.db",
        "PRIVCRM_PROXY": "http://p:1",
        "PRIVCRM_CA_BUNDLE": "c",
    }
    arguments = read_settings(variables, config=config).arguments
    assert (arguments["store"], arguments["proxy"], arguments["ca_bundle"]) == ("sqlite:///acme.db", "http://p:1", "c")


def test_a_store_named_by_file_in_the_env_file_wins_over_the_processes_own(file):
    store = file("store", "sqlite:///from-file.db")
    path = file("e", f"PRIVCRM_STORE_FILE={store}\n")
    described = read_settings({"PRIVCRM_STORE": "sqlite:///ambient.db"}, env_file=path)
    assert described.arguments["store"] == "sqlite:///from-file.db"
