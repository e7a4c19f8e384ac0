"""One who asks: what "full" means, what each strategy opens, and who is told what."""

import pytest
from attrs import evolve

from privcrm.errors import AnswerLost, InputError, InvalidArgument, JobError, NotSent
from privcrm.models.codes import OverflowPolicy, OverflowStrategy
from privcrm.services.live_codes.overflow import Overflow
from privcrm.store.live_codes.codes import CodeLife, CodeRow
from privcrm.store.live_codes.generations import Generation, GenerationState
from privcrm.store.live_codes.groups import RoomState
from privcrm.store.live_codes.reservations import NewReservation, Reservations
from privcrm.store.live_codes.vendor_codes import VendorCode, VendorLife
from tests.unit.live_codes.overflow.company import FULL, SOFT, Company

CHAIN = OverflowStrategy.CHAIN
OWN = [each for each in OverflowStrategy if each is not OverflowStrategy.NATIVE]
READY, WAITING, FAILED = GenerationState.READY, GenerationState.WAITING, GenerationState.FAILED
POLICY = OverflowPolicy(margin=0)


# -- whether it is time


@pytest.mark.parametrize(("people", "opened"), [(SOFT - 1, 0), (SOFT, 1), (FULL, 1)])
def test_the_next_group_opens_when_the_vendor_says_that_the_last_is_nearly_full(
    company: Company, people: int, opened: int
) -> None:
    row, code = company.code(people=people)
    answer = company.overflow.next_group(row, code, "a test")
    assert (answer.generation, len(company.ready(row))) == (opened, opened)
    assert company.vendor.looks == {"shop-g0": 1}


def test_what_was_counted_here_is_not_believed(company: Company) -> None:
    row, code = company.code(people=SOFT - 5)
    with company.store.database.transaction() as connection:
        room = company.rooms.get(connection, row.number, "shop-g0")
        assert room is not None
        company.rooms.count(
            connection, room, seats=999, version="v", as_of=1.0, state=RoomState.SCAN_FULL, now=company.clock.time()
        )
    assert company.overflow.next_group(row, code, "the cached count says so").generation == 0
    assert company.decisions(row) == ["no_next_group"]


def test_seats_that_are_kept_for_people_on_their_way_make_it_time_earlier(company: Company) -> None:
    row, code = company.code(people=12, policy=OverflowPolicy(margin=8))
    assert company.overflow.next_group(row, code, "a test").generation == 1


def test_a_margin_larger_than_the_group_leaves_room_for_one(company: Company) -> None:
    row, code = company.code(people=1, policy=OverflowPolicy(margin=99))
    assert company.overflow.next_group(row, code, "a test").generation == 0
    company.vendor.fill("shop-g0", 2)
    company.clock.sleep(5)
    assert company.overflow.next_group(row, code, "a test").generation == 1


@pytest.mark.parametrize(("strategy", "target"), [(OverflowStrategy.SPARE_POOL, "shop-g0"), (CHAIN, "part:0")])
def test_who_was_shown_a_group_and_is_expected_counts_as_inside(
    company: Company, strategy: OverflowStrategy, target: str
) -> None:
    row, code = company.code(strategy=strategy, people=2)
    assert company.overflow.next_group(row, code, "a test").generation == 0
    company.clock.sleep(5)
    reservations, ends = Reservations(company.store.database), company.clock.time() + 600
    with company.store.database.transaction() as connection:
        for visitor in range(4 * SOFT):
            reservations.reserve(connection, row.number, NewReservation(f"v{visitor}", target, ends), 0.0)
    assert company.overflow.next_group(row, code, "many are on their way").generation == 1


def test_who_was_shown_a_group_and_let_his_time_pass_opens_no_other(company: Company) -> None:
    """Found in review: what a script once reserved stayed until the next visitor came, and filled groups meanwhile."""
    row, code = company.code(strategy=CHAIN, people=2)
    reservations, ends = Reservations(company.store.database), company.clock.time() + 75
    with company.store.database.transaction() as connection:
        for visitor in range(4 * SOFT):
            reservations.reserve(connection, row.number, NewReservation(f"v{visitor}", "part:0", ends), 0.0)
    company.clock.sleep(80)
    assert company.overflow.next_group(row, code, "nobody is on the way any more").generation == 0


def test_a_group_that_was_dismissed_has_no_room(company: Company) -> None:
    row, code = company.code(people=1)
    company.vendor.dismiss("shop-g0")
    assert company.overflow.next_group(row, code, "a test").target == "shop-g1"


