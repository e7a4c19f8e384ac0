CREATE TABLE privcrm_approval (
  company TEXT NOT NULL,
  job_id TEXT NOT NULL,
  stage TEXT NOT NULL,
  plan_hash TEXT DEFAULT '' NOT NULL,
  asked_at FLOAT DEFAULT '0' NOT NULL,
  expires_at FLOAT DEFAULT '0' NOT NULL,
  approved_by TEXT DEFAULT '' NOT NULL,
  approved_at FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, job_id, stage)
)
 WITHOUT ROWID

CREATE TABLE privcrm_audit (
  number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  company TEXT NOT NULL,
  at FLOAT DEFAULT '0' NOT NULL,
  who TEXT DEFAULT '' NOT NULL,
  what TEXT DEFAULT '' NOT NULL,
  job_id TEXT NOT NULL,
  details TEXT DEFAULT '' NOT NULL
)

CREATE TABLE privcrm_bitmap (
  company TEXT NOT NULL,
  kind BIGINT DEFAULT '0' NOT NULL,
  "key" TEXT NOT NULL,
  chunk BIGINT DEFAULT '0' NOT NULL,
  bits BLOB NOT NULL
)

CREATE TABLE privcrm_bitmap_build (
  company TEXT NOT NULL,
  token BIGINT DEFAULT '0' NOT NULL,
  state TEXT DEFAULT '' NOT NULL,
  holder TEXT DEFAULT '' NOT NULL,
  beat FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company)
)
 WITHOUT ROWID

CREATE TABLE privcrm_bitmap_mark (
  company TEXT NOT NULL,
  kind BIGINT DEFAULT '0' NOT NULL,
  "key" TEXT NOT NULL,
  member BIGINT DEFAULT '0' NOT NULL,
  seq BIGINT DEFAULT (random()) NOT NULL,
  PRIMARY KEY (company, kind, "key", member) ON CONFLICT IGNORE
)
 WITHOUT ROWID

CREATE TABLE privcrm_breaker (
  company TEXT NOT NULL,
  "key" TEXT NOT NULL,
  until FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, "key")
)
 WITHOUT ROWID

CREATE TABLE privcrm_code_add (
  company TEXT NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  member BIGINT DEFAULT '0' NOT NULL,
  staff BIGINT DEFAULT '0' NOT NULL,
  at BIGINT DEFAULT '0' NOT NULL,
  remark TEXT DEFAULT '' NOT NULL,
  tries BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, code, member, staff, at)
)
 WITHOUT ROWID

CREATE TABLE privcrm_code_alarm (
  company TEXT NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  kind TEXT NOT NULL,
  told TEXT DEFAULT '' NOT NULL,
  since FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, code, kind)
)
 WITHOUT ROWID

CREATE TABLE privcrm_code_commitment (
  company TEXT NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  visitor TEXT NOT NULL,
  at FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, code, visitor)
)
 WITHOUT ROWID

CREATE TABLE privcrm_code_day (
  company TEXT NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  staff BIGINT DEFAULT '0' NOT NULL,
  day TEXT NOT NULL,
  adds BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, code, staff, day)
)
 WITHOUT ROWID

CREATE TABLE privcrm_code_decision (
  company TEXT NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  seq BIGINT DEFAULT '0' NOT NULL,
  at FLOAT DEFAULT '0' NOT NULL,
  what TEXT DEFAULT '' NOT NULL,
  why TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, code, seq)
)
 WITHOUT ROWID

CREATE TABLE privcrm_code_door (
  company TEXT NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  turns BIGINT DEFAULT '0' NOT NULL,
  joined FLOAT DEFAULT '0' NOT NULL,
  expired FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, code)
)
 WITHOUT ROWID

CREATE TABLE privcrm_code_funnel (
  company TEXT NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  day TEXT NOT NULL,
  what TEXT NOT NULL,
  count BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, code, day, what)
)
 WITHOUT ROWID

CREATE TABLE privcrm_code_generation (
  company TEXT NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  generation BIGINT DEFAULT '0' NOT NULL,
  state TEXT DEFAULT '' NOT NULL,
  strategy TEXT DEFAULT '' NOT NULL,
  holder TEXT DEFAULT '' NOT NULL,
  fence BIGINT DEFAULT '0' NOT NULL,
  lease_until FLOAT DEFAULT '0' NOT NULL,
  target TEXT DEFAULT '' NOT NULL,
  asked_at FLOAT DEFAULT '0' NOT NULL,
  looked_at FLOAT DEFAULT '0' NOT NULL,
  alarm_at FLOAT DEFAULT '0' NOT NULL,
  ready_at FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, code, generation)
)
 WITHOUT ROWID

