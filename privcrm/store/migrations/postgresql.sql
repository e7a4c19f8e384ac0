CREATE TABLE privcrm_version (
  version_num VARCHAR(32) NOT NULL,
  CONSTRAINT privcrm_version_pkc PRIMARY KEY (version_num)
)

CREATE TABLE privcrm_job (
  company TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
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
  created_at FLOAT(53) DEFAULT '0' NOT NULL,
  created_by TEXT DEFAULT '' NOT NULL,
  finished_at FLOAT(53) DEFAULT '0' NOT NULL,
  calls_spent BIGINT DEFAULT '0' NOT NULL,
  undo_of TEXT DEFAULT '' NOT NULL,
  canary TEXT DEFAULT '' NOT NULL,
  due_at FLOAT(53) DEFAULT '0' NOT NULL,
  holder TEXT DEFAULT '' NOT NULL,
  lease_until FLOAT(53) DEFAULT '0' NOT NULL,
  fence BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, id)
)

CREATE INDEX privcrm_job_state ON privcrm_job (company, state, created_at)

CREATE TABLE privcrm_item (
  company TEXT COLLATE "C" NOT NULL,
  job_id TEXT COLLATE "C" NOT NULL,
  seq BIGINT DEFAULT '0' NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  payload TEXT DEFAULT '' NOT NULL,
  subject TEXT DEFAULT '' NOT NULL,
  state TEXT DEFAULT '' NOT NULL,
  reason TEXT DEFAULT '' NOT NULL,
  code TEXT DEFAULT '' NOT NULL,
  message TEXT DEFAULT '' NOT NULL,
  before TEXT DEFAULT '' NOT NULL,
  calls BIGINT DEFAULT '0' NOT NULL,
  attempts BIGINT DEFAULT '0' NOT NULL,
  finished_at FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, job_id, seq)
)

CREATE UNIQUE INDEX privcrm_item_key ON privcrm_item (company, job_id, key)

CREATE INDEX privcrm_item_state ON privcrm_item (company, job_id, state, seq)

CREATE INDEX privcrm_item_subject ON privcrm_item (company, subject) WHERE subject <> ''

CREATE TABLE privcrm_send (
  company TEXT COLLATE "C" NOT NULL,
  job_id TEXT COLLATE "C" NOT NULL,
  number BIGINT DEFAULT '0' NOT NULL,
  key TEXT DEFAULT '' NOT NULL,
  marker TEXT DEFAULT '' NOT NULL,
  digest TEXT DEFAULT '' NOT NULL,
  seqs TEXT DEFAULT '' NOT NULL,
  state TEXT DEFAULT '' NOT NULL,
  sent_at FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, job_id, number)
)

CREATE INDEX privcrm_send_open ON privcrm_send (company, job_id) WHERE state = 'sent'

CREATE TABLE privcrm_timer (
  company TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  due FLOAT(53) DEFAULT '0' NOT NULL,
  payload TEXT DEFAULT '' NOT NULL,
  attempts BIGINT DEFAULT '0' NOT NULL,
  holder TEXT DEFAULT '' NOT NULL,
  lease_until FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, kind, key)
)

CREATE INDEX privcrm_timer_due ON privcrm_timer (company, due)

CREATE TABLE privcrm_approval (
  company TEXT COLLATE "C" NOT NULL,
  job_id TEXT COLLATE "C" NOT NULL,
  stage TEXT COLLATE "C" NOT NULL,
  plan_hash TEXT DEFAULT '' NOT NULL,
  asked_at FLOAT(53) DEFAULT '0' NOT NULL,
  expires_at FLOAT(53) DEFAULT '0' NOT NULL,
  approved_by TEXT DEFAULT '' NOT NULL,
  approved_at FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, job_id, stage)
)

CREATE TABLE privcrm_stage (
  company TEXT COLLATE "C" NOT NULL,
  job_id TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  seq BIGINT DEFAULT '0' NOT NULL,
  payload TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, job_id, key, seq)
)

CREATE TABLE privcrm_token (
  company TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  value TEXT DEFAULT '' NOT NULL,
  expires_at FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, key)
)

CREATE TABLE privcrm_quota (
  company TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  window_start BIGINT DEFAULT '0' NOT NULL,
  spent BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, key)
)

CREATE TABLE privcrm_breaker (
  company TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  until FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, key)
)

CREATE TABLE privcrm_lease (
  company TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  holder TEXT DEFAULT '' NOT NULL,
  until FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, name)
)

CREATE TABLE privcrm_switch (
  company TEXT COLLATE "C" NOT NULL,
  reason TEXT DEFAULT '' NOT NULL,
  who TEXT DEFAULT '' NOT NULL,
  at FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company)
)

CREATE TABLE privcrm_audit (
  number BIGSERIAL NOT NULL,
  company TEXT COLLATE "C" NOT NULL,
  at FLOAT(53) DEFAULT '0' NOT NULL,
  who TEXT DEFAULT '' NOT NULL,
  what TEXT DEFAULT '' NOT NULL,
  job_id TEXT COLLATE "C" NOT NULL,
  details TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (number)
)

