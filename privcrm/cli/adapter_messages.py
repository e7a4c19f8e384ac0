"""Chinese for what adapters advise and find when they look at their set-up, by the English template.

Adapters speak English and are installed by themselves; of one whose words are not here, English is shown.
"""

CHINESE_OF_ADAPTERS: dict[str, str] = {
    # WeCom: what to do about a code
    "add {address} in the console: 应用管理 → the app → 企业可信IP; it acts after a minute": (
        "请在管理后台添加 {address}：应用管理 → 该应用 → 企业可信IP；约一分钟后生效"
    ),
    "this address": "本机地址",
    "the answer has neither an errcode nor what this endpoint answers, so it may not be WeCom's": (
        "答复中既没有 errcode，也没有该接口应有的内容，可能不是来自企业微信"
    ),
    "the answer's errcode is no number": "答复中的 errcode 不是数字",
    "the vendor's time could not be asked for": "无法查询平台的时间",
    "the token call answered without a token": "获取 token 的答复中没有 token",
    "check base URL, proxy and gateways on the way": "请检查基础地址、代理和途中的网关",
    "either it does not exist, or another app created it: only that app may edit or delete it "
    "(console: 客户与上下游 → 客户联系 → 企业客户标签); putting it on members is allowed to all": (
        "标签不存在，或由其他应用创建：只有创建它的应用可以修改或删除"
        "（管理后台：客户与上下游 → 客户联系 → 企业客户标签）；所有应用都可以给客户打这个标签"
    ),
    "one of the two employees does not work here: members of somebody who left go as a departure": (
        "两名员工中有一名不在职：离职员工的客户请用离职继承"
    ),
    "either there is no such link, or another app made it": "链接不存在，或由其他应用创建",
    "temporary codes are for companies of the medical trade, and take no style": (
        "临时活码只限医疗行业的企业，且不能设置样式"
    ),
    "a code is good for 20 seconds and one welcome": "欢迎语凭证 20 秒内有效，且只能用一次",
    "every recipient is no customer any more, or had all messages of this month": (
        "所有接收者都已不是客户，或本月群发次数已满"
    ),
    "wait until the moments being created are done": "请等待正在创建的朋友圈完成",
    "the company's 100,000 moments of this month are used up": "企业本月的 100,000 条朋友圈已用完",
    "list the tags and use the one that exists": "请列出标签，使用已有的那个",
    "uploads expire after three days, and one made for moments is not taken for messages: upload it again": (
        "素材三天后过期，为朋友圈上传的素材不能用于消息：请重新上传"
    ),
    "check corp id and secret; a wrong secret that is tried again and again bans this address for an hour": (
        "请检查企业 ID 和密钥；反复使用错误的密钥会使本机地址被封禁一小时"
    ),
    "the employee left, or the id is not one of this company's": "员工已离职，或账号不属于本企业",
    "the corp id is wrong (我的企业 → 企业信息)": "企业 ID 有误（我的企业 → 企业信息）",
    "a fresh token was refused too: check that the secret is that of a self-built app of this company": (
        "新的 token 也被拒绝：请确认密钥属于本企业的自建应用"
    ),
    "a parameter is malformed, empty or too long": "某个参数格式有误、为空或过长",
    "check that the ids were read with the same company and app": "请确认这些 ID 由同一企业、同一应用读取",
    "the company's tag library is full (10,000 with strategy tags)": "企业标签库已满（含规则组标签共 10,000 个）",
    "a member can be handed over twice in 90 days": "一位客户 90 天内最多继承两次",
    "the relation carries as many tags as it can (3,000)": "该跟进关系的标签已达上限（3,000 个）",
    "delete one of the company's 100 group welcomes first": "请先删除企业 100 条入群欢迎语中的一条",
    "only the app that made a group welcome may change it": "只有创建入群欢迎语的应用可以修改它",
    "the vendor is still handing it out: ask again after some seconds": "平台仍在分发：请几秒后再查询",
    "three reminders in 24 hours are allowed": "24 小时内最多提醒三次",
    "switch moments on in the console (客户联系 → 客户朋友圈)": "请在管理后台开启客户朋友圈（客户联系 → 客户朋友圈）",
    "calls are held back until the window ends": "在限频窗口结束前暂缓调用",
    "let the app use this area in the console": "请在管理后台允许该应用使用此功能",
    "console: 客户联系 → API → 可调用接口的应用, add the app; secrets of system apps are refused since 2023-12": (
        "管理后台：客户联系 → API → 可调用接口的应用，添加该应用；系统应用的密钥自 2023-12 起不再可用"
    ),
    "the 通讯录同步 secret may not read details from new addresses: use a self-built app": (
        "通讯录同步的密钥不能从新地址读取详情：请使用自建应用"
    ),
    "the app is disabled in the console": "该应用已在管理后台停用",
    "start the listing again from the beginning": "请从头重新读取列表",
    "widen the app's visible range (可见范围) in the console": "请在管理后台扩大该应用的可见范围",
    "the employee left, or lies outside the app's visible range (可见范围)": "员工已离职，或不在该应用的可见范围内",
    "name the owners: without them at most 1,000 people may be in the visible range": (
        "请写明群主：不写时可见范围最多 1,000 人"
    ),
    "no relation: the member was deleted, or was not added by this employee": (
        "没有跟进关系：客户已被删除，或不是由该员工添加"
    ),
    "only the app that opened a chat may use it": "只有创建该群聊会话的应用可以使用它",
    "the agent id does not belong to the secret": "AgentId 与密钥不属于同一应用",
    "the company is dissolved or banned": "企业已解散或被封禁",
    "assign interface licences (互通许可) to the employees": "请为员工分配互通许可",
    # WeCom: what is looked at
    "check network, firewall, BASE_URL, PRIVCRM_PROXY and PRIVCRM_CA_BUNDLE": (
        "请检查网络、防火墙、BASE_URL、PRIVCRM_PROXY 和 PRIVCRM_CA_BUNDLE"
    ),
    "no answer from {host}": "{host} 没有答复",
    "{host} answers": "{host} 有答复",
    "{skew} s against the vendor": "与平台相差 {skew} 秒",
    "set this machine's clock (NTP): callbacks older than five minutes are refused": (
        "请校准本机时钟（NTP）：超过五分钟的回调会被拒绝"
    ),
    "token of app {app}": "应用 {app} 的 token",
    "agent id of app {app}": "应用 {app} 的 AgentId",
    "callbacks of app {app}": "应用 {app} 的回调",
    "{what} of app {app}": "应用 {app} 的{what}",
    "customer contact (客户联系)": "客户联系",
    "directory (通讯录同步)": "通讯录同步",
    "accepted": "有效",
    "allowed": "允许",
    "{pairs} pairs of token and key, {where}": "{pairs} 组 token 和密钥，{where}",
    "a token and a key, {where}": "一组 token 和密钥，{where}",
    "told at {path}": "在 {path} 接收",
    "told apart by the token": "按 token 区分",
    "allowed, sees the whole company": "允许，可见整个企业",
    "allowed, sees {departments} departments with all below them, and {people} employees by name": (
        "允许，可见 {departments} 个部门（含下级）和 {people} 名指定员工"
    ),
    "console: 应用管理 → the app → 可见范围; whoever lies outside is refused or missing (60011)": (
        "管理后台：应用管理 → 该应用 → 可见范围；范围以外的员工会被拒绝或缺失（60011）"
    ),
    "address not trusted (code {code})": "本机地址不受信任（代码 {code}）",
}

CHINESE_OF_SYSTEM: dict[str, str] = {
    "No such file or directory": "文件或文件夹不存在",
    "Permission denied": "没有权限",
    "Is a directory": "是文件夹",
    "Not a directory": "不是文件夹",
    "File exists": "文件已存在",
    "No space left on device": "磁盘已满",
    "Read-only file system": "文件系统只读",
    "Address already in use": "地址已被占用",
    "Cannot assign requested address": "本机没有这个地址",
    "File name too long": "文件名过长",
}
