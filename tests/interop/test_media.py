"""wechatpy uploads files and downloads them again."""

from io import BytesIO

import pytest
from wechatpy.exceptions import WeChatClientException

from .files import AMR, FILE, MP4, PNG
from .wechat import covers


@covers("media.upload", "media.get_url", "media.download")
@pytest.mark.parametrize(
    ("kind", "name", "content"),
    [("image", "图.png", PNG), ("voice", "a.amr", AMR), ("video", "v.mp4", MP4), ("file", "价目表.txt", FILE)],
)
def test_a_file_comes_back_as_it_went(client, sandbox, kind, name, content):
    made = client.media.upload(kind, (name, BytesIO(content)))
    assert made["type"] == kind
    with client.media.download(made["media_id"]) as reply:
        assert reply.content == content
    sandbox.clock.advance(3 * 86_400 + 60)
    client.fetch_access_token()
    with client.media.download(made["media_id"]) as late:
        assert late.json()["errcode"] == 40007


@covers("media.upload_img")
def test_a_picture_for_mass_messages_stays(client, relation):
    url = client.media.upload_img(BytesIO(PNG))["url"]
    image = [{"msgtype": "image", "image": {"pic_url": url}}]
    template = {"external_userid": [relation.external_userid], "sender": relation.userid, "attachments": image}
    assert client.external_contact.add_msg_template(template)["msgid"]
    with pytest.raises(WeChatClientException):
        client.media.upload("voice", BytesIO(PNG))