CREATE INDEX privcrm_audit_job ON privcrm_audit (company, job_id, number)

CREATE FUNCTION privcrm_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$

CREATE TRIGGER privcrm_audit_append_only BEFORE UPDATE OR DELETE ON privcrm_audit
        FOR EACH ROW EXECUTE FUNCTION privcrm_audit_refuse()

CREATE TRIGGER privcrm_audit_no_truncate BEFORE TRUNCATE ON privcrm_audit
        FOR EACH STATEMENT EXECUTE FUNCTION privcrm_audit_refuse()

ALTER TABLE privcrm_send ADD COLUMN looked_at FLOAT(53) DEFAULT '0' NOT NULL

ALTER TABLE privcrm_send ADD COLUMN orphan TEXT DEFAULT '' NOT NULL

CREATE INDEX privcrm_send_orphan ON privcrm_send (company, job_id, number) WHERE orphan <> ''

CREATE TABLE privcrm_inbox (
  number BIGSERIAL NOT NULL,
  company TEXT COLLATE "C" NOT NULL,
  storage_key TEXT COLLATE "C" NOT NULL,
  business_key TEXT COLLATE "C" NOT NULL,
  is_first BIGINT DEFAULT '0' NOT NULL,
  app TEXT DEFAULT '' NOT NULL,
  source TEXT DEFAULT '' NOT NULL,
  kind TEXT DEFAULT '' NOT NULL,
  subject TEXT COLLATE "C" NOT NULL,
  concerns TEXT COLLATE "C" NOT NULL,
  at BIGINT DEFAULT '0' NOT NULL,
  received_at FLOAT(53) DEFAULT '0' NOT NULL,
  stale BIGINT DEFAULT '0' NOT NULL,
  urgent BIGINT DEFAULT '0' NOT NULL,
  payload TEXT DEFAULT '' NOT NULL,
  state TEXT DEFAULT '' NOT NULL,
  finished TEXT DEFAULT '' NOT NULL,
  error TEXT DEFAULT '' NOT NULL,
  attempts BIGINT DEFAULT '0' NOT NULL,
  due_at FLOAT(53) DEFAULT '0' NOT NULL,
  holder TEXT DEFAULT '' NOT NULL,
  lease_until FLOAT(53) DEFAULT '0' NOT NULL,
  fence BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (number)
)

CREATE UNIQUE INDEX privcrm_inbox_key ON privcrm_inbox (company, storage_key)

CREATE INDEX privcrm_inbox_event ON privcrm_inbox (company, business_key)

CREATE UNIQUE INDEX privcrm_inbox_first ON privcrm_inbox (company, business_key) WHERE is_first = 1

CREATE INDEX privcrm_inbox_pending ON privcrm_inbox (company, urgent, number) WHERE state = 'new'

CREATE INDEX privcrm_inbox_order ON privcrm_inbox (company, concerns, at, number) WHERE state = 'new'

CREATE INDEX privcrm_inbox_waiting ON privcrm_inbox (company, received_at) WHERE state = 'new'

CREATE INDEX privcrm_inbox_dead ON privcrm_inbox (company, number) WHERE state = 'dead'

CREATE INDEX privcrm_inbox_subject ON privcrm_inbox (company, subject) WHERE subject <> ''

CREATE INDEX privcrm_inbox_age ON privcrm_inbox (company, received_at)

CREATE TABLE privcrm_welcome (
  company TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  at BIGINT DEFAULT '0' NOT NULL,
  kind TEXT DEFAULT '' NOT NULL,
  app TEXT DEFAULT '' NOT NULL,
  staff TEXT COLLATE "C" NOT NULL,
  subject TEXT COLLATE "C" NOT NULL,
  state TEXT DEFAULT '' NOT NULL,
  rule TEXT DEFAULT '' NOT NULL,
  outcome TEXT DEFAULT '' NOT NULL,
  code TEXT DEFAULT '' NOT NULL,
  left_out BIGINT DEFAULT '0' NOT NULL,
  seconds FLOAT(53) DEFAULT '0' NOT NULL,
  decided_at FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, key)
)

CREATE INDEX privcrm_welcome_at ON privcrm_welcome (company, at, key)

CREATE INDEX privcrm_welcome_subject ON privcrm_welcome (company, subject, staff) WHERE subject <> ''

CREATE TABLE privcrm_upload (
  company TEXT COLLATE "C" NOT NULL,
  digest TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  media_id TEXT DEFAULT '' NOT NULL,
  expires_at FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, digest, kind)
)

CREATE TABLE privcrm_known_follow (
  company TEXT COLLATE "C" NOT NULL,
  staff_id TEXT COLLATE "C" NOT NULL,
  member_id TEXT COLLATE "C" NOT NULL,
  since BIGINT DEFAULT '0' NOT NULL,
  lives BIGINT DEFAULT '0' NOT NULL,
  noted_at FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, staff_id, member_id)
)

