"""Chinese for what is wrong with a command line: our own words and click's, by the English template."""

CHINESE_OF_USAGE: dict[str, str] = {
    "--app brings its own settings: leave out --env-file and --profile": (
        "--app 自带设置：请去掉 --env-file 和 --profile"
    ),
    "{target!r} is not of the form MODULE:NAME, such as shop.crm:crm": (
        "{target!r} 不是 模块:名称 的形式，如 shop.crm:crm"
    ),
    "--app {target}: there is no module {name}": "--app {target}：没有模块 {name}",
    "--app {target}: {module} has no {name}": "--app {target}：{module} 中没有 {name}",
    "--app {target}: that is a {type}, not a CRM": "--app {target}：那是 {type}，不是 CRM",
    "say one of --done and --not-done": "请在 --done 和 --not-done 中选一个",
    "{day!r} is no day as 2026-12-05": "{day!r} 不是 2026-12-05 形式的日期",
    "say what it takes: --scan-cap, --hard-cap or --staff-seats": (
        "请说明人数：--scan-cap、--hard-cap 或 --staff-seats"
    ),
    "say what to change: see privcrm live-code update --help": ("请说明要修改什么：见 privcrm live-code update --help"),
    "--online, --offline, --seat, --remove: not for a code that leads to groups": (
        "--online、--offline、--seat、--remove：不用于引向客户群的活码"
    ),
    "--from brings keys, employees and groups: leave out KEY, --staff, --seat, --group": (
        "--from 的名单已含编码、员工和群：请去掉 KEY、--staff、--seat、--group"
    ),
    "--dry-run, --out, --zip and --sheet go with --from": "--dry-run、--out、--zip 和 --sheet 须与 --from 同用",
    "name the code: KEY, or --from FILE for many": "请写明活码：KEY，或用 --from FILE 批量创建",
    "a code leads to employees or to groups, not to both": "一个活码引向员工或客户群，不能两者都有",
    "say where it leads: --staff, --seat or --group": "请说明引向哪里：--staff、--seat 或 --group",
    "--jsonl names its own file: leave out --out": "--jsonl 自带文件名：请去掉 --out",
    "--json prints one object: name a file with --out, or use --jsonl": (
        "--json 只打印一个对象：请用 --out 指定文件，或改用 --jsonl"
    ),
    "{names}: not for a code that leads to {kind}": "{names}：不用于引向{kind:word}的活码",
    "--logo and --font go with --size": "--logo 和 --font 须与 --size 同用",
    "--caption goes with --size, or a .svg file": "--caption 须与 --size 同用，或用于 .svg 文件",
    "--size goes with --out FILE.png": "--size 须与 --out FILE.png 同用",
    "{name!r} is neither .png nor .svg": "{name!r} 既不是 .png 也不是 .svg",
    "{text!r}: hours are written as 09:00-18:00, or 1-5@09:00-18:00": (
        "{text!r}：时段请写成 09:00-18:00 或 1-5@09:00-18:00"
    ),
    "{text!r}: {value!r} is no whole number": "{text!r}：{value!r} 不是整数",
    "{text!r}: offline takes no value": "{text!r}：offline 不带值",
    "{text!r}: {name!r} is unknown; there are {names}": "{text!r}：没有 {name!r}；可用的有 {names}",
    "live code {key!r} has no seat of {staff!r}: see privcrm live-code show {same}": (
        "活码 {key!r} 没有 {staff!r} 的席位：见 privcrm live-code show {same}"
    ),
    "the gateway cannot listen on {host}:{port}: {reason}": "网关无法监听 {host}:{port}：{reason}",
    "{until!r} is no time as 20:00": "{until!r} 不是 20:00 形式的时间",
    "{error}: --expose allows it": "{error}：加上 --expose 才允许",
    "the sandbox cannot start: {error}": "模拟企业无法启动：{error}",
    "--no-repair goes with --check": "--no-repair 须与 --check 同用",
    "--weekdays goes with --between HH:MM-HH:MM, which says of which hours": (
        "--weekdays 须与 --between HH:MM-HH:MM 同用，由后者说明时段"
    ),
    "--weekdays takes {days}; {wrong!r} is none of them": "--weekdays 可用 {days}；{wrong!r} 不是其中之一",
    "--fact takes a name, a comparison and a value, such as 'orders>=3' or 'level=\"gold\"'": (
        "--fact 须写名称、比较符和值，如 'orders>=3' 或 'level=\"gold\"'"
    ),
    "--happened takes an event, how often, and within how many days: 'MemberEdited>=3/30'": (
        "--happened 须写事件、次数和天数：'MemberEdited>=3/30'"
    ),
    "say when: one of --state-contains, --channel, --joined-group, --between, --fact, …": (
        "请说明条件：--state-contains、--channel、--joined-group、--between、--fact 等其中之一"
    ),
    "FILE and --segment exclude each other: a segment brings its own members": (
        "FILE 和 --segment 不能同用：人群自带客户"
    ),
    "name a FILE, or a segment with --segment EXPR and --add or --remove": (
        "请给出 FILE，或用 --segment EXPR 加 --add 或 --remove 指定人群"
    ),
    "--segment wants --add TAG or --remove TAG": "--segment 须与 --add TAG 或 --remove TAG 同用",
    "--add and --remove go with --segment: a FILE has its own columns for tags": (
        "--add 和 --remove 须与 --segment 同用：FILE 中有自己的标签列"
    ),
    "--key says how a FILE names its members: leave it out with --segment": (
        "--key 说明 FILE 如何写客户：与 --segment 同用时请去掉"
    ),
    "--everybody wants numbers: handlers would be called a second time for each event": (
        "--everybody 须写序号：否则每个事件都会再次调用处理函数"
    ),
    "the receiver cannot listen on {host}:{port}: {reason}": "接收服务无法监听 {host}:{port}：{reason}",
    "give {name}=DAYS, a whole number, 0 for ever": "请写成 {name}=天数，天数为整数，0 表示永久保留",
    "there is no rule {name!r}; known: {known}": "没有名为 {name!r} 的规则；可用：{known}",
    "this cannot be undone: say --yes if it is meant": "此操作无法撤销：确认请加 --yes",
    "{path} is there already: name another file, or remove it": "{path} 已存在：请换一个文件名，或先删除它",
    "nothing was in flight": "没有正在发送的内容",
}

