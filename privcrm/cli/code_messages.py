"""Chinese for what is told of live codes: errors, alarms, explanations, tasks, decisions; by the English template."""

CHINESE_OF_CODES: dict[str, str] = {
    # What a code may be
    "BurstPolicy.window and most_joins are at least 1": "BurstPolicy.window 和 most_joins 至少为 1",
    "LaunchGate.min_start is not below 0, and not above lively": (
        "LaunchGate.min_start（启动人数）不能小于 0，也不能大于 lively"
    ),
    "GroupCapacity.scan_cap is above 0 and not above hard_cap": (
        "GroupCapacity.scan_cap（扫码上限）应大于 0，且不大于 hard_cap（群人数上限）"
    ),
    "GroupCapacity.staff_seats is not below 0, and below scan_cap": (
        "GroupCapacity.staff_seats（员工占位）不能小于 0，且应小于 scan_cap（扫码上限）"
    ),
    "GroupLiveCode.redirect_to goes with on_full='redirect': give both or neither": (
        "GroupLiveCode.redirect_to 须与 on_full='redirect' 同用：两个都给，或都不给"
    ),
    "GroupLiveCode.redirect_to and staff_code do not name the code itself": (
        "GroupLiveCode.redirect_to 和 staff_code 不能指向活码自身"
    ),
    "GroupLiveCode.staff_code is empty: staff_first leads to a staff live code": (
        "GroupLiveCode.staff_code 为空：staff_first 需要先引向一个员工活码"
    ),
    "OverflowPolicy: first_number, margin, reopen_gap and low_water are not below 0": (
        "OverflowPolicy：first_number、margin、reopen_gap 和 low_water 不能小于 0"
    ),
    "OverflowPolicy: listed, new_group_within and lead_hours are at least 1": (
        "OverflowPolicy：listed、new_group_within 和 lead_hours 至少为 1"
    ),
    "OverflowPolicy.soft_full is a percentage from 1 to 100": "OverflowPolicy.soft_full 是 1 到 100 的百分比",
    "there is no time zone {name!r}: name one as Asia/Shanghai": "没有时区 {name!r}：请写成 Asia/Shanghai 的形式",
    "{where} takes a time as 09:30, {text!r} was given": "{where} 应为 09:30 形式的时间，给出的是 {text!r}",
    "{where} is {text}, after the end of the day": "{where} 是 {text}，超出了一天",
    "Window.start and end are equal: 00:00 to 24:00 is the whole day": (
        "Window.start 与 end 相同：全天请写 00:00 到 24:00"
    ),
    "Window.days takes numbers from 1 for Monday to 7 for Sunday": "Window.days 应为 1（周一）到 7（周日）的数字",
    "SpecialDay.day takes a day as 2026-10-01, {text!r} was given": (
        "SpecialDay.day 应为 2026-10-01 形式的日期，给出的是 {text!r}"
    ),
    "{where} is 1 to {most} letters (of any script), digits, '.', '_' or '-', and begins with no dot or dash": (
        "{where} 应为 1 到 {most} 个文字、数字、“.”、“_”或“-”，且不能以点或横线开头"
    ),
    "Ramp.since takes a day as 2026-10-01, {since!r} was given": (
        "Ramp.since（新账号起始日）应为 2026-10-01 形式的日期，给出的是 {since!r}"
    ),
    "Ramp.caps takes whole numbers not below 0, one for each day": "Ramp.caps 应为不小于 0 的整数，每天一个",
    "Seat.staff_id is empty": "Seat.staff_id（员工账号）为空",
    "Seat.weight is at least 1: take a seat out by online=False": (
        "Seat.weight（权重）至少为 1：要暂停一个席位，请用 --offline（online=False）"
    ),
    "Seat.daily_cap, total_cap and tier are not below 0": (
        "Seat.daily_cap（每日上限）、total_cap（总上限）和 tier（梯队）不能小于 0"
    ),
    "StaffLiveCode.pool is at least 1: an empty pool is never told to the vendor": (
        "StaffLiveCode.pool（候选人数）至少为 1：空的名单不会告知平台"
    ),
    "StaffLiveCode.sticky_days is not below 0": "StaffLiveCode.sticky_days 不能小于 0",
    "StaffLiveCode.redirect_to goes with on_empty='redirect': give both or neither": (
        "StaffLiveCode.redirect_to 须与 on_empty='redirect' 同用：两个都给，或都不给"
    ),
    "StaffLiveCode.redirect_to names the code itself": "StaffLiveCode.redirect_to 指向了活码自身",
    "StaffLiveCode.seats is empty: a code leads to one employee at least": (
        "StaffLiveCode.seats（席位）为空：活码至少要引向一名员工"
    ),
    "StaffLiveCode.seats holds {count}, and {most} are the most": (
        "StaffLiveCode.seats（席位）有 {count} 个，最多 {most} 个"
    ),
    "StaffLiveCode.seats names an employee twice": "StaffLiveCode.seats（席位）中同一员工出现了两次",
    "a code's number and part are not below 0": "活码的编号和分部不能小于 0",
    "a code's number and part are too large for a state": "活码的编号和分部太大，无法写入 state",
    "a state's secret is {count} digits and small letters without l and o": (
        "state 的密文应为 {count} 个数字和小写字母，不含 l 和 o"
    ),
    # Which code, which group
    "there is no live code {key!r}: see `privcrm live-code list`": "没有活码 {key!r}：见 `privcrm live-code list`",
    "there is a live code {key!r} already: change it, or choose another key": (
        "已有活码 {key!r}：请修改它，或换一个编码"
    ),
    "live code {key!r} leads to {kind}": "活码 {key!r} 引向{kind:word}",
    "live code {key!r} is deleted: create another one": "活码 {key!r} 已删除：请另建一个",
    "live code {key!r} has no seat of employee {staff!r}: see `live-code show`": (
        "活码 {key!r} 没有员工 {staff!r} 的席位：见 `live-code show`"
    ),
    "live code {key!r} keeps the state that it was made with: leave state empty": (
        "活码 {key!r} 的 state 创建后不再改变：请把 state 留空"
    ),
    "live code {key!r}: exclusive is fixed when a code is made; make another code": (
        "活码 {key!r}：exclusive 在创建时确定，不能修改；请另建一个活码"
    ),
    "live code {key!r} is being made by job {job}: go on with that first, then delete it": (
        "活码 {key!r} 正由任务 {job} 创建：请先把任务执行完，再删除"
    ),
    "group {group!r} never stood behind live code {key!r}": "群 {group!r} 从未属于活码 {key!r}",
    "group {group!r} does not stand behind live code {key!r}: add it first": (
        "群 {group!r} 不属于活码 {key!r}：请先用 add-group 加入"
    ),
    "{committed} of {wanted} people have committed themselves to live code {key!r}:"
    " wait, or open it in spite of the gate": (
        "活码 {key!r} 已有 {committed} 人报名，{wanted} 人才启动：请等待，或用 --in-spite-of-gate 提前启动"
    ),
    "this state belongs to another live code already: a state tells by which code people came": (
        "这个 state 已属于另一个活码：客户来自哪个活码由 state 区分"
    ),
    "no free name was drawn for a link: the source of chance is broken": "未能为链接抽到可用的名称：随机数来源有问题",
    "a link is 1 to {most} letters (a-z, A-Z), digits, '-' or '_', begins with a letter or digit,"
    " and is none of {names}": (
        "链接应为 1 到 {most} 个字母（a-z、A-Z）、数字、“-”或“_”，以字母或数字开头，且不能是 {names}"
    ),
    "the link {slug!r} leads to another live code already, and links are for ever": (
        "链接 {slug!r} 已引向另一个活码，而链接永久不变"
    ),
    "{provider} cannot do what strategy {strategy!r} needs ({missing}); possible: {possible}": (
        "{provider} 做不到策略 {strategy!r} 所需的功能（{missing}）；可用的策略：{possible}"
    ),
    "the names of groups begin with {count} characters, and vendors take {longest}:"
    " give OverflowPolicy.prefix a shorter one": (
        "群名前缀有 {count} 个字符，平台最多 {longest} 个：请用更短的 --prefix"
    ),
    # Adopting, deleting, making
    "the code leads to departments ({shown}), not to seats: say by code= which seats it is to have": (
        "该活码引向部门（{shown}），而不是席位：请用 code= 说明应有哪些席位"
    ),
    "key is {key!r}, and code.key is {other!r}: give the same": "key 是 {key!r}，而 code.key 是 {other!r}：两者应相同",
    "the vendor's code leads to {kind}, and code is of the other kind": (
        "平台上的活码引向{kind:word}，与给出的 code 类型不同"
    ),
    "code.state is not the state of the vendor's code, which stays as it is: leave it empty": (
        "code.state 与平台上活码的 state 不同，而后者不会改变：请留空"
    ),
    "no code is of the kind {kind!r}: {one} or {other}": "没有 {kind!r} 类型的活码：应为 {one} 或 {other}",
    "the vendor's code is known already, as live code {key!r}": "平台上的这个活码已由活码 {key!r} 管理",
    "the vendor may have made its code, which nobody has the picture of: {error}": (
        "平台可能已创建了活码，但没有人拿到它的二维码：{error}"
    ),
    "the vendor did not delete its code, which still works: {error}": "平台没有删除活码，它仍然有效：{error}",
    "it was deleted while it was being made: delete it again, for the vendor's code works": (
        "创建过程中被删除：请再删除一次，因为平台上的活码仍然有效"
    ),
    "job {job} was planned without it: run this again": "任务 {job} 的计划中没有它：请再执行一次本命令",
    "item {seq} of job {job} was resolved as done without the vendor's id: adopt the code": (
        "任务 {job} 的条目 {seq} 被人工确认为已完成，但没有平台 ID：请用 adopt 接管该活码"
    ),
    "nobody can tell whether it was made: resolve item {seq} of job {job}": (
        "无法得知是否已创建：请人工确认任务 {job} 的条目 {seq}（privcrm job resolve）"
    ),
    "job {job} is {state} ({reason}): resume it, then run this again": (
        "任务 {job} {state:word}（{reason}）：请先继续该任务，再执行一次本命令"
    ),
    "its picture was not fetched, which can be made good later: {error}": "未取到二维码图片，之后可补取：{error}",
    "may be {names}: of the same state, but it leads to others": "可能是 {names}：state 相同，但引向的员工不同",
    "it leads to others": "它引向其他员工",
    "it fills other groups": "它引向其他群",
    # Why an employee or a group is not chosen
    "not sent: {error}": "没有发送：{error}",
    "nobody is free: {does}": "无人可接待：{does}",
    "nobody is free: the last tier stands in": "无人可接待：由最后一个梯队顶替",
    "the pool stays as it was": "平台上的员工保持不变",
    "the last tier cannot stand in either": "最后一个梯队也无法顶替",
    "the link shows another code": "永久链接显示另一个活码",
    "the link says that nobody is there": "永久链接提示无人接待",
    "the vendor has no code {id} any more": "平台上已没有活码 {id}",
    "the vendor refuses {names}": "平台拒绝 {names}",
    "changed at the vendor by somebody else: {fields}": "有人在平台上改动了它：{fields}",
    "{field}: {kept} became {found}": "{field}：由 {kept} 变为 {found}",
    "somebody came with the state of this code to {staff}, who never had a seat of it": (
        "有人带着本活码的 state 添加了 {staff}，而该员工从未有过席位"
    ),
    "{calls} calls of this hour are spent": "本小时的 {calls} 次调用已用完",
    "another tier works": "当前由另一个梯队接待",
    "a code with routing 'push' leaves the choice to the vendor: show its own picture": (
        "routing 为 'push' 的活码由平台选择员工：请展示平台自己的二维码"
    ),
    "a visitor without a mark cannot hold a place": "没有标记的访客不能占用名额",
    "no such relation": "没有这条跟进关系",
    "more than {count} came within {seconds} seconds: they are being spread": (
        "{seconds} 秒内来了超过 {count} 人：正在分散引导"
    ),
    "{count} people came within {seconds} seconds": "{seconds} 秒内进来了 {count} 人",
    # Why a group stands where it stands
    "{group}: {seats} inside, {cap} by scanning ({source})": (
        "{group}：群内 {seats} 人，扫码上限 {cap}（{source:word}）"
    ),
    "spare: waits for its turn": "备用：等待轮到",
    "open: {seats} more until the next group is asked for": "使用中：再来 {seats} 人就准备下一个群",
    "soft full: from {soft} on the next group is asked for": "快满：满 {soft} 人起准备下一个群",
    "scan full: was full, and opens again with {gap} free seats": "扫码已满：曾满员，空出 {gap} 个名额后重新开放",
    "scan full: nobody more comes in by scanning": "扫码已满：不能再扫码进群",
    "hard full: {cap} are the most": "已满：最多 {cap} 人",
    "retired": "已停用",
    "unprepared": "尚未准备好",
    "no other group is needed yet: one has plenty of room": "暂不需要下一个群：还有群有充足的空位",
    "the vendor opens {name} when all listed groups are full": "列出的群全满时，平台会新开 {name}",
    "a spare group is next, out of {count}": "下一个群取自 {count} 个备用群",
    "no spare group is left: people have to make some": "备用群已用完：需要人工建群",
    # Why there is no next group
    "{reason}; a spare group is taken, if there is one": "{reason}；如有备用群则改用备用群",
    "the groups are full, people should have come, and the vendor has opened no other": (
        "群已满，应已有人进群，而平台没有开出新群"
    ),
    "our page had no room for somebody": "网关页面上有人没有名额",
    "no spare group is left: make some, and add them to the code": "备用群已用完：请建群，并用 add-group 加入活码",
    "no spare group is left for the next of the chained codes: make some, and add them to the code": (
        "下一个串联的群活码没有备用群了：请建群，并用 add-group 加入活码"
    ),
    "no spare group has a valid picture: upload one of the next group": (
        "没有备用群有有效的二维码图片：请用 add-image 上传下一个群的图片"
    ),
    "nobody can tell whether a group code was made: resolve job {job}": (
        "无法得知群活码是否已创建：请人工确认任务 {job}（privcrm job resolve）"
    ),
    "the answers of job {job} were lost: resolve it": "任务 {job} 的答复丢失：请人工确认（privcrm job resolve）",
    "the vendor makes no group code: see job {job}": "平台没有创建群活码：见任务 {job}",
    "job {job}, which makes the next group code, is {state}: resume it": (
        "创建下一个群活码的任务 {job} {state:word}：请继续该任务"
    ),
    "group {group} is {state}": "群 {group} {state:word}",
    "the groups are full": "群已满",
    "the time has come to look again": "到了再次检查的时间",
    "spare groups were added": "加入了备用群",
    "a picture was uploaded": "上传了图片",
    "the mirror does not know of it yet": "镜像中还没有这个群",
    # What somebody else changed
    "no group is left that could be listed: the vendor's list stays as it was; add groups": (
        "没有可列出的群了：平台上的列表保持原样；请添加群"
    ),
    "taken off the list: {groups}": "从列表中移除：{groups}",
    "put on the list, though not of this code: {groups}": "加入了不属于本活码的群：{groups}",
    "opening groups by itself was switched {way}": "平台自动建群被切换为 {way:word}",
    "the state was changed: whoever comes now bears another": "state 被改动：此后扫码的人带有另一个 state",
    "the names of new groups were changed": "新群的名称被改动",
    "the note was changed": "备注被改动",
    "the vendor has no such code any more: what is printed leads nowhere": (
        "平台上已没有这个码：印刷品上的二维码已失效"
    ),
    # Tasks of employees
    "Prepare the new group {group} of live code {key}": "准备活码 {key} 的新群 {group}",
    "Apply the welcome template (入群欢迎语)": "设置入群欢迎语",
    "Switch on the anti-harassment rules (防骚扰规则)": "开启防骚扰规则",
    "Write the group's notice (群公告)": "发布群公告",
    "Name its administrators (群管理员)": "设置群管理员",
    "seen in the group": "已在群中看到",
    "Empty groups to make for live code {key}: {count}, from {first} on,"
    " each with welcome template, anti-harassment rules, notice and administrators;"
    " then put them behind it (add-group)": (
        "为活码 {key} 建 {count} 个空群，从 {first} 开始命名，每个群都设置入群欢迎语、防骚扰规则、群公告和群管理员；"
        "然后用 add-group 加入活码"
    ),
    "spare groups left: {spares}, wanted: {mark}, to make: {missing}": (
        "还剩 {spares} 个备用群，应有 {mark} 个：请再建 {missing} 个"
    ),
    "spare groups: {spares}": "已有 {spares} 个备用群",
    "the live code was deleted": "活码已删除",
    "Somebody is in two groups of live code {key}: ask in which to stay": (
        "有人同时在活码 {key} 的两个群里：请询问留在哪一个"
    ),
    "Upload a new picture of the code of group {group} (live code {key}): the old one expires": (
        "上传群 {group}（活码 {key}）的新二维码图片：旧图片即将过期"
    ),
    "Delete the contact of a person who was erased": "删除一位已清除数据的客户的联系人",
    "every point is ticked": "各项均已勾选",
    "task {task!r} has no point {point!r}; it has {points}": "待办 {task!r} 没有 {point!r} 这一项；有：{points}",
    "there is no task {task!r}": "没有待办 {task!r}",
    # The gateway
    "GatewaySettings takes seconds: reserved_for and patience above 0, none below": (
        "GatewaySettings 以秒为单位：reserved_for 和 patience 应大于 0，其余不小于 0"
    ),
    "GatewaySettings.newcomers is a number of visitors, 0 for none": (
        "GatewaySettings.newcomers 是访客人数，0 表示没有"
    ),
    "codes that lead to each other": "活码互相引向对方",
    "store out of reach": "数据库无法连接",
    "{target}: {seats} inside and {reserved} on the way make {expected} of {bound}, {recent} of late: {verdict}": (
        "{target}：群内 {seats} 人加在途 {reserved} 人共 {expected}，上限 {bound}，近期 {recent} 人：{verdict}"
    ),
    "RequestRate takes numbers above 0": "RequestRate 应为大于 0 的数",
    "a gateway needs at least one company: Gateway([side])": "网关至少需要一个企业：Gateway([side])",
    "the gateway has no domain: give GatewayPolicy(domains=['go.example.com'])": (
        "网关没有域名：请给出 GatewayPolicy(domains=['go.example.com'])"
    ),
    "this is no link": "这不是链接",
    "{name!r} is no domain: write it as go.example.com, without https:// and path": (
        "{name!r} 不是域名：请写成 go.example.com，不含 https:// 和路径"
    ),
    "GatewayPolicy.domains is a list of domains: write [{names!r}]": (
        "GatewayPolicy.domains 是域名列表：请写成 [{names!r}]"
    ),
    "{path!r} is no path for a gateway: write it as /go": "{path!r} 不能作为网关路径：请写成 /go",
    "GatewayPolicy.trusted_proxies takes addresses or networks: {error}": (
        "GatewayPolicy.trusted_proxies 应为地址或网段：{error}"
    ),
    # Pictures
    "the picture has {count} bytes, and {most} are the most: make it smaller": (
        "图片有 {count} 字节，最多 {most} 字节：请缩小"
    ),
    "the picture is no PNG, JPEG, GIF or WebP: export it as PNG": "图片不是 PNG、JPEG、GIF 或 WebP：请导出为 PNG",
    "the address of the picture cannot be read": "图片地址无法解析",
    "the address of a picture begins with https:// and names neither user nor port": (
        "图片地址应以 https:// 开头，且不含用户名和端口"
    ),
    "the picture lies at a host that is not one of the vendor's: store the picture itself": (
        "图片不在平台的主机上：请保存图片本身"
    ),
    "this picture has expired already: take a new one of the group's code": "这张图片已过期：请重新获取群二维码",
    "this picture leads into group {other!r}, not {group!r}: take the right one": (
        "这张图片引向群 {other!r}，而不是 {group!r}：请换成正确的图片"
    ),
    "this is no picture: give a PNG or JPEG file of the group's code": (
        "这不是图片：请给出群二维码的 PNG 或 JPEG 文件"
    ),
    "this picture is {count} bytes large, and {most} are the most": "这张图片有 {count} 字节，最多 {most} 字节",
    "the vendor has no code of this one, so there is no picture: where the gateway leads (pull, images, staff_first)"
    " print the code of the permanent link (--link DOMAIN); otherwise make the code first": (
        "平台上没有它的码，因此没有图片：由网关引导的活码（pull、images、staff_first）请印刷永久链接的二维码"
        "（--link 域名）；否则请先创建该码"
    ),
    "the vendor tells no picture of this code: a button in a mini-program has none": (
        "平台没有提供这个码的图片：小程序中的按钮没有图片"
    ),
    "name the file of one that has (font=, --font), such as Noto Sans CJK": (
        "请用 --font 给出含有这些字的字体文件，如 Noto Sans CJK"
    ),
    "font is no file of a TrueType or OpenType font that can be read": (
        "font 不是可读取的 TrueType 或 OpenType 字体文件"
    ),
    "the font has not all letters of the name: {cure}": "该字体缺少名称中的某些字：{cure}",
    "no font on this machine has all letters of the name: {cure}": "本机没有字体含有名称中的全部字：{cure}",
    "the picture says more than a code that is drawn anew can hold: print the picture": (
        "图片内容超出重绘二维码的容量：请直接印刷原图"
    ),
    "the code that was drawn anew does not say what the vendor's picture says, so it was thrown away:"
    " print the picture as it is, or draw it without a logo": (
        "重绘的二维码与平台图片的内容不一致，已丢弃：请直接印刷原图，或不加标志重绘"
    ),
    "{name} has {pixels} pixels, too few for this code: give it more dots per inch": (
        "{name} 只有 {pixels} 像素，不足以容纳这个码：请提高每英寸点数"
    ),
    "the picture shows no QR code that can be read: give the code alone, sharp and uncut": (
        "图片中没有可识别的二维码：请只给出清晰完整的二维码"
    ),
    "the picture shows {count} QR codes: cut out the one that is meant": (
        "图片中有 {count} 个二维码：请裁出所需的一个"
    ),
    "the picture has more than {most} MiB: give a smaller file": "图片超过 {most} MiB：请给出更小的文件",
    "the picture has more than {most} pixels: give a smaller one": "图片超过 {most} 像素：请给出更小的图片",
    "the picture is no readable PNG or JPEG file: save it anew": "图片不是可读取的 PNG 或 JPEG 文件：请重新保存",
    "the picture of {key!r} is no PNG or JPEG file": "{key!r} 的图片不是 PNG 或 JPEG 文件",
    "font is no file of a TrueType font that can be embedded: give a .ttf file": (
        "font 不是可嵌入的 TrueType 字体文件：请给出 .ttf 文件"
    ),
    "SheetLayout takes 1 to 10 columns and rows, and a margin_mm of 0 to 50": (
        "SheetLayout 的列数和行数为 1 到 10，margin_mm 为 0 到 50"
    ),
    "there is no picture to print: the list is empty": "没有可打印的图片：名单为空",
}
