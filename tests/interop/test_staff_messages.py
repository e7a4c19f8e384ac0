"""wechatpy speaks to employees, one by one and in chats."""

from io import BytesIO

import pytest
from wechatpy.exceptions import WeChatClientException

from .files import AMR, FILE, MP4, PNG
from .wechat import covers

PAGE = {"title": "日报", "description": "今日业绩", "url": "https://example.com/daily"}
FILES = {"image": ("p.png", PNG), "voice": ("v.amr", AMR), "video": ("v.mp4", MP4), "file": ("f.txt", FILE)}


@pytest.fixture
def agent(sandbox):
    return sandbox.credentials.agent_id


@pytest.fixture
def upload(client):
    def media_id(kind):
        name, content = FILES[kind]
        return client.media.upload(kind, (name, BytesIO(content)))["media_id"]

    return media_id


@pytest.fixture
def told(state, relation):
    """Return the only message of the app, once it reached the employee."""

    def message(kind):
        (row,) = state("staff_messages")
        assert (row["userid"], row["msgtype"]) == ([relation.userid], kind)
        return row[kind]

    return message


@covers("message.send", "message.send_text")
def test_text(client, agent, relation, told):
    sent = client.message.send_text(agent, [relation.userid, "nobody"], "今日目标")
    assert sent["invaliduser"] == "nobody"
    assert told("text") == {"content": "今日目标"}


@covers("message.send_markdown")
def test_markdown(client, agent, relation, told):
    client.message.send_markdown(agent, relation.userid, "**今日目标**")
    assert told("markdown") == {"content": "**今日目标**"}


@covers("message.send_text_card")
def test_card(client, agent, relation, told):
    client.message.send_text_card(agent, relation.userid, **PAGE)
    assert told("textcard").items() >= PAGE.items()


@covers("message.send_image")
def test_image(client, agent, relation, told, upload):
    media_id = upload("image")
    client.message.send_image(agent, relation.userid, media_id)
    assert told("image") == {"media_id": media_id}


@covers("message.send_voice")
def test_voice(client, agent, relation, told, upload):
    media_id = upload("voice")
    client.message.send_voice(agent, relation.userid, media_id)
    assert told("voice") == {"media_id": media_id}


@covers("message.send_video")
def test_video(client, agent, relation, told, upload):
    media_id = upload("video")
    client.message.send_video(agent, relation.userid, media_id, title="上新", description="春款")
    assert told("video") == {"media_id": media_id, "title": "上新", "description": "春款"}


@covers("message.send_file")
def test_file(client, agent, relation, told, upload):
    media_id = upload("file")
    client.message.send_file(agent, relation.userid, media_id)
    assert told("file") == {"media_id": media_id}


@covers("message.send_articles")
def test_articles(client, agent, relation, told):
    client.message.send_articles(agent, relation.userid, [{**PAGE, "image": "https://example.com/p.png"}])
    assert told("news") == {"articles": [{**PAGE, "picurl": "https://example.com/p.png"}]}


@covers("message.send_mp_articles")
def test_articles_of_our_own(client, agent, relation, told, upload):
    article = {
        "thumb_media_id": upload("image"),
        "author": "门店",
        "title": "日报",
        "content": "<p>今日业绩</p>",
        "content_source_url": "https://example.com/daily",
        "digest": "业绩",
    }
    client.message.send_mp_articles(agent, relation.userid, [{**article, "show_cover_pic": 1}])  # of the old wire
    assert told("mpnews")["articles"] == [article]


@pytest.fixture
def chat(client, relation, colleague):
    people = [relation.userid, colleague]
    return client.appchat.create(chat_id="shop1", name="门店群", owner=relation.userid, user_list=people)["chatid"]


@covers("appchat.create", "appchat.get", "appchat.update")
def test_a_chat_is_opened_and_changed(client, chat, relation, colleague):
    read = client.appchat.get(chat)
    assert (read["chatid"], read["name"], read["owner"]) == ("shop1", "门店群", relation.userid)
    assert sorted(read["userlist"]) == sorted([relation.userid, colleague])
    client.appchat.update(chat, name="旗舰店", owner=colleague)
    after = client.appchat.get(chat)
    assert (after["name"], after["owner"]) == ("旗舰店", colleague)
    with pytest.raises(WeChatClientException):
        client.appchat.create(chat_id="shop1", user_list=[relation.userid, colleague])


@covers("appchat.send", "appchat.send_text")
def test_what_is_said_in_a_chat(client, chat, state, upload):
    client.appchat.send_text(chat, "今日目标")
    client.appchat.send(chat, "file", media_id=upload("file"))
    client.appchat.send(chat, "textcard", **PAGE, btntxt="查看")
    client.appchat.send(chat, "news", articles=[{**PAGE, "picurl": "https://example.com/p.png"}])
    client.appchat.send(chat, "markdown", content="**今日目标**")
    (row,) = state("staff_chats")
    assert [said["msgtype"] for said in row["messages"]] == ["text", "file", "textcard", "news", "markdown"]
    assert row["messages"][0]["text"] == {"content": "今日目标"}