CREATE INDEX privcrm_known_follow_member ON privcrm_known_follow (company, member_id)

CREATE TABLE privcrm_known_staff (
  company TEXT COLLATE "C" NOT NULL,
  staff_id TEXT COLLATE "C" NOT NULL,
  follows BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, staff_id)
)

CREATE TABLE privcrm_known_group (
  company TEXT COLLATE "C" NOT NULL,
  group_id TEXT COLLATE "C" NOT NULL,
  owner_id TEXT DEFAULT '' NOT NULL,
  name TEXT DEFAULT '' NOT NULL,
  versions TEXT DEFAULT '' NOT NULL,
  current_to BIGINT DEFAULT '0' NOT NULL,
  lives BIGINT DEFAULT '0' NOT NULL,
  noted_at FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, group_id)
)

CREATE TABLE privcrm_known_group_member (
  company TEXT COLLATE "C" NOT NULL,
  group_id TEXT COLLATE "C" NOT NULL,
  user_id TEXT COLLATE "C" NOT NULL,
  is_staff BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, group_id, user_id)
)

CREATE INDEX privcrm_known_group_member_user ON privcrm_known_group_member (company, user_id)

CREATE TABLE privcrm_known_mark (
  company TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  at FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, name)
)

CREATE TABLE privcrm_counter (
  company TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  value BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, name)
)

CREATE TABLE privcrm_staff (
  company TEXT COLLATE "C" NOT NULL,
  number BIGINT DEFAULT '0' NOT NULL,
  staff_id TEXT COLLATE "C" NOT NULL,
  shown_id TEXT DEFAULT '' NOT NULL,
  name TEXT DEFAULT '' NOT NULL,
  state TEXT DEFAULT '' NOT NULL,
  missing_since FLOAT(53) DEFAULT '0' NOT NULL,
  departments TEXT DEFAULT '' NOT NULL,
  position TEXT DEFAULT '' NOT NULL,
  activated BIGINT DEFAULT '0' NOT NULL,
  serves BIGINT DEFAULT '0' NOT NULL,
  listed_at FLOAT(53) DEFAULT '0' NOT NULL,
  as_of FLOAT(53) DEFAULT '0' NOT NULL,
  digest TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, number)
)

CREATE UNIQUE INDEX privcrm_staff_id ON privcrm_staff (company, staff_id)

CREATE TABLE privcrm_staff_change (
  company TEXT COLLATE "C" NOT NULL,
  staff BIGINT DEFAULT '0' NOT NULL,
  seq BIGINT DEFAULT '0' NOT NULL,
  at FLOAT(53) DEFAULT '0' NOT NULL,
  what TEXT DEFAULT '' NOT NULL,
  before TEXT DEFAULT '' NOT NULL,
  after TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, staff, seq)
)

CREATE TABLE privcrm_staff_rename (
  company TEXT COLLATE "C" NOT NULL,
  "old" BIGINT DEFAULT '0' NOT NULL,
  "new" BIGINT DEFAULT '0' NOT NULL,
  shared BIGINT DEFAULT '0' NOT NULL,
  held BIGINT DEFAULT '0' NOT NULL,
  at FLOAT(53) DEFAULT '0' NOT NULL,
  state TEXT DEFAULT '' NOT NULL,
  decided_by TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, "old", "new")
)

CREATE TABLE privcrm_member (
  company TEXT COLLATE "C" NOT NULL,
  number BIGINT DEFAULT '0' NOT NULL,
  member_id TEXT COLLATE "C" NOT NULL,
  kind TEXT DEFAULT '' NOT NULL,
  gender BIGINT DEFAULT '0' NOT NULL,
  is_customer BIGINT DEFAULT '0' NOT NULL,
  first_seen FLOAT(53) DEFAULT '0' NOT NULL,
  as_of FLOAT(53) DEFAULT '0' NOT NULL,
  details TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, number)
)

CREATE UNIQUE INDEX privcrm_member_id ON privcrm_member (company, member_id)

CREATE TABLE privcrm_follow (
  company TEXT COLLATE "C" NOT NULL,
  member BIGINT DEFAULT '0' NOT NULL,
  staff BIGINT DEFAULT '0' NOT NULL,
  created_at BIGINT DEFAULT '0' NOT NULL,
  day BIGINT DEFAULT '0' NOT NULL,
  add_way BIGINT DEFAULT '0' NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  operator_id TEXT DEFAULT '' NOT NULL,
  live BIGINT DEFAULT '0' NOT NULL,
  begun_at BIGINT DEFAULT '0' NOT NULL,
  ended_at BIGINT DEFAULT '0' NOT NULL,
  ended_how TEXT DEFAULT '' NOT NULL,
  gone_at FLOAT(53) DEFAULT '0' NOT NULL,
  as_of FLOAT(53) DEFAULT '0' NOT NULL,
  digest TEXT DEFAULT '' NOT NULL,
  last_tags TEXT DEFAULT '' NOT NULL,
  details TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, member, staff)
)