CREATE TABLE privcrm_code_group (
  company TEXT NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  group_id TEXT NOT NULL,
  place BIGINT DEFAULT '0' NOT NULL,
  part BIGINT DEFAULT '0' NOT NULL,
  source TEXT DEFAULT '' NOT NULL,
  state TEXT DEFAULT '' NOT NULL,
  number BIGINT DEFAULT '0' NOT NULL,
  scan_cap BIGINT DEFAULT '0' NOT NULL,
  hard_cap BIGINT DEFAULT '0' NOT NULL,
  staff_seats BIGINT DEFAULT '0' NOT NULL,
  cap_source TEXT DEFAULT '' NOT NULL,
  cap_as_of TEXT DEFAULT '' NOT NULL,
  own_cap BIGINT DEFAULT '0' NOT NULL,
  seats BIGINT DEFAULT '0' NOT NULL,
  version TEXT DEFAULT '' NOT NULL,
  joined BIGINT DEFAULT '0' NOT NULL,
  added_at FLOAT DEFAULT '0' NOT NULL,
  opened_at FLOAT DEFAULT '0' NOT NULL,
  full_at FLOAT DEFAULT '0' NOT NULL,
  retired_at FLOAT DEFAULT '0' NOT NULL,
  as_of FLOAT DEFAULT '0' NOT NULL,
  task_id TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, code, group_id)
)
 WITHOUT ROWID

CREATE TABLE privcrm_code_group_image (
  company TEXT NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  group_id TEXT NOT NULL,
  media_type TEXT DEFAULT '' NOT NULL,
  content BLOB NOT NULL,
  says TEXT DEFAULT '' NOT NULL,
  uploaded_at FLOAT DEFAULT '0' NOT NULL,
  expires_at FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, code, group_id)
)
 WITHOUT ROWID

CREATE TABLE privcrm_code_group_name (
  company TEXT NOT NULL,
  prefix TEXT NOT NULL,
  number BIGINT DEFAULT '0' NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  group_id TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, prefix, number)
)
 WITHOUT ROWID

CREATE TABLE privcrm_code_hold (
  company TEXT NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  visitor TEXT NOT NULL,
  staff BIGINT DEFAULT '0' NOT NULL,
  made_at FLOAT DEFAULT '0' NOT NULL,
  held_until FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, code, visitor)
)
 WITHOUT ROWID

CREATE TABLE privcrm_code_hour (
  company TEXT NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  hour BIGINT DEFAULT '0' NOT NULL,
  joins BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, code, hour)
)
 WITHOUT ROWID

CREATE TABLE privcrm_code_join (
  company TEXT NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  member BIGINT DEFAULT '0' NOT NULL,
  group_id TEXT NOT NULL,
  how TEXT DEFAULT '' NOT NULL,
  at BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, code, member, group_id)
)
 WITHOUT ROWID

CREATE TABLE privcrm_code_link (
  company TEXT NOT NULL,
  slug TEXT NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  made_at FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, slug)
)
 WITHOUT ROWID

CREATE TABLE privcrm_code_making (
  company TEXT NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  part BIGINT DEFAULT '0' NOT NULL,
  order_key TEXT NOT NULL,
  kind TEXT DEFAULT '' NOT NULL,
  spec TEXT DEFAULT '' NOT NULL,
  bad TEXT DEFAULT '' NOT NULL,
  attempt BIGINT DEFAULT '0' NOT NULL,
  state TEXT DEFAULT '' NOT NULL,
  told TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, code, part)
)
 WITHOUT ROWID

CREATE TABLE privcrm_code_pace (
  company TEXT NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  rate FLOAT DEFAULT '0' NOT NULL,
  burst FLOAT DEFAULT '0' NOT NULL,
  lag FLOAT DEFAULT '0' NOT NULL,
  as_of FLOAT DEFAULT '0' NOT NULL,
  pushed_at FLOAT DEFAULT '0' NOT NULL,
  pushes BIGINT DEFAULT '0' NOT NULL,
  pushes_on BIGINT DEFAULT '0' NOT NULL,
  fence BIGINT DEFAULT '0' NOT NULL,
  floors TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, code)
)
 WITHOUT ROWID

CREATE TABLE privcrm_code_picture (
  company TEXT NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  part BIGINT DEFAULT '0' NOT NULL,
  digest TEXT DEFAULT '' NOT NULL,
  media_type TEXT DEFAULT '' NOT NULL,
  content BLOB NOT NULL,
  says TEXT DEFAULT '' NOT NULL,
  fetched_at FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, code, part)
)
 WITHOUT ROWID

CREATE TABLE privcrm_code_prefix (
  company TEXT NOT NULL,
  prefix TEXT NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, prefix, code)
)
 WITHOUT ROWID

CREATE TABLE privcrm_code_reservation (
  company TEXT NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  visitor TEXT NOT NULL,
  target TEXT NOT NULL,
  made_at FLOAT DEFAULT '0' NOT NULL,
  expires_at FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, code, visitor)
)
 WITHOUT ROWID

CREATE TABLE privcrm_code_seat (
  company TEXT NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  staff BIGINT DEFAULT '0' NOT NULL,
  place BIGINT DEFAULT '0' NOT NULL,
  spec TEXT DEFAULT '' NOT NULL,
  served BIGINT DEFAULT '0' NOT NULL,
  credit FLOAT DEFAULT '0' NOT NULL,
  free BIGINT DEFAULT '0' NOT NULL,
  joined_at FLOAT DEFAULT '0' NOT NULL,
  last_served_at FLOAT DEFAULT '0' NOT NULL,
  barred_until FLOAT DEFAULT '0' NOT NULL,
  barred_why TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, code, staff)
)
 WITHOUT ROWID

