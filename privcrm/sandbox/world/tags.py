"""The company's tags. Every tag remembers who made it, because vendors let only the maker change it."""

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from privcrm.sandbox.world.names import CITIES

FIRST_LIBRARY: Mapping[str, tuple[str, ...]] = {
    "客户等级": ("潜在", "普通", "重要", "VIP"),
    "来源渠道": ("门店", "线上商城", "朋友推荐", "其他"),
    "消费频次": ("首购", "复购", "沉睡", "流失"),
    "意向产品": ("护肤", "母婴", "家居", "其他"),
}
"""What the company's own program made. 其他 stands in two groups on purpose: a bare name can be ambiguous."""
MORE_TAGS: Mapping[str, tuple[str, ...]] = {
    "生日月份": tuple(f"{month}月生日" for month in range(1, 13)),
    "年龄段": ("18岁以下", "18-24岁", "25-29岁", "30-34岁", "35-39岁", "40-49岁", "50-59岁", "60岁以上"),
    "职业": ("学生", "教师", "医护", "白领", "个体户", "公务员", "自由职业", "全职妈妈", "退休", "工程师"),
    "常去城市": (*CITIES, "成都", "重庆", "武汉", "长沙", "西安", "郑州", "苏州", "宁波", "福州", "合肥", "济南"),
    "兴趣爱好": ("跑步", "瑜伽", "骑行", "摄影", "烘焙", "露营", "阅读", "钓鱼", "养宠", "手工", "电影", "旅行"),
    "偏好品牌": tuple(f"品牌{letter}" for letter in "ABCDEFGHIJKLMNOPQRST"),
    "偏好时段": ("早间", "午间", "下午", "晚间", "深夜", "周末"),
    "客单价": ("50元以下", "50-100元", "100-200元", "200-500元", "500-1000元", "1000元以上"),
    "参与活动": tuple(f"{year}年{month:02d}月活动" for year in (2023, 2024, 2025) for month in range(1, 13)),
    "沟通偏好": ("图文", "视频", "语音", "电话", "勿扰"),
    "优惠敏感": ("券必用", "看折扣", "看赠品", "不敏感"),
    "售后记录": ("退货", "换货", "投诉", "好评", "差评"),
    "小区": tuple(
        f"{name}小区" for name in ("阳光", "翠湖", "金桂", "东方", "和平", "锦绣", "滨江", "绿洲", "紫金", "望江")
    ),
    "孩子年龄": ("备孕", "孕期", "0-1岁", "1-3岁", "3-6岁", "6-12岁", "12岁以上"),
    "肤质": ("干性", "油性", "混合性", "敏感性", "中性"),
    "配送": ("自提", "快递", "同城"),
    "裂变": ("发起人", "参与人", "未参与"),
    "流量": ("公众号", "小程序", "视频号", "直播间", "抖音", "小红书", "短信", "地推"),
}
"""What a large company's program made besides."""
MOST_GIVEN: Mapping[str, int] = {"普通": 0, "流失": 1}
"""The tags that most members of a large company carry, by their place."""


@attrs.frozen
class TagGroup:
    """A named set of tags."""

    number: int
    name: str
    order: int
    created_at: int
    maker: str
    deleted: bool = False
    strategy: int | None = None
    """The strategy whose administrators alone use the group, if it is not the company's."""


@attrs.frozen
class Tag:
    """A company tag inside a group."""

    number: int
    group: int
    name: str
    order: int
    created_at: int
    maker: str
    deleted: bool = False


class TagLibrary:
    """All groups and tags, deleted ones included. Tags and groups share one row of numbers."""

    def __init__(self) -> None:
        self._groups: dict[int, TagGroup] = {}
        self._tags: dict[int, Tag] = {}
        self._in_group: dict[int, list[int]] = {}

    def _next(self) -> int:
        return len(self._groups) + len(self._tags)

    def group(self, number: int) -> TagGroup | None:
        """Return a group, also a deleted one."""
        return self._groups.get(number)

    def tag(self, number: int) -> Tag | None:
        """Return a tag, also a deleted one."""
        return self._tags.get(number)

    def has(self, number: int) -> bool:
        """Whether this is a tag that was not deleted."""
        tag = self._tags.get(number)
        return tag is not None and not tag.deleted

    def of_strategy(self, number: int) -> int | None:
        """Return the strategy to which a tag or group belongs, None for the company's own."""
        tag = self._tags.get(number)
        group = self._groups.get(tag.group if tag else number)
        return group.strategy if group else None

    def groups(self, strategy: int | None = None) -> Iterator[TagGroup]:
        """Yield the groups of the company or of a strategy that were not deleted, oldest first."""
        return (group for group in self._groups.values() if not group.deleted and group.strategy == strategy)

    def tags(self, group: int | None = None, *, deleted: bool = False) -> Iterator[Tag]:
        """Yield the tags of one group or of all, oldest first; with *deleted* the deleted ones too."""
        numbers = self._tags if group is None else self._in_group.get(group, [])
        return (tag for tag in (self._tags[n] for n in numbers) if deleted or not tag.deleted)

    def group_named(self, name: str, strategy: int | None = None) -> TagGroup | None:
        """Return the group of that name, if it was not deleted."""
        return next((group for group in self.groups(strategy) if group.name == name), None)

    def add_group(self, name: str, *, order: int, at: int, maker: str, strategy: int | None = None) -> TagGroup:
        """Make a group."""
        group = TagGroup(self._next(), name, order, at, maker, strategy=strategy)
        self._groups[group.number] = group
        return group

    def add_tag(self, group: int, name: str, *, order: int, at: int, maker: str) -> Tag:
        """Make a tag in a group."""
        tag = Tag(self._next(), group, name, order, at, maker)
        self._tags[tag.number] = tag
        self._in_group.setdefault(group, []).append(tag.number)
        return tag

    def rename(self, number: int, name: str | None, order: int | None) -> None:
        """Give a tag or a group another name or place; None leaves it."""
        changes: dict[str, Any] = {k: v for k, v in (("name", name), ("order", order)) if v is not None}
        if number in self._tags:
            self._tags[number] = attrs.evolve(self._tags[number], **changes)
        else:
            self._groups[number] = attrs.evolve(self._groups[number], **changes)

    def delete_tag(self, number: int) -> None:
        """Delete a tag; with the last one its group goes too."""
        tag = attrs.evolve(self._tags[number], deleted=True)
        self._tags[number] = tag
        if not any(self.tags(tag.group)):
            self._groups[tag.group] = attrs.evolve(self._groups[tag.group], deleted=True)

    def delete_strategy(self, strategy: int) -> None:
        """Delete the groups of a strategy with all their tags."""
        for group in list(self.groups(strategy)):
            self.delete_group(group.number)

    def delete_group(self, number: int) -> None:
        """Delete a group with all its tags."""
        self._groups[number] = attrs.evolve(self._groups[number], deleted=True)
        for tag in list(self.tags(number)):
            self._tags[tag.number] = attrs.evolve(tag, deleted=True)