CREATE INDEX privcrm_follow_staff ON privcrm_follow (company, staff, member)

CREATE TABLE privcrm_follow_tag (
  company TEXT COLLATE "C" NOT NULL,
  member BIGINT DEFAULT '0' NOT NULL,
  staff BIGINT DEFAULT '0' NOT NULL,
  tag BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, member, staff, tag)
)

CREATE TABLE privcrm_tag (
  company TEXT COLLATE "C" NOT NULL,
  number BIGINT DEFAULT '0' NOT NULL,
  tag_id TEXT COLLATE "C" NOT NULL,
  name TEXT DEFAULT '' NOT NULL,
  group_id TEXT COLLATE "C" NOT NULL,
  sort BIGINT DEFAULT '0' NOT NULL,
  created_at BIGINT DEFAULT '0' NOT NULL,
  deleted_at FLOAT(53) DEFAULT '0' NOT NULL,
  as_of FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, number)
)

CREATE UNIQUE INDEX privcrm_tag_id ON privcrm_tag (company, tag_id)

CREATE TABLE privcrm_tag_group (
  company TEXT COLLATE "C" NOT NULL,
  group_id TEXT COLLATE "C" NOT NULL,
  name TEXT DEFAULT '' NOT NULL,
  sort BIGINT DEFAULT '0' NOT NULL,
  created_at BIGINT DEFAULT '0' NOT NULL,
  deleted_at FLOAT(53) DEFAULT '0' NOT NULL,
  as_of FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, group_id)
)

ALTER TABLE privcrm_known_group ADD COLUMN created_at BIGINT DEFAULT '0' NOT NULL

ALTER TABLE privcrm_known_group ADD COLUMN owner_state TEXT DEFAULT '' NOT NULL

ALTER TABLE privcrm_known_group_member ADD COLUMN joined_at BIGINT DEFAULT '0' NOT NULL

ALTER TABLE privcrm_known_group_member ADD COLUMN scene TEXT DEFAULT '' NOT NULL

ALTER TABLE privcrm_known_group_member ADD COLUMN invited_by TEXT DEFAULT '' NOT NULL

ALTER TABLE privcrm_known_group_member ADD COLUMN state TEXT DEFAULT '' NOT NULL

DROP INDEX privcrm_known_group_member_user

CREATE INDEX privcrm_known_group_member_user ON privcrm_known_group_member (company, user_id, is_staff)

CREATE TABLE privcrm_sync_run (
  company TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  kind TEXT DEFAULT '' NOT NULL,
  state TEXT DEFAULT '' NOT NULL,
  stage TEXT DEFAULT '' NOT NULL,
  started_at FLOAT(53) DEFAULT '0' NOT NULL,
  finished_at FLOAT(53) DEFAULT '0' NOT NULL,
  counts TEXT DEFAULT '' NOT NULL,
  holder TEXT DEFAULT '' NOT NULL,
  beat FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, id)
)

CREATE TABLE privcrm_sync_part (
  company TEXT COLLATE "C" NOT NULL,
  run TEXT COLLATE "C" NOT NULL,
  part BIGINT DEFAULT '0' NOT NULL,
  kind TEXT DEFAULT '' NOT NULL,
  staff TEXT DEFAULT '' NOT NULL,
  cursor TEXT DEFAULT '' NOT NULL,
  state TEXT DEFAULT '' NOT NULL,
  pages BIGINT DEFAULT '0' NOT NULL,
  restarts BIGINT DEFAULT '0' NOT NULL,
  started_at FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, run, part)
)

CREATE INDEX privcrm_sync_part_open ON privcrm_sync_part (company, run, part) WHERE state <> 'done'

CREATE TABLE privcrm_sync_seen (
  company TEXT COLLATE "C" NOT NULL,
  run TEXT COLLATE "C" NOT NULL,
  part BIGINT DEFAULT '0' NOT NULL,
  page BIGINT DEFAULT '0' NOT NULL,
  seen BYTEA NOT NULL,
  PRIMARY KEY (company, run, part, page)
)

CREATE TABLE privcrm_identity (
  company TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  value TEXT COLLATE "C" NOT NULL,
  member BIGINT DEFAULT '0' NOT NULL,
  source TEXT DEFAULT '' NOT NULL,
  since FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, kind, value, member)
)

CREATE INDEX privcrm_identity_member ON privcrm_identity (company, member)

CREATE TABLE privcrm_person_merge (
  company TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  kept BIGINT DEFAULT '0' NOT NULL,
  absorbed BIGINT DEFAULT '0' NOT NULL,
  reason TEXT DEFAULT '' NOT NULL,
  who TEXT DEFAULT '' NOT NULL,
  at FLOAT(53) DEFAULT '0' NOT NULL,
  split_at FLOAT(53) DEFAULT '0' NOT NULL,
  split_by TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, id)
)

CREATE INDEX privcrm_person_merge_kept ON privcrm_person_merge (company, kept) WHERE split_at = 0