CREATE TABLE privcrm_code_state (
  company TEXT NOT NULL,
  state TEXT NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  part BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, state)
)
 WITHOUT ROWID

CREATE TABLE privcrm_code_target (
  company TEXT NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  target TEXT NOT NULL,
  reserved BIGINT DEFAULT '0' NOT NULL,
  handed_out BIGINT DEFAULT '0' NOT NULL,
  joined BIGINT DEFAULT '0' NOT NULL,
  expired BIGINT DEFAULT '0' NOT NULL,
  recent TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, code, target)
)
 WITHOUT ROWID

CREATE TABLE privcrm_code_visitor (
  company TEXT NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  visitor TEXT NOT NULL,
  target TEXT NOT NULL,
  until FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, code, visitor)
)
 WITHOUT ROWID

CREATE TABLE privcrm_counter (
  company TEXT NOT NULL,
  name TEXT NOT NULL,
  value BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, name)
)
 WITHOUT ROWID

CREATE TABLE privcrm_deleted_tag_holder (
  company TEXT NOT NULL,
  tag BIGINT DEFAULT '0' NOT NULL,
  member BIGINT DEFAULT '0' NOT NULL,
  staff BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, tag, member, staff)
)
 WITHOUT ROWID

CREATE TABLE privcrm_department (
  company TEXT NOT NULL,
  department_id TEXT NOT NULL,
  name TEXT DEFAULT '' NOT NULL,
  parent_id TEXT NOT NULL,
  as_of FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, department_id)
)
 WITHOUT ROWID

CREATE TABLE privcrm_fact (
  company TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  source TEXT NOT NULL,
  type TEXT DEFAULT '' NOT NULL,
  text TEXT NOT NULL,
  number FLOAT DEFAULT '0' NOT NULL,
  at FLOAT DEFAULT '0' NOT NULL,
  imported_at FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, name, kind, value, source)
)
 WITHOUT ROWID

CREATE TABLE privcrm_file (
  company TEXT NOT NULL,
  path TEXT NOT NULL,
  kind TEXT DEFAULT '' NOT NULL,
  job_id TEXT DEFAULT '' NOT NULL,
  made_at FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, path)
)
 WITHOUT ROWID

CREATE TABLE privcrm_follow (
  company TEXT NOT NULL,
  member BIGINT DEFAULT '0' NOT NULL,
  staff BIGINT DEFAULT '0' NOT NULL,
  created_at BIGINT DEFAULT '0' NOT NULL,
  day BIGINT DEFAULT '0' NOT NULL,
  add_way BIGINT DEFAULT '0' NOT NULL,
  state TEXT NOT NULL,
  operator_id TEXT DEFAULT '' NOT NULL,
  live BIGINT DEFAULT '0' NOT NULL,
  begun_at BIGINT DEFAULT '0' NOT NULL,
  ended_at BIGINT DEFAULT '0' NOT NULL,
  ended_how TEXT DEFAULT '' NOT NULL,
  gone_at FLOAT DEFAULT '0' NOT NULL,
  as_of FLOAT DEFAULT '0' NOT NULL,
  digest TEXT DEFAULT '' NOT NULL,
  last_tags TEXT DEFAULT '' NOT NULL,
  details TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, member, staff)
)
 WITHOUT ROWID

CREATE TABLE privcrm_follow_tag (
  company TEXT NOT NULL,
  member BIGINT DEFAULT '0' NOT NULL,
  staff BIGINT DEFAULT '0' NOT NULL,
  tag BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, member, staff, tag)
)
 WITHOUT ROWID

CREATE TABLE privcrm_group_tag (
  company TEXT NOT NULL,
  group_id TEXT NOT NULL,
  name TEXT NOT NULL,
  who TEXT DEFAULT '' NOT NULL,
  at FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, group_id, name)
)
 WITHOUT ROWID

CREATE TABLE privcrm_identity (
  company TEXT NOT NULL,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  member BIGINT DEFAULT '0' NOT NULL,
  source TEXT DEFAULT '' NOT NULL,
  since FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, kind, value, member)
)
 WITHOUT ROWID

CREATE TABLE privcrm_inbox (
  number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  company TEXT NOT NULL,
  storage_key TEXT NOT NULL,
  business_key TEXT NOT NULL,
  is_first BIGINT DEFAULT '0' NOT NULL,
  app TEXT DEFAULT '' NOT NULL,
  source TEXT DEFAULT '' NOT NULL,
  kind TEXT DEFAULT '' NOT NULL,
  subject TEXT NOT NULL,
  concerns TEXT NOT NULL,
  at BIGINT DEFAULT '0' NOT NULL,
  received_at FLOAT DEFAULT '0' NOT NULL,
  stale BIGINT DEFAULT '0' NOT NULL,
  urgent BIGINT DEFAULT '0' NOT NULL,
  payload TEXT DEFAULT '' NOT NULL,
  state TEXT DEFAULT '' NOT NULL,
  finished TEXT DEFAULT '' NOT NULL,
  error TEXT DEFAULT '' NOT NULL,
  attempts BIGINT DEFAULT '0' NOT NULL,
  due_at FLOAT DEFAULT '0' NOT NULL,
  holder TEXT DEFAULT '' NOT NULL,
  lease_until FLOAT DEFAULT '0' NOT NULL,
  fence BIGINT DEFAULT '0' NOT NULL
)

