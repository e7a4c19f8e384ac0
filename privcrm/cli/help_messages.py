"""Chinese for the help of every command and option, by its English text."""

CHINESE_HELP: dict[str, str] = {
    # Headings and the options of every command
    "Commands": "命令",
    "Examples": "示例",
    "Options": "选项",
    "Options for a list of shops": "用于门店名单的选项",
    "Options of codes that lead to employees": "引向员工的活码的选项",
    "Options of codes that lead to groups": "引向客户群的活码的选项",
    "Usage": "用法",
    "Options of every command (--json, --env-file, …): privcrm --help": (
        "所有命令共有的选项（--json、--env-file 等）：privcrm --help"
    ),
    "Do not ask.": "不再询问。",
    "Language of messages (from LANG).": "提示语言（默认取自 LANG）。",
    "No progress, no remarks; results and errors only.": "不显示进度和提示，只输出结果和错误。",
    "Print one JSON object on standard output.": "在标准输出打印一个 JSON 对象。",
    "Read PRIVCRM_* variables from a file.": "从文件读取 PRIVCRM_* 变量。",
    "Show the version and exit.": "显示版本并退出。",
    "Show this message and exit.": "显示本帮助并退出。",
    "Use a profile of ./privcrm.toml.": "使用 ./privcrm.toml 中的一个 profile。",
    # privcrm
    "Private-domain operations (私域运营): tag, assign and reach a company's customers through its own staff.": (
        "私域运营：通过企业自己的员工为客户打标签、分配客户、触达客户。"
    ),
    "Exit codes: 0 done; 1 some items failed or are unknown; 2 wrong usage or input; 3 set-up; "
    "4 the vendor refused or "
    "could not be reached; 130 interrupted.": (
        "退出码：0 完成；1 部分条目失败或结果未知；2 用法或输入有误；3 配置有误；4 平台拒绝或无法连接；130 被中断。"
    ),
    # demo
    "Tag 2,000 members of a simulated company, and prove it.": "为模拟企业的 2,000 位客户打标签，并加以证明。",
    "Starts the sandbox on a free port of this machine, writes a list, shows what it would do, tags over real HTTP, "
    "and reads the result back twice: through the library, and past it through the sandbox's "
    "own books. Then it reads "
    "the company into the local mirror and counts a segment; people act, and what they do "
    "arrives as events and in the "
    "mirror. At last they scan a live code until its group is full and the next one opens. "
    "Needs no account and leaves "
    "nothing behind.": (
        "在本机空闲端口启动模拟企业，写出一份名单，展示将做什么，经真实 HTTP 打标签，再两次读回结果："
        "一次经过本库，一次绕开本库直接查模拟企业的账本。随后把企业读入本地镜像并统计人群；有人操作，其变化以事件到达并进入镜像。最后人们扫描活码，直到群满、下一个群开启。不需要账号，也不留下任何文件。"
    ),
    "How many to tag.": "要打标签的客户数。",
    "The same seed makes the same company.": "相同的种子生成相同的企业。",
    # doctor
    "Check the set-up and say what to mend.": "检查配置，并说明需要修正什么。",
    "Looks at the configuration, the files that hold secrets, the store, whether the vendor "
    "can be reached, what each "
    "app may do, the clocks, and the address this machine calls from. Sends harmless reads only. Exit code 3 when "
    "something here must be mended, 4 when the vendor refuses or cannot be reached.": (
        "检查配置、存放密钥的文件、数据库、能否连到平台、各应用的权限、时钟偏差，以及本机的出口地址。"
        "只发送无害的读取请求。本地需要修正时退出码为 3，平台拒绝或无法连接时为 4。"
    ),
    # provider
    "What is installed and what it can do.": "已安装的平台适配器及其能力。",
    "List the installed providers, the broken ones with the reason.": "列出已安装的平台适配器，无法加载的附原因。",
    "Exit code 3 when one of them cannot be loaded.": "其中任何一个无法加载时，退出码为 3。",
    "Show what a provider supports, and the vendor's limits; --json adds where each figure is from.": (
        "显示某个平台支持的能力和平台限额；--json 还给出每个数值的来源。"
    ),
    # sandbox
    "The simulated company.": "模拟企业。",
    "The simulated company: everything can be tried without a corporate account.": (
        "模拟企业：无需企业账号即可试用全部功能。"
    ),
    "Serve a simulated company until Ctrl-C.": "启动模拟企业，直到按 Ctrl-C。",
    "The first line on standard output is one JSON object: base_url, control_url, seed, providers, env, and the "
    "credentials. The company's secrets are invented. Listens on this machine only, unless told to expose itself.": (
        "标准输出的第一行是一个 JSON 对象：base_url、control_url、seed、providers、env 和各项凭证。"
        "凭证都是虚构的。除非要求对外开放，否则只监听本机。"
    ),
    "Port to listen on; 0 takes a free one.": "监听端口；0 表示任选空闲端口。",
    "Address to listen on.": "监听地址。",
    "Allow an address that other machines can reach.": "允许监听其他机器可访问的地址。",
    "How many employees.": "员工数。",
    "How many members.": "客户数。",
    "How many customer groups.": "客户群数。",
    "A small company to look at, or one with 200 tags and, unless said otherwise, 1.8 million members.": (
        "一家便于查看的小企业，或一家有 200 个标签、（未另行指定时）180 万客户的大企业。"
    ),
    "Write the variables for --env-file to PATH (mode 600).": "把供 --env-file 使用的变量写入文件（权限 600）。",
    # tag
    "Columns: member_id (客户ID), optional staff_id (员工账号), add (添加标签), remove (移除标签). Several tags in a "
    "cell are separated by ; ； or 、 and written Tag or Group/Tag. Without staff_id a member is tagged at every "
    "employee who follows. What is already as wanted costs no call.": (
        "列名：客户ID（member_id）、可选的员工账号（staff_id）、添加标签（add）、移除标签（remove）。"
        "一格内多个标签用 ; ； 或 、 分隔，写作“标签”或“标签组/标签”。不写员工账号时，对每位跟进该客户的员工都打标签。"
        "已符合的不消耗调用。"
    ),
    "Everything is checked before the first call is sent. On a terminal it asks first; elsewhere it goes on, because "
    "privcrm job undo takes a tagging job back.": (
        "发送第一次调用之前会检查全部内容。在终端中会先询问；在其他环境中直接执行，"
        "因为 privcrm job undo 可以撤销打标签任务。"
    ),
    "By which column members are found.": "按哪一列查找客户。",
    "Show what would happen; send and keep nothing.": "只显示会发生什么；不发送，也不保存。",
    "Create tags named Group/Tag that do not exist yet.": "新建名单中以“标签组/标签”书写而尚不存在的标签。",
    "Refuse the whole file when a single row cannot be done.": "只要有一行无法执行，就拒绝整个文件。",
    "Do N first, read them back and wait.": "先执行 N 条，读回核对后等待批准。",
    "Send only within these Beijing hours.": "只在这个时段（北京时间）内发送。",
    "Pause before more calls.": "超过这么多次调用之前暂停。",
    "Wait for approval above N changes.": "变更超过 N 条时等待批准。",
    # job
    "Jobs: list, look at, pause, resume, undo.": "任务：列出、查看、暂停、继续、撤销。",
    "Jobs: list, look at, pause, cancel, approve, resume, undo, resolve.": (
        "任务：列出、查看、暂停、取消、批准、继续、撤销、人工确认。"
    ),
    "List the jobs of this company, the oldest first.": "列出本企业的任务，最早的在前。",
    "Only jobs in this state.": "只列出处于该状态的任务。",
    "One JSON object a line, as many as there are.": "每行一个 JSON 对象，全部输出。",
    "Show one job: state, counts, what went wrong, and how to go on.": (
        "查看一个任务：状态、计数、出错的条目，以及如何继续。"
    ),
    "Write the outcome of every row to a CSV file (tagging jobs).": "把每一行的结果写入 CSV 文件（打标签任务）。",
    "Print the items as JSON lines instead.": "改为按行输出各条目的 JSON。",
    "With --jsonl: only items that ended so.": "与 --jsonl 连用：只输出以此结果结束的条目。",
    "Pause a job before its next send, whichever process runs it.": "在下一次发送之前暂停任务，无论由哪个进程执行。",
    "Give up what a job has not sent yet; what was sent stays, and can be undone.": (
        "放弃任务中尚未发送的部分；已发送的保留，可以撤销。"
    ),
    "Approve a job that waits: another person than its maker may, or its maker by typing the exact count.": (
        "批准等待中的任务：可由发起人以外的人批准，或由发起人准确输入条目数。"
    ),
    "The number of items still to send, typed exactly.": "尚待发送的条目数，须准确输入。",
    "Take a job up again and run it here, from where it stood. What may have been sent is settled first.": (
        "从中断处继续，在此执行任务。可能已发送的部分会先核实。"
    ),
    "A job that used up its --max-calls gets as many again.": "用完 --max-calls 的任务会再得到同样多的次数。",
    "Allow so many more calls.": "再允许这么多次调用。",
    "Wait here while the job's window is closed.": "任务的时段未到时在此等待。",
    "Take back what a job did, item by item, by a new job. What was changed since is left as it is.": (
        "用一个新任务逐条撤回某个任务所做的更改；之后又有变动的保持不动。"
    ),
    "Settle by hand an item that nobody could settle, by --done or --not-done: look at the vendor first.": (
        "用 --done 或 --not-done 人工确认无法自动核实的条目：请先到平台上核对。"
    ),
    "Without its id what was made cannot be undone, nor be told from a like one ordered soon after.": (
        "没有平台 ID，已创建的内容无法撤回，也无法与随后下达的相同内容区分。"
    ),
    "You saw that it happened.": "已看到它确实发生。",
    "You saw that it did not happen: it is sent again.": "已看到它没有发生：会重新发送。",
    "The vendor's id of what was made, if you know it.": "平台上该内容的 ID（如果知道）。",
    # run, stop, start, audit, store
    "Run due jobs and timers until stopped.": "执行到期的任务和定时器，直到被停止。",
    "Several may run at once, on one machine or on many with a PostgreSQL store: leases keep them apart. Ctrl-C and "
    "SIGTERM finish the send in flight and give back the leases.": (
        "可同时运行多个，也可在多台机器上配合 PostgreSQL 运行：以租约互不干扰。"
        "Ctrl-C 和 SIGTERM 会完成正在进行的发送并归还租约。"
    ),
    "Do what is due now and end.": "只做现在到期的工作，然后结束。",
    "Halt every write of every process of this company.": "停止本企业所有进程的一切写入。",
    "Takes effect before the next write, also of jobs that are running now. Reads go on. Lifted by privcrm start.": (
        "在下一次写入之前生效，正在运行的任务也一样。读取不受影响。用 privcrm start 解除。"
    ),
    "Why; kept in the audit.": "原因；记入审计。",
    "Lift the stop.": "解除停止。",
    "Jobs that were halted are paused; privcrm job resume takes each of them up again.": (
        "被停下的任务处于暂停状态；用 privcrm job resume 逐个继续。"
    ),
    "Who did what, and when.": "谁在何时做了什么。",
    "Who did what, and when: every plan, approval, run, stop and undo. Entries are never changed or deleted.": (
        "谁在何时做了什么：每次计划、批准、运行、停止和撤销。记录不会被修改或删除。"
    ),
    "Only what concerns one job.": "只看与某个任务有关的记录。",
    "Only entries behind this number.": "只看该序号之后的记录。",
    "Only the newest so many.": "只显示最新的多少条。",
    "Every entry as a JSON line, without a limit.": "每条记录输出一行 JSON，不限条数。",
    "Bring the tables up to the version that this privcrm needs.": "把数据表升级到本版本所需的版本。",
    "SQLite is upgraded by itself whenever it is opened; a PostgreSQL in use only by this command, because other "
    "processes must be stopped first.": (
        "SQLite 每次打开时自动升级；已在使用的 PostgreSQL 只能用此命令升级，因为须先停止其他进程。"
    ),
    "Open the store and say where it is and at which version; an unusable one ends with exit code 3.": (
        "打开数据库，显示其位置和版本；无法使用时退出码为 3。"
    ),
    # webhook
    "Receive the vendor's callbacks.": "接收平台的回调。",
    "Receive the vendor's callbacks: a ready receiver, and its inbox.": "接收平台的回调：现成的接收服务及其收件箱。",
    "Receive callbacks until Ctrl-C.": "接收回调，直到按 Ctrl-C。",
    "Each is verified, kept in the store, and only then answered. Events are handled here if "
    "there is something to do "
    "with them: --jsonl, or --app with the application's own handlers. Otherwise they are kept "
    "for who handles them.": (
        "每条回调先验证、存入数据库，然后才应答。指定 --jsonl，或用 --app 给出应用自己的处理函数时，在此处理事件；"
        "否则只保存，留给其他进程处理。"
    ),
    "The first line on standard output is one JSON object with the address for the vendor's "
    "console (url) and that of "
    "the health page (health). Speaks no TLS: put a reverse proxy before it.": (
        "标准输出的第一行是一个 JSON 对象，含填入管理后台的地址（url）和健康页地址（health）。"
        "不支持 TLS：请在前面放反向代理。"
    ),
    "No proxy stands before it: break off at once what cannot be kept.": "前面没有代理：无法保存的请求立即断开连接。",
    "The application's own CRM, whose handlers are to be called.": "应用自己的 CRM 对象，将调用它注册的处理函数。",
    "Threads that handle events.": "处理事件的线程数。",
    "Write each event as a JSON line.": "每个事件写一行 JSON。",
    "What came and is still kept, in the order in which it came. Whom it is about is not shown.": (
        "按到达顺序列出仍保存的回调。不显示涉及的人。"
    ),
    "Only those that wait (new), are handled, or are parked.": "只看待处理（new）、已处理（done）或已搁置（dead）的。",
    "Only so many.": "最多显示多少条。",
    "Have parked events handled again, all of them or those of these numbers; also ones that are done, by number.": (
        "重新处理被搁置的事件：全部，或指定序号；也可按序号重放已处理的事件。"
    ),
    "Whoever handles events on this store takes them up. Handlers that were through are passed over.": (
        "由使用此数据库处理事件的进程接手。已成功的处理函数不再调用。"
    ),
    "Also for handlers that were through with it.": "已成功的处理函数也再次调用。",
    "Find what callbacks did not tell: compare what the vendor lists with what is known.": (
        "找出回调没有告知的变化：把平台的列表与已知情况比较。"
    ),
    "Differences become events for handlers that asked for them (sweep=True). The first sweep only learns what there "
    "is. More than 500 differences wait for an approval.": (
        "差异会成为事件，只交给声明 sweep=True 的处理函数。第一次只建立基线。超过 500 处差异时等待批准。"
    ),
    "Run due jobs and timers until stopped, and with --app the handlers of events.": (
        "执行到期的任务和定时器，直到被停止；指定 --app 时还执行事件处理函数。"
    ),
    "Fill an empty store with a simulated company, as a synchronisation with it would, but much sooner.": (
        "把一家模拟企业写入空的数据库：结果与同步相同，但快得多。"
    ),
    "The store is that of PRIVCRM_STORE, else privcrm.db right here. To go on with the same company, "
    "serve one of the same size: privcrm sandbox serve with the same options.": (
        "数据库由 PRIVCRM_STORE 指定，否则为当前目录的 privcrm.db。"
        "若要继续使用同一家企业，请用相同选项运行 privcrm sandbox serve。"
    ),
    # shop, group
    "Believe the id of a group that the mirror does not know.": "相信镜像中没有的群 ID。",
    "Columns: code (门店编码), name (门店名称), region (区域), manager (店长), departments (部门), staff (员工); "
    "every other column is kept as an attribute. Several departments or employees in a cell are "
    "separated by ; ； or 、. A department is written as its id, its name or Parent/Name. A column "
    "that is not there leaves what is known, an empty cell takes it away. Everything is checked "
    "before anything is written.": (
        "列：code（门店编码）、name（门店名称）、region（区域）、manager（店长）、departments（部门）、staff（员工）；"
        "其余各列作为属性保存。一个单元格内的多个部门或员工用 ; ； 或 、 分隔。部门可写 ID、名称或 上级/名称。"
        "缺少的列保持原值，空单元格则清除。写入之前先检查全部内容。"
    ),
    "Customer groups: list, tag.": "客户群：列表、打标签。",
    "Every group as a JSON line, without a limit.": "每个群一行 JSON，不限数量。",
    "List the groups that the mirror knows, with their tags.": "列出镜像中的群及其标签。",
    "List the shops by code.": "按编码列出门店。",
    "Only groups that carry this tag.": "只列出带有该标签的群。",
    "Only shops of this region.": "只列出该区域的门店。",
    "Only the first so many.": "只列出前若干个。",
    "Put a tag on the group; may be given several times.": "给群添加标签；可重复使用。",
    "Put tags on a group and take others off it.": "给群添加或移除标签。",
    "Remove the shops that no row names.": "移除名单中没有的门店。",
    "Shops (门店): import, list, show.": "门店：导入、列表、查看。",
    "Show a shop and who works in it, as of the last synchronisation.": "查看门店及其员工（以最近一次同步为准）。",
    "Show what would change; write nothing.": "显示将会改变什么；不写入。",
    "Take a tag off the group; may be given several times.": "从群移除标签；可重复使用。",
    "Take shops from a CSV or XLSX file; the same file again changes nothing.": (
        "从 CSV 或 XLSX 文件导入门店；重复导入同一文件不会改变任何内容。"
    ),
    "These tags are the company's own: vendors have none for groups. Segments can ask for them at once.": (
        "这些标签由企业自己保存：平台没有群标签。分群条件可立即使用。"
    ),
    # sync
    "Compare everything row by row, and mend what differs.": "逐行比较全部内容，并修复差异。",
    "With --check: compare only; exit code 1 if anything differs.": "与 --check 同用：只比较；有差异时退出码为 1。",
    "Read the whole company into the local mirror: tags, staff, members, groups.": (
        "把整个企业读入本地镜像：标签、员工、客户、客户群。"
    ),
    "What is as it was is not written, so it may run every night. A run that was cut goes on where it was, within "
    "a day.": ("没有变化的内容不会写入，因此可以每晚运行。中断的同步在一天之内会从原处继续。"),
    "Reading cannot tell that a member deleted an employee: the vendor goes on listing the relation. Only the "
    "callback tells; where that was lost, --check does not find it either.": (
        "读取无法得知客户是否删除了员工：平台仍会列出该关系。只有回调会告知；回调丢失时，--check 也发现不了。"
    ),
    "Changed ids of employees that nobody told of.": "没有事件告知的员工账号变更。",
    "An id that vanished while a new one has the same members is one employee, probably: confirm it, and "
    "everything that names the old id names the new one.": (
        "某个账号消失，而一个新账号有同样的客户，很可能是同一位员工：确认之后，所有用到旧账号的地方都改为新账号。"
    ),
    "List those that wait for a decision.": "列出等待确认的变更。",
    "Say that OLD is NEW now: members, seats, plans and ledgers of the one are the other's.": (
        "确认 OLD 现在是 NEW：前者的客户、席位、计划和记录都归后者。"
    ),
    "Say that OLD and NEW are two employees; it is not asked again.": "说明 OLD 和 NEW 是两位员工；不再询问。",
    "Read the whole company into the local mirror.": "把整个企业读入本地镜像。",
    # member
    "One member: find, give and remove what is kept.": "单个客户：查找、导出和删除保存的数据。",
    "Find the member ids of whoever has each of these; several if nobody has decided who is who.": (
        "查找同时符合所给条件的客户 ID；尚未确认是否同一人时可能有多个。"
    ),
    "Their member id.": "客户 ID。",
    "Their unionid.": "unionid。",
    "Their phone, in any form.": "手机号，写法不限。",
    "Their card number.": "卡号。",
    "The application's own id of them.": "应用自己的客户编号。",
    "Give everything that the store keeps of a person, as JSON: rows by table, sealed texts opened.": (
        "以 JSON 导出数据库中关于此人的全部数据：按表列出，加密文本已解密。"
    ),
    "What is kept as a keyed hash (unionid, phone, card number) stays one. The audit notes who asked.": (
        "以密钥哈希保存的内容（unionid、手机号、卡号）仍为哈希。审计日志记录操作人。"
    ),
    "Write it to a file that only you can read.": "写入只有本人可读的文件。",
    "Remove everything that the store keeps of a person. This cannot be undone.": (
        "删除数据库中关于此人的全部数据。此操作无法撤销。"
    ),
    "No synchronisation brings the person back: only a new add does. Employees who still have the contact get a task "
    "to delete it. Files that were written before are listed, for you to look through. An "
    "erasure that was interrupted "
    "is simply run again.": (
        "同步不会恢复此人的数据，只有重新添加才会。仍有此联系人的员工会收到删除待办。"
        "以前写出的文件会列出，请自行检查。中断后重新执行即可。"
    ),
    "For the audit; it must name nobody.": "写入审计日志的原因；不得包含个人信息。",
    # task
    "What only employees can do: list, tick points, note as done.": "只有员工能做的待办：查看、勾选要点、记为完成。",
    "Note that a point of a task is done; the last point ends the task. The first word counts.": (
        "勾选待办中的一个要点；勾完最后一个，待办即完成。以第一次记录为准。"
    ),
    "Only those of this employee.": "只看这位员工的。",
    "Only those that should be done by now.": "只看已到期的。",
    "Also those that are done.": "包括已完成的。",
    "List tasks that are open, with the day by which each is to be done (Beijing time).": (
        "列出未完成的待办及截止时间（北京时间）。"
    ),
    "Whom a task is about is shown only where the store has keys (PRIVCRM_STORE_KEYS), and until it is done.": (
        "只有数据库配置了密钥（PRIVCRM_STORE_KEYS）时才显示待办涉及的人，完成后不再显示。"
    ),
    "How that is known; it must name nobody.": "完成的依据；不得包含个人信息。",
    "Note that a task is done. The first word counts; whom it was about is forgotten.": (
        "把待办记为完成。以第一次记录为准；不再保留涉及的人。"
    ),
    # fact
    "What the company's own systems know of members.": "企业自有系统掌握的客户事实。",
    "By which column people are known.": "用哪一列关联客户。",
    "Which system tells this, where no column says so.": "来源系统名称（没有来源列时使用）。",
    "Check the file and show its types; write nothing.": "只检查文件并显示类型，不写入。",
    "Import facts from a CSV or XLSX file: a column with the key, then one for each fact, headed by its name.": (
        "从 CSV 或 XLSX 文件导入事实：一列关联列，其余每列一个事实，列名即事实名称。"
    ),
    "A head may end in a type (orders:int; also text, float, bool, date, datetime). Optional columns: source (来源) "
    "and date (日期), as of when; otherwise it is the time of the file. Blank cells tell nothing. A fact is tied to "
    "its member when the key turns up, also later.": (
        "列名可带类型（orders:int；还有 text、float、bool、date、datetime）。"
        "可选列：source（来源）和 date（日期，截至何时；缺省为文件时间）。"
        "空单元格不表示任何内容。关联列的值日后出现时，事实会自动归到该客户。"
    ),
    "Everything is checked before anything is written. The same file again changes nothing.": (
        "先全部检查再写入。重复导入同一文件不会改变任何内容。"
    ),
    "Show what is known of a member, by whichever key it came; of each name the newest first.": (
        "显示某客户的全部事实（不论由哪个关联列导入），同名的最新在前。"
    ),
    "Count the keys with facts that belong to nobody yet.": "统计有事实但尚未归属任何客户的关联值。",
    # store rekey
    "Seal what is sealed of this company anew, with the first of PRIVCRM_STORE_KEYS.": (
        "用 PRIVCRM_STORE_KEYS 中的第一个密钥重新加密本企业的数据。"
    ),
    "Put the new key in front of the old ones, run this, then take the old ones out. What had been kept in the clear "
    "because there were no keys is sealed as well. A run that was interrupted is simply run again.": (
        "把新密钥放在旧密钥之前，执行本命令，然后去掉旧密钥。以前因没有密钥而明文保存的内容也会加密。中断后重新执行即可。"
    ),
    # store purge
    "The database: upgrade, check, rekey, purge.": "数据库：升级、检查、更换密钥、清理。",
    "Delete what is older than it has to be kept. This cannot be undone.": "删除超过保留期限的数据。此操作无法撤销。",
    "Each rule has an age in days, and --dry-run shows them all. Other work may go on; a purge "
    "that was interrupted is "
    "simply run again. The audit stays. To have it done every night: privcrm run --purge-at 04:00.": (
        "每条规则有一个以天计的保留期限，--dry-run 会全部列出。其他工作可以照常进行；中断后重新执行即可。"
        "审计记录始终保留。若要每晚自动清理：privcrm run --purge-at 04:00。"
    ),
    "Count what would go; delete nothing.": "只统计将删除的数据，不作任何删除。",
    "Another age for a rule, 0 for ever; may be given several times.": (
        "为某条规则指定其他期限，0 表示永久保留；可以多次给出。"
    ),
    # tag merge, move, restore, rule
    "Delete what is old every day at this Beijing time: see privcrm store purge.": (
        "每天在此北京时间清理过期数据：见 privcrm store purge。"
    ),
    "Read the company into the mirror every day at this Beijing time.": "每天在此北京时间把企业重新读入本地镜像。",
    "Batch tagging, the tag library, and rules that tag by themselves.": "批量打标签、标签库和自动打标签规则。",
    "Put TARGET on everybody who wears a SOURCE, read that back, and then delete the sources.": (
        "为带有 SOURCE 标签的所有客户打上 TARGET，读回核对，然后删除 SOURCE。"
    ),
    "Nothing is deleted while a holder lacks the target: the job pauses and says why, and "
    "privcrm job resume goes on. "
    "Rules and saved segments that name a source name the target from then on.": (
        "只要还有人没有打上目标标签，就不会删除任何标签：任务会暂停并说明原因，privcrm job resume 可继续。"
        "用到旧标签的规则和已保存的人群随之改用目标标签。"
    ),
    "Move TAG to another GROUP of tags, which is made if there is none.": "把标签移到另一个标签组；没有该组时会新建。",
    "Vendors cannot move a tag: a new one is made and put on everybody, that is read back, and then the old one is "
    "deleted. Nothing is deleted while a holder lacks the new tag.": (
        "平台不支持移动标签：先新建标签并打给所有人，读回核对，再删除旧标签。只要还有人没有新标签，就不会删除。"
    ),
    "Make a TAG anew that was deleted at the vendor, and put it on all who wore it and are still there.": (
        "重新创建在平台上被删除的标签，并打给曾带有它且仍在的客户。"
    ),
    "Who wore it is what the mirror saw before it was deleted. Its rules and saved segments go on with the new tag.": (
        "谁带有过它，以删除前镜像所见为准。相关规则和已保存的人群改用新标签。"
    ),
    "Ask the vendor who wears the tag, not the mirror.": "向平台查询谁带有该标签，而不用镜像。",
    "Rules that tag by themselves: add, list, show, run, remove, hits.": (
        "自动打标签规则：新增、列出、查看、执行、删除、命中记录。"
    ),
    "Make a rule: where one of its conditions holds, the tags are put.": "新建规则：任一条件成立时打上标签。",
    "From then on it hears of new members and of who joins groups. privcrm tag rule run looks "
    "at those who were there "
    "before, and at facts and segments. What the rule put is known as its own: removing the rule takes off that "
    "alone.": (
        "此后新客户和入群都会触发。privcrm tag rule run 检查原有客户，以及业务事实和人群。"
        "规则打上的标签记在其名下：删除规则只移除这些。"
    ),
    "The channel state contains this text.": "渠道 state 包含这段文字。",
    "The channel state is exactly this.": "渠道 state 正好是这个。",
    "The member came into this group.": "客户进入了这个群。",
    "The member came into a group with this group tag.": "客户进入了带有此群标签的群。",
    "The member came into a group named like this.": "客户进入了名称包含这段文字的群。",
    "Added in these Beijing hours, across midnight if need be.": "在这个时段（北京时间）添加，可跨午夜。",
    "With --between: mon,tue,wed,thu,fri,sat,sun.": "与 --between 合用：mon,tue,wed,thu,fri,sat,sun（周一至周日）。",
    "A fact compares so; asked for by tag rule run.": "业务事实满足比较；由 tag rule run 检查。",
    "It happened N times within so many days.": "在若干天内发生了 N 次。",
    "The member is in this segment; asked for by tag rule run.": "客户在此人群中；由 tag rule run 检查。",
    "The tag to put; may be given several times.": "要打上的标签；可多次给出。",
    "List the rules, the oldest first.": "列出规则，最早的在前。",
    "Also those that were removed.": "也列出已删除的。",
    "Show a rule, and how many of its hits stand how.": "查看一条规则及其命中的各状态数量。",
    "Look through the mirror for whom a rule means, and put its tags; without NAME put what events have hit.": (
        "在镜像中查找规则所指的客户并打上标签；不写 NAME 时，执行由事件命中的部分。"
    ),
    "Remove a rule and take off what it put.": "删除规则，并移除它打上的标签。",
    "Tags that were there before, that somebody put, or that another rule wants stay.": (
        "原来就有的、他人打上的，或其他规则需要的标签会保留。"
    ),
    "Leave the tags where the rule put them.": "保留规则已打上的标签。",
    "List what a rule hit, and why.": "列出规则命中了谁，以及原因。",
    "Every hit as a JSON line, without a limit.": "每条命中输出一行 JSON，不限数量。",
    # segment
    "Segments: count, export, explain, save, freeze.": "人群：计数、导出、解释、保存、冻结。",
    "An expression combines conditions with & | ~ (or and, or, not) and parentheses. They are HasTag, HasAnyTagOf, "
    "InGroup, InAnyGroup, InGroupTagged, FollowedBy, InShop, InRegion, InSegment, FromChannel, AddedWithin, "
    "AddedAfter, AddedBefore, DeletedStaff, GroupOnly and HasFact; whoever leaves out what one takes is told.": (
        "表达式用 & | ~（或 且、或、非）和括号组合条件。条件有：有标签、有标签组、在群、在任一群、在群标签、员工、"
        "门店、区域、在人群、渠道、添加于天内、添加于之后、添加于之前、删除了员工、仅在群、事实；少写内容时会提示需要什么。"
    ),
    "Ask by plain SQL instead of the index; slower, the same answer.": "直接用 SQL 查询而不用索引；较慢，结果相同。",
    "CSV with the columns member_id and staff_ids, UTF-8 with a byte-order mark, ids as text. The store "
    "remembers where files are, because somebody who is erased later may be in them.": (
        "CSV 的列为 member_id 和 staff_ids，UTF-8 带 BOM，ID "
        "为文本。数据库会记住文件的位置，因为其中可能有以后被抹除的人。"
    ),
    "Count the members that an expression selects, and say how old the data are.": (
        "统计表达式选中的客户数，并说明数据的时间。"
    ),
    "EXPR is an expression, @NAME for a saved segment, or @snapshot:ID for a frozen one. It selects customers; "
    "people known from groups only, if it contains GroupOnly().": (
        "EXPR 是表达式，@名称 表示已保存的人群，@snapshot:ID 表示冻结的人群。它选中客户；只有包含 GroupOnly() "
        "时才选中仅在群里的人。"
    ),
    "Find the saved segments that use deleted tags, and freeze them; exit code 1 if there are any.": (
        "找出使用了已删除标签的人群并冻结；如果有，退出码为 1。"
    ),
    "Forget a saved segment or a snapshot; members are not touched.": "删除已保存的人群或快照；客户不受影响。",
    "Freeze who is selected now: @snapshot:ID stands for them whatever comes later, except for persons erased.": (
        "冻结当前选中的人：之后 @snapshot:ID 始终代表他们，被抹除的人除外。"
    ),
    "Instead of FILE: everybody whom an expression, or @NAME, selects.": "代替 FILE：表达式或 @名称 选中的所有客户。",
    "Keep an expression under a name, in place of what was there.": "以某个名称保存表达式，替换原有的。",
    "List the frozen ones.": "列出冻结的人群。",
    "List the members that an expression selects, each with the employees who follow.": (
        "列出表达式选中的客户，以及各自的跟进员工。"
    ),
    "List the saved segments, those that cannot be used with the reason; or the frozen ones.": (
        "列出已保存的人群，不能使用的附原因；或列出快照。"
    ),
    "Put tags on members and take tags off them, as a CSV or XLSX file says, or for everybody in a segment.": (
        "按 CSV 或 XLSX 文件，或为人群中的所有客户，添加和移除标签。"
    ),
    "Say why an expression selects a member or not, clause by clause, and what was found.": (
        "逐条说明表达式为何选中或未选中某位客户，以及查到了什么。"
    ),
    "Tags are kept by their ids, so that a new name in the console is followed. When a tag that it uses is "
    "deleted, the segment is frozen until it is saved anew.": (
        "标签按 ID 保存，因此后台改名会自动跟随。所用的标签被删除后，人群会冻结，直到重新保存。"
    ),
    "The first question builds an index, within a minute for some millions of members.": (
        "首次查询会建立索引，数百万客户约需一分钟。"
    ),
    "What to call it.": "名称。",
    "With --segment: a tag to put on; may be repeated.": "与 --segment 同用：要添加的标签；可重复。",
    "With --segment: a tag to take off; may be repeated.": "与 --segment 同用：要移除的标签；可重复。",
    "Write a CSV file that only you can read.": "写入仅本人可读的 CSV 文件。",
    # live-code
    "Live codes (活码): make, print, watch and change them.": "活码：创建、印制、监测和修改。",
    "Make a live code that leads to employees or groups, or with --from one for each shop of a list.": (
        "创建一个引向员工或客户群的活码；用 --from 则为名单中的每家门店各建一个。"
    ),
    "KEY is your own name for it, such as a shop's code; it never changes. The same command again makes no second "
    "one.": ("KEY 是您自己起的名称，如门店编码，永不改变。重复执行同一命令不会再建一个。"),
    "A seat is an employee's id and, after semicolons, any of weight=N, cap=N (a day), total=N, tier=N (0 works, 1 "
    "and above step in), ramp=DAY (a new account), offline, and hours= as 1-5@09:00-18:00,6+7@22:00-02:00, where "
    "days are 1 for Monday to 7.": (
        "席位写作员工账号，分号后可跟：weight=N（权重）、cap=N（每日上限）、total=N（总上限）、tier=N（0 "
        "为正常接待，1 及以上为后备）、ramp=日期（新账号）、offline（暂停），以及 hours=，如 "
        "1-5@09:00-18:00,6+7@22:00-02:00，1 为周一，7 为周日。"
    ),
    "Employees to whom it leads.": "活码引向的员工。",
    'One with settings: "ID;weight=3;cap=50;tier=1".': '带设置的一位员工："账号;weight=3;cap=50;tier=1"。',
    "A group that it fills; may be repeated.": "活码引入的客户群；可重复。",
    "Shops (门店) as CSV or XLSX: a code for each.": "门店名单（CSV 或 XLSX）：每家门店一个活码。",
    "With --from: show what would change; make nothing.": "与 --from 同用：只显示会改变什么，不创建。",
    "With --from: the outcome of every row as CSV.": "与 --from 同用：每一行的结果，CSV 文件。",
    "With --from: the pictures, as 门店编码_店名.png.": "与 --from 同用：打包图片，文件名为 门店编码_店名.png。",
    "With --from: the pictures on A4 sheets, as PDF.": "与 --from 同用：排在 A4 纸上的图片，PDF 文件。",
    "What people call it.": "名称。",
    "A note of at most 30 characters, kept at the vendor.": "保存在平台上的备注，最多 30 个字符。",
    "Time zone of its days and hours; Asia/Shanghai if nothing is said.": "日期和时段所用的时区；默认 Asia/Shanghai。",
    "With --on-empty or --on-full redirect: the code shown instead.": (
        "与 --on-empty 或 --on-full redirect 同用：改为展示的活码。"
    ),
    "Employees that the vendor draws from at a time; 2 at first.": ("平台每次从几位员工中选取；初始为 2。"),
    "Who chooses: the vendor (push, at first), or our page (pull).": (
        "由谁选择员工：平台（push，初始值）或我们的页面（pull）。"
    ),
    "If nobody is free: nothing changes (keep_last, at first), the last tier (backup), another "
    "code (redirect), or a page says so (closed).": (
        "无人可接待时：保持不变（keep_last，初始值）、由最后一个梯队顶替（backup）、引向另一个活码（redirect）或提示无人接待（closed）。"
    ),
    "Put on whoever comes; may be repeated.": "为扫码的客户打上的标签；可重复。",
    "Remark of whoever comes: {name}, {code} and {day} are filled in.": (
        "扫码客户的备注：{name}、{code}、{day} 会自动填入。"
    ),
    "What whoever comes is greeted with.": "对扫码客户说的欢迎语。",
    "Days for which a visitor stays with his employee.": "客户在多少天内固定由同一位员工接待。",
    "A day (2026-10-01) on which it is closed.": "不接待的日期（如 2026-10-01）。",
    "Whether employees confirm each contact; not at first.": ("是否需要员工确认每次添加；初始为不需要。"),
    "The next group: opened by the vendor (native, at first), made beforehand (spare_pool), "
    "the next vendor's code (chain), uploaded pictures (images), or told by an employee "
    "(staff_first).": (
        "下一个群：平台新开（native，初始值）、事先人工建好（spare_pool）、下一个平台码（chain）、人工上传的图片（images）或由员工告知（staff_first）。"
    ),
    "What its groups are called, before the number.": "群名中序号前的部分。",
    "Number of its first group; 1 at first.": ("第一个群的序号；初始为 1。"),
    "Groups open to scans at a time; 2 at first.": ("同时开放扫码的群数；初始为 2。"),
    "Seats kept for people on their way; 10 at first.": ("为正在进群的人预留的名额；初始为 10。"),
    "When the next one is asked for, in percent of --scan-cap; 90 at first.": (
        "人数达到 --scan-cap 的百分之几时要求下一个群；初始为 90。"
    ),
    "People from whom on a group lets no scan in; 200 at first.": ("群人数达到多少后不能再扫码进群；初始为 200。"),
    "People whom a group holds at all; 500 at first.": ("群最多容纳多少人；初始为 500。"),
    "Which group with room is shown: the oldest (fill_first, at first), the emptiest "
    "(least_filled), by free seats (weighted), or the same as before (sticky).": (
        "展示哪个有空位的群：最早的（fill_first，初始值）、人最少的（least_filled）、按空位多少（weighted）或与上次相同（sticky）。"
    ),
    "Joins a minute of one group, the rest go elsewhere; 100 at first.": (
        "一个群每分钟进群人数的上限，其余引向别的群；初始为 100。"
    ),
    "People without whom it does not start: see open.": "不足多少人就不启动：见 open。",
    "If no group has room: asked to wait (waiting, at first), another code (redirect), or told "
    "that all are full (closed).": (
        "所有群都满时：请访客等待（waiting，初始值）、引向另一个活码（redirect）或提示已满（closed）。"
    ),
    "Employee who is asked to make and prepare groups.": "负责建群和准备群的员工。",
    "With --strategy staff_first: the code that leads to employees.": (
        "与 --strategy staff_first 同用：引向员工的活码。"
    ),
    "Spare groups below which an alarm is raised.": "备用群少于多少个时报警。",
    "How soon a new group has to be there; 600 at first.": ("新群应在多少秒内出现；初始为 600。"),
    "Change what a code is; what is not named stays, and so does everything that is printed.": (
        "修改活码；没有提到的保持不变，已印出的也照常有效。"
    ),
    "The vendor is told at once of what differs. Groups are added by add-group.": (
        "差异会立即写到平台。加群请用 add-group。"
    ),
    "An employee who works again; may be repeated.": "恢复接待的员工；可重复。",
    "An employee who is taken out for now; may be repeated.": "暂停接待的员工；可重复。",
    "An employee to add, or to set anew: see create.": "要添加或重新设置的员工：见 create。",
    "An employee who loses his seat; may be repeated.": "移出的员工；可重复。",
    "Delete a code, here and at the vendor: whoever scans a print of it finds nothing. This cannot be undone.": (
        "删除活码，本地和平台一并删除：之后扫描印刷品将一无所获。此操作无法撤销。"
    ),
    "What the vendor does not delete is kept as an orphan, and told; deleting again tries it again. The key is "
    "never used for another code, because members came by it.": (
        "平台未能删除的会记为遗留并告知，再次删除会重试。该名称不会再用于别的活码，因为曾有客户经它而来。"
    ),
    "Take over a code that was made elsewhere, by the id under which the vendor keeps it (config_id).": (
        "按平台上的编号（config_id）接管在别处创建的活码。"
    ),
    "What is printed stays valid, and the state that it plants stays as it is. Nothing is written at the vendor; "
    "from then on update and reconcile look after it. Without a kind it is found out.": (
        "已印出的继续有效，渠道标识保持不变。不会向平台写入任何内容；此后由 update 和 reconcile "
        "维护。不指明类型时会自动识别。"
    ),
    "It leads to employees (联系我).": "引向员工（联系我）。",
    "It leads to groups (加入群聊).": "引向客户群（加入群聊）。",
    "List every code that was ever made at the vendor, with its id there; deleted ones too.": (
        "列出在平台上创建过的所有活码及其平台编号，包括已删除的。"
    ),
    "Keep it with your backups: consoles show no code made by a program, and lists forget old ones, so that a lost "
    "id is a lost code. Names nobody.": (
        "请与备份一同保存：管理后台不显示程序创建的活码，接口列表会遗漏旧的，丢了编号就丢了活码。其中没有任何人的信息。"
    ),
    "Write a CSV file.": "写入 CSV 文件。",
    "Show the picture of a code, or write it to a file.": "显示活码的图片，或写入文件。",
    "A .png file without --size is the vendor's picture as it is. What is drawn anew is read back, and thrown away "
    "unless it says the same. Needs the extra qr.": (
        "不带 --size 的 .png 文件就是平台的原图。重新绘制的会读回核对，内容不一致即作废。需要安装 qr 附加依赖。"
    ),
    "A .svg or .png file; without it the code is shown here.": "一个 .svg 或 .png 文件；不给则在此处显示。",
    "Draw it anew as PNG, sharp at this size in print.": "重新绘制为 PNG，按此尺寸印刷也清晰。",
    "A name below it; needs --size or .svg.": "印在下方的名称；须配合 --size 或 .svg。",
    "A PNG or JPEG file for its middle; needs --size.": "放在中间的 PNG 或 JPEG 图标；须配合 --size。",
    "A font file for the caption.": "名称所用的字体文件。",
    "The code of the permanent link at this domain instead.": "改为该域名下永久链接的二维码。",
    "Bring the vendor's codes in line with what they are to be: one, or all.": (
        "使平台上的活码与应有的状态一致：一个或全部。"
    ),
    "Decide, and send nothing.": "只作决定，不发送。",
    "Read the vendor's codes first, and mend what others changed.": "先读取平台上的活码，并改回被他人修改的内容。",
    "Say why a code leads where it leads: every seat or group with its figures, alarms, and the last decisions.": (
        "说明活码为何引向那里：每个席位或群的数字、告警和最近的决定。"
    ),
    "Until when, Beijing time; 24 hours from now if nothing is said.": "推算到几点（北京时间）；默认到 24 小时后。",
    "Put empty groups behind a code, to be opened when their turn comes; exit code 1 if some cannot be taken.": (
        "为活码加入空群，轮到时启用；有不能加入的则退出码为 1。"
    ),
    "Groups that were taken out of use come back.": "已停用的群会重新启用。",
    "Take groups out of use: nobody more is led into them; exit code 1 if some were not in use.": (
        "停用群：不再引导客户进入；有原本就未在用的群则退出码为 1。"
    ),
    "Whoever is inside stays, and who came by the code is known still. add-group puts them back.": (
        "群内客户不受影响，从活码进群的记录仍保留。用 add-group 可重新启用。"
    ),
    "Say how many people one group of a code takes, whatever holds for the others (--scan-cap of update).": (
        "设置某一个群的人数上限；其他群的上限用 update --scan-cap 设置。"
    ),
    "What is not named stays as it is.": "未指定的保持不变。",
    "Employees who are expected inside.": "群内预计的员工人数。",
    "People from whom on a group lets no scan in.": "群人数达到多少后不能再扫码进群。",
    "People whom a group holds at all.": "群最多容纳多少人。",
    "Where the figures are from; 'set by hand' if nothing is said.": ("数字的来源；默认“手工设定”。"),
    "The day of which they are, Beijing time; today if nothing is said.": "数字的日期（北京时间）；默认今天。",
    "Let a code that took to its spare groups have its next group opened in its own way again.": (
        "让改用备用群的活码，下一个群恢复按原来的方式开。"
    ),
    "It tries that by itself hours after it failed. Say so here when you know that it works.": (
        "失败几小时后会自动再试。若已知恢复正常，可用此命令立即恢复。"
    ),
    "Keep the picture of a group's own code, which the gateway shows while it is good.": (
        "保存某个群自己的二维码图片，有效期内由网关展示。"
    ),
    "A picture that says what that of another group says is refused. Before it expires, somebody is asked for "
    "another.": ("与别的群内容相同的图片会被拒绝。到期之前会提醒更换。"),
    "The last day on which it is good, Beijing time; else for 7 days.": "有效的最后一天（北京时间）；默认 7 天。",
    "Let visitors into a code that waits for enough of them (--min-start).": (
        "让等待凑够人数（--min-start）的活码开始接纳客户。"
    ),
    "Also if fewer would come than the code wants; it is audited.": "人数不够也启动；会记入审计。",
    "Show visitors of the permanent links where to go, until Ctrl-C.": "为永久链接的访客指路，直到 Ctrl-C。",
    "The first line on standard output is one JSON object with the address of the links (url) and that of the "
    "health page (health). Speaks no TLS: put a reverse proxy before it. Next groups are opened by privcrm run, "
    "and people are counted by who handles the vendor's events.": (
        "标准输出的第一行是一个 JSON 对象，含链接的地址（url）和健康检查页的地址（health）。本身不支持 "
        "TLS，请在前面放置反向代理。下一个群由 privcrm run 开启，人数由处理平台事件的进程统计。"
    ),
    "Served; links are made with the first.": "所服务的域名；链接用第一个域名生成。",
    "Whose X-Forwarded-For is believed.": "信任其 X-Forwarded-For 的地址。",
    "Say who came by a code, to which employees or into which groups, and what became of the link's visitors.": (
        "说明有多少人经活码而来：到了哪些员工或哪些群，以及链接访客的去向。"
    ),
    "Say how many groups are needed if people keep coming as they do; exit code 1 if people have to make some.": (
        "按目前的速度推算需要多少个新群；需要人工建群时退出码为 1。"
    ),
    "Only what differs is written; without a difference nothing is called. A runner does this by itself, and reads "
    "all codes back every night.": ("只写入差异，没有差异就不调用。运行器会自动执行，并在每晚读回所有活码。"),
    "Read all live codes back at this Beijing time, instead of at 03:30 and 04:00.": (
        "在此北京时间读回所有活码，而不是 03:30 和 04:00。"
    ),
    "Only those that lead to employees, or to groups.": "只看引向员工的，或引向客户群的。",
    "Also those that were deleted.": "包括已删除的。",
    "List the codes in the order in which they were made.": "按创建顺序列出活码。",
    "Show a code: what it is to be, what the vendor has of it, its permanent links, and the alarms that stand.": (
        "显示一个活码：应有的设置、平台上的码、永久链接和未解除的告警。"
    ),
    "Columns of a list: code (门店编码), name (店名), region (区域), staff (员工, as zhangsan*3;lisi), backup "
    "(备用员工), daily_cap (每日上限), tags (标签), remark (备注), welcome (欢迎语). A column that is not there "
    "leaves what is known, an empty cell takes it away; options say what new codes are besides. Everything is "
    "checked before anything is made, and the same list again changes nothing.": (
        "名单的列：门店编码、店名、区域、员工（如 zhangsan*3;lisi）、备用员工、每日上限、标签、备注、欢迎语。没有的"
        "列保留原状，空单元格则清除；其余设置由选项给新活码。先全部核对再创建；同一份名单再次执行不会改变任何内容。"
    ),
}
