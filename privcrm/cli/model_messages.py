"""Chinese for what models and segments say of values that they cannot hold, by the English template."""

CHINESE_OF_MODELS: dict[str, str] = {
    # Fields of any model
    "{where} is empty: leave it out to mean everybody, or choose somebody": (
        "{where} 为空：要指所有人请不填，否则请选择对象"
    ),
    "{where} takes several {noun}, {value} was given: put one into a list": (
        "{where} 应为多个{noun:word}，给出的是{value}：只有一个时也请放入列表"
    ),
    "{where} takes {wanted}, {value} was given{cure}": "{where} 应为{wanted}，给出的是{value}{cure}",
    "{where} takes {wanted}, {given} was given": "{where} 应为{wanted}，给出的是{given}",
    "a value of the type {type}": " {type} 类型的值",
    "a text": "文本",
    "a bool": "是/否值",
    "an int": "整数",
    "a float": "小数",
    "a whole number": "整数",
    "True or False": " True 或 False",
    "another text": "其他文本",
    "another number": "其他数字",
    "one of {names}": "其中之一：{names}",
    ": give its {name}": "：请给出它的 {name}",
    "Shop.code takes 1 to {most} characters without spaces at the ends": (
        "Shop.code 应为 1 到 {most} 个字符，首尾不含空格"
    ),
    "Shop takes several ids, a text was given: put one into a list": (
        "Shop 应为多个 ID，给出的是文本：只有一个时也请放入列表"
    ),
    "the vendor sent {empty} empty pages in a row and a cursor for yet another one": (
        "平台连续返回 {empty} 个空页，并仍给出下一页的游标"
    ),
    "the vendor repeated a cursor; start the listing again from the beginning": (
        "平台重复了同一个游标；请从头重新读取列表"
    ),
    # Facts
    "a fact is a text, a number, True or False, a day or a moment, not {type}": (
        "事实应为文本、数字、True 或 False、日期或时刻，不能是 {type}"
    ),
    "{name} of a fact is a text that is not empty": "事实的 {name} 应为非空文本",
    "{name} of a fact has more than {most} characters": "事实的 {name} 超过 {most} 个字符",
    "the value of a fact holds a NUL character": "事实的值含有空字符（NUL）",
    "the value of a fact is a number beyond 64 bits": "事实的值超出 64 位",
    # Rules that tag
    "HappenedAtLeast.event names no class of privcrm.events: {event!r}": (
        "HappenedAtLeast.event 不是 privcrm.events 中的类：{event!r}"
    ),
    "HappenedAtLeast takes 1 to {times} times within 1 to {days} days": (
        "HappenedAtLeast 应为 1 到 {days} 天内 1 到 {times} 次"
    ),
    "TagRule.when takes one trigger or several": "TagRule.when 应为一个或多个条件",
    "TagRule.add takes at least one tag": "TagRule.add 至少需要一个标签",
    "{model}.{name} takes a text that is not empty": "{model}.{name} 应为非空文本",
    "JoinedGroup takes exactly one of group_id, tagged and name_contains": (
        "JoinedGroup 只能在 group_id、tagged 和 name_contains 中取一个"
    ),
    "AddedBetween.{name} takes a time such as 08:30": "AddedBetween.{name} 应为 08:30 形式的时间",
    "AddedBetween.start and end are the same; leave the condition out for the whole day": (
        "AddedBetween.start 与 end 相同；全天请去掉该条件"
    ),
    "AddedBetween.weekdays takes numbers from 0 (Monday) to 6 (Sunday)": (
        "AddedBetween.weekdays 应为 0（周一）到 6（周日）的数字"
    ),
    # The text of a segment
    "line {line}, column {column}: {found}": "第 {line} 行第 {column} 列：{found}",
    "found {token}": "此处是 {token:word}",
    "the end": "结尾",
    "the expression is empty: write {example}": "表达式为空：请写{example}",
    'a condition such as HasTag("VIP")': '条件，如 HasTag("VIP")',
    "expected {what}": "此处应为{what}",
    "expected & or | or the end": "此处应为 &、| 或结尾",
    "expected & or | or ) for the ( at line {line}, column {column}": (
        "此处应为 &、|，或与第 {line} 行第 {column} 列的 ( 对应的 )"
    ),
    "there is no ( that it closes": "没有与它对应的 (",
    "the quote {quote} is not closed on its line": "引号 {quote} 在本行没有结束",
    "text stands in quotes": "文本须加引号",
    "text stands in quotes, and conditions are combined with & | ~": "文本须加引号，条件用 & | ~ 组合",
    "a number has at most {most} characters, this one has {count}": "数字最多 {most} 个字符，这里有 {count} 个",
    "\\{letter} names no character: write \\\\ for a backslash": "\\{letter} 不代表任何字符：反斜杠请写成 \\\\",
    "an expression has at most {most} characters, this one has {count}: split it": (
        "表达式最多 {most} 个字符，这里有 {count} 个：请拆分"
    ),
    "{name} is no condition{more}": "没有条件 {name}{more}",
    "; there are {names}": "；可用的条件：{names}",
    "; did you mean {near}?": "；是不是 {near}？",
    "{form} lacks {missing}": "{form} 缺少 {missing}",
    "{form} takes nothing": "{form} 不带任何值",
    "{form} takes {names}": "{form} 可带 {names}",
    "{form} takes {count} value{s} without a name{more}": "{form} 有 {count:word} 个值可不写名称{more}",
    ", and {others}": "，另有 {others}",
    "{form} was given {name} already": "{form} 已给出 {name}",
    "found {token} after a value with a name": "带名称的值之后是 {token:word}",
    "put it first, or name it": "请放在最前面，或写明名称",
    "expected a value or )": "此处应为值或 )",
    "( after {word}": " {word} 之后的 (",
    ") after {word}(…": " {word}(… 之后的 )",
    ", or ) after a value": " , 或 )，跟在值之后",
    "this is no day": "这不是日期",
    'write {word}(2026, 1, 31) or {other}("2026-01-31")': '请写成 {word}(2026, 1, 31) 或 {other}("2026-01-31")',
    # Values of conditions
    "{model}.{name} takes {wanted}, {given} was given": "{model}.{name} 应为{wanted}，给出的是{given}",
    "an empty one": "空的",
    "one with half a character or a NUL": "含半个字符或空字符（NUL）的",
    "a whole number from 0 to {most}": " 0 到 {most} 的整数",
    "a day such as 2026-01-31": " 2026-01-31 形式的日期",
    "a text, a number, True, False or a day": "文本、数字、True、False 或日期",
    "a number beyond 64 bits": "超出 64 位的数字",
    "HasFact takes a comparison and a value together, or neither": "HasFact 的比较符和值须同时给出，或都不给",
    "{where} takes at least two conditions, {count} was given": "{where} 至少需要两个条件，给出了 {count:word}",
    "{model}.{name} takes conditions, {value} was given": "{model}.{name} 应为条件，给出的是{value}",
    "a condition is neither true nor false by itself: combine with & | ~, not with and, or, not": (
        "条件本身没有真假：请用 & | ~ 组合，不要用 and、or、not"
    ),
    # A segment as JSON
    'expected an object such as {{"has_tag": …}}, {value} was given': (
        '此处应为对象，如 {{"has_tag": …}}，给出的是{value}'
    ),
    "expected one key, found {count}: combine conditions with all, any, not": (
        "此处应只有一个键，实际有 {count} 个：请用 all、any、not 组合条件"
    ),
    "{key!r} is no condition{more}": "没有条件 {key!r}{more}",
    "expected a list of conditions, {value} was given": "此处应为条件列表，给出的是{value}",
    "expected a list of conditions, an empty one was given": "此处应为条件列表，给出的是空列表",
    "expected an object, {value} was given": "此处应为对象，给出的是{value}",
    "{names} is missing": "缺少 {names}",
    "{name!r} is not known, it takes {takes}{more}": "没有 {name!r}，可用的有 {takes}{more}",
    'expected {{"date": "2026-01-31"}}, another object was given': (
        '此处应为 {{"date": "2026-01-31"}}，给出的是其他对象'
    ),
}