CREATE TABLE privcrm_item (
  company TEXT NOT NULL,
  job_id TEXT NOT NULL,
  seq BIGINT DEFAULT '0' NOT NULL,
  "key" TEXT NOT NULL,
  payload TEXT DEFAULT '' NOT NULL,
  subject TEXT DEFAULT '' NOT NULL,
  state TEXT DEFAULT '' NOT NULL,
  reason TEXT DEFAULT '' NOT NULL,
  code TEXT DEFAULT '' NOT NULL,
  message TEXT DEFAULT '' NOT NULL,
  "before" TEXT DEFAULT '' NOT NULL,
  calls BIGINT DEFAULT '0' NOT NULL,
  attempts BIGINT DEFAULT '0' NOT NULL,
  finished_at FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, job_id, seq)
)
 WITHOUT ROWID

CREATE TABLE privcrm_job (
  company TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT DEFAULT '' NOT NULL,
  version BIGINT DEFAULT '0' NOT NULL,
  state TEXT DEFAULT '' NOT NULL,
  reason TEXT DEFAULT '' NOT NULL,
  note TEXT DEFAULT '' NOT NULL,
  params TEXT DEFAULT '' NOT NULL,
  limits TEXT DEFAULT '' NOT NULL,
  plan_hash TEXT DEFAULT '' NOT NULL,
  items BIGINT DEFAULT '0' NOT NULL,
  counts TEXT DEFAULT '' NOT NULL,
  created_at FLOAT DEFAULT '0' NOT NULL,
  created_by TEXT DEFAULT '' NOT NULL,
  finished_at FLOAT DEFAULT '0' NOT NULL,
  calls_spent BIGINT DEFAULT '0' NOT NULL,
  undo_of TEXT DEFAULT '' NOT NULL,
  canary TEXT DEFAULT '' NOT NULL,
  due_at FLOAT DEFAULT '0' NOT NULL,
  holder TEXT DEFAULT '' NOT NULL,
  lease_until FLOAT DEFAULT '0' NOT NULL,
  fence BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, id)
)
 WITHOUT ROWID

CREATE TABLE privcrm_known_follow (
  company TEXT NOT NULL,
  staff_id TEXT NOT NULL,
  member_id TEXT NOT NULL,
  since BIGINT DEFAULT '0' NOT NULL,
  lives BIGINT DEFAULT '0' NOT NULL,
  noted_at FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, staff_id, member_id)
)
 WITHOUT ROWID

CREATE TABLE privcrm_known_group (
  company TEXT NOT NULL,
  group_id TEXT NOT NULL,
  owner_id TEXT DEFAULT '' NOT NULL,
  name TEXT DEFAULT '' NOT NULL,
  versions TEXT DEFAULT '' NOT NULL,
  current_to BIGINT DEFAULT '0' NOT NULL,
  lives BIGINT DEFAULT '0' NOT NULL,
  noted_at FLOAT DEFAULT '0' NOT NULL, created_at BIGINT DEFAULT '0' NOT NULL, owner_state TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, group_id)
)
 WITHOUT ROWID

CREATE TABLE privcrm_known_group_member (
  company TEXT NOT NULL,
  group_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  is_staff BIGINT DEFAULT '0' NOT NULL, joined_at BIGINT DEFAULT '0' NOT NULL, scene TEXT DEFAULT '' NOT NULL, invited_by TEXT DEFAULT '' NOT NULL, state TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, group_id, user_id)
)
 WITHOUT ROWID

CREATE TABLE privcrm_known_mark (
  company TEXT NOT NULL,
  name TEXT NOT NULL,
  at FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, name)
)
 WITHOUT ROWID

CREATE TABLE privcrm_known_staff (
  company TEXT NOT NULL,
  staff_id TEXT NOT NULL,
  follows BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, staff_id)
)
 WITHOUT ROWID

CREATE TABLE privcrm_lease (
  company TEXT NOT NULL,
  name TEXT NOT NULL,
  holder TEXT DEFAULT '' NOT NULL,
  until FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, name)
)
 WITHOUT ROWID

CREATE TABLE privcrm_live_code (
  company TEXT NOT NULL,
  number BIGINT DEFAULT '0' NOT NULL,
  "key" TEXT NOT NULL,
  kind TEXT DEFAULT '' NOT NULL,
  name TEXT DEFAULT '' NOT NULL,
  spec TEXT DEFAULT '' NOT NULL,
  life TEXT DEFAULT '' NOT NULL,
  created_at FLOAT DEFAULT '0' NOT NULL,
  created_by TEXT DEFAULT '' NOT NULL,
  changed_at FLOAT DEFAULT '0' NOT NULL,
  opened_at FLOAT DEFAULT '0' NOT NULL,
  next_due FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, number)
)
 WITHOUT ROWID