CREATE INDEX privcrm_person_merge_absorbed ON privcrm_person_merge (company, absorbed) WHERE split_at = 0

CREATE TABLE privcrm_secret (
  company TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  wrapped TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, name)
)

CREATE TABLE privcrm_person_key (
  company TEXT COLLATE "C" NOT NULL,
  member BIGINT DEFAULT '0' NOT NULL,
  wrapped TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, member)
)

CREATE TABLE privcrm_tombstone (
  company TEXT COLLATE "C" NOT NULL,
  hash TEXT COLLATE "C" NOT NULL,
  at FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, hash)
)

CREATE TABLE privcrm_fact (
  company TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  value TEXT COLLATE "C" NOT NULL,
  source TEXT COLLATE "C" NOT NULL,
  type TEXT DEFAULT '' NOT NULL,
  text TEXT COLLATE "C" NOT NULL,
  number FLOAT(53) DEFAULT '0' NOT NULL,
  at FLOAT(53) DEFAULT '0' NOT NULL,
  imported_at FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, name, kind, value, source)
)

CREATE INDEX privcrm_fact_of ON privcrm_fact (company, kind, value)

CREATE TABLE privcrm_file (
  company TEXT COLLATE "C" NOT NULL,
  path TEXT COLLATE "C" NOT NULL,
  kind TEXT DEFAULT '' NOT NULL,
  job_id TEXT DEFAULT '' NOT NULL,
  made_at FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, path)
)

CREATE TABLE privcrm_staff_task (
  company TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  kind TEXT DEFAULT '' NOT NULL,
  staff_id TEXT COLLATE "C" NOT NULL,
  title TEXT DEFAULT '' NOT NULL,
  details TEXT DEFAULT '' NOT NULL,
  evidence TEXT DEFAULT '' NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  created_at FLOAT(53) DEFAULT '0' NOT NULL,
  due_at FLOAT(53) DEFAULT '0' NOT NULL,
  done_at FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, id)
)

CREATE INDEX privcrm_staff_task_open ON privcrm_staff_task (company, state, due_at)

CREATE TABLE privcrm_segment (
  company TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  expression TEXT DEFAULT '' NOT NULL,
  frozen TEXT DEFAULT '' NOT NULL,
  created_at FLOAT(53) DEFAULT '0' NOT NULL,
  created_by TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, name)
)

CREATE TABLE privcrm_snapshot (
  company TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  name TEXT DEFAULT '' NOT NULL,
  expression TEXT DEFAULT '' NOT NULL,
  members BIGINT DEFAULT '0' NOT NULL,
  at FLOAT(53) DEFAULT '0' NOT NULL,
  as_of FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, id)
)

CREATE TABLE privcrm_snapshot_bits (
  company TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  chunk BIGINT DEFAULT '0' NOT NULL,
  bits BYTEA NOT NULL
)

CREATE UNIQUE INDEX privcrm_snapshot_bits_of ON privcrm_snapshot_bits (company, id, chunk)

CREATE TABLE privcrm_bitmap (
  company TEXT COLLATE "C" NOT NULL,
  kind BIGINT DEFAULT '0' NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  chunk BIGINT DEFAULT '0' NOT NULL,
  bits BYTEA NOT NULL
)

CREATE UNIQUE INDEX privcrm_bitmap_of ON privcrm_bitmap (company, kind, key, chunk)

CREATE TABLE privcrm_bitmap_build (
  company TEXT COLLATE "C" NOT NULL,
  token BIGINT DEFAULT '0' NOT NULL,
  state TEXT DEFAULT '' NOT NULL,
  holder TEXT DEFAULT '' NOT NULL,
  beat FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company)
)

CREATE TABLE privcrm_bitmap_mark (
  seq BIGSERIAL NOT NULL,
  company TEXT COLLATE "C" NOT NULL,
  kind BIGINT DEFAULT '0' NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  member BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (seq)
)

CREATE INDEX privcrm_bitmap_mark_of ON privcrm_bitmap_mark (company, kind, key)

CREATE TABLE privcrm_shop (
  company TEXT COLLATE "C" NOT NULL,
  code TEXT COLLATE "C" NOT NULL,
  name TEXT DEFAULT '' NOT NULL,
  region TEXT COLLATE "C" NOT NULL,
  manager_id TEXT DEFAULT '' NOT NULL,
  attributes TEXT DEFAULT '' NOT NULL,
  as_of FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, code)
)

CREATE INDEX privcrm_shop_region ON privcrm_shop (company, region, code)

CREATE TABLE privcrm_shop_department (
  company TEXT COLLATE "C" NOT NULL,
  code TEXT COLLATE "C" NOT NULL,
  department_id TEXT COLLATE "C" NOT NULL,
  shown_id TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, code, department_id)
)

CREATE INDEX privcrm_shop_department_of ON privcrm_shop_department (company, department_id)

CREATE TABLE privcrm_shop_staff (
  company TEXT COLLATE "C" NOT NULL,
  code TEXT COLLATE "C" NOT NULL,
  staff_id TEXT COLLATE "C" NOT NULL,
  shown_id TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, code, staff_id)
)

