"""Product albums, intercept rules, acquisition links."""

from typing import Any

from privcrm.sandbox.control.paging import Query, page
from privcrm.sandbox.wecom.company import Company
from privcrm.sandbox.world.acquisition import Link
from privcrm.sandbox.world.intercepts import InterceptRule
from privcrm.sandbox.world.products import Product


def _product_row(company: Company, product: Product) -> dict[str, Any]:
    return {
        "product_id": company.ids.product.encode(product.number),
        "description": product.description,
        "price": product.price,
        "product_sn": product.code,
        "attachments": list(product.pictures),
        "create_time": product.made_at,
        "made_by": product.maker,
        "deleted": product.deleted,
    }


def products(company: Company, query: Query) -> dict[str, Any]:
    """List product albums, deleted ones included."""
    book = company.world.products
    return page(
        query,
        book.after,
        place=lambda product: product.number,
        row=lambda product: _product_row(company, product),
        count=book.next_number,
    )


def _rule_row(company: Company, rule: InterceptRule) -> dict[str, Any]:
    return {
        "rule_id": company.ids.rule.encode(rule.number),
        "rule_name": rule.name,
        "word_list": list(rule.words),
        "semantics_list": list(rule.kinds),
        "intercept_type": 1 if rule.blocks else 2,
        "user_list": [company.world.staff[number].staff_id for number in sorted(rule.staff)],
        "department_list": sorted(rule.departments),
        "create_time": rule.made_at,
        "made_by": rule.maker,
        "deleted": rule.deleted,
    }


def intercept_rules(company: Company, query: Query) -> dict[str, Any]:
    """List intercept rules, deleted ones included."""
    book = company.world.intercepts
    return page(
        query,
        lambda after: (rule for rule in book if rule.number > after),
        place=lambda rule: rule.number,
        row=lambda rule: _rule_row(company, rule),
        count=book.next_number,
    )


def _link_row(company: Company, link: Link) -> dict[str, Any]:
    staff, ids = company.world.staff, company.ids
    return {
        "link_id": ids.link.encode(link.number),
        "link_name": link.name,
        "user_list": [staff[number].staff_id for number in link.staff],
        "department_list": list(link.departments),
        "create_time": link.made_at,
        "made_by": link.maker,
        "deleted": link.deleted,
        "visits": [
            {
                "at": visit.at,
                "state": visit.channel,
                "external_userid": ids.member(visit.person),
                "userid": None if visit.staff is None else staff[visit.staff].staff_id,
            }
            for visit in company.world.acquisition.visits(link.number)
        ],
    }


def acquisition_links(company: Company, query: Query) -> dict[str, Any]:
    """List acquisition links, deleted ones included, with their visits."""
    book = company.world.acquisition
    return page(
        query,
        book.after,
        place=lambda link: link.number,
        row=lambda link: _link_row(company, link),
        count=book.next_number,
    )