CREATE TABLE privcrm_member (
  company TEXT NOT NULL,
  number BIGINT DEFAULT '0' NOT NULL,
  member_id TEXT NOT NULL,
  kind TEXT DEFAULT '' NOT NULL,
  gender BIGINT DEFAULT '0' NOT NULL,
  is_customer BIGINT DEFAULT '0' NOT NULL,
  first_seen FLOAT DEFAULT '0' NOT NULL,
  as_of FLOAT DEFAULT '0' NOT NULL,
  details TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, number)
)
 WITHOUT ROWID

CREATE TABLE privcrm_person_key (
  company TEXT NOT NULL,
  member BIGINT DEFAULT '0' NOT NULL,
  wrapped TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, member)
)
 WITHOUT ROWID

CREATE TABLE privcrm_person_merge (
  company TEXT NOT NULL,
  id TEXT NOT NULL,
  kept BIGINT DEFAULT '0' NOT NULL,
  absorbed BIGINT DEFAULT '0' NOT NULL,
  reason TEXT DEFAULT '' NOT NULL,
  who TEXT DEFAULT '' NOT NULL,
  at FLOAT DEFAULT '0' NOT NULL,
  split_at FLOAT DEFAULT '0' NOT NULL,
  split_by TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, id)
)
 WITHOUT ROWID

CREATE TABLE privcrm_quota (
  company TEXT NOT NULL,
  "key" TEXT NOT NULL,
  window_start BIGINT DEFAULT '0' NOT NULL,
  spent BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, "key")
)
 WITHOUT ROWID

CREATE TABLE privcrm_secret (
  company TEXT NOT NULL,
  name TEXT NOT NULL,
  wrapped TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, name)
)
 WITHOUT ROWID

CREATE TABLE privcrm_segment (
  company TEXT NOT NULL,
  name TEXT NOT NULL,
  expression TEXT DEFAULT '' NOT NULL,
  frozen TEXT DEFAULT '' NOT NULL,
  created_at FLOAT DEFAULT '0' NOT NULL,
  created_by TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, name)
)
 WITHOUT ROWID

CREATE TABLE privcrm_send (
  company TEXT NOT NULL,
  job_id TEXT NOT NULL,
  number BIGINT DEFAULT '0' NOT NULL,
  "key" TEXT DEFAULT '' NOT NULL,
  marker TEXT DEFAULT '' NOT NULL,
  digest TEXT DEFAULT '' NOT NULL,
  seqs TEXT DEFAULT '' NOT NULL,
  state TEXT DEFAULT '' NOT NULL,
  sent_at FLOAT DEFAULT '0' NOT NULL, looked_at FLOAT DEFAULT '0' NOT NULL, orphan TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, job_id, number)
)
 WITHOUT ROWID

CREATE TABLE privcrm_shop (
  company TEXT NOT NULL,
  code TEXT NOT NULL,
  name TEXT DEFAULT '' NOT NULL,
  region TEXT NOT NULL,
  manager_id TEXT DEFAULT '' NOT NULL,
  attributes TEXT DEFAULT '' NOT NULL,
  as_of FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, code)
)
 WITHOUT ROWID

CREATE TABLE privcrm_shop_department (
  company TEXT NOT NULL,
  code TEXT NOT NULL,
  department_id TEXT NOT NULL,
  shown_id TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, code, department_id)
)
 WITHOUT ROWID

CREATE TABLE privcrm_shop_staff (
  company TEXT NOT NULL,
  code TEXT NOT NULL,
  staff_id TEXT NOT NULL,
  shown_id TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, code, staff_id)
)
 WITHOUT ROWID

CREATE TABLE privcrm_snapshot (
  company TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT DEFAULT '' NOT NULL,
  expression TEXT DEFAULT '' NOT NULL,
  members BIGINT DEFAULT '0' NOT NULL,
  at FLOAT DEFAULT '0' NOT NULL,
  as_of FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, id)
)
 WITHOUT ROWID

CREATE TABLE privcrm_snapshot_bits (
  company TEXT NOT NULL,
  id TEXT NOT NULL,
  chunk BIGINT DEFAULT '0' NOT NULL,
  bits BLOB NOT NULL
)

CREATE TABLE privcrm_staff (
  company TEXT NOT NULL,
  number BIGINT DEFAULT '0' NOT NULL,
  staff_id TEXT NOT NULL,
  shown_id TEXT DEFAULT '' NOT NULL,
  name TEXT DEFAULT '' NOT NULL,
  state TEXT DEFAULT '' NOT NULL,
  missing_since FLOAT DEFAULT '0' NOT NULL,
  departments TEXT DEFAULT '' NOT NULL,
  position TEXT DEFAULT '' NOT NULL,
  activated BIGINT DEFAULT '0' NOT NULL,
  serves BIGINT DEFAULT '0' NOT NULL,
  listed_at FLOAT DEFAULT '0' NOT NULL,
  as_of FLOAT DEFAULT '0' NOT NULL,
  digest TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, number)
)
 WITHOUT ROWID