CREATE INDEX privcrm_shop_staff_of ON privcrm_shop_staff (company, staff_id)

CREATE TABLE privcrm_department (
  company TEXT COLLATE "C" NOT NULL,
  department_id TEXT COLLATE "C" NOT NULL,
  name TEXT DEFAULT '' NOT NULL,
  parent_id TEXT COLLATE "C" NOT NULL,
  as_of FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, department_id)
)

CREATE INDEX privcrm_department_below ON privcrm_department (company, parent_id)

CREATE TABLE privcrm_group_tag (
  company TEXT COLLATE "C" NOT NULL,
  group_id TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  who TEXT DEFAULT '' NOT NULL,
  at FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, group_id, name)
)

CREATE INDEX privcrm_group_tag_name ON privcrm_group_tag (company, name, group_id)

CREATE TABLE privcrm_tag_rule (
  company TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  spec TEXT DEFAULT '' NOT NULL,
  state TEXT DEFAULT '' NOT NULL,
  frozen TEXT DEFAULT '' NOT NULL,
  created_at FLOAT(53) DEFAULT '0' NOT NULL,
  created_by TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, id)
)

CREATE TABLE privcrm_tag_rule_hit (
  company TEXT COLLATE "C" NOT NULL,
  rule TEXT COLLATE "C" NOT NULL,
  member BIGINT DEFAULT '0' NOT NULL,
  staff BIGINT DEFAULT '0' NOT NULL,
  tag_id TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  why TEXT DEFAULT '' NOT NULL,
  job_id TEXT COLLATE "C" NOT NULL,
  at FLOAT(53) DEFAULT '0' NOT NULL,
  removed_at FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, rule, member, staff, tag_id)
)

CREATE INDEX privcrm_tag_rule_hit_member ON privcrm_tag_rule_hit (company, member)

CREATE INDEX privcrm_tag_rule_hit_open ON privcrm_tag_rule_hit (company, state, rule)

CREATE INDEX privcrm_tag_rule_hit_job ON privcrm_tag_rule_hit (company, job_id)

CREATE TABLE privcrm_tag_rule_event (
  company TEXT COLLATE "C" NOT NULL,
  rule TEXT COLLATE "C" NOT NULL,
  member BIGINT DEFAULT '0' NOT NULL,
  event TEXT COLLATE "C" NOT NULL,
  at BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, rule, member, event)
)

CREATE TABLE privcrm_deleted_tag_holder (
  company TEXT COLLATE "C" NOT NULL,
  tag BIGINT DEFAULT '0' NOT NULL,
  member BIGINT DEFAULT '0' NOT NULL,
  staff BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, tag, member, staff)
)

CREATE TABLE privcrm_live_code (
  company TEXT COLLATE "C" NOT NULL,
  number BIGINT DEFAULT '0' NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  kind TEXT DEFAULT '' NOT NULL,
  name TEXT DEFAULT '' NOT NULL,
  spec TEXT DEFAULT '' NOT NULL,
  life TEXT DEFAULT '' NOT NULL,
  created_at FLOAT(53) DEFAULT '0' NOT NULL,
  created_by TEXT DEFAULT '' NOT NULL,
  changed_at FLOAT(53) DEFAULT '0' NOT NULL,
  opened_at FLOAT(53) DEFAULT '0' NOT NULL,
  next_due FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, number)
)

CREATE UNIQUE INDEX privcrm_live_code_key ON privcrm_live_code (company, key)

CREATE TABLE privcrm_vendor_code (
  company TEXT COLLATE "C" NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  part BIGINT DEFAULT '0' NOT NULL,
  kind TEXT DEFAULT '' NOT NULL,
  vendor_id TEXT COLLATE "C" NOT NULL,
  state TEXT DEFAULT '' NOT NULL,
  qr_url TEXT DEFAULT '' NOT NULL,
  acked TEXT DEFAULT '' NOT NULL,
  acked_at FLOAT(53) DEFAULT '0' NOT NULL,
  unsure BIGINT DEFAULT '0' NOT NULL,
  life TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, code, part)
)

CREATE INDEX privcrm_vendor_code_id ON privcrm_vendor_code (company, vendor_id)

CREATE TABLE privcrm_code_state (
  company TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  part BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, state)
)

CREATE TABLE privcrm_code_picture (
  company TEXT COLLATE "C" NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  part BIGINT DEFAULT '0' NOT NULL,
  digest TEXT DEFAULT '' NOT NULL,
  media_type TEXT DEFAULT '' NOT NULL,
  content BYTEA NOT NULL,
  says TEXT DEFAULT '' NOT NULL,
  fetched_at FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, code, part)
)