def test_no_more_than_five_groups_are_looked_at(company: Company) -> None:
    row, code = company.code(spares=9)
    for number in range(1, 9):
        company.clock.sleep(5)
        company.overflow.next_group(row, code, "a test")
        company.vendor.fill(f"shop-g{number}", FULL)
    before = company.vendor.looks.total()
    company.clock.sleep(5)
    assert company.overflow.next_group(row, code, "a test").generation == 9
    assert company.vendor.looks.total() - before == 5


def test_it_is_not_asked_again_within_two_seconds_but_a_timer_asks_then(company: Company) -> None:
    row, code = company.code(people=1)
    company.overflow.next_group(row, code, "a test")
    company.clock.sleep(1)
    company.vendor.fill("shop-g0", FULL)
    assert company.overflow.next_group(row, code, "filled since").generation == 0
    assert company.vendor.looks.total() == 1
    company.clock.sleep(1)
    assert company.fire()
    assert [each.target for each in company.ready(row)] == ["shop-g1"]


def test_full_again_at_once_is_the_next_generation_and_each_comes_once(company: Company) -> None:
    row, code = company.code(spares=3)
    targets = []
    for number in range(1, 4):
        company.vendor.fill(f"shop-g{number}", FULL)  # before anybody saw it
        targets.append(company.overflow.next_group(row, code, "a test").target)
    assert targets == ["shop-g1", "shop-g2", "shop-g3"]
    assert [each.generation for each in company.generations.of_code(row.number)] == [1, 2, 3]


def test_the_gateway_leaves_asking_to_whoever_runs_the_timers(company: Company) -> None:
    row, _ = company.code()
    company.overflow.ask_soon("shop")
    assert company.vendor.looks.total() == 0
    assert company.fire()
    assert [each.target for each in company.ready(row)] == ["shop-g1"]
    with pytest.raises(InputError, match="no live code"):
        company.overflow.ask_soon("nobody")


def test_a_deleted_code_gets_no_more_groups(company: Company) -> None:
    row, _ = company.code()
    company.overflow.ask_soon("shop")
    with company.store.database.transaction() as connection:
        company.book.rows.set_life(connection, row.number, CodeLife.DELETED, 1.0)
    assert company.fire()
    assert list(company.generations.of_code(row.number)) == []


def test_who_keeps_the_vendors_list_is_told_of_what_was_opened_here(company: Company) -> None:
    told: list[tuple[str, int, str]] = []
    overflow = Overflow(company.book, refuse(AssertionError()), opened=lambda *it: told.append(summary(*it)))
    row, code = company.code()
    for _ in range(3):
        overflow.next_group(row, code, "a test")
    assert told == [("shop", 1, "shop-g1")]


def summary(row: CodeRow, generation: Generation) -> tuple[str, int, str]:
    return row.key, generation.generation, generation.target


# -- what each strategy does


@pytest.mark.parametrize("strategy", [each for each in OWN if each is not CHAIN])
def test_the_next_spare_group_is_put_in_front(company: Company, strategy: OverflowStrategy) -> None:
    row, code = company.code(strategy=strategy)
    answer = company.overflow.next_group(row, code, "a test")
    assert (answer.state, answer.target, answer.strategy) == (READY, "shop-g1", strategy)
    assert company.in_front(row) == ["shop-g0", "shop-g1"]
    assert company.decisions(row) == ["next_group"]
    assert company.alarms(row) == []


def test_the_next_of_the_chained_codes_is_made_over_spare_groups(company: Company) -> None:
    row, code = company.code(strategy=CHAIN)
    answer = company.overflow.next_group(row, code, "a test")
    assert (answer.state, answer.target) == (READY, "part:1")
    ((state, *groups),) = company.vendor.codes
    assert groups == ["shop-g1", "shop-g2"]  # as many as the policy has listed
    with company.store.database.connect() as connection:
        made = company.book.vendor.get(connection, row.number, 1)
        assert company.book.rows.of_state(connection, state) == (row.number, 1)
        assert {room.part for room in company.rooms.live(connection, row.number)} == {0, 1}
    assert made is not None
    assert (made.life, made.state, bool(made.vendor_id), bool(made.qr_url)) == (VendorLife.OPEN, state, True, True)
    assert company.states(row) == {RoomState.OPEN: 3, RoomState.SPARE: 2}