CHINESE_OF_CLICK: dict[str, str] = {
    "Missing argument {name!r}.": "缺少参数 {name!r}。",
    "Missing argument {name!r}. {more}": "缺少参数 {name!r}。{more}",
    "Missing option {name!r}.": "缺少选项 {name!r}。",
    "Missing option {name!r}. {more}": "缺少选项 {name!r}。{more}",
    "Missing command.": "缺少命令。",
    "No such command {name!r}.": "没有命令 {name!r}。",
    "No such command {name!r}. {more}": "没有命令 {name!r}。{more}",
    "No such option {name!r}.": "没有选项 {name!r}。",
    "No such option {name!r}. {more}": "没有选项 {name!r}。{more}",
    "Choose from: {choices}": "可选：{choices}",
    "Did you mean {name}?": "是不是 {name}？",
    "(Did you mean one of: {names}?)": "（是不是其中之一：{names}？）",
    "Invalid value: {what}": "值无效：{what}",
    "Invalid value for {param!r}: {what}": "{param!r} 的值无效：{what}",
    "Invalid value for {param}: {what}": "{param} 的值无效：{what}",
    "{value!r} is not one of {choices}.": "{value!r} 不是其中之一：{choices}。",
    "{value!r} is not {choice}.": "{value!r} 不是 {choice}。",
    "{value!r} is not a valid integer.": "{value!r} 不是整数。",
    "{value!r} is not a valid integer range.": "{value!r} 不是整数。",
    "{value!r} is not a valid float.": "{value!r} 不是数字。",
    "{value!r} is not a valid float range.": "{value!r} 不是数字。",
    "{value} is not in the range {range}.": "{value} 不在范围 {range} 内。",
    "Option {name!r} requires an argument.": "选项 {name!r} 需要一个值。",
    "Option {name!r} requires {count} arguments.": "选项 {name!r} 需要 {count} 个值。",
    "Option {name!r} does not take a value.": "选项 {name!r} 不带值。",
    "Argument {name!r} takes {count} values.": "参数 {name!r} 需要 {count} 个值。",
    "Got unexpected extra argument ({args})": "多出参数（{args}）",
    "Got unexpected extra arguments ({args})": "多出参数（{args}）",
    "{kind} {name!r} does not exist.": "{kind:word} {name!r} 不存在。",
    "{kind} {name!r} is a directory.": "{kind:word} {name!r} 是文件夹。",
    "{kind} {name!r} is a file.": "{kind:word} {name!r} 是文件。",
    "{kind} {name!r} is not readable.": "{kind:word} {name!r} 不可读。",
    "{kind} {name!r} is not writable.": "{kind:word} {name!r} 不可写。",
    "Could not open file {name!r}: {reason}": "无法打开文件 {name!r}：{reason}",
}