CREATE TABLE privcrm_code_making (
  company TEXT COLLATE "C" NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  part BIGINT DEFAULT '0' NOT NULL,
  order_key TEXT COLLATE "C" NOT NULL,
  kind TEXT DEFAULT '' NOT NULL,
  spec TEXT DEFAULT '' NOT NULL,
  bad TEXT DEFAULT '' NOT NULL,
  attempt BIGINT DEFAULT '0' NOT NULL,
  state TEXT DEFAULT '' NOT NULL,
  told TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, code, part)
)

CREATE INDEX privcrm_code_making_order ON privcrm_code_making (company, order_key) WHERE state = 'ordered'

CREATE TABLE privcrm_code_alarm (
  company TEXT COLLATE "C" NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  told TEXT DEFAULT '' NOT NULL,
  since FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, code, kind)
)

CREATE TABLE privcrm_code_decision (
  company TEXT COLLATE "C" NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  seq BIGINT DEFAULT '0' NOT NULL,
  at FLOAT(53) DEFAULT '0' NOT NULL,
  what TEXT DEFAULT '' NOT NULL,
  why TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, code, seq)
)

CREATE TABLE privcrm_code_seat (
  company TEXT COLLATE "C" NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  staff BIGINT DEFAULT '0' NOT NULL,
  place BIGINT DEFAULT '0' NOT NULL,
  spec TEXT DEFAULT '' NOT NULL,
  served BIGINT DEFAULT '0' NOT NULL,
  credit FLOAT(53) DEFAULT '0' NOT NULL,
  free BIGINT DEFAULT '0' NOT NULL,
  joined_at FLOAT(53) DEFAULT '0' NOT NULL,
  last_served_at FLOAT(53) DEFAULT '0' NOT NULL,
  barred_until FLOAT(53) DEFAULT '0' NOT NULL,
  barred_why TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, code, staff)
)

CREATE INDEX privcrm_code_seat_staff ON privcrm_code_seat (company, staff)

CREATE TABLE privcrm_code_day (
  company TEXT COLLATE "C" NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  staff BIGINT DEFAULT '0' NOT NULL,
  day TEXT COLLATE "C" NOT NULL,
  adds BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, code, staff, day)
)

CREATE TABLE privcrm_code_add (
  company TEXT COLLATE "C" NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  member BIGINT DEFAULT '0' NOT NULL,
  staff BIGINT DEFAULT '0' NOT NULL,
  at BIGINT DEFAULT '0' NOT NULL,
  remark TEXT DEFAULT '' NOT NULL,
  tries BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, code, member, staff, at)
)

CREATE INDEX privcrm_code_add_member ON privcrm_code_add (company, member)

CREATE INDEX privcrm_code_add_remark ON privcrm_code_add (company, at) WHERE remark = 'planned'

CREATE TABLE privcrm_code_pace (
  company TEXT COLLATE "C" NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  rate FLOAT(53) DEFAULT '0' NOT NULL,
  burst FLOAT(53) DEFAULT '0' NOT NULL,
  lag FLOAT(53) DEFAULT '0' NOT NULL,
  as_of FLOAT(53) DEFAULT '0' NOT NULL,
  pushed_at FLOAT(53) DEFAULT '0' NOT NULL,
  pushes BIGINT DEFAULT '0' NOT NULL,
  pushes_on BIGINT DEFAULT '0' NOT NULL,
  fence BIGINT DEFAULT '0' NOT NULL,
  floors TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, code)
)

CREATE TABLE privcrm_code_hold (
  company TEXT COLLATE "C" NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  visitor TEXT COLLATE "C" NOT NULL,
  staff BIGINT DEFAULT '0' NOT NULL,
  made_at FLOAT(53) DEFAULT '0' NOT NULL,
  held_until FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, code, visitor)
)

CREATE INDEX privcrm_code_hold_staff ON privcrm_code_hold (company, code, staff, held_until)

CREATE TABLE privcrm_code_group (
  company TEXT COLLATE "C" NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  group_id TEXT COLLATE "C" NOT NULL,
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
  added_at FLOAT(53) DEFAULT '0' NOT NULL,
  opened_at FLOAT(53) DEFAULT '0' NOT NULL,
  full_at FLOAT(53) DEFAULT '0' NOT NULL,
  retired_at FLOAT(53) DEFAULT '0' NOT NULL,
  as_of FLOAT(53) DEFAULT '0' NOT NULL,
  task_id TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, code, group_id)
)

CREATE UNIQUE INDEX privcrm_code_group_once ON privcrm_code_group (company, group_id) WHERE state <> 'retired'

CREATE INDEX privcrm_code_group_live ON privcrm_code_group (company, code, place) WHERE state <> 'retired'

CREATE INDEX privcrm_code_group_place ON privcrm_code_group (company, code, place, group_id)

CREATE INDEX privcrm_code_group_any ON privcrm_code_group (company, group_id)

CREATE TABLE privcrm_code_prefix (
  company TEXT COLLATE "C" NOT NULL,
  prefix TEXT COLLATE "C" NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, prefix, code)
)

CREATE TABLE privcrm_code_group_name (
  company TEXT COLLATE "C" NOT NULL,
  prefix TEXT COLLATE "C" NOT NULL,
  number BIGINT DEFAULT '0' NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  group_id TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, prefix, number)
)

