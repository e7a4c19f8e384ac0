"""What every command shares."""

import sqlite3

import pytest

from privcrm.cli.session import language_of
from tests.cli.commands import COMMANDS

EVERY = sorted(COMMANDS, key=str)


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
def test_every_help_says_what_the_command_does_with_examples_of_it(privcrm, path):
    shown = privcrm(*path, "--help")
    assert shown.code == 0
    assert shown.err == ""
    assert shown.out.startswith(f"Usage: privcrm {' '.join(path)}".rstrip())
    examples = shown.out.partition("\nExamples:\n")[2].split("\n\n")[0].splitlines()
    assert examples
    assert all(line.startswith("  privcrm ") and " ".join(path) in line for line in examples)
    assert max(map(len, examples)) <= 100


def test_the_root_lists_every_command_that_there_is(privcrm):
    listed = privcrm("--help").out.partition("\nCommands:\n")[2].partition("\nExamples:")[0]
    assert [line.split()[0] for line in listed.splitlines() if line] == [path[0] for path in COMMANDS if len(path) == 1]


@pytest.mark.parametrize("line", ["--json provider list", "provider --json list", "provider list --json"])
def test_global_options_work_at_any_place(privcrm, line):
    assert {row["name"] for row in privcrm(*line.split()).json["providers"]} >= {"memory", "wecom"}


@pytest.mark.parametrize("line", ["--lang zh provider list --help", "provider list --help --lang=zh"])
def test_help_speaks_chinese_wherever_lang_stands(privcrm, line):
    assert "列出" in privcrm(*line.split()).out


def test_help_of_options_with_defaults_and_ranges_is_translated_too(privcrm):
    out = privcrm("tag", "apply", "--help", "--lang", "zh").out
    assert "按哪一列查找客户。" in out
    assert "Pause before" not in out


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_TW.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "", "LC_MESSAGES": "C"}, "en"),
        ({}, "en"),
    ],
)
def test_the_language_comes_from_the_locale(variables, language):
    assert language_of(variables) == language


@pytest.mark.parametrize("line", ["nonsense", "provider nonsense", "provider list --nonsense", "tag apply"])
def test_wrong_usage_is_two_and_one_object_with_json(privcrm, line):
    shown = privcrm(*line.split())
    assert (shown.code, shown.out) == (2, "")
    assert "Error" in shown.err
    told = privcrm(*line.split(), "--json").json
    assert (told["error"], told["exit_code"]) == ("UsageError", 2)


def test_a_missing_configuration_is_three_and_names_the_variable(privcrm):
    shown = privcrm("--json", "audit")
    assert (shown.code, shown.json["error"]) == (3, "ConfigurationError")
    assert "PRIVCRM_WECOM_CORP_ID" in shown.err


def test_an_env_file_is_read_wherever_it_is_named(privcrm, tmp_path):
    (tmp_path / "e").write_text("PRIVCRM_PROVIDER=memory\nPRIVCRM_MEMORY_SEED=5\n")
    (tmp_path / "e").chmod(0o600)
    for line in (["--env-file", "e", "audit"], ["audit", "--env-file", "e"]):
        assert privcrm(*line).code == 0


def test_warnings_about_loose_files_go_to_standard_error_and_quiet_hides_them(privcrm, tmp_path):
    (tmp_path / "e").write_text("PRIVCRM_PROVIDER=memory\n")
    (tmp_path / "e").chmod(0o644)
    loud = privcrm("--json", "--env-file", "e", "audit")
    assert loud.json == {"entries": []}
    assert "chmod 600" in loud.err
    assert privcrm("--quiet", "--env-file", "e", "audit").err == ""


def test_the_store_defaults_to_a_private_file_right_here(privcrm, tmp_path, memory_company):
    assert privcrm("audit").code == 0
    assert (tmp_path / "privcrm.db").stat().st_mode & 0o777 == 0o600


def test_version(privcrm):
    assert "0." in privcrm("--version").out


def test_profiles_describe_several_companies(privcrm, tmp_path):
    (tmp_path / "privcrm.toml").write_text(
        """
        [profiles.east]
        provider = "memory"
        seed = 21
        store = "sqlite:///east.db"
        [profiles.west]
        provider = "memory"
        seed = 22
        store = "sqlite:///west.db"
        """,
        encoding="utf-8",
    )
    assert privcrm("--profile", "east", "stop", "--json").json["company"] == "memory-21"
    assert privcrm("audit", "--profile", "west", "--json").json == {"entries": []}
    assert [entry["what"] for entry in privcrm("audit", "--profile", "east", "--json").json["entries"]] == ["stop"]
    assert privcrm("audit", "--profile", "north").code == 3


def test_doctor_tells_of_a_loose_secret_file_and_its_cure_and_makes_no_store(privcrm, tmp_path):
    (tmp_path / "e").write_text("PRIVCRM_PROVIDER=memory\n")
    (tmp_path / "e").chmod(0o644)
    shown = privcrm("--env-file", "e", "doctor")
    assert shown.code == 0
    assert "mode 644" in shown.out
    assert "chmod 600 e" in shown.out
    assert not (tmp_path / "privcrm.db").exists()


def test_doctor_without_a_company_is_three_and_names_the_variable(privcrm):
    shown = privcrm("doctor", "--json")
    assert (shown.code, shown.json["ok"]) == (3, False)
    assert "PRIVCRM_WECOM_CORP_ID" in shown.json["findings"][0]["detail"]


def test_store_check_and_upgrade_say_where_and_which_version(privcrm, memory_company):
    for command in ("upgrade", "check"):
        shown = privcrm("store", command, "--json").json
        assert shown["store"].endswith("privcrm.db")
        assert shown["version"]


def test_a_newer_store_is_refused_with_three(privcrm, memory_company, tmp_path):
    privcrm("store", "check")
    with sqlite3.connect(tmp_path / "privcrm.db") as connection:
        connection.execute("UPDATE privcrm_version SET version_num = '9999'")
    connection.close()
    shown = privcrm("store", "check")
    assert shown.code == 3
    assert "newer" in shown.err


def test_an_interruption_is_130_and_one_object(privcrm, monkeypatch):
    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr("privcrm.provider.registry.entry_points", lambda **_: interrupted())
    shown = privcrm("provider", "list", "--json")
    assert (shown.code, shown.json["exit_code"]) == (130, 130)
    assert "Interrupted" in shown.err


def test_a_choice_that_is_missing_is_told_on_one_line(privcrm):
    assert "Choose from: unionid, phone, card_no, member_id\n" in privcrm("fact", "import", "list.csv").err
    told = privcrm("--lang", "zh", "fact", "import", "list.csv", "--json")
    assert told.err.splitlines()[-1] == "错误：缺少选项 '--key'。可选：unionid, phone, card_no, member_id"
    assert told.err.startswith("用法: privcrm fact import")
    assert told.json["message"].startswith("Missing option '--key'.")


@pytest.mark.parametrize("line", [(), ("live-code",), ("tag", "rule")])
def test_a_group_of_commands_without_one_shows_them_line_by_line(privcrm, line):
    told = privcrm(*line)
    assert told.code == 2
    assert told.err.splitlines()[0].startswith("Usage: privcrm")
    assert told.err.count("\n") > 8
    assert told.err.endswith("Error: Missing command.\n")
    assert privcrm(*line, "--json").json["error"] == "UsageError"
    assert "缺少命令" in privcrm(*line, "--lang", "zh").err
