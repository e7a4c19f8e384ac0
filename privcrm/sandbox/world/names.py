"""Plausible names of people, departments, shops and groups. All invented."""

from collections.abc import Mapping

SURNAMES: Mapping[str, str] = {
    "王": "Wang", "李": "Li", "张": "Zhang", "刘": "Liu", "陈": "Chen", "杨": "Yang", "赵": "Zhao", "黄": "Huang",
    "周": "Zhou", "吴": "Wu", "徐": "Xu", "孙": "Sun", "胡": "Hu", "朱": "Zhu", "高": "Gao", "林": "Lin",
    "何": "He", "郭": "Guo", "马": "Ma", "罗": "Luo", "梁": "Liang", "宋": "Song", "郑": "Zheng", "谢": "Xie",
    "韩": "Han", "唐": "Tang", "冯": "Feng", "于": "Yu", "董": "Dong", "萧": "Xiao",
}  # fmt: skip
GIVEN: Mapping[str, str] = {
    "伟": "Wei", "芳": "Fang", "娜": "Na", "敏": "Min", "静": "Jing", "丽": "Li", "强": "Qiang", "磊": "Lei",
    "洋": "Yang", "艳": "Yan", "勇": "Yong", "杰": "Jie", "娟": "Juan", "涛": "Tao", "明": "Ming", "超": "Chao",
    "秀兰": "Xiulan", "霞": "Xia", "平": "Ping", "刚": "Gang", "桂英": "Guiying", "子涵": "Zihan", "雨桐": "Yutong",
    "浩然": "Haoran", "思远": "Siyuan", "欣怡": "Xinyi", "梓轩": "Zixuan", "佳琪": "Jiaqi", "晓燕": "Xiaoyan",
    "志强": "Zhiqiang", "建华": "Jianhua", "文静": "Wenjing", "海燕": "Haiyan", "俊杰": "Junjie", "一诺": "Yinuo",
    "宇航": "Yuhang", "诗涵": "Shihan", "嘉怡": "Jiayi", "国庆": "Guoqing", "春梅": "Chunmei",
}  # fmt: skip
NICKNAMES = (
    "小鱼儿", "阿杰", "向日葵", "云淡风轻", "平凡的世界", "Lily", "大白兔", "星辰大海", "北方的狼", "团子妈妈",
    "一米阳光", "Kevin", "老王修车", "花开富贵", "奶茶不加糖", "橘子汽水", "岁月静好", "半糖", "追风少年", "Anna",
)  # fmt: skip
REGIONS = ("华东大区", "华南大区", "华北大区")
CITIES = ("上海", "杭州", "南京", "广州", "深圳", "厦门", "北京", "天津", "青岛")
GROUP_THEMES = ("会员福利群", "新品体验群", "周末活动群", "亲子交流群", "老客户群", "团购群")

SURNAME_LIST = tuple(SURNAMES)
GIVEN_LIST = tuple(GIVEN)
