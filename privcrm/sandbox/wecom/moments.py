"""Who is to publish a moment and who sees it (developer.work.weixin.qq.com/document/path/95094, 93333)."""

from array import array
from collections.abc import Iterable, Iterator, Mapping

import attrs

from privcrm.sandbox.wecom.company import Call, Company
from privcrm.sandbox.wecom.fields import INVALID, Args, Field, read_object
from privcrm.sandbox.wecom.quotas import month_of
from privcrm.sandbox.world import EndedBy, Staff
from privcrm.sandbox.world.moments import Moment, Post

NOBODY_VALID, NO_VALID_TAG = 40031, 40068
_LISTS = (Field("sender_list", dict), Field("external_contact_list", dict))
_SENDERS = (Field("user_list", list, at_most=100_000), Field("department_list", list, items=int))
_VIEWERS = (Field("tag_list", list, too_long=INVALID),)


@attrs.frozen
class Scope:
    """Who may have to publish, which tags viewers carry, and what of the wish was no good."""

    executors: tuple[int, ...]
    any_tag: frozenset[int]
    wrong_staff: tuple[str, ...] = ()
    wrong_departments: tuple[int, ...] = ()
    wrong_tags: tuple[str, ...] = ()
    errcode: int = 0


def scope_of(call: Call) -> Scope:
    """Read visible_range; left out, everybody in the app's range publishes to all his customers."""
    lists = read_object(_LISTS, call.args.get("visible_range"))
    senders = read_object(_SENDERS, lists.get("sender_list"))
    texts = tuple(dict.fromkeys(read_object(_VIEWERS, lists.get("external_contact_list")).get("tag_list") or ()))
    tags, wrong_tags = _tags(call.company, texts)
    named, wrong_staff, wrong_departments = _named(call, senders)
    errcode = NO_VALID_TAG if texts and not tags else 0 if named else NOBODY_VALID
    return Scope(tuple(sorted(named)), tags, wrong_staff, wrong_departments, wrong_tags, errcode)


def _tags(company: Company, texts: Iterable[str]) -> tuple[frozenset[int], tuple[str, ...]]:
    """Return the company tags named, and the texts that name none."""
    found = {text: company.ids.tag.decode(text) for text in texts}
    good = {text: number for text, number in found.items() if number is not None and company.world.tags.has(number)}
    return frozenset(good.values()), tuple(text for text in found if text not in good)


def _named(call: Call, senders: Args) -> tuple[set[int], tuple[str, ...], tuple[int, ...]]:
    """Return the employees named by account or department, and the names of nobody this app sees."""
    company = call.company
    userids, departments = (tuple(dict.fromkeys(senders.get(f.name) or ())) for f in _SENDERS)
    able = {staff.number: staff for staff in company.employees_seen(call.app) if staff.can_contact}
    if not userids and not departments:
        return set(able), (), ()
    people = {text: company.world.staff.find(text) for text in userids}
    numbers = {staff.number for staff in people.values() if staff is not None and staff.number in able}
    seen = company.departments_seen(call.app)
    wanted = {node for number in departments if number in seen for node in company.world.staff.subtree(number)}
    numbers |= {number for number, staff in able.items() if staff.department in wanted}
    wrong = tuple(text for text, staff in people.items() if staff is None or staff.number not in able)
    return numbers, wrong, tuple(number for number in departments if number not in seen)


def executors(company: Company, moment: Moment, after: int = -1) -> Iterator[int]:
    """Yield who is to publish a moment, ascending, behind *after*.

    Of a moment for tagged customers only those who have such a customer when somebody first looks.
    """
    for staff in list(company.world.moments.executors(moment.number)):
        if staff > after and is_executor(company, moment, staff):
            yield staff


def is_executor(company: Company, moment: Moment, staff: int) -> bool:
    """Whether an employee is to publish a company's moment."""
    book = company.world.moments
    known = book.executors(moment.number).get(staff, False)
    if known is None:
        _decide(company, moment, staff)
    return bool(book.executors(moment.number).get(staff))


def _decide(company: Company, moment: Moment, staff: int) -> None:
    """Work out who has tagged customers; for tags that nobody had at the start, of everybody at once."""
    book, follows = company.world.moments, company.world.follows
    if not moment.any_tag.isdisjoint(follows.first_tags.numbers):
        book.decide(moment.number, staff, executes=any(True for _ in _tagged(company, moment, staff)))
        return
    # Looking through all customers of everybody for a tag that few have would take seconds in a large company.
    having = {staff for staff, _ in follows.given(moment.any_tag)}
    for number in list(book.executors(moment.number)):
        book.decide(moment.number, number, executes=number in having)


def _tagged(company: Company, moment: Moment, staff: int) -> Iterator[int]:
    """Yield an employee's customers, those who carry a tag of the moment if it has some."""
    follows = company.world.follows
    mine = follows.of_staff(staff)
    return (n for n in mine if not moment.any_tag.isdisjoint(follows.tags(staff, n))) if moment.any_tag else mine


def publish(company: Company, moment: Moment, staff: Staff, at: int, only: Iterable[int] | None = None) -> Post:
    """Let an employee publish a moment to his customers, to *only* some of them if they are named."""
    book, number = company.world.moments, staff.number
    viewers = _tagged(company, moment, number) if only is None else sorted(set(only))
    chosen = array("q", viewers) if moment.any_tag or only is not None else None
    post = Post(moment.number, number, at, chosen, _count_views(company, moment, number, chosen, month_of(at)))
    book.publish(post)
    return post


def _count_views(
    company: Company, moment: Moment, staff: int, chosen: Iterable[int] | None, month: str
) -> frozenset[int]:
    """Count a company's moment for its viewers; return those who have seen as many as they may this month."""
    most, book = company.rules.moments_seen_per_month, company.world.moments
    if not most or not moment.by_company:
        return frozenset()
    viewers = list(company.world.follows.of_staff(staff) if chosen is None else chosen)
    full = frozenset(member for member in viewers if book.saw(member, month) >= most)
    for member in viewers:
        if member not in full:
            book.show(member, month)
    return full


def chosen(company: Company, post: Post, after: int = -1) -> Iterator[int]:
    """Yield for whom an employee published, ascending, behind *after*; all means whom he still has since then."""
    if post.chosen is not None:
        return (member for member in post.chosen if member > after)
    follows = company.world.follows
    everybody = ((n, follows.get(post.staff, n)) for n in follows.of_staff(post.staff, after))
    return (n for n, follow in everybody if follow is not None and follow.added_at <= post.at)


def viewers(company: Company, post: Post, after: int = -1) -> Iterator[int]:
    """Yield who has a post on the timeline, ascending, behind *after*."""
    return (member for member in chosen(company, post, after) if _reaches(company, post, member))


def _reaches(company: Company, post: Post, member: int) -> bool:
    """Whether a chosen member still sees the employee's posts: those who deleted him do not."""
    follow = company.world.follows.get(post.staff, member)
    gone = follow is None or not follow.holds or follow.ended_by is EndedBy.MEMBER
    return not gone and member not in post.hidden


def sees(company: Company, post: Post, member: int) -> bool:
    """Whether a member has a post on the timeline."""
    return next(viewers(company, post, member - 1), None) == member


def timeline(company: Company, member: int) -> Iterator[Moment]:
    """Yield the moments on a member's timeline, oldest first."""
    followers = [follow.staff for follow in company.world.follows.of_member(member)]
    book = company.world.moments
    for number in range(len(book)):
        posts: Mapping[int, Post] = book.posts(number)
        if any(staff in posts and sees(company, posts[staff], member) for staff in followers):
            yield book[number]