def test_a_chain_takes_no_more_groups_than_a_code_holds(company: Company) -> None:
    policy = OverflowPolicy(margin=0, listed=9)
    row, code = company.code(strategy=CHAIN, spares=9, policy=policy)
    company.overflow.next_group(row, code, "a test")
    assert len(company.vendor.codes[0]) == 1 + 5


def test_a_group_without_a_valid_picture_is_neither_shown_nor_taken(company: Company) -> None:
    row, code = company.code(strategy=OverflowStrategy.IMAGES, people=1)
    company.clock.sleep(8 * 86_400)
    answer = company.overflow.next_group(row, code, "the picture has run out")
    assert (answer.state, answer.target) == (WAITING, "")
    assert company.alarms(row) == ["no_spare"]
    assert company.in_front(row) == ["shop-g0"]


def test_staff_first_takes_what_its_vendor_code_or_its_pictures_offer(company: Company) -> None:
    row, code = company.code(strategy=OverflowStrategy.STAFF_FIRST)
    company.clock.sleep(8 * 86_400)
    assert company.overflow.next_group(row, code, "no picture").state is WAITING
    with company.store.database.transaction() as connection:
        company.book.vendor.put(connection, VendorCode(row.number, 0, "group", "cfg", life=VendorLife.OPEN))
    assert company.overflow.try_again(row, code, "it has a vendor's code now").target == "shop-g1"


# -- waiting for a person


def test_without_a_spare_group_a_person_is_told_once_and_adding_one_goes_on(company: Company) -> None:
    row, code = company.code(spares=0)
    for _ in range(3):
        answer = company.overflow.next_group(row, code, "a test")
        company.clock.sleep(5)
    assert (answer.state, answer.generation) == (WAITING, 1)
    assert company.alarms(row) == ["no_spare"]
    assert company.decisions(row) == ["waits"]
    with company.store.database.transaction() as connection:
        company.add(connection, row, "late", RoomState.SPARE)
    answer = company.overflow.try_again(row, code, "a spare group was added")
    assert (answer.state, answer.target, answer.generation) == (READY, "late", 1)
    assert company.alarms(row) == []


def test_trying_again_asks_for_nothing_where_nothing_waits(company: Company) -> None:
    row, code = company.code()
    assert company.overflow.try_again(row, code, "a test").generation == 0
    assert company.overflow.next_group(row, code, "a test").generation == 1
    assert company.overflow.try_again(row, code, "a test").generation == 1
    assert company.vendor.looks.total() == 1


# -- what goes wrong


def test_a_vendor_that_cannot_be_reached_is_told_and_blocks_nobody(company: Company, monkeypatch) -> None:
    row, code = company.code()
    with monkeypatch.context() as patched:
        patched.setattr(company.vendor, "get", refuse(NotSent("refused", provider="file", operation="groups.get")))
        with pytest.raises(NotSent):
            company.overflow.next_group(row, code, "a test")
    assert company.overflow.next_group(row, code, "a test").target == "shop-g1"


def refuse(error: Exception):
    def refusing(*_, **__):
        raise error

    return refusing


def test_a_lost_answer_ends_in_one_code_in_use_and_one_noted_orphan(company: Company, monkeypatch) -> None:
    row, code = company.code(strategy=CHAIN)
    answers = iter([AnswerLost("reset", provider="file", operation="live_codes.create_group_code"), None])

    def lose():
        if error := next(answers):
            raise error

    monkeypatch.setattr(company.vendor, "after_making", lose)
    answer = company.overflow.next_group(row, code, "a test")
    assert (answer.state, answer.target) == (READY, "part:1")
    assert (len(company.vendor.codes), company.orphans()) == (2, 1)
    assert company.parts(row) == {0: VendorLife.OPEN, 1: VendorLife.OPEN}


def always_lost(company: Company, monkeypatch) -> None:
    lost = AnswerLost("reset", provider="file", operation="live_codes.create_group_code")
    monkeypatch.setattr(company.vendor, "after_making", refuse(lost))


def test_two_lost_answers_hand_over_to_the_spare_groups(company: Company, monkeypatch) -> None:
    always_lost(company, monkeypatch)
    row, code = company.code(strategy=CHAIN)
    answer = company.overflow.next_group(row, code, "a test")
    assert (answer.state, answer.target, answer.strategy) == (READY, "shop-g1", OverflowStrategy.SPARE_POOL)
    assert company.parts(row)[1] is VendorLife.ORPHAN
    assert company.alarms(row) == ["no_new_group"]
    assert company.decisions(row) == ["next_group", "fell_back"]
    assert len(company.vendor.codes) == 2  # never more than one repeat


