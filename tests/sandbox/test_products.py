import pytest

from privcrm.sandbox.world.products import Product, ProductBook

ADD, GET, LIST, EDIT, DELETE = (
    f"externalcontact/{name}"
    for name in (
        "add_product_album",
        "get_product_album",
        "get_product_album_list",
        "update_product_album",
        "delete_product_album",
    )
)
JPG = b"\xff\xd8\xff\xe0" + b"x" * 50
PRICE = 9900


@pytest.fixture
def picture(vendor):
    """The id of a picture handed in for albums, as an attachment."""
    params = {"access_token": vendor.token, "media_type": "image", "attachment_type": 2}
    media_id = vendor.request("POST", "media/upload_attachment", params=params, files={"media": JPG}).json()["media_id"]
    return {"type": "image", "image": {"media_id": media_id}}


@pytest.fixture
def body(picture):
    return {"description": "面霜", "price": PRICE, "product_sn": "SKU0001", "attachments": [picture]}


@pytest.fixture
def made(vendor, body):
    return vendor.post(ADD, **body)["product_id"]


@pytest.fixture
def other(vendor_as, sandbox):
    return vendor_as(sandbox.credentials.other_secret)


class TestAlbums:
    def test_a_product_is_made_read_changed_and_deleted(self, vendor, control, body, made):
        product = vendor.post(GET, product_id=made)["product"]
        assert {key: product[key] for key in body} == body
        assert isinstance(product["create_time"], int)
        assert vendor.post(EDIT, product_id=made, price=0)["errcode"] == 0
        changed = vendor.post(GET, product_id=made)["product"]
        assert changed == {**product, "price": 0}
        assert vendor.post(DELETE, product_id=made)["errcode"] == 0
        for path in (GET, EDIT, DELETE):
            assert vendor.post(path, product_id=made)["errcode"] == 41074
        assert vendor.post(LIST)["product_list"] == []
        (row,) = control.ok("GET", "state/products")["items"]
        assert (row["product_id"], row["deleted"]) == (made, True)

    def test_everything_can_be_changed(self, vendor, made, picture):
        new = {"description": "乳液", "price": 1, "product_sn": "B2", "attachments": [picture] * 2}
        assert vendor.post(EDIT, product_id=made, **new)["errcode"] == 0
        product = vendor.post(GET, product_id=made)["product"]
        assert {key: product[key] for key in new} == new

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            ({"description": ""}, 41087),
            ({"description": "长" * 301}, 41087),
            ({"price": None}, 41086),
            ({"price": -1}, 41086),
            ({"price": 5_000_001}, 41086),
            ({"product_sn": "货号1"}, 41085),
            ({"product_sn": "a" * 129}, 41085),
            ({"attachments": []}, 41088),
            ({"attachments": [{"type": "video", "video": {"media_id": "x"}}]}, 41065),
            ({"attachments": [{"type": "image", "image": {"media_id": "x"}}]}, 40007),
        ],
    )
    def test_wrong_products(self, vendor, body, wrong, code):
        assert vendor.post(ADD, **{**body, **wrong})["errcode"] == code
        assert vendor.post(LIST)["product_list"] == []

    @pytest.mark.parametrize(
        "fits", [{"description": "长" * 300}, {"price": 5_000_000}, {"price": 0}, {"product_sn": "a" * 128}]
    )
    def test_at_the_bound_products_are_made(self, vendor, body, fits):
        assert vendor.post(ADD, **{**body, **fits})["errcode"] == 0

    def test_wrong_changes(self, vendor, made, picture):
        for wrong, code in [({"price": 5_000_001}, 41086), ({"product_sn": "-"}, 41085)]:
            assert vendor.post(EDIT, product_id=made, **wrong)["errcode"] == code
        assert vendor.post(EDIT, product_id=made, attachments=[picture] * 10)["errcode"] == 41064

    def test_ten_pictures_are_too_many(self, vendor, body, picture):
        assert vendor.post(ADD, **{**body, "attachments": [picture] * 10})["errcode"] == 41064
        assert vendor.post(ADD, **{**body, "attachments": [picture] * 9})["errcode"] == 0

    def test_ids(self, vendor, sandbox):
        unknown = sandbox.company.ids.product.encode(7)
        for path in (GET, EDIT, DELETE):
            codes = [vendor.post(path, product_id=text)["errcode"] for text in ("", "nothing", unknown)]
            assert codes == [40063, 41075, 41075]

    def test_so_many_albums(self, vendor, control, body, made):
        control.switch(albums_per_company=1)
        assert vendor.post(ADD, **body)["errcode"] == 41202
        vendor.post(DELETE, product_id=made)
        assert vendor.post(ADD, **body)["errcode"] == 0

    def test_the_list_comes_in_pages(self, vendor, body):
        made = [vendor.post(ADD, **body)["product_id"] for _ in range(5)]
        vendor.post(DELETE, product_id=made.pop(2))
        found, cursor = [], ""
        while True:
            reply = vendor.post(LIST, limit=3, cursor=cursor)
            found += [row["product_id"] for row in reply["product_list"]]
            cursor = reply["next_cursor"]
            if not cursor:
                break
        assert found == made
        assert len(vendor.post(LIST, limit=101)["product_list"]) == 4
        assert vendor.post(LIST, cursor="nonsense")["errcode"] == 50100

    def test_all_apps_read_but_only_the_maker_changes(self, control, other, made):
        assert other.post(GET, product_id=made)["errcode"] == 0
        assert len(other.post(LIST)["product_list"]) == 1
        assert [other.post(path, product_id=made)["errcode"] for path in (EDIT, DELETE)] == [41075, 41075]
        control.switch(things_of_another_app="48002")
        assert [other.post(path, product_id=made)["errcode"] for path in (EDIT, DELETE)] == [48002, 48002]

    def test_pictures_can_be_read_when_their_ids_have_expired(self, vendor, control, made, picture):
        control.ok("POST", "clock", {"advance_seconds": 3 * 86_400})
        vendor._token = None
        (shown,) = vendor.post(GET, product_id=made)["product"]["attachments"]
        assert shown != picture
        params = {"access_token": vendor.token, **shown["image"]}
        assert vendor.request("GET", "media/get", params=params).content == JPG

    @pytest.mark.parametrize("path", [ADD, GET, LIST, EDIT, DELETE])
    def test_an_app_without_customer_contact(self, sandbox, vendor_as, path):
        plain = vendor_as(next(app.secret for app in sandbox.company.apps if not app.roles))
        assert plain.post(path)["errcode"] == 48002


def test_the_book_counts_what_lives():
    book = ProductBook()
    product = Product(book.next_number, "us", "d", 1, "", (), 0)
    book.put(product)
    book.put(product)
    assert (book.living, book.next_number) == (1, 1)
    book.put(Product(0, "us", "d", 1, "", (), 0, deleted=True))
    assert (book.living, [p.number for p in book.after()], book.find(1)) == (0, [0], None)