CREATE TABLE privcrm_staff_change (
  company TEXT NOT NULL,
  staff BIGINT DEFAULT '0' NOT NULL,
  seq BIGINT DEFAULT '0' NOT NULL,
  at FLOAT DEFAULT '0' NOT NULL,
  what TEXT DEFAULT '' NOT NULL,
  "before" TEXT DEFAULT '' NOT NULL,
  "after" TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, staff, seq)
)
 WITHOUT ROWID

CREATE TABLE privcrm_staff_rename (
  company TEXT NOT NULL,
  old BIGINT DEFAULT '0' NOT NULL,
  new BIGINT DEFAULT '0' NOT NULL,
  shared BIGINT DEFAULT '0' NOT NULL,
  held BIGINT DEFAULT '0' NOT NULL,
  at FLOAT DEFAULT '0' NOT NULL,
  state TEXT DEFAULT '' NOT NULL,
  decided_by TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, old, new)
)
 WITHOUT ROWID

CREATE TABLE privcrm_staff_task (
  company TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT DEFAULT '' NOT NULL,
  staff_id TEXT NOT NULL,
  title TEXT DEFAULT '' NOT NULL,
  details TEXT DEFAULT '' NOT NULL,
  evidence TEXT DEFAULT '' NOT NULL,
  state TEXT NOT NULL,
  created_at FLOAT DEFAULT '0' NOT NULL,
  due_at FLOAT DEFAULT '0' NOT NULL,
  done_at FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, id)
)
 WITHOUT ROWID

CREATE TABLE privcrm_stage (
  company TEXT NOT NULL,
  job_id TEXT NOT NULL,
  "key" TEXT NOT NULL,
  seq BIGINT DEFAULT '0' NOT NULL,
  payload TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, job_id, "key", seq)
)
 WITHOUT ROWID

CREATE TABLE privcrm_switch (
  company TEXT NOT NULL,
  reason TEXT DEFAULT '' NOT NULL,
  who TEXT DEFAULT '' NOT NULL,
  at FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company)
)
 WITHOUT ROWID

CREATE TABLE privcrm_sync_part (
  company TEXT NOT NULL,
  run TEXT NOT NULL,
  part BIGINT DEFAULT '0' NOT NULL,
  kind TEXT DEFAULT '' NOT NULL,
  staff TEXT DEFAULT '' NOT NULL,
  cursor TEXT DEFAULT '' NOT NULL,
  state TEXT DEFAULT '' NOT NULL,
  pages BIGINT DEFAULT '0' NOT NULL,
  restarts BIGINT DEFAULT '0' NOT NULL,
  started_at FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, run, part)
)
 WITHOUT ROWID

CREATE TABLE privcrm_sync_run (
  company TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT DEFAULT '' NOT NULL,
  state TEXT DEFAULT '' NOT NULL,
  stage TEXT DEFAULT '' NOT NULL,
  started_at FLOAT DEFAULT '0' NOT NULL,
  finished_at FLOAT DEFAULT '0' NOT NULL,
  counts TEXT DEFAULT '' NOT NULL,
  holder TEXT DEFAULT '' NOT NULL,
  beat FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, id)
)
 WITHOUT ROWID

CREATE TABLE privcrm_sync_seen (
  company TEXT NOT NULL,
  run TEXT NOT NULL,
  part BIGINT DEFAULT '0' NOT NULL,
  page BIGINT DEFAULT '0' NOT NULL,
  seen BLOB NOT NULL,
  PRIMARY KEY (company, run, part, page)
)

CREATE TABLE privcrm_tag (
  company TEXT NOT NULL,
  number BIGINT DEFAULT '0' NOT NULL,
  tag_id TEXT NOT NULL,
  name TEXT DEFAULT '' NOT NULL,
  group_id TEXT NOT NULL,
  sort BIGINT DEFAULT '0' NOT NULL,
  created_at BIGINT DEFAULT '0' NOT NULL,
  deleted_at FLOAT DEFAULT '0' NOT NULL,
  as_of FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, number)
)
 WITHOUT ROWID

CREATE TABLE privcrm_tag_group (
  company TEXT NOT NULL,
  group_id TEXT NOT NULL,
  name TEXT DEFAULT '' NOT NULL,
  sort BIGINT DEFAULT '0' NOT NULL,
  created_at BIGINT DEFAULT '0' NOT NULL,
  deleted_at FLOAT DEFAULT '0' NOT NULL,
  as_of FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, group_id)
)
 WITHOUT ROWID

CREATE TABLE privcrm_tag_rule (
  company TEXT NOT NULL,
  id TEXT NOT NULL,
  spec TEXT DEFAULT '' NOT NULL,
  state TEXT DEFAULT '' NOT NULL,
  frozen TEXT DEFAULT '' NOT NULL,
  created_at FLOAT DEFAULT '0' NOT NULL,
  created_by TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, id)
)
 WITHOUT ROWID

CREATE TABLE privcrm_tag_rule_event (
  company TEXT NOT NULL,
  rule TEXT NOT NULL,
  member BIGINT DEFAULT '0' NOT NULL,
  event TEXT NOT NULL,
  at BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, rule, member, event)
)
 WITHOUT ROWID

