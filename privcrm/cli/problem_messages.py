"""Chinese for what is wrong with a list or its rows, by the English template of ``Sentence``."""

CHINESE_PROBLEMS: dict[str, str] = {
    ", column {column}": "，{column} 列",
    ", row {rows}": "，第 {rows} 行",
    ", rows {rows}": "，第 {rows} 行",
    ", rows {rows} and {hidden} more": "，第 {rows} 行及另外 {hidden} 行",
    "... and {hidden} more": "…… 另有 {hidden} 个",
    "1 problem": "1 个问题",
    "cannot be read: {reason}; check the path and its rights": "无法读取（{reason}）；请检查路径和权限",
    "column {column} is missing; head it {words}": "缺少 {column} 列；表头请写 {words:or}",
    "format the column as text and type or paste the values again": "请把该列设为文本格式，再重新输入或粘贴",
    "has a row of more than {most:,} characters; check its quotes": "有一行超过 {most:,} 个字符；请检查引号",
    "has more cells than the header; quote cells that hold the delimiter": (
        "单元格比表头多；含有分隔符的单元格请加引号"
    ),
    "has more than {most:,} cells; keep the columns needed": "单元格超过 {most:,} 个；请只保留需要的列",
    "has more than {most:,} characters; shorten it": "超过 {most:,} 个字符；请缩短",
    "has more than {most:,} columns; delete those not needed": "超过 {most:,} 列；请删除不需要的列",
    "has more than {most:,} rows; split it": "超过 {most:,} 行；请拆分",
    "has no rows below its header; add at least one": "表头下面没有数据；请至少加一行",
    "holds a NUL character; type it again": "含有空字符（NUL）；请重新输入",
    "holds a number in scientific notation (such as 1.38E+10), its digits are lost; {cure}": (
        "是科学计数法（如 1.38E+10），数字已丢失；{cure}"
    ),
    "holds a number of more than 15 digits, which the spreadsheet has rounded; {cure}": (
        "是超过 15 位的数字，已被表格舍入；{cure}"
    ),
    "holds a {type}, not text; {cure}": "是 {type} 而不是文本；{cure}",
    "holds something else than outcomes; name another file, or delete it first": (
        "里面不是结果；请换一个文件名，或先删除它"
    ),
    "is UTF-16 text or no text at all; {cure}": "是 UTF-16 文本或不是文本；{cure}",
    "is UTF-16 text; {cure}": "是 UTF-16 文本；{cure}",
    "is a PDF; export the table itself, {cure}": "是 PDF；请导出表格本身，{cure}",
    "is a ZIP file or another office document; {cure}": "是 ZIP 文件或其他办公文档；{cure}",
    "is a compressed file; unpack it first": "是压缩文件；请先解压",
    "is a damaged XLSX file; open it in a spreadsheet and save it again": (
        "是损坏的 XLSX 文件；请用表格软件打开后重新保存"
    ),
    "is a damaged XLSX or ZIP file; save it again": "是损坏的 XLSX 或 ZIP 文件；请重新保存",
    "is a text document; {cure}": "是文字文档；{cure}",
    "is a web page or XML; {cure}": "是网页或 XML；{cure}",
    "is an image; export the table itself": "是图片；请导出表格本身",
    "is an old Excel file (.xls) or has a password; {cure} without one": (
        "是旧版 Excel 文件（.xls）或有密码；{cure}，不要加密码"
    ),
    "is empty; fill it in or delete the row": "是空的；请填写或删除该行",
    "is empty; it needs a header and at least one row": "是空的；需要表头和至少一行",
    "is neither UTF-8 nor GB18030; {cure}": "既不是 UTF-8 也不是 GB18030；{cure}",
    "is no plain file; name another": "不是普通文件；请换一个",
    "its folder cannot be written to; name another place": "所在文件夹不可写；请换一个位置",
    "its folder does not exist; make it, or name another place": "所在文件夹不存在；请先创建，或换一个位置",
    "its tags were changed after the job": "任务之后标签又有变动",
    "name {name!r}... has {count} characters; the most is {most}": (
        "名称 {name!r}…… 有 {count} 个字符；最多 {most} 个"
    ),
    "no employee with customer contact follows this member (any more)": (
        "没有（或不再有）具备客户联系功能的员工跟进该客户"
    ),
    "no member has this phone or unionid": "没有客户有这个手机号或 unionid",
    "no such member for this app, or left": "该应用下没有这位客户，或客户已离开",
    "reading alone takes {calls:,} calls or more, and max-calls allows {most:,}; allow more of them": (
        "仅读取就需要至少 {calls:,} 次调用，而 max-calls 只允许 {most:,} 次；请允许更多次"
    ),
    "rows {rows} add and remove the same tag": "第 {rows} 行同时添加和移除同一个标签",
    "save it as CSV UTF-8 or XLSX": "请另存为 CSV UTF-8 或 XLSX",
    "several members match: {members}; name one by its member_id": (
        "匹配到多位客户：{members}；请用 member_id 指明一位"
    ),
    "tag {tag!r} exists more than once: {places}; write Group/Tag": (
        "标签 {tag!r} 不止一个：{places}；请写成 标签组/标签"
    ),
    "tag {tag!r} is in add and in remove; keep one": "标签 {tag!r} 同时在添加和移除中；请只留一个",
    "tag {tag!r} is unknown and names no group to create it in; write Group/Tag": (
        "标签 {tag!r} 不存在，也没有写明要建在哪个标签组；请写成 标签组/标签"
    ),
    "tag {tag!r} is unknown; create it first (`tag apply --create-tags`)": (
        "标签 {tag!r} 不存在；请先创建，`tag apply` 加 --create-tags 可代为创建"
    ),
    "tag {tag!r} is unknown; did you mean {near}?": "标签 {tag!r} 不存在；是不是 {near}？",
    "the relation is gone": "跟进关系已不存在",
    "there is neither a column add nor a column remove; head one {words}": (
        "既没有添加列也没有移除列；请把一列的表头写成 {words:or}"
    ),
    "this employee does not follow the member": "该员工没有跟进这位客户",
    "unpacks to far more than a list of rows; save it as CSV UTF-8": "解压后远大于一份名单；请另存为 CSV UTF-8",
    "{count} problems": "{count} 个问题",
    "{first!r} and {second!r} are the same column; delete one": "{first!r} 和 {second!r} 是同一列；请删除一个",
    "{first} or {second}": "{first:or} 或 {second:or}",
    "{member} at {staff}: the relation is gone": "{member}（员工 {staff}）：跟进关系已不存在",
    "{member} at {staff}: the tags are not as planned": "{member}（员工 {staff}）：标签与计划不符",
    "{message} ({reason})": "{message}（{reason}）",
    "{name!r} has more than one slash; write \\/ for a slash inside a name": (
        "{name!r} 有不止一个斜杠；名称中的斜杠请写成 \\/"
    ),
    "{name!r} lacks a name beside its slash; write Group/Tag, or Tag alone": (
        "{name!r} 的斜杠一侧没有名称；请写成 标签组/标签，或只写标签"
    ),
    "{source}, row {row}: is not CSV ({reason}); check its quotes, or save it as XLSX": (
        "{source}，第 {row} 行：不是 CSV（{reason}）；请检查引号，或另存为 XLSX"
    ),
    "nothing was sent": "没有发送任何内容",
    "nothing was written": "没有写入任何内容",
    "{source}: {many}; {untouched}\n{listed}": "{source}：{many}；{untouched}\n{listed}",
    "{source}: {what}": "{source}：{what}",
    "{source}{rows}{column}: {what}": "{source}{rows}{column}：{what}",
    "department {name!r} is unknown; write its id or name, or run privcrm sync first": (
        "部门 {name!r} 不存在；请填写部门 ID 或名称，或先运行 privcrm sync"
    ),
    "employee {id!r} is unknown; correct the id, or run privcrm sync first": (
        "员工 {id!r} 不存在；请更正账号，或先运行 privcrm sync"
    ),
    "names several employees; keep one": "写了多名员工；请只保留一名",
    "{code!r} stands in row {first} too; keep one of them": "{code!r} 在第 {first} 行也有；请只保留一行",
    "{count} departments are called {name!r}; write Parent/Name, or an id: {ids}": (
        "有 {count} 个部门叫 {name!r}；请写 上级/名称，或部门 ID：{ids}"
    ),
    # codes of shops
    "{code!r} is no key of a code; write letters, digits, '.', '_' or '-'": (
        "{code!r} 不能用作活码的编码；请使用文字、数字、“.”、“_”或“-”"
    ),
    "holds {text!r}; {what} is a whole number from {least} to {most:,}": (
        "内容是 {text!r}；{what}应为 {least} 到 {most:,} 之间的整数"
    ),
    "a weight": "权重",
    "a daily cap": "每日上限",
    "names no employee; fill in whom the code leads to": "没有写员工；请填写活码要添加的员工",
    "names an employee twice; a backup is nobody who works anyway": "同一员工写了两次；备用员工不能同时是正式接待员工",
    # facts
    "ends in no type; the types are {types}": "结尾不是类型；可用的类型：{types}",
    "is neither yes nor no; write 是 or 否, true or false": "既不是“是”也不是“否”；请填写 是 或 否、true 或 false",
    "is no day; write it as 2026-01-31": "不是日期；请写成 2026-01-31",
    "is no number; correct it, or head the column name:text": "不是数字；请更正，或把列名写成 名称:text",
    "is no phone number; correct it or delete the row": "不是电话号码；请更正或删除该行",
    "is no time; write it as 2026-01-31 18:30": "不是时间；请写成 2026-01-31 18:30",
    "is a number beyond 64 bits; correct it, or head the column name:text": (
        "数值超出 64 位；请更正，或把列名写成 名称:text"
    ),
    "is no whole number of at most 18 digits; correct it, or head the column name:text": (
        "不是最多 18 位的整数；请更正，或把列名写成 名称:text"
    ),
    "names no fact, or one that another column has; rename it": "没有写明事实名称，或与另一列重名；请改名",
    "there is no column with a fact; head one with the fact's name": "没有事实列；请用事实名称作为列名",
    "was changed while it was read; import it again": "读取期间文件被修改；请重新导入",
    # tag merge, move, restore, rule
    "a deleted tag hangs nowhere: who wore it is known from the mirror only": (
        "已删除的标签不在任何客户身上：谁带有过它只能从镜像得知"
    ),
    "no deleted tag is known as {tag!r}; only what a sync has seen before can be restored": (
        "没有名为 {tag!r} 的已删除标签；只有同步时见过的才能恢复"
    ),
    "tag rule {name!r} was removed already": "标签规则 {name!r} 已经移除",
    "tag rule {name!r} does nothing at present: {why}": "标签规则 {name!r} 目前不起作用：{why}",
    "tag {tag!r} cannot be merged into itself; name another target": "标签 {tag!r} 不能并入自身；请另选目标",
    "tag {tag!r} exists already; use tag merge": "标签 {tag!r} 已存在；请使用 tag merge",
    "tag {tag!r} is in that group already": "标签 {tag!r} 已在该标签组中",
    "the name of a tag group has 1 to {most} characters": "标签组名称为 1 到 {most} 个字符",
    "what tag {tag!r} was called was never read; create a new one": "从未读到标签 {tag!r} 的名称；请新建一个",
    "{tag!r} was deleted more than once: {places}; give the id": "{tag!r} 被删除过多次：{places}；请给出 ID",
    "{text!r} names {count} tags; name one": "{text!r} 指向 {count} 个标签；请只写一个",
    "a segment's name has 1 to {most} characters, no colon, no @ or space at its ends": (
        "人群名称为 1 到 {most} 个字符，不含冒号，首尾不能是 @ 或空格"
    ),
    "a snapshot is no condition: it stands alone": "快照不是条件：只能单独使用",
    "a tag that it uses was deleted": "所用的标签已被删除",
    "holds something else than an exported segment; name another file, or delete it first": (
        "内容不是导出的人群；请换一个文件名，或先删除它"
    ),
    "no group carries the group tag {tag!r}": "没有群带有群标签 {tag!r}",
    "segment {name!r} is frozen: {why}; save it anew without that": "人群 {name!r} 已冻结：{why}；请去掉后重新保存",
    "tag group {group!r} exists more than once: write its id": "标签组 {group!r} 不止一个：请写 ID",
    "tag group {group!r} is unknown; did you mean {near}?": "标签组 {group!r} 不存在；是不是 {near}？",
    "tag group {group!r} was deleted": "标签组 {group!r} 已被删除",
    "tag group {group!r} was deleted: leave it out": "标签组 {group!r} 已被删除：请去掉它",
    "tag {tag!r} was deleted": "标签 {tag!r} 已被删除",
    "tag {tag!r} was deleted: restore it, or leave it out": "标签 {tag!r} 已被删除：请恢复，或去掉它",
    "the mirror knows no employee {staff!r}": "镜像中没有员工 {staff!r}",
    "the mirror knows no group {group!r}": "镜像中没有群 {group!r}",
    "the mirror knows no relations; run privcrm sync first, or add --fresh": (
        "镜像中没有任何客户关系；请先运行 privcrm sync，或加上 --fresh"
    ),
    "the mirror knows no such member": "镜像中没有这位客户",
    "the mirror knows no tag group {group!r}: privcrm sync reads the tags of the company": (
        "镜像中没有标签组 {group!r}：privcrm sync 会读取企业的标签"
    ),
    "the mirror knows no tag {tag!r}: privcrm sync reads the tags of the company": (
        "镜像中没有标签 {tag!r}：privcrm sync 会读取企业的标签"
    ),
    "there is no segment {name!r}; privcrm segment list shows them": "没有人群 {name!r}；privcrm segment list 可列出",
    "there is no snapshot {id!r}; privcrm segment list --snapshots shows them": (
        "没有快照 {id!r}；privcrm segment list --snapshots 可列出"
    ),
    "{tag!r} names several tags: write a condition for each": "{tag!r} 含有多个标签：请为每个写一个条件",
    "there is a live code {key!r} already, and it is another: update it, or choose another key": (
        "已有活码 {key!r}，但内容不同：请用 update 修改，或换一个编码"
    ),
    "live code {key!r} was deleted, and its key is not used again: choose another key": (
        "活码 {key!r} 已删除，其编码不再使用：请换一个编码"
    ),
    "the vendor was not told yet: {why}": "平台尚未更新：{why}",
    "the vendor takes none of its employees: {why}": "平台不接受其中任何员工：{why}",
    "nobody is free, so it leads where it led before": "当前无人可接待，仍引向之前的员工",
    "{outcome}, see `live-code show`": "{outcome}，见 `live-code show`",
    "its entry tags are not kept: {why}": "渠道标签未生效：{why}",
    "group {group!r} cannot be had: {why}, and a group has one code at a time": (
        "群 {group!r} 不能使用：{why}，一个群同时只能属于一个活码"
    ),
    "it stands behind this code already": "该群已在此活码中",
    "it stands behind another code": "该群属于另一个活码",
    "it stands behind live code {key!r}": "该群属于活码 {key!r}",
    "the vendor has no such group, or we may not see it": "平台上没有这个群，或本应用看不到它",
    "the group was dismissed": "该群已解散",
    "{people} people are inside, so nobody more comes in by scanning": "群内已有 {people} 人，不能再扫码进群",
    "{one}; {other}": "{one}；{other}",
}