def test_two_lost_answers_without_falling_back_wait_for_somebody_who_resolves_the_job(
    company: Company, monkeypatch
) -> None:
    with monkeypatch.context() as patched:
        always_lost(company, patched)
        row, code = company.code(strategy=CHAIN, policy=evolve(POLICY, fall_back=False))
        assert company.overflow.next_group(row, code, "a test").state is WAITING
    (job,) = company.jobs.list()
    company.jobs.resolve(job.id, 1, as_done=True, who="ann", vendor_id="code-found")
    answer = company.overflow.try_again(row, code, "resolved")
    assert (answer.state, answer.target, answer.generation) == (READY, "part:1", 1)
    with company.store.database.connect() as connection:
        made = company.book.vendor.get(connection, row.number, 1)
    assert made is not None
    assert made.vendor_id == "code-found"
    assert len(company.vendor.codes) == 2


def test_a_refused_code_gives_its_groups_back_and_is_tried_again_later_as_another_part(
    company: Company, monkeypatch
) -> None:
    row, code = company.code(strategy=CHAIN, policy=evolve(POLICY, fall_back=False))
    with monkeypatch.context() as patched:
        no = InvalidArgument("no", code="40058", provider="file", operation="live_codes.create_group_code")
        patched.setattr(company.vendor, "before_making", refuse(no))
        assert company.overflow.next_group(row, code, "a test").state is FAILED
    assert company.states(row) == {RoomState.OPEN: 1, RoomState.SPARE: 4}
    assert company.alarms(row) == ["no_new_group"]
    company.clock.sleep(30)
    assert company.overflow.next_group(row, code, "too early").state is FAILED
    company.clock.sleep(30)
    assert company.fire()
    (ready,) = company.ready(row)
    assert (ready.generation, ready.target) == (1, "part:2")
    assert company.parts(row) == {0: VendorLife.OPEN, 1: VendorLife.DELETED, 2: VendorLife.OPEN}
    assert company.alarms(row) == []


def test_a_paused_job_waits_for_who_paused_it(company: Company, monkeypatch) -> None:
    row, code = company.code(strategy=CHAIN)
    order = company.overflow._work._openers[CHAIN]._order

    def paused(specs, *, key):
        return company.jobs.pause(order(specs, key=key).id)

    monkeypatch.setattr(company.overflow._work._openers[CHAIN], "_order", paused)
    assert company.overflow.next_group(row, code, "a test").state is WAITING
    (job,) = company.jobs.list()
    company.jobs.resume(job.id)
    assert company.overflow.try_again(row, code, "resumed").target == "part:1"
    assert len(company.vendor.codes) == 1


def test_a_job_that_was_cancelled_before_anything_was_sent_is_ordered_anew(company: Company, monkeypatch) -> None:
    row, code = company.code(strategy=CHAIN)
    order = company.overflow._work._openers[CHAIN]._order
    with monkeypatch.context() as patched:

        def paused(specs, *, key):
            return company.jobs.pause(order(specs, key=key).id)

        patched.setattr(company.overflow._work._openers[CHAIN], "_order", paused)
        company.overflow.next_group(row, code, "a test")
    (job,) = company.jobs.list()
    company.jobs.cancel(job.id)
    assert company.overflow.try_again(row, code, "cancelled").target == "part:1"
    assert len(company.vendor.codes) == 1


def test_a_job_that_stays_out_of_reach_gives_way_to_the_spare_groups_in_time(company: Company, monkeypatch) -> None:
    row, code = company.code(strategy=CHAIN)
    monkeypatch.setattr(company.jobs.history, "of_key", refuse(JobError("it is in another worker's hands")))
    answer = company.overflow.next_group(row, code, "a test", patience=5)
    assert (answer.state, answer.target) == (GenerationState.OPENING, "part:1")
    company.clock.sleep(code.overflow.new_group_within)
    answer = company.overflow.next_group(row, code, "a test", patience=5)
    assert (answer.state, answer.target, answer.generation) == (READY, "shop-g1", 1)
    assert company.alarms(row) == ["no_new_group"]
    assert company.states(row) == {RoomState.OPEN: 2, RoomState.SPARE: 3}