CREATE TABLE privcrm_tag_rule_hit (
  company TEXT NOT NULL,
  rule TEXT NOT NULL,
  member BIGINT DEFAULT '0' NOT NULL,
  staff BIGINT DEFAULT '0' NOT NULL,
  tag_id TEXT NOT NULL,
  state TEXT NOT NULL,
  why TEXT DEFAULT '' NOT NULL,
  job_id TEXT NOT NULL,
  at FLOAT DEFAULT '0' NOT NULL,
  removed_at FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, rule, member, staff, tag_id)
)
 WITHOUT ROWID

CREATE TABLE privcrm_task_point (
  company TEXT NOT NULL,
  task TEXT NOT NULL,
  point TEXT NOT NULL,
  place BIGINT DEFAULT '0' NOT NULL,
  told TEXT DEFAULT '' NOT NULL,
  evidence TEXT DEFAULT '' NOT NULL,
  ticked_at FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, task, point)
)
 WITHOUT ROWID

CREATE TABLE privcrm_timer (
  company TEXT NOT NULL,
  kind TEXT NOT NULL,
  "key" TEXT NOT NULL,
  due FLOAT DEFAULT '0' NOT NULL,
  payload TEXT DEFAULT '' NOT NULL,
  attempts BIGINT DEFAULT '0' NOT NULL,
  holder TEXT DEFAULT '' NOT NULL,
  lease_until FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, kind, "key")
)
 WITHOUT ROWID

CREATE TABLE privcrm_token (
  company TEXT NOT NULL,
  "key" TEXT NOT NULL,
  value TEXT DEFAULT '' NOT NULL,
  expires_at FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, "key")
)
 WITHOUT ROWID

CREATE TABLE privcrm_tombstone (
  company TEXT NOT NULL,
  hash TEXT NOT NULL,
  at FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, hash)
)
 WITHOUT ROWID

CREATE TABLE privcrm_upload (
  company TEXT NOT NULL,
  digest TEXT NOT NULL,
  kind TEXT NOT NULL,
  media_id TEXT DEFAULT '' NOT NULL,
  expires_at FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, digest, kind)
)
 WITHOUT ROWID

CREATE TABLE privcrm_vendor_code (
  company TEXT NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  part BIGINT DEFAULT '0' NOT NULL,
  kind TEXT DEFAULT '' NOT NULL,
  vendor_id TEXT NOT NULL,
  state TEXT DEFAULT '' NOT NULL,
  qr_url TEXT DEFAULT '' NOT NULL,
  acked TEXT DEFAULT '' NOT NULL,
  acked_at FLOAT DEFAULT '0' NOT NULL,
  unsure BIGINT DEFAULT '0' NOT NULL,
  life TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, code, part)
)
 WITHOUT ROWID

CREATE TABLE privcrm_version (
  version_num VARCHAR(32) NOT NULL,
  CONSTRAINT privcrm_version_pkc PRIMARY KEY (version_num)
)

CREATE TABLE privcrm_welcome (
  company TEXT NOT NULL,
  "key" TEXT NOT NULL,
  at BIGINT DEFAULT '0' NOT NULL,
  kind TEXT DEFAULT '' NOT NULL,
  app TEXT DEFAULT '' NOT NULL,
  staff TEXT NOT NULL,
  subject TEXT NOT NULL,
  state TEXT DEFAULT '' NOT NULL,
  rule TEXT DEFAULT '' NOT NULL,
  outcome TEXT DEFAULT '' NOT NULL,
  code TEXT DEFAULT '' NOT NULL,
  left_out BIGINT DEFAULT '0' NOT NULL,
  seconds FLOAT DEFAULT '0' NOT NULL,
  decided_at FLOAT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, "key")
)
 WITHOUT ROWID

CREATE INDEX privcrm_audit_job ON privcrm_audit (company, job_id, number)

CREATE UNIQUE INDEX privcrm_bitmap_of ON privcrm_bitmap (company, kind, "key", chunk)

CREATE INDEX privcrm_code_add_member ON privcrm_code_add (company, member)

CREATE INDEX privcrm_code_add_remark ON privcrm_code_add (company, at) WHERE remark = 'planned'

CREATE INDEX privcrm_code_group_any ON privcrm_code_group (company, group_id)

CREATE INDEX privcrm_code_group_live ON privcrm_code_group (company, code, place) WHERE state <> 'retired'

CREATE UNIQUE INDEX privcrm_code_group_once ON privcrm_code_group (company, group_id) WHERE state <> 'retired'

CREATE INDEX privcrm_code_group_place ON privcrm_code_group (company, code, place, group_id)

CREATE INDEX privcrm_code_group_room ON privcrm_code_group (company, code, place) WHERE state IN ('open', 'soft_full')

CREATE INDEX privcrm_code_group_name_of ON privcrm_code_group_name (company, code, group_id)

CREATE INDEX privcrm_code_hold_staff ON privcrm_code_hold (company, code, staff, held_until)

CREATE INDEX privcrm_code_join_at ON privcrm_code_join (company, code, at, how)

CREATE INDEX privcrm_code_join_group ON privcrm_code_join (company, code, group_id, member)

