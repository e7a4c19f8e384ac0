"""What can be adjusted: the vendor's figures, and the questions its documents leave open."""

from typing import Any

import attrs


def _figure(default: int, note: str) -> Any:
    return attrs.field(default=default, metadata={"note": note, "values": None})


def _question(default: str, values: tuple[str, ...], note: str) -> Any:
    return attrs.field(default=default, metadata={"note": note, "values": values})


@attrs.define
class Rules:
    """The switches. Figures are whole numbers not below zero; every other switch takes one of its values."""

    minute_limit: int = _figure(10_000, "calls per company and endpoint in a minute, then 45009 for 60 s (90312)")
    hour_limit: int = _figure(150_000, "calls per company and endpoint in an hour, then 45009 for 60 min (90312)")
    address_minute_limit: int = _figure(20_000, "calls per address and endpoint in a minute (90312)")
    address_hour_limit: int = _figure(600_000, "calls per address and endpoint in an hour (90312)")
    concurrency: int = _figure(5, "mark_tag and remark calls in flight per company, then 45033; staff answers only")
    latency_ms: int = _figure(0, "real milliseconds a call takes; calls overlap only if this is not 0")
    token_lifetime: int = _figure(7200, "seconds of virtual time a token lives (91039)")
    wrong_secret_limit: int = _figure(5, "wrong secrets from one address before it is blocked; the figure is a guess")
    wrong_secret_block: int = _figure(3600, "seconds an address stays blocked after repeated wrong secrets (45009)")
    visible_people_limit: int = _figure(1000, "people in range above which groupchat/list wants owner_filter (92120)")
    tags_per_company: int = _figure(10_000, "company tags, then 40126 (92117)")
    tags_per_follow: int = _figure(3000, "tags on one member by one employee, then 40144 (92118)")
    blocked_address: str = _question(
        "gettoken", ("gettoken", "all"), "whether a blocked address may still use tokens it has"
    )
    unknown_staff: str = _question(
        "40003", ("40003", "60111"), "which code customer contact answers for a userid unknown or left"
    )
    staff_without_customers: str = _question(
        "84061",
        ("84061", "empty"),
        "what externalcontact/list and batch/get_by_user answer for staff without customers",
    )
    unknown_tag_in_mark_tag: str = _question(
        "refuse", ("refuse", "ignore"), "whether one unknown tag id refuses the whole mark_tag call (40068)"
    )
    tag_added_and_removed: str = _question(
        "added", ("added", "removed", "refuse"), "what becomes of a tag in both add_tag and remove_tag"
    )
    leavers_groups: str = _question(
        "filtered",
        ("filtered", "always"),
        "whether groups of staff who left are listed only when owner_filter names them",
    )
    app_kind: str = _question(
        "self_built",
        ("self_built", "delegated", "system"),
        "what the apps of the company are: made by itself (自建), by a provider (代开发), or 客户联系 itself; each may "
        "call what the others may not (48002): only delegated ones convert unionids (97108)",
    )
    directory_reads_details: str = _question(
        "allowed",
        ("allowed", "refused"),
        "whether the contact-sync app may read names; refused since 2022-08-15 (48009)",
    )

    def describe(self) -> list[dict[str, Any]]:
        """Return every switch with value, default, allowed values and note."""
        return [
            {"name": f.name, "value": getattr(self, f.name), "default": f.default, **f.metadata}
            for f in attrs.fields(Rules)
        ]

    def change(self, values: dict[str, Any]) -> None:
        """Set switches by name, all or none. Raises ValueError with the reason."""
        known = {f.name: f for f in attrs.fields(Rules)}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"there is no switch {name!r}")
            allowed = known[name].metadata["values"]
            if allowed is None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
                raise ValueError(f"{name} takes a whole number not below 0")
            if allowed is not None and value not in allowed:
                raise ValueError(f"{name} takes one of {', '.join(allowed)}")
        for name, value in values.items():
            setattr(self, name, value)
