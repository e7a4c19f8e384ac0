"""Chinese for what the command line says, by its English text; codes and JSON keys are never translated."""

CHINESE: dict[str, str] = {
    # Remarks, results, questions
    " ({rate}/s{left})": "（{rate}/秒{left}）",
    ", {time} left": "，还需 {time}",
    "1. A list: {rows} members, each with the one level that it shall have.": (
        "1. 一份名单：{rows} 位客户，各自应有的一个等级。"
    ),
    "2. What it would do. Nothing is sent yet.": "2. 会做什么。此时尚未发送。",
    "3. Doing it, over HTTP to {host}. Waiting for the vendor's limits takes virtual time.": (
        "3. 开始执行，经 HTTP 发往 {host}。因频率限制而等待的时间是虚拟的。"
    ),
    "4. The proof: read back.": "4. 证明：读回核对。",
    "5. The mirror: the whole company in the local store.": "5. 镜像：整个企业存入本地数据库。",
    "The company's own books": "企业自己的账本",
    "In the mirror without reading it again: {arrived} members of the campaign.": (
        "无需重新读取，镜像中已有活动带来的 {arrived} 位客户。"
    ),
    "6. People act, and it arrives at {url}; about every second callback comes twice.": (
        "6. 有人操作，其变化到达 {url}；约一半的回调会重复到达。"
    ),
    "{deliveries} deliveries, {stored} kept, {repeated} known already; {greeted} of {newcomers} greeted in time.": (
        "共投递 {deliveries} 次，保存 {stored} 条，{repeated} 条已知；"
        "{newcomers} 位新客户中 {greeted} 位及时收到欢迎语。"
    ),
    "Times": "次数",
    "All is well.": "一切正常。",
    "Beijing time": "北京时间",
    "Cancelled: nothing was sent.": "已取消：没有发送任何内容。",
    "Done in {seconds} s.": "完成，用时 {seconds} 秒。",
    "Done.": "完成。",
    "Dry run: nothing was sent.": "试运行：没有发送任何内容。",
    "Error": "错误",
    "Error: {what}": "错误：{what}",
    "Interrupted.": "已中断。",
    "For {max_calls} more calls: privcrm job resume {id}   For others: privcrm job resume {id} --max-calls N": (
        "再用 {max_calls} 次调用：privcrm job resume {id}   换个次数：privcrm job resume {id} --max-calls N"
    ),
    "Warning: {share} of the rows name unknown members; the job would be paused.": (
        "警告：{share} 的行指向未知的客户；正式执行时任务会暂停。"
    ),
    "Waits until {due} (Beijing time): privcrm run sends it. To wait here: privcrm job resume {id} --wait": (
        "等到 {due}（北京时间）：届时由 privcrm run 发送；也可以在此等待：privcrm job resume {id} --wait"
    ),
    "Nothing is lost. To go on: privcrm job resume {id}   To give up: privcrm job cancel {id}": (
        "进度没有丢失。继续：privcrm job resume {id}   放弃：privcrm job cancel {id}"
    ),
    "Job {id}: {count} unknown. {look} Then for each: "
    "privcrm job resolve {id} NO --done (it happened) or --not-done (send it again)": (
        "任务 {id}：{count} 条结果未知。{look}然后逐条执行："
        "privcrm job resolve {id} 序号 --done（已发生）或 --not-done（重新发送）"
    ),
    "Look at the vendor.": "请先到平台上核对。",
    "Look in the sender's own client, or by program: provider.messages.list.": (
        "请在发送员工的客户端中核对，或用程序查看 provider.messages.list。"
    ),
    "Look in the publisher's own client, or by program: provider.moments.list.": (
        "请在发表员工的客户端中核对，或用程序查看 provider.moments.list。"
    ),
    "Consoles show no code made by a program; look by program: provider.live_codes.": (
        "管理后台不显示由程序创建的活码；请用程序查看 provider.live_codes。"
    ),
    "Nothing lists group codes made by a program: unless you know its id it is safe to make another, because nobody"
    " has the picture of the first.": (
        "由程序创建的群活码没有任何列表：如果不知道它的 ID，可以放心重新创建，因为没有人拿到前一个的二维码。"
    ),
    "Look by program at where the transfers stand: provider.handover.": "请用程序查看继承进度：provider.handover。",
    "Look at who owns the group now.": "请查看群主现在是谁。",
    "Look at the tags of the customer.": "请查看客户身上的标签。",
    "Made: {made}; recipients that the vendor rejected: {rejected}. Ids and pictures: privcrm job show {id} --jsonl": (
        "已创建：{made} 个；平台拒绝的接收者：{rejected} 个。ID 和二维码：privcrm job show {id} --jsonl"
    ),
    "The vendor makes {count} in the background; a program learns how that ended: crm.moments.follow_up('{id}')": (
        "平台正在后台创建 {count} 条；用程序查询结果：crm.moments.follow_up('{id}')"
    ),
    "Possible orphans: {count}. They do no harm: nobody has their picture.": (
        "可能的遗留：{count} 个。它们没有影响：没有人拿到其二维码。"
    ),
    "Nothing yet.": "还没有记录。",
    "Nothing was due.": "没有到期的工作。",
    "In another terminal: privcrm --env-file {path} doctor": "在另一个终端中：privcrm --env-file {path} doctor",
    "Serving at {url} until Ctrl-C.": "正在 {url} 提供服务，按 Ctrl-C 结束。",
    "Send {calls} calls now?": "现在发送 {calls} 次调用吗？",
    "Started: {company} may be written to again.": "已恢复：可以再次写入 {company}。",
    "Stopped: no process writes to {company} until `privcrm start`.": (
        "已停止：在执行 `privcrm start` 之前，任何进程都不会写入 {company}。"
    ),
    "The proof failed.": "核对未通过。",
    "Undo job {id} at {company} ({host})?": "撤销 {company}（{host}）的任务 {id} 吗？",
    "Waiting for approval: privcrm job approve {id} --count {planned}, then privcrm job resume {id}": (
        "等待批准：privcrm job approve {id} --count {planned}，然后 privcrm job resume {id}"
    ),
    "What to do:": "需要处理：",
    "{calls} calls spent.": "共用 {calls} 次调用。",
    "{calls} calls, about {time} at the current limits": "{calls} 次调用，按当前限额约需 {time}",
    "{calls} calls, {way}": "{calls} 次调用，{way}",
    "{rows} rows written to {path}": "已写入 {rows} 行到 {path}",
    "{days} d {hours} h": "{days} 天 {hours} 小时",
    "{hours} h {minutes} min": "{hours} 小时 {minutes} 分",
    "{minutes} min {seconds} s": "{minutes} 分 {seconds} 秒",
    "{rate}/s": "{rate}/秒",
    "{seconds} s": "{seconds} 秒",
    "… {count} in all: privcrm job show {id} --out outcomes.csv": (
        "…… 共 {count} 条：privcrm job show {id} --out outcomes.csv"
    ),
    "… {count} in all: privcrm job show {id} --jsonl items.jsonl": (
        "…… 共 {count} 条：privcrm job show {id} --jsonl items.jsonl"
    ),
    "one call for each member": "每位客户一次调用",
    "pages of whole employees": "按员工整页读取",
    "the company's own books, before": "模拟企业的账本，执行前",
    "the company's own books, now": "模拟企业的账本，现在",
    "privcrm, now": "privcrm，现在",
    # Stages of progress
    "Checking": "核对",
    "Planning": "制定计划",
    "Reading members": "读取客户",
    "Reading rows": "读取名单",
    "Sending": "发送",
    # States and outcomes
    "cancelled": "已取消",
    "done": "完成",
    "failed": "失败",
    "paused": "已暂停",
    "planned": "待发送",
    "preparing": "准备中",
    "ready": "就绪",
    "running": "运行中",
    "skipped": "跳过",
    "unknown": "未知",
    "waiting": "等待中",
    # Columns and names of values
    "Add": "添加",
    "Already so": "已符合",
    "As of": "日期",
    "As planned": "符合计划",
    "By": "发起人",
    "Calls spent": "已用调用",
    "Cannot be done": "无法执行",
    "Capability": "能力",
    "Changes": "变更",
    "Class": "类",
    "Code": "代码",
    "Company": "企业",
    "Created": "创建",
    "Details": "详情",
    "Different": "不符",
    "Done at": "完成于",
    "Finished": "结束",
    "Host": "主机",
    "Item": "条目",
    "Items": "条目数",
    "Job": "任务",
    "Kind": "类型",
    "Limit": "限额",
    "Limits": "限额",
    "Members": "客户",
    "Segment": "人群",
    "No.": "序号",
    "Note": "说明",
    "Outcome": "结果",
    "Package": "包",
    "Problem": "问题",
    "Provider": "平台",
    "Read by": "读取方式",
    "Read from": "读取自",
    "Reason": "原因",
    "Relations": "跟进关系",
    "Relations checked": "已核对的跟进关系",
    "Remove": "移除",
    "Rows": "行数",
    "Scope": "范围",
    "Sent": "发送时间",
    "State": "状态",
    "Store": "数据库",
    "Support": "支持程度",
    "Tag": "标签",
    "Tags to create": "将新建的标签",
    "To do": "待办",
    "To send": "将发送",
    "Undoes": "撤销的任务",
    "Unit": "单位",
    "Value": "数值",
    "Version": "版本",
    "What": "操作",
    "What happened": "发生了什么",
    "What it can do": "支持的能力",
    "What it may be": "可能是什么",
    "What went wrong": "出错的条目",
    "Who": "操作人",
    # webhook
    "App": "应用",
    "Came": "到达时间",
    "Event": "事件",
    "Tries": "尝试次数",
    "Events are kept, and nothing handles them here: see --app and --jsonl.": (
        "事件已保存，但此处不处理：见 --app 和 --jsonl。"
    ),
    "Events are handled by --jsonl alone: an application on this store would not get them.": (
        "事件只由 --jsonl 处理：使用同一数据库的应用不会收到。"
    ),
    "Nothing to tell.": "没有差异。",
    "Receiving at {url} until Ctrl-C.": "正在 {url} 接收，按 Ctrl-C 结束。",
    "{count} will be handled again.": "{count} 条将重新处理。",
    "{new} wait, {dead} are parked, {done} are done.": "{new} 条待处理，{dead} 条搁置，{done} 条已完成。",
    # shop, group
    "{created} created, {changed} changed, {unchanged} unchanged, {removed} removed.": (
        "新建 {created}，更改 {changed}，未变 {unchanged}，移除 {removed}。"
    ),
    "{count} employees work there: {staff}": "共有 {count} 名员工：{staff}",
    "And {hidden} more.": "另有 {hidden} 个。",
    "Dry run: nothing was written.": "试运行：没有写入任何内容。",
    "There are more: --jsonl lists them all.": "还有更多：用 --jsonl 列出全部。",
    "no tags": "没有标签",
    "Departments": "部门",
    "Group": "群",
    "Manager": "店长",
    "Name": "名称",
    "Named staff": "指定员工",
    "Owner": "群主",
    "Region": "区域",
    "Row": "行",
    "Tags": "标签",
    "created": "新建",
    "changed": "更改",
    "unchanged": "未变",
    "removed": "移除",
    # sandbox fill
    "{members} members with {follows} relations, {staff} employees, {groups} groups, {tags} tags.": (
        "{members} 位客户，{follows} 条跟进关系，{staff} 名员工，{groups} 个群，{tags} 个标签。"
    ),
    "Reading tags": "读取标签",
    "Reading staff": "读取员工",
    "Reading groups": "读取客户群",
    # sync
    "Relations that were missing": "缺少的跟进关系",
    "Relations that vanished": "已消失的跟进关系",
    "Relations with other fields": "字段不同的跟进关系",
    "Relations with other tags": "标签不同的跟进关系",
    "Tags of the library": "标签库中的标签",
    "Employees": "员工",
    "{old} is {new} from now on.": "从现在起，{old} 就是 {new}。",
    "{old} and {new} are two employees.": "{old} 和 {new} 是两位员工。",
    "Old id": "旧账号",
    "New id": "新账号",
    "Members in common": "共同的客户",
    "No changed id waits for a decision.": "没有待确认的账号变更。",
    "Staff": "员工",
    "Groups": "客户群",
    "Written": "已写入",
    "Unchanged": "未变化",
    "Vanished": "已消失",
    "Calls": "调用次数",
    "Seconds": "秒",
    "Difference": "差异",
    "Count": "数量",
    "The mirror is mended.": "本地镜像已修复。",
    "Nothing was mended: privcrm sync --check mends it.": "没有修复任何内容：privcrm sync --check 会修复。",
    "The mirror is as the vendor has it: {follows} relations.": "本地镜像与平台一致：{follows} 条跟进关系。",
    "Not to be found by reading: members who deleted an employee while the callback was lost.": (
        "读取无法发现：客户删除了员工而回调丢失的情况。"
    ),
    "{count} ids of employees seem to have changed: privcrm sync renames": (
        "{count} 位员工的账号似乎已变更：privcrm sync renames"
    ),
    "{count} employees are in no list any more; nothing of theirs was touched.": (
        "{count} 位员工不再出现在任何列表中；其数据均未改动。"
    ),
    "{count} entries of the vendor named no member or no employee and were passed over.": (
        "平台返回的 {count} 条记录没有客户或员工，已略过。"
    ),
    "{count} relations are of employees who are in no list; they are kept.": (
        "{count} 条跟进关系属于不在任何列表中的员工；已保留。"
    ),
    "{count} entries are of erased persons and were not kept.": "{count} 条记录属于已清除的人，未保存。",
    "{count} listings could not be read to their end; nothing is missing because of them.": (
        "{count} 个列表未能读到末尾；不会因此判定任何内容缺失。"
    ),
    "The vendor does not show this app: {what}.": "平台不允许本应用读取：{what}。",
    # member
    "Another process was reading the store: run this again when it has ended.": (
        "另一个进程正在读取数据库：请在它结束后再执行一次。"
    ),
    "At {company} ({host}), in {store}.": "企业 {company}（{host}），数据库 {store}。",
    "Bytes of the person are still in {path}.": "{path} 中仍有此人的数据。",
    "Erase this person for good?": "确定永久删除此人的数据？",
    "Member": "客户",
    "Nothing of the person is left in the store.": "数据库中已没有此人的任何数据。",
    "The store holds nothing under this id: it was erased before, or is not written as it should be.": (
        "数据库中没有此 ID 的数据：可能此前已清除，也可能 ID 写错了。"
    ),
    # task
    "About": "相关人",
    "Due": "截止时间",
    "Task": "待办",
    "Task {task} is done.": "待办 {task} 已完成。",
    "Task {task}: to be ticked still: {points}": "待办 {task} 还需勾选：{points}",
    "To tick": "待勾选",
    "Nothing was erased.": "没有删除任何数据。",
    # store purge
    "Delete these rows for good?": "永久删除这些数据？",
    "Nothing was deleted.": "没有删除任何数据。",
    "{rows} rows would go, with what belongs to them. Nothing was deleted.": (
        "将删除 {rows} 行及其附属数据；此次没有删除任何数据。"
    ),
    "{rows} rows were deleted, with what belonged to them.": "已删除 {rows} 行及其附属数据。",
    "for ever": "永久",
    "Rule": "规则",
    "What it deletes": "删除的内容",
    "Days kept": "保留天数",
    "What became of welcomes": "欢迎语的结果",
    "Uploads that have expired": "已过期的素材",
    "Plans that were never finished": "未完成的计划",
    "Jobs that have ended, with items and journal": "已结束的任务及其条目和日志",
    "Synchronisations, but for the last of each kind": "同步记录（每种保留最后一次）",
    "Events that tag rules have counted": "标签规则已计数的事件",
    "Who wore tags that were deleted": "已删除标签原来的客户",
    "The history of employees": "员工变更历史",
    "Tasks of employees that are done": "已完成的员工待办",
    "Relations that have ended": "已结束的跟进关系",
    "Members without a live relation or group, with all that is kept of them": (
        "没有有效跟进关系、也不在任何群里的客户，及其全部数据"
    ),
    "Frozen segments": "人群快照",
    "Table": "表",
    "{path} was written by this store: look whether it names the person.": (
        "{path} 由本数据库写出：请检查其中是否有此人。"
    ),
    "{staff} still has the contact and got a task to delete it.": "{staff} 仍有此联系人，已收到删除待办。",
    # fact
    "Fact": "事实",
    "Importing facts": "正在导入事实",
    "Key": "关联列",
    "Source": "来源",
    "Type": "类型",
    "{facts} facts in {rows} rows, {written} of them new.": "{rows} 行共 {facts} 条事实，其中 {written} 条是新的。",
    "{facts} facts in {rows} rows. Dry run: nothing was written.": (
        "{rows} 行共 {facts} 条事实。试运行：没有写入任何内容。"
    ),
    # store
    "{keys} keys of people, {secrets} secrets and {texts} texts were sealed with the first key.": (
        "已用第一个密钥重新加密 {keys} 个个人密钥、{secrets} 个企业密钥和 {texts} 条文本。"
    ),
    # tag merge, move, restore, rule
    "Delete {tags} at {company} ({host}), once {holders} relations carry {target}? That cannot be undone.": (
        "待 {holders} 条跟进关系都带有 {target} 后，删除 {company}（{host}）的 {tags} 吗？此操作无法撤销。"
    ),
    "At": "时间",
    "Employee": "员工",
    "Deleted at the end": "最后删除",
    "Frozen": "冻结原因",
    "Hits": "命中",
    "Job {id}: {state}": "任务 {id}：{state}",
    "New tag": "新标签",
    "Nothing to put on or take off.": "没有需要打上或移除的标签。",
    "Remove tag rule {name} at {company} ({host})?": "删除 {company}（{host}）的标签规则 {name} 吗？",
    "Tag rule {name} is removed once its jobs have ended; then privcrm tag rule run takes off the rest.": (
        "标签规则 {name} 的作业结束后才会移除；届时用 privcrm tag rule run 移除其余标签。"
    ),
    "Tags to put": "打上的标签",
    "To be made": "将新建",
    "When": "条件",
    "{found} relations are meant, {new} hits are new.": "符合的跟进关系 {found} 条，新命中 {new} 条。",
    "being put": "正在打上",
    "being taken back": "正在移除",
    "kept for another rule": "因其他规则而保留",
    "put": "已打上",
    "taken back": "已移除",
    "taken off by somebody": "已被他人移除",
    "there already": "原来就有",
    "to be taken back": "待移除",
    "yes": "是",
    # segment
    "Building the index": "建立索引",
    "all of:": "全部满足：",
    "one of:": "满足其一：",
    "not:": "不满足：",
    "Data as of {at} (Beijing time), the oldest {age} old.": "数据截至 {at}（北京时间），最旧的为 {age} 前。",
    "Data as of {at} (Beijing time); of some employees nothing was read yet.": (
        "数据截至 {at}（北京时间）；部分员工的数据尚未读取。"
    ),
    "Deleted.": "已删除。",
    "Expression": "表达式",
    "Frozen because": "冻结原因",
    "No employee has this person as a member now.": "目前没有员工跟进此人。",
    "Not selected.": "未选中。",
    "Saved: @{name} is {expression}": "已保存：@{name} 为 {expression}",
    "Selected.": "已选中。",
    "Snapshot": "快照",
    "Taken": "冻结时间",
    "The mirror was never read: privcrm sync reads the company.": "镜像尚未读取：请运行 privcrm sync。",
    "Members: {members}": "客户：{members}",
    "Frozen as @snapshot:{id}: {members} members": "已冻结 {members} 位客户：@snapshot:{id}",
    "Written to {path}: {members} members": "已将 {members} 位客户写入 {path}",
    # live-code
    "Alarm": "告警",
    "An employee is refused by the vendor": "平台拒绝了某位员工",
    "Another process is at it.": "另一个进程正在处理。",
    "Another process took over.": "已由另一个进程接手。",
    "Its picture for {staff}": "{staff} 的图片",
    "Its picture {part}": "其图片 {part}",
    "the vendor": "平台",
    "our page": "我们的页面",
    "stays as it was": "保持不变",
    "leads to another code": "引向另一个活码",
    "says that nobody is there": "提示无人接待",
    "asks to wait for the next group": "请访客等待下一个群",
    "says that all are full": "提示全部已满",
    "opened by the vendor": "平台新开",
    "spare groups that people make": "人工建的备用群",
    "the next vendor's code": "下一个平台码",
    "pictures that people upload": "人工上传的图片",
    "an employee who is added first": "先添加的员工",
    "to be done": "待完成",
    "told the vendor whom it leads to": "已告知平台引向谁",
    "would tell the vendor whom it leads to": "本应告知平台引向谁（影子模式）",
    "left out whom the vendor refuses": "去掉平台拒绝的员工",
    "somebody else changed it at the vendor": "有人在平台上改动了它",
    "led a visitor to another employee than before": "访客改由另一位员工接待",
    "a code may be left at the vendor": "平台上可能遗留了活码",
    "deleted the code of a seat that was removed": "删除了已移除席位的活码",
    "told the vendor which groups to fill": "已告知平台填充哪些群",
    "took up a group that the vendor opened": "接管平台新开的群",
    "took up a group of which the name is taken": "接管的群与已有群重名",
    "took up a group of another name": "接管的群名称不符",
    "somebody is in two groups": "有人同时在两个群里",
    "a spare group was added": "加入备用群",
    "opened a spare group": "启用备用群",
    "a group was dismissed": "群已解散",
    "the picture of a group was kept": "保存了群的图片",
    "spare groups ran short": "备用群不足",
    "there is a next group": "有了下一个群",
    "no next group is needed": "不需要下一个群",
    "fell back to spare groups": "改用备用群",
    "its own way is tried again": "恢复按原来的方式开群",
    "asked for by {who}": "由 {who} 要求",
    "no next group came": "没有等到下一个群",
    "waits for people to make a group": "等待人工建群",
    "a group is spare": "群转为备用",
    "a group has room": "群有空位",
    "a group is nearly full": "群快满",
    "a group is full for scans": "群不能再扫码进入",
    "a group is full": "群已满",
    "a group is out of use": "群已停用",
    "leads to {staff}": "引向 {staff}",
    "before: {staff}": "此前：{staff}",
    "before: {state}": "此前：{state}",
    "seats: {seats}": "席位：{seats}",
    "tier {tier}": "梯队 {tier}",
    "the last tier stands in": "由最后一个梯队顶替",
    "next: {staff}": "接下来：{staff}",
    "next: {group}": "下一个群：{group}",
    "on the way, at most: {people}": "最多在途 {people} 人",
    "{staff} (share {share}, today {today})": "{staff}（人均 {share}，今日 {today}）",
    "{staff} (share {share}, today {today} of {cap})": "{staff}（人均 {share}，今日 {today}/{cap}）",
    "strategy {strategy}": "策略 {strategy}",
    "inside: {groups}": "群内人数：{groups}",
    "at home in {group}": "原在群 {group}",
    "task {task}": "待办 {task}",
    "number {number}": "编号 {number}",
    "wanted name: {name}": "应有名称：{name}",
    "good until {until}": "有效至 {until}",
    "{spares} are left, {mark} are wanted": "剩 {spares} 个，应有 {mark} 个",
    "At the vendor": "平台上",
    "Because": "依据",
    "By scanning": "扫码上限",
    "Calls left in this hour": "本小时剩余调用",
    "Cap": "上限",
    "Changed at the vendor.": "已在平台上修改。",
    "Changed by others": "被他人修改",
    "Daily cap": "每日上限",
    "Decided": "决定",
    "Decided only: nothing was sent.": "只作了决定，没有发送。",
    "Got": "实得",
    "Groups out of use": "停用的群",
    "Groups to make": "还需建群",
    "Hours": "时段",
    "If nobody is free": "无人可接待时",
    "Removed, but their codes still work": "已移除但其活码仍有效的员工",
    "Inside": "群内人数",
    "Joined": "扫码进群",
    "Last seat taken": "名额用完",
    "Leads to": "引向",
    "Left out, because the vendor refuses: {staff} ({why})": "因平台拒绝而未加入：{staff}（{why}）",
    "Low water": "备用群下限",
    "Next group": "下一个群",
    "Next look": "下次检查",
    "No --domain: whatever name is asked for is served, and links have none.": (
        "没有 --domain：任何域名的请求都会服务，链接也没有域名。"
    ),
    "No group can be listed": "没有可列出的群",
    "No group is left to list: the vendor's list stays as it was. Add groups.": (
        "没有可列出的群了：平台上的列表保持原样。请添加群。"
    ),
    "No new group came": "没有出现新群",
    "No spare group is left": "备用群已用完",
    "Nobody is free": "无人可接待",
    "Somebody came with its state by another way": "有客户带着本码的渠道标识从别处添加",
    "Nobody is free; the vendor keeps the pool of before.": "无人可接待；平台上保留之前的员工。",
    "Not sent: read-only, outside the write scope, or stopped.": "没有发送：只读、超出试点范围或已停止。",
    "Nothing to change; the vendor was not called.": "无需修改，没有调用平台。",
    "On the way": "在途",
    "On the way, at most": "最多在途",
    "Opened by the vendor, taken up": "平台新开、已接管的群",
    "Soft cap": "停派线",
    "Over the cap": "超出上限",
    "People a minute": "每分钟人数",
    "People inside": "群内总人数",
    "Picture until": "图片有效至",
    "Prepared": "已准备",
    "Read back, and as it should be.": "已读回，状态正确。",
    "Reading codes back": "读回活码",
    "Refused": "被拒绝",
    "See privcrm job show {id}": "见 privcrm job show {id}",
    "Served": "累计接待",
    "Serving links at {url} until Ctrl-C.": "正在 {url} 服务链接，按 Ctrl-C 停止。",
    "Share": "人均",
    "Since": "起始",
    "Somebody else changed it at the vendor": "有人在平台上改动了它",
    "Spare groups": "备用群",
    "Spare groups run short": "备用群不足",
    "The answer was lost; it is read back next time.": "平台的答复丢失；下次会先读回核对。",
    "The calls of this hour are spent": "本小时的调用已用完",
    "The vendor could not be reached.": "无法连接平台。",
    "The vendor has no code yet; create makes it.": "平台上还没有这个码；create 会创建它。",
    "The vendor has no such code any more": "平台上已没有这个码",
    "The vendor has no such code any more.": "平台上已没有这个码。",
    "The vendor refused it.": "平台拒绝了。",
    "The vendor refuses to change it": "平台拒绝修改",
    "Tier": "梯队",
    "Today": "今日",
    "Told after": "事件延迟",
    "Total cap": "总上限",
    "{tags} (not put on anybody: no tag rule holds them)": "{tags}（未生效：没有对应的标签规则，不会给客户打上）",
    "Vendor's code of {staff}": "{staff} 的平台码",
    "Vendor's code {part}": "平台码 {part}",
    "Very many come at once": "短时间内涌入大量客户",
    "Very many ask at once": "短时间内有大量访客打开链接",
    "Waits for its turn: too soon after the last change, or the calls of this hour are spent.": (
        "等待中：距上次修改太近，或本小时的调用已用完。"
    ),
    "Wanted": "应得",
    "Weight": "权重",
    "Without a seat": "没有席位",
    "Works": "接待中",
    "Written to {path}.": "已写入 {path}。",
    "Written to {path}: {count} codes": "已将 {count} 个活码写入 {path}",
    "added": "已加入",
    "daily cap reached": "已到每日上限",
    "deleted": "已删除",
    "deleted here, not at the vendor": "本地已删除，平台未删除",
    "disabled": "已禁用",
    "draft": "草稿",
    "employees": "员工",
    "free": "可接待",
    "full": "已满",
    "full for scans": "不能再扫码进群",
    "groups": "客户群",
    "has left": "已离职",
    "has room": "有空位",
    "holds something else than exported codes; name another file, or delete it first": (
        "里面不是导出的活码；请换一个文件名，或先删除它"
    ),
    "in use": "使用中",
    "kept here, not at the vendor yet": "已保存，尚未在平台上创建",
    "nearly at the cap": "接近上限",
    "nearly full": "快满",
    "new account: enough for today": "新账号：今日已够",
    "no": "否",
    "not at the vendor yet": "尚未在平台上创建",
    "not listed by the vendor any more": "平台上已查不到",
    "out of use": "已停用",
    "outside the hours": "不在时段内",
    "refused by the vendor": "被平台拒绝",
    "spare": "备用",
    "taken out": "已暂停",
    "total cap reached": "已到总上限",
    "without customer contact": "没有客户联系权限",
    "Groups unprepared: {count}. See privcrm task list": "尚未准备好的群：{count} 个，见 privcrm task list",
    "Groups taken out of use: {count} of {all}.": "已停用的群：{count} / {all}。",
    "{group} takes {scan_cap} by scanning and {hard_cap} at all.": (
        "{group} 扫码上限 {scan_cap} 人，最多容纳 {hard_cap} 人。"
    ),
    "{key} has its next group opened in its own way.": "{key} 的下一个群恢复按原来的方式开。",
    "Not in use": "未在用",
    "Why": "原因",
    "{group} is shown until {until}.": "{group} 的图片展示到 {until}。",
    "{key} is open.": "{key} 已启动。",
    "{key} leads to {address}": "{key} 引向 {address}",
    "{key}: at {rate} joins an hour, {joins} come until {until}.": (
        "{key}：按每小时 {rate} 人进群，到 {until} 将来 {joins} 人。"
    ),
    "{total} came since {since}.": "自 {since} 起来了 {total} 人。",
    "The vendor draws evenly from all who work, whatever their weights: a smaller --pool keeps to them.": (
        "平台会在所有接待中的员工里平均选取，不看权重：把 --pool 设小一些即可按权重分配。"
    ),
    "Visits of the link": "链接访问",
    "All": "全部",
    "Shown": "已展示",
    "Again": "再次访问",
    "Without a place": "未占名额",
    "Turned away": "未能接纳",
    "New groups needed": "需要新群",
    "The vendor opens new groups by itself; spare groups are for when it does not.": (
        "平台会自行开新群；备用群用于平台没有开群的情况。"
    ),
    "Alarms": "告警",
    "If all are full": "全满时",
    "Its picture: privcrm live-code qr {key}   Its permanent link: privcrm live-code show {key}": (
        "图片：privcrm live-code qr {key}   永久链接：privcrm live-code show {key}"
    ),
    "Links": "永久链接",
    "Print its permanent link: privcrm live-code qr {key} --link DOMAIN": (
        "请印刷永久链接：privcrm live-code qr {key} --link 域名"
    ),
    "Next group by": "下一个群来自",
    "Pool": "候选人数",
    "Starts at": "启动人数",
    "Who chooses": "由谁选择",
    "Zone": "时区",
    "Live code": "活码",
    "Responsible": "负责人",
    "Adds": "添加数",
    "Visitors who would come to a live code": "表示愿意来的活码访客",
    "What the gateway showed a visitor, once it is over": "网关给访客展示过的内容（已过期）",
    "Places that visitors held at employees, once that is over": "访客在员工处占用的名额（已过期）",
    "7. A live code: {people} people scan one picture; a group is full at {cap}, and the next one opens.": (
        "7. 活码：{people} 人扫描同一个二维码；群满 {cap} 人，下一个群随即开启。"
    ),
    "{scanned} have scanned. Inside: {inside}": "已有 {scanned} 人扫码。群内人数：{inside}",
    "{joined} of {people} came in. {tasks} groups wait for what no program can do: privcrm task list": (
        "{people} 人中有 {joined} 人进群。{tasks} 个群还有程序做不了的事待办：privcrm task list"
    ),
    "in no row; it stays": "名单中没有，保留",
    "Delete live code {code} of {company}? Prints of it lead nowhere from then on.": (
        "删除企业 {company} 的活码 {code}？已印出的二维码从此失效。"
    ),
    "Making codes": "创建活码",
    "Written to {path}: {count} pictures": "已将 {count} 张图片写入 {path}",
    "Written to {path}: {count} pages": "已将 {count} 页写入 {path}",
    "Dry run: nothing was made.": "试运行：没有创建任何内容。",
    "Employees are not checked before the first privcrm sync.": "首次 privcrm sync 之前不核对员工。",
    "holds something else than outcomes of codes; name another file, or delete it first": (
        "里面不是活码的结果；请换一个文件名，或先删除它"
    ),
    "Shop": "门店",
    "Remark": "说明",
}
