"""Chinese for why the library refuses, cannot go on, or leaves an item undone, by the English template."""

CHINESE_OF_REFUSALS: dict[str, str] = {
    # Jobs and their items
    "there is no job {job}": "没有任务 {job}",
    "job {job} is sealed: its plan cannot change any more": "任务 {job} 的计划已封存，不能再改",
    "an item's key was given twice in one plan; give each once, or say how to merge them": (
        "同一计划中条目的键重复；请每个只给一次，或说明如何合并"
    ),
    "job {job} with the same key is being planned right now: try again": "相同键的任务 {job} 正在制定计划：请稍后再试",
    "job {job} with the same key was cancelled after something of it was or may have been sent:"
    " see what (`privcrm job show`), and order what is left under another key": (
        "相同键的任务 {job} 在发送（或可能已发送）部分内容后被取消：请用 `privcrm job show` 查看，"
        "其余部分请用另一个键下达"
    ),
    "every {hours!r} hours from {at!r} is no schedule: give hours above 0 and HH:MM": (
        "从 {at!r} 起每 {hours!r} 小时不是有效的安排：小时数应大于 0，时间写成 HH:MM"
    ),
    "job {job} is {state}: only a paused, cancelled or finished job can be undone": (
        "任务 {job} {state:word}：只有已暂停、已取消或已完成的任务可以撤销"
    ),
    "job {job} has done nothing that could be undone": "任务 {job} 没有可撤销的内容",
    "job {job} is being run by another worker; look at it, or pause it first": (
        "任务 {job} 正由另一个进程执行；请查看，或先暂停它"
    ),
    "job {job} is {state}: it waits for an approval ({stage})": "任务 {job} {state:word}：等待批准（{stage}）",
    "job {job} is {state} and waits for no approval": "任务 {job} {state:word}，不需要批准",
    "job {job} is {state}: it cannot be approved": "任务 {job} {state:word}：不能批准",
    "job {job} is {state} and in a worker's hands: pause it, then resolve its items": (
        "任务 {job} {state:word}，正由进程处理：请先暂停，再确认其条目"
    ),
    "job {job} is in a worker's hands: look again when that is over": "任务 {job} 正由进程处理：请在结束后再看",
    "job {job} is undone by job {other} already: run that, or cancel it first": (
        "任务 {job} 已由任务 {other} 撤销：请执行它，或先取消它"
    ),
    "job {job} is {state} ({reason}) and cannot be run": "任务 {job} {state:word}（{reason}），不能执行",
    "job {job} is {state}: it cannot be made {wanted}": "任务 {job} {state:word}：不能改为{wanted:word}",
    "the plan of job {job} is too old to be approved: cancel it and plan it again": (
        "任务 {job} 的计划太旧，不能批准：请取消并重新计划"
    ),
    "job {job} would send {planned} items, not {count}": "任务 {job} 将发送 {planned} 条，不是 {count} 条",
    "job {job} wants another person than {maker}, or its number of items typed exactly": (
        "任务 {job} 须由 {maker} 以外的人批准，或准确输入条目数"
    ),
    "its unnamed maker": "未署名的发起人",
    "job {job} was taken over by another worker": "任务 {job} 已由另一个进程接手",
    "nothing is registered for jobs of kind {kind!r}; known kinds: {known}": (
        "没有登记 {kind!r} 类型任务的处理程序；已知类型：{known}"
    ),
    "job {job} was planned by version {old} of {kind!r} and this is version {new}:"
    " cancel it and plan it again, or run it with that version": (
        "任务 {job} 由 {kind!r} 的版本 {old} 制定，当前为版本 {new}：请取消并重新计划，或用原版本执行"
    ),
    "job {job} has no such item": "任务 {job} 没有这个条目",
    "item {seq} of job {job} is {state}: only unknown or waiting ones are resolved": (
        "任务 {job} 的条目 {seq} {state:word}：只能确认结果未知或等待中的条目"
    ),
    "{what}: resolve item {seq} of job {job} without one": "{what}：确认任务 {job} 的条目 {seq} 时请不要给 ID",
    "jobs of kind {kind!r} keep no ids": "{kind!r} 类型的任务不保存 ID",
    "what did not happen has no id": "没有发生的操作没有 ID",
    "a handler must return one outcome for each item": "处理程序必须为每个条目返回一个结果",
    "{text!r} is no window of hours; write it like 22:00-08:00": "{text!r} 不是时段；请写成 22:00-08:00",
    "{text!r} is no window of hours: it must lie within a day and last some time": (
        "{text!r} 不是时段：应在一天之内，且不为零"
    ),
    "the job was cancelled before this was looked up": "核实之前任务已取消",
    "it did not happen and is not sent again": "没有发生，也不会重新发送",
    "outside the write scope": "不在可写范围内",
    # Why a job stands still
    "approval: {planned} items are more than {most}": "等待批准：{planned} 条超过 {most} 条",
    "approval: it still waits for one ({stage})": "等待批准（{stage}）",
    "canary: look at the note and approve the rest": "试点已完成：请看说明，然后批准其余部分",
    "canary: {done} of {sent} done, read back as planned": "试点：{sent} 条中完成 {done} 条，读回与计划一致",
    "canary: {done} of {sent} done, {count} not as planned: {shown}": (
        "试点：{sent} 条中完成 {done} 条，{count} 条与计划不符：{shown}"
    ),
    "internal: the handler failed": "程序内部出错",
    "interrupted: a runner goes on with it": "被中断：由 privcrm run 继续",
    "interrupted: resume it to go on": "被中断：可以继续执行",
    "max_calls: the {most} calls allowed are spent": "允许的 {most} 次调用已用完",
    "paused: resume it to go on": "已暂停：可以继续执行",
    "refused: code {code} came": "平台拒绝：返回代码 {code}",
    "{why} {count} times in a row": "{why}，连续 {count} 次",
    "resolved: an item is to be sent again; resume the job": "已确认：有条目需要重新发送；请继续执行",
    "settling: looking up what was sent failed ({error})": "核实已发送的内容时出错（{error}）",
    "stopped: `privcrm stop` is in force": "`privcrm stop` 正在生效",
    "suspicious: {some} of {all} items failed alike; is the input of another app?": (
        "{all} 条中有 {some} 条以同样的原因失败；名单是否来自其他应用？"
    ),
    "unknown: more than a fifth of the rows name members that this app does not know; ids of another app?": (
        "超过五分之一的行指向该应用不认识的客户；ID 是否来自其他应用？"
    ),
    "unreachable: the provider cannot be reached: {error}": "无法连接平台：{error}",
    "window: runs at {window} Beijing time": "只在北京时间 {window} 执行",
    # What is done once
    "there is nothing to do: the list is empty": "没有要做的事：名单为空",
    "this adapter does not offer it": "该平台适配器不提供此功能",
    "this adapter has no endpoints": "该平台适配器没有接口",
    "job {job} was submitted with the key {key!r} for something else: use another key": (
        "任务 {job} 已用键 {key!r} 提交了别的内容：请换一个键"
    ),
    "job {job} holds the same for the same employee, and it is {state}:"
    " a lost answer of one could not be told from the other; {cure}": (
        "任务 {job} 对同一员工有相同的内容，且{state:word}：答复丢失时无法区分；{cure}"
    ),
    "resolve it first": "请先人工确认它",
    "run or cancel that job first": "请先执行或取消那个任务",
    "the list holds the same for the same employee twice: a lost answer of one could not be told from the other": (
        "名单中同一员工有两条相同的内容：答复丢失时无法区分"
    ),
    "may be that of item {seq} of job {job}, of which the id is not known": (
        "可能是任务 {job} 条目 {seq} 的，该条目的 ID 未知"
    ),
    "it is not there": "平台上没有",
    "nobody knows which one it was": "无法得知是哪一个",
    "{key}: it has another owner": "{key}：群主是别人",
    "to_staff_id is the same employee as from_staff_id": "to_staff_id 与 from_staff_id 是同一名员工",
    "message is for on-job transfers: members of somebody who left are told nothing": (
        "message 只用于在职继承：离职员工的客户不会收到提示"
    ),
    "the vendor does not tell whether it was this transfer": "平台没有说明是否由本次继承造成",
    "the answer leaves some of them out": "答复中缺少部分条目",
    "job {job} cannot be undone: a transfer back is one more of the few that a customer or group has;"
    " order it as such": ("任务 {job} 不能撤销：转回也会占用客户或群有限的继承次数；请另行下达"),
    "nobody is asked to send it yet": "还没有员工被要求发送",
    "nobody is asked to send it": "没有员工被要求发送",
    "its sender is not asked to send it": "发送员工没有被要求发送",
    "sender_id is missing: a message to groups goes out in the name of their owner": (
        "缺少 sender_id：群发到客户群以群主的名义发出"
    ),
    "two orders of the same content and sender go to the same members or groups: they would get it twice, and a lost"
    " answer of one could not be told from the other; name each of them in one order only": (
        "两份内容和发送员工相同的订单发给相同的客户或群：会收到两次，且答复丢失时无法区分；请让每个对象只出现在一份中"
    ),
    "the vendor could not make it": "平台未能创建",
    "job {job} is a {kind}, not a {wanted}": "任务 {job} 的类型是 {kind}，不是 {wanted}",
    # Members, shops, groups
    "the person was erased": "此人的数据已清除",
    "the reason names the person, and the audit keeps it for good; give the number of the request": (
        "原因中写明了此人，而审计会永久保存；请改写申请编号"
    ),
    "job {job} is at work for this member: pause it (privcrm job pause {same}) and try again; nothing was erased": (
        "任务 {job} 正在处理这位客户：请先暂停（privcrm job pause {same}）再试；没有清除任何数据"
    ),
    "job {job} is at work for this member: pause it (privcrm job pause {same}) and try again": (
        "任务 {job} 正在处理这位客户：请先暂停（privcrm job pause {same}）再试"
    ),
    "the two ids are one person already": "这两个 ID 已经是同一个人",
    "there is no merge {merge!r} that was not split yet": "没有可拆分的合并 {merge!r}",
    "phone is no phone number; write it as 13800138000 or +85261234567": (
        "phone 不是电话号码；请写成 13800138000 或 +85261234567"
    ),
    "the store knows no member {member!r}; run privcrm sync first": (
        "数据库中没有客户 {member!r}；请先运行 privcrm sync"
    ),
    "nothing to look for: give one of {known}": "没有查找条件：请给出其中之一：{known}",
    "nothing to link: give {values}": "没有可关联的内容：请给出 {values}",
    "group {group} could not be read, so its roster may be old": "群 {group} 读取失败，名册可能不是最新",
    "the group is not to be found yet": "还找不到这个群",
    "others came just before": "刚刚还有别人进群",
    "the group's details may be older than the event": "群的详情可能早于事件",
    "the member's details may be older than the event": "客户的详情可能早于事件",
    "the mirror may be old after a {event}": "{event} 之后镜像可能不是最新",
    "no shop has the code {code!r}; privcrm shop list shows the codes": (
        "没有编码为 {code!r} 的门店；privcrm shop list 可列出编码"
    ),
    "no shop is in the region {region!r}; privcrm shop list shows the regions": (
        "区域 {region!r} 中没有门店；privcrm shop list 可列出区域"
    ),
    "name a tag to add or to remove": "请写明要添加或移除的标签",
    "{where} takes tags of 1 to {most} characters": "{where} 的标签应为 1 到 {most} 个字符",
    "the mirror knows no group {group!r}; run privcrm sync first, or use force": (
        "镜像中没有群 {group!r}；请先运行 privcrm sync，或使用 --force"
    ),
    "fact {name!r} has something for a phone that is no phone number; correct it": (
        "事实 {name!r} 以电话关联的值不是电话号码；请更正"
    ),
    "key is {key!r}; facts are tied by one of {keys}": "key 是 {key!r}；事实只能按其中之一关联：{keys}",
    "{name} could not be written: {reason}; {advice}": "{name} 无法写入：{reason}；{advice}",
    "name another place": "请换一个位置",
    "the job keeps its outcomes: write them elsewhere with privcrm job show JOB --out": (
        "任务保存着结果：可用 privcrm job show JOB --out 写到别处"
    ),
    "a purge at hours of the day needs the timers of a CRM": "定时清理需要 CRM 的定时器",
    "a synchronisation at hours of the day needs the timers of a CRM": "定时同步需要 CRM 的定时器",
    # Synchronising and sweeping
    "another process is synchronising this company: wait until it is through": (
        "另一个进程正在同步这家企业：请等待其完成"
    ),
    "another process took this synchronisation over: it goes on there": "同步已由另一个进程接手，在那里继续",
    "stopped: the next synchronisation goes on from here": "已停止：下次同步从这里继续",
    "no renaming of {old!r} to {new!r} is proposed: privcrm sync renames lists those that are": (
        "没有把 {old!r} 改名为 {new!r} 的建议：privcrm sync renames 可列出现有建议"
    ),
    "not reached a moment ago": "刚才无法连接",
    "store_fields has {unknown!r}; known: {known}": "store_fields 中有 {unknown!r}；可用：{known}",
    "it is known already, or is so no longer": "已经知道，或已不再如此",
    "{cut} readings were cut and are left for the next sweep": "{cut} 次读取中断，留待下一次",
    "job {job} of an earlier sweep is {state}: run, approve or cancel it first": (
        "之前的核对任务 {job} {state:word}：请先执行、批准或取消它"
    ),
    "events have been waiting for {seconds} s: handle them first, or they are told twice": (
        "有事件已等待 {seconds} 秒：请先处理，否则会重复告知"
    ),
    "the inbox holds an event called {name}, which this release does not know": (
        "收件箱中有事件 {name}，当前版本不认识"
    ),
    "{count} events wait in memory: give the CRM a store, or handle them": (
        "内存中有 {count} 个事件等待：请为 CRM 配置数据库，或处理它们"
    ),
    "say which events: classes of privcrm.events, such as MemberAdded, or Event for all": (
        "请说明哪些事件：privcrm.events 中的类，如 MemberAdded，或用 Event 表示全部"
    ),
    "this handler has no name of its own: give it one with name=": "该处理函数没有自己的名称：请用 name= 给出",
    "two handlers are called {name!r}: give one of them another name=": (
        "两个处理函数都叫 {name!r}：请为其中一个换一个 name="
    ),
    "a passive reply is made at once: give a plain function, not an async one": (
        "被动回复须立即给出：请用普通函数，不要用异步函数"
    ),
    # Tags
    "tag {tag!r} is in add and in remove; keep one": "标签 {tag!r} 同时在添加和移除中；请只留一个",
    "the old tag was not deleted": "旧标签没有删除",
    "{kept}: {count} relations do not carry the new one yet{why}; resume to retry": (
        "{kept}：{count} 条跟进关系还没有新标签{why}；请继续执行以重试"
    ),
    "this cannot be undone: the old tag was deleted at the vendor, and with it who wore it;"
    " make a new tag and put it on with privcrm tag apply": (
        "无法撤销：旧标签已在平台上删除，谁带有过它也随之消失；请新建标签，并用 privcrm tag apply 打上"
    ),
    "job {job} moves tags and is {state}: resume or cancel it first": (
        "任务 {job} 正在移动标签，{state:word}：请先继续或取消它"
    ),
    "{staff} has members who wear the tag, and is outside the write scope": (
        "员工 {staff} 有带该标签的客户，但不在可写范围内"
    ),
    "a move of tags has no canary: preview it, or bound it with max_calls": (
        "移动标签没有试点：请先预览，或用 max_calls 限制"
    ),
    "Merge takes at least one tag to merge, none was given": "Merge 至少需要一个要合并的标签",
    "the new tag could not be created: {error}": "无法创建新标签：{error}",
    "the tags of this job could not be created: {error}": "无法创建本任务的标签：{error}",
    "a rule about facts or a segment needs segments: run it through crm.tag_rules": (
        "涉及事实或人群的规则需要分群：请通过 crm.tag_rules 执行"
    ),
    "there is a tag rule named {name!r}; remove it first, or take another name": (
        "已有名为 {name!r} 的标签规则；请先移除，或换一个名称"
    ),
    "there is no tag rule {name!r}; known: {known}": "没有标签规则 {name!r}；现有：{known}",
    "add takes several tags: put one into a list": "add 应为多个标签：只有一个时也请放入列表",
    "{place}: the relation is gone": "{place}：跟进关系已不存在",
    "{place}: the tags are not as planned": "{place}：标签与计划不符",
    "{found} of {wanted} tags in tag group {group}": "标签组 {group} 中有 {wanted} 个标签里的 {found} 个",
    "stopped while reading: nothing was sent and nothing kept; start again": (
        "读取时被停止：没有发送也没有保存任何内容；请重新开始"
    ),
    "job {job} is a {kind}, not a {wanted}: what became of its items, and what was made, is told by"
    " `privcrm job show {same} --jsonl PATH`": (
        "任务 {job} 的类型是 {kind}，不是 {wanted}：各条目的结果和创建的内容请用"
        " `privcrm job show {same} --jsonl PATH` 查看"
    ),
    "a tagging job needs a store, so that nothing is lost when a process dies: pass store='sqlite:///privcrm.db'"
    " or set PRIVCRM_STORE; a preview does without": (
        "打标签任务需要数据库，以免进程退出时丢失内容：请给出 store='sqlite:///privcrm.db' 或设置 PRIVCRM_STORE；"
        "预览不需要"
    ),
    # Welcomes
    "an event without a key cannot be greeted once": "没有键的事件无法保证只欢迎一次",
    "no time is left to upload it": "没有时间上传了",
    "there is no file {name}": "没有文件 {name}",
    "a rule needs a name, by which its welcomes are counted": "规则需要名称，欢迎语按名称统计",
    "WelcomeRule.content takes a Content, or a function that makes one of the event": (
        "WelcomeRule.content 应为 Content，或由事件生成 Content 的函数"
    ),
    "the content of rule {name}": "规则 {name} 的内容",
    "no shop is called {name!r}: name it with set_shops first; known: {known}": (
        "没有名为 {name!r} 的门店：请先用 set_shops 命名；现有：{known}"
    ),
    "two rules are called {name!r}: give one of them another name": "两条规则都叫 {name!r}：请为其中一条改名",
    "the text of a welcome has braces around something that is no name; known: {known}; write {{{{ for a brace": (
        "欢迎语的大括号中不是可用的名称；可用：{known}；大括号本身请写成 {{{{"
    ),
    # Settings
    "PRIVCRM_STORE_KEYS_FILE points to {path}, which is empty: put the store's keys there": (
        "PRIVCRM_STORE_KEYS_FILE 指向的 {path} 是空的：请把数据库密钥写入其中"
    ),
    "the env file {path} cannot be read: {reason}": "env 文件 {path} 无法读取：{reason}",
    "{path}, line {number}: not of the form NAME=value": "{path} 第 {number} 行：不是 NAME=value 的形式",
    "{name} is {text!r}: write 1 or 0": "{name} 是 {text!r}：请写 1 或 0",
    "profile {profile!r} needs {config}, which cannot be read: {reason}": (
        "profile {profile!r} 需要 {config}，但无法读取：{reason}"
    ),
    "{config} is not valid TOML: {error}": "{config} 不是有效的 TOML：{error}",
    "{config} has no profile {profile!r}; it has: {known}": "{config} 中没有 profile {profile!r}；现有：{known}",
    "{where}.{key} holds a secret in plain text: write {same}_file = 'PATH' or {again}_env = 'NAME' instead": (
        "{where}.{key} 以明文存放密钥：请改写为 {same}_file = '路径' 或 {again}_env = '变量名'"
    ),
    "{where} refers to the variable {name}, which is not set": "{where} 引用的变量 {name} 没有设置",
    "{path} holds secrets and others can read it (mode {mode}): chmod 600 {same}": (
        "{path} 含有密钥，而其他用户可读（权限 {mode}）：请执行 chmod 600 {same}"
    ),
    "profile {profile!r} and the env file {path} both describe a company: give one of them": (
        "profile {profile!r} 和 env 文件 {path} 都描述了企业：请只给一个"
    ),
    "{name} is not set: {what}": "没有设置 {name}：{what}",
    "it is not UTF-8 text": "不是 UTF-8 文本",
    "{name} points to {path}, which cannot be read: {reason}": "{name} 指向的 {path} 无法读取：{reason}",
    "{provider} has no setting {name!r} ({variable}); {hint}": "{provider} 没有设置项 {name!r}（{variable}）；{hint}",
    "did you mean {near!r}?": "是不是 {near!r}？",
    "write_scope has no kind {unknown!r}; known: {kinds}": "write_scope 没有类型 {unknown!r}；可用：{kinds}",
    "jobs need a store, so that nothing is lost when a process dies: pass store='sqlite:///privcrm.db'"
    " or set PRIVCRM_STORE": (
        "任务需要数据库，以免进程退出时丢失内容：请给出 store='sqlite:///privcrm.db' 或设置 PRIVCRM_STORE"
    ),
    "no limit is called {unknown!r}; known: {known}": "没有名为 {unknown!r} 的限额；现有：{known}",
    "stopped by {who} at {at} Beijing time; {reason}": "{who} 于北京时间 {at} 停止；{reason}",
    "no reason given": "没有写明原因",
    "{place}, version {version}": "{place}，版本 {version}",
    # Writing is not allowed
    "{name} was not sent: {reason}": "没有发送 {name}：{reason}",
    "{name} was not sent: this CRM is read-only (PRIVCRM_READ_ONLY)": (
        "没有发送 {name}：当前为只读（PRIVCRM_READ_ONLY）"
    ),
    "{name} was not sent: it is not known to be inside the write scope": "没有发送 {name}：无法确认在可写范围内",
    "{name} was not sent: it names none of {kinds}, the write scope": (
        "没有发送 {name}：没有写明可写范围所限的 {kinds}"
    ),
    "{name} was not sent: it names {beside}, of which the write scope holds none": (
        "没有发送 {name}：涉及 {beside}，可写范围中没有这一类"
    ),
    "{name} was not sent: {one} is outside the write scope": "没有发送 {name}：{one} 不在可写范围内",
    "{name} was not sent: `privcrm stop` is in force; `privcrm start` lifts it": (
        "没有发送 {name}：`privcrm stop` 正在生效；`privcrm start` 可解除"
    ),
    # Providers
    "{provider} does not support {capability}: {reason}{hint}": "{provider} 不支持 {capability}：{reason}{hint}",
    "; instead: {instead}": "；可改用：{instead}",
    "{provider} does not read settings": "{provider} 不读取设置",
    "the provider {name!r} ({value}) cannot be loaded: {error}": "平台适配器 {name!r}（{value}）无法加载：{error}",
    "the provider {name!r} cannot be loaded: {error}": "平台适配器 {name!r} 无法加载：{error}",
    "the provider {name!r} is no subclass of privcrm.provider.Provider": (
        "平台适配器 {name!r} 不是 privcrm.provider.Provider 的子类"
    ),
    " Did you mean {near!r}?": "是不是 {near!r}？",
    "no provider {name!r} is installed (installed: {names}).{hint} Reinstall if you have just added it.": (
        "没有安装平台适配器 {name!r}（已安装：{names}）。{hint}如果刚刚添加，请重新安装。"
    ),
    "{package} is not installed; install it with: pip install 'privcrm[{extra}]'": (
        "没有安装 {package}；请执行：pip install 'privcrm[{extra}]'"
    ),
    "{operation}: this {period}'s allowance is used up": "{operation}：本{period:word}的额度已用完",
    "a parameter is neither text, number, truth value, list nor mapping, or holds broken Unicode": (
        "参数不是文本、数字、真假值、列表或映射，或含有损坏的 Unicode"
    ),
    "the base URL must be scheme, host and port only, such as https://qyapi.weixin.qq.com": (
        "基础地址只能含协议、主机和端口，如 https://qyapi.weixin.qq.com"
    ),
    "plain http is accepted for this machine only, not for {host}: use https": (
        "明文 http 只用于本机，不能用于 {host}：请用 https"
    ),
    "the CA bundle {path} cannot be read": "CA 证书文件 {path} 无法读取",
    "the proxy is no address such as http://proxy.example:8080": "代理不是 http://proxy.example:8080 形式的地址",
    "the secret of app {app} was refused before; not tried again for {left} s": (
        "应用 {app} 的密钥此前被拒绝；{left} 秒内不再尝试"
    ),
    "the answer is no file": "答复不是文件",
    "too many requests": "请求过多",
    # Receiving
    "two apps are told of events at {path}: give each a path of its own": (
        "两个应用在 {path} 接收事件：请为每个应用设置自己的路径"
    ),
    "app {app} of {company} shares its callback token with another: give each its own, or a path of its own": (
        "{company} 的应用 {app} 与另一个应用共用回调 token：请各用各的 token 或路径"
    ),
    "no app of {company} is told of events: set PRIVCRM_{name}_CALLBACK_TOKEN and the key that belongs to it": (
        "{company} 没有接收事件的应用：请设置 PRIVCRM_{name}_CALLBACK_TOKEN 和对应的密钥"
    ),
    "a receiver needs at least one company: Receiver([crm])": "接收服务至少需要一个企业：Receiver([crm])",
    # The store
    "the store {place} failed: {error} ({code})": "数据库 {place} 出错：{error}（{code}）",
    "the store failed: {error}": "数据库出错：{error}",
    "the store {place} has no free connection: all {count} stayed in use": (
        "数据库 {place} 没有空闲连接：全部 {count} 个都在使用"
    ),
    "the store did not answer in time": "数据库没有及时答复",
    "the store failed": "数据库出错",
    "{setting} {what} was sealed: give the keys it was written with, newest first": (
        "{setting} {what}：请给出写入时所用的密钥，最新的在前"
    ),
    "does not hold the key with which this store": "不含加密本数据库所用的密钥",
    "is not set, and this store": "没有设置，而本数据库已加密",
    "a sealed key in the store is damaged or belongs to another row": "数据库中有加密密钥已损坏，或属于另一行",
    "{setting}: key {place} is not {bytes} bytes in URL-safe base64; make one with: python -c"
    ' "from cryptography.fernet import Fernet as F; print(F.generate_key().decode())"': (
        "{setting}：第 {place} 个密钥不是 {bytes} 字节的 URL 安全 base64；可用此命令生成：python -c"
        ' "from cryptography.fernet import Fernet as F; print(F.generate_key().decode())"'
    ),
    "a store in memory would forget what was sent; give it a file: sqlite:///file.db": (
        "内存数据库会丢失发送记录；请指定文件：sqlite:///file.db"
    ),
    "the folder of the store does not exist: {path}": "数据库所在的文件夹不存在：{path}",
    "the store {path} is a link to a file that does not exist: remove it, or make the file": (
        "数据库 {path} 是指向不存在文件的链接：请移除链接，或创建该文件"
    ),
    "the store's address is no database URL; write sqlite:///file.db": "数据库地址不是 URL；请写成 sqlite:///file.db",
    "a store is SQLite or PostgreSQL, not {backend}": "数据库应为 SQLite 或 PostgreSQL，不能是 {backend}",
    "{setting} is not set: give the new key first, then those it replaces": (
        "没有设置 {setting}：请先写新密钥，再写它所替换的密钥"
    ),
    "there is no retention rule {name!r}; known: {known}": "没有保留规则 {name!r}；可用：{known}",
    "{name} cannot be kept for {days!r} days: give 0 for ever, or a number above 0": (
        "{name} 的保留天数不能是 {days!r}：0 表示永久，否则请给大于 0 的数"
    ),
    "the store {place} was made by a newer privcrm (version {version}, this one knows {head}): upgrade privcrm": (
        "数据库 {place} 由更新版本的 privcrm 创建（版本 {version}，当前支持 {head}）：请升级 privcrm"
    ),
    "the store {place} is at version {version} and {head} is needed: stop the other processes and run"
    " `privcrm store upgrade`": (
        "数据库 {place} 的版本是 {version}，需要 {head}：请停止其他进程并运行 `privcrm store upgrade`"
    ),
    "a sealed text in the store is damaged or belongs to another person": "数据库中有加密文本已损坏，或属于另一个人",
    "identity_space is not the one with which this store's hashes were made: {cure}, or begin with a new store": (
        "identity_space 与生成本数据库哈希时的不同：{cure}，或改用新的数据库"
    ),
    "put {space!r} back": "请恢复为 {space!r}",
    "leave it out": "请去掉它",
}