CREATE INDEX privcrm_code_join_member ON privcrm_code_join (company, member)

CREATE INDEX privcrm_code_link_code ON privcrm_code_link (company, code)

CREATE INDEX privcrm_code_making_order ON privcrm_code_making (company, order_key) WHERE state = 'ordered'

CREATE INDEX privcrm_code_reservation_age ON privcrm_code_reservation (company, code, target, made_at)

CREATE INDEX privcrm_code_reservation_end ON privcrm_code_reservation (company, code, expires_at)

CREATE INDEX privcrm_code_seat_staff ON privcrm_code_seat (company, staff)

CREATE INDEX privcrm_department_below ON privcrm_department (company, parent_id)

CREATE INDEX privcrm_fact_of ON privcrm_fact (company, kind, value)

CREATE INDEX privcrm_follow_staff ON privcrm_follow (company, staff, member)

CREATE INDEX privcrm_group_tag_name ON privcrm_group_tag (company, name, group_id)

CREATE INDEX privcrm_identity_member ON privcrm_identity (company, member)

CREATE INDEX privcrm_inbox_age ON privcrm_inbox (company, received_at)

CREATE INDEX privcrm_inbox_dead ON privcrm_inbox (company, number) WHERE state = 'dead'

CREATE INDEX privcrm_inbox_event ON privcrm_inbox (company, business_key)

CREATE UNIQUE INDEX privcrm_inbox_first ON privcrm_inbox (company, business_key) WHERE is_first = 1

CREATE UNIQUE INDEX privcrm_inbox_key ON privcrm_inbox (company, storage_key)

CREATE INDEX privcrm_inbox_order ON privcrm_inbox (company, concerns, at, number) WHERE state = 'new'

CREATE INDEX privcrm_inbox_pending ON privcrm_inbox (company, urgent, number) WHERE state = 'new'

CREATE INDEX privcrm_inbox_subject ON privcrm_inbox (company, subject) WHERE subject <> ''

CREATE INDEX privcrm_inbox_waiting ON privcrm_inbox (company, received_at) WHERE state = 'new'

CREATE UNIQUE INDEX privcrm_item_key ON privcrm_item (company, job_id, "key")

CREATE INDEX privcrm_item_state ON privcrm_item (company, job_id, state, seq)

CREATE INDEX privcrm_item_subject ON privcrm_item (company, subject) WHERE subject <> ''

CREATE INDEX privcrm_job_state ON privcrm_job (company, state, created_at)

CREATE INDEX privcrm_known_follow_member ON privcrm_known_follow (company, member_id)

CREATE INDEX privcrm_known_group_member_user ON privcrm_known_group_member (company, user_id, is_staff)

CREATE UNIQUE INDEX privcrm_live_code_key ON privcrm_live_code (company, "key")

CREATE UNIQUE INDEX privcrm_member_id ON privcrm_member (company, member_id)

CREATE INDEX privcrm_person_merge_absorbed ON privcrm_person_merge (company, absorbed) WHERE split_at = 0

CREATE INDEX privcrm_person_merge_kept ON privcrm_person_merge (company, kept) WHERE split_at = 0

CREATE INDEX privcrm_send_open ON privcrm_send (company, job_id) WHERE state = 'sent'

CREATE INDEX privcrm_send_orphan ON privcrm_send (company, job_id, number) WHERE orphan <> ''

CREATE INDEX privcrm_shop_region ON privcrm_shop (company, region, code)

CREATE INDEX privcrm_shop_department_of ON privcrm_shop_department (company, department_id)

CREATE INDEX privcrm_shop_staff_of ON privcrm_shop_staff (company, staff_id)

CREATE UNIQUE INDEX privcrm_snapshot_bits_of ON privcrm_snapshot_bits (company, id, chunk)

CREATE UNIQUE INDEX privcrm_staff_id ON privcrm_staff (company, staff_id)

CREATE INDEX privcrm_staff_task_open ON privcrm_staff_task (company, state, due_at)

CREATE INDEX privcrm_sync_part_open ON privcrm_sync_part (company, run, part) WHERE state <> 'done'

CREATE UNIQUE INDEX privcrm_tag_id ON privcrm_tag (company, tag_id)

CREATE INDEX privcrm_tag_rule_hit_job ON privcrm_tag_rule_hit (company, job_id)

CREATE INDEX privcrm_tag_rule_hit_member ON privcrm_tag_rule_hit (company, member)

CREATE INDEX privcrm_tag_rule_hit_open ON privcrm_tag_rule_hit (company, state, rule)

CREATE INDEX privcrm_timer_due ON privcrm_timer (company, due)

CREATE INDEX privcrm_vendor_code_id ON privcrm_vendor_code (company, vendor_id)

CREATE INDEX privcrm_welcome_at ON privcrm_welcome (company, at, "key")

CREATE INDEX privcrm_welcome_subject ON privcrm_welcome (company, subject, staff) WHERE subject <> ''

CREATE TRIGGER privcrm_audit_no_delete BEFORE delete ON privcrm_audit BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END

CREATE TRIGGER privcrm_audit_no_update BEFORE update ON privcrm_audit BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END
