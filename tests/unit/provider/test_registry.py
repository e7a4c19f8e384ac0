import sys
import textwrap

import pytest

from privcrm.errors import ConfigurationError, UnknownProvider
from privcrm.provider import installed_providers, load_provider
from privcrm.testing.memory import MemoryProvider


@pytest.fixture
def strangers(tmp_path, monkeypatch):
    """Three foreign plugins as an installer leaves them: one works, one cannot be imported, one is wrong."""
    modules = {
        "stranger_good": "from privcrm.testing import memory\nclass Good(memory.MemoryProvider): name = 'good'",
        "stranger_broken": "raise RuntimeError('half installed')",
        "stranger_wrong": "class Wrong:\n    pass",
    }
    for name, source in modules.items():
        (tmp_path / f"{name}.py").write_text(source)
    dist_info = tmp_path / "strangers-1.5.dist-info"
    dist_info.mkdir()
    (dist_info / "METADATA").write_text("Metadata-Version: 2.1\nName: strangers\nVersion: 1.5\n")
    (dist_info / "entry_points.txt").write_text(
        textwrap.dedent("""
            [privcrm.providers]
            good = stranger_good:Good
            broken = stranger_broken:Broken
            wrong = stranger_wrong:Wrong
        """)
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    for name in modules:
        sys.modules.pop(name, None)


def test_our_own_are_found_like_any_strangers():
    assert load_provider("memory") is MemoryProvider
    assert {"memory", "wecom"} <= {row.name for row in installed_providers()}


def test_a_class_and_a_path_are_taken_as_they_are():
    assert load_provider(MemoryProvider) is MemoryProvider
    assert load_provider("privcrm.testing.memory:MemoryProvider") is MemoryProvider


@pytest.mark.usefixtures("strangers")
def test_only_what_is_asked_for_is_imported():
    assert load_provider("good").name == "good"
    assert "stranger_broken" not in sys.modules
    assert "stranger_wrong" not in sys.modules


@pytest.mark.usefixtures("strangers")
def test_a_broken_plugin_hides_no_other():
    rows = {row.name: row for row in installed_providers()}
    assert rows["good"].error == ""
    assert (rows["good"].distribution, rows["good"].version) == ("strangers", "1.5")
    assert "half installed" in rows["broken"].error
    assert "no subclass" in rows["wrong"].error
    assert rows["memory"].error == ""


@pytest.mark.usefixtures("strangers")
def test_loading_a_broken_plugin_says_why():
    with pytest.raises(ConfigurationError, match=r"'broken' \(stranger_broken:Broken\).*half installed"):
        load_provider("broken")


@pytest.mark.usefixtures("strangers")
def test_a_wrong_class_is_refused():
    with pytest.raises(ConfigurationError, match="no subclass"):
        load_provider("wrong")


def test_an_unknown_name_gets_the_nearest_one():
    with pytest.raises(UnknownProvider, match="Did you mean 'memory'") as caught:
        load_provider("memroy")
    assert "wecom" in str(caught.value)


def test_an_unknown_name_far_from_all_gets_the_list():
    with pytest.raises(UnknownProvider, match=r"installed: .*memory.*wecom") as caught:
        load_provider("zzz")
    assert "Did you mean" not in str(caught.value)


@pytest.mark.parametrize("path", ["no.such.module:Class", "privcrm.testing.memory:NoSuchClass"])
def test_a_path_that_leads_nowhere_says_so(path):
    with pytest.raises(ConfigurationError, match="cannot be loaded"):
        load_provider(path)