CREATE INDEX privcrm_code_group_name_of ON privcrm_code_group_name (company, code, group_id)

CREATE TABLE privcrm_code_generation (
  company TEXT COLLATE "C" NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  generation BIGINT DEFAULT '0' NOT NULL,
  state TEXT DEFAULT '' NOT NULL,
  strategy TEXT DEFAULT '' NOT NULL,
  holder TEXT DEFAULT '' NOT NULL,
  fence BIGINT DEFAULT '0' NOT NULL,
  lease_until FLOAT(53) DEFAULT '0' NOT NULL,
  target TEXT DEFAULT '' NOT NULL,
  asked_at FLOAT(53) DEFAULT '0' NOT NULL,
  looked_at FLOAT(53) DEFAULT '0' NOT NULL,
  alarm_at FLOAT(53) DEFAULT '0' NOT NULL,
  ready_at FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, code, generation)
)

CREATE TABLE privcrm_code_join (
  company TEXT COLLATE "C" NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  member BIGINT DEFAULT '0' NOT NULL,
  group_id TEXT COLLATE "C" NOT NULL,
  how TEXT DEFAULT '' NOT NULL,
  at BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, code, member, group_id)
)

CREATE INDEX privcrm_code_join_member ON privcrm_code_join (company, member)

CREATE INDEX privcrm_code_join_group ON privcrm_code_join (company, code, group_id, member)

CREATE INDEX privcrm_code_join_at ON privcrm_code_join (company, code, at, how)

CREATE TABLE privcrm_code_hour (
  company TEXT COLLATE "C" NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  hour BIGINT DEFAULT '0' NOT NULL,
  joins BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, code, hour)
)

CREATE TABLE privcrm_code_group_image (
  company TEXT COLLATE "C" NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  group_id TEXT COLLATE "C" NOT NULL,
  media_type TEXT DEFAULT '' NOT NULL,
  content BYTEA NOT NULL,
  says TEXT DEFAULT '' NOT NULL,
  uploaded_at FLOAT(53) DEFAULT '0' NOT NULL,
  expires_at FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, code, group_id)
)

CREATE TABLE privcrm_task_point (
  company TEXT COLLATE "C" NOT NULL,
  task TEXT COLLATE "C" NOT NULL,
  point TEXT COLLATE "C" NOT NULL,
  place BIGINT DEFAULT '0' NOT NULL,
  told TEXT DEFAULT '' NOT NULL,
  evidence TEXT DEFAULT '' NOT NULL,
  ticked_at FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, task, point)
)

CREATE INDEX privcrm_code_group_room ON privcrm_code_group (company, code, place) WHERE state IN ('open', 'soft_full')

CREATE TABLE privcrm_code_link (
  company TEXT COLLATE "C" NOT NULL,
  slug TEXT COLLATE "C" NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  made_at FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, slug)
)

CREATE INDEX privcrm_code_link_code ON privcrm_code_link (company, code)

CREATE TABLE privcrm_code_reservation (
  company TEXT COLLATE "C" NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  visitor TEXT COLLATE "C" NOT NULL,
  target TEXT COLLATE "C" NOT NULL,
  made_at FLOAT(53) DEFAULT '0' NOT NULL,
  expires_at FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, code, visitor)
)

CREATE INDEX privcrm_code_reservation_age ON privcrm_code_reservation (company, code, target, made_at)

CREATE INDEX privcrm_code_reservation_end ON privcrm_code_reservation (company, code, expires_at)

CREATE TABLE privcrm_code_target (
  company TEXT COLLATE "C" NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  target TEXT COLLATE "C" NOT NULL,
  reserved BIGINT DEFAULT '0' NOT NULL,
  handed_out BIGINT DEFAULT '0' NOT NULL,
  joined BIGINT DEFAULT '0' NOT NULL,
  expired BIGINT DEFAULT '0' NOT NULL,
  recent TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (company, code, target)
)

CREATE TABLE privcrm_code_door (
  company TEXT COLLATE "C" NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  turns BIGINT DEFAULT '0' NOT NULL,
  joined FLOAT(53) DEFAULT '0' NOT NULL,
  expired FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, code)
)

CREATE TABLE privcrm_code_visitor (
  company TEXT COLLATE "C" NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  visitor TEXT COLLATE "C" NOT NULL,
  target TEXT COLLATE "C" NOT NULL,
  until FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, code, visitor)
)

CREATE TABLE privcrm_code_commitment (
  company TEXT COLLATE "C" NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  visitor TEXT COLLATE "C" NOT NULL,
  at FLOAT(53) DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, code, visitor)
)

CREATE TABLE privcrm_code_funnel (
  company TEXT COLLATE "C" NOT NULL,
  code BIGINT DEFAULT '0' NOT NULL,
  day TEXT COLLATE "C" NOT NULL,
  what TEXT COLLATE "C" NOT NULL,
  count BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (company, code, day, what)
)
