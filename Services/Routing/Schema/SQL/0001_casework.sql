-- casework: the shared work. Every row that another agency may see is written only by the move functions (0003…);
-- agencies have SELECT and nothing else, so they can neither lock nor forge.
SET LOCAL ROLE sinergi_owner;

CREATE SCHEMA casework;
GRANT USAGE ON SCHEMA casework TO sinergi_routing, sinergi_platform, sinergi_migrator;
GRANT USAGE, CREATE ON SCHEMA casework TO sinergi_gate;

-- The legal moves, held equal to SinergiCore.TransitionTable by a test. from_status '' means: there is no case yet.
CREATE TABLE casework.transition (
    from_status text NOT NULL CHECK (length(from_status) <= 30),
    move        text NOT NULL CHECK (length(move) <= 30),
    to_status   text NOT NULL CHECK (length(to_status) <= 30),
    PRIMARY KEY (from_status, move)
);

CREATE TABLE casework."case" (
    id                    uuid PRIMARY KEY,
    origin                int NOT NULL REFERENCES directory.agency,
    tracking_code         text NOT NULL CHECK (length(tracking_code) BETWEEN 10 AND 30),
    version               int NOT NULL DEFAULT 0,
    status                text NOT NULL CHECK (status IN ('submitted', 'verified', 'routed', 'in_progress', 'answered', 'closed',
                              'needs_information', 'on_hold', 'in_arbitration', 'reopened', 'merged', 'archived')),
    outcome               text CHECK (outcome IN ('confirmed_solved', 'closed_by_silence', 'answered', 'noted', 'committed', 'referred',
                              'lapsed_incomplete', 'withdrawn', 'archived', 'merged')),
    kind                  text NOT NULL CHECK (kind IN ('complaint', 'supervisory', 'whistleblowing', 'aspiration', 'information')),
    category              text CHECK (length(category) <= 81),
    title                 text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    description           text NOT NULL CHECK (length(description) BETWEEN 1 AND 10000),
    -- What an officer has checked for the public; NULL until then.
    title_published       text CHECK (length(title_published) BETWEEN 1 AND 200),
    description_published text CHECK (length(description_published) <= 10000),
    area_code             text CHECK (length(area_code) <= 20),
    lat                   float8,
    long                  float8,
    address               text CHECK (length(address) <= 500),
    event_date            date,
    anonymous             boolean NOT NULL,
    confidential          boolean NOT NULL,
    language              text NOT NULL CHECK (language IN ('id', 'en')),
    addressed_office      text CHECK (length(addressed_office) <= 60),
    -- Whose misconduct it is about (supervisory kinds): that office and its people must not see, find, count or be told of it.
    accused_office        uuid REFERENCES directory.office,
    -- Answers to the category's questions.
    attributes            jsonb CHECK (length(attributes::text) <= 40000),
    -- When a letter or a walk-in reached the origin, if earlier than received_at.
    originally_received_on date,
    channel               text CHECK (length(channel) <= 20),
    -- Title and description are placeholders; the words stand in casework.sealed_text, a copy for each agency.
    sealed                boolean NOT NULL DEFAULT false,
    priority              text NOT NULL DEFAULT 'normal' CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
    lead_office           uuid NOT NULL REFERENCES directory.office,
    holder_office         uuid NOT NULL REFERENCES directory.office,
    held_since            timestamptz NOT NULL,
    interim_holder        uuid REFERENCES directory.office,
    hops                  int NOT NULL DEFAULT 0,
    refusals              int NOT NULL DEFAULT 0,
    offers                int NOT NULL DEFAULT 0,
    entries               int NOT NULL DEFAULT 0,
    disputes              int NOT NULL DEFAULT 0,
    automatic             boolean NOT NULL DEFAULT false,
    rating                int CHECK (rating BETWEEN 1 AND 5),
    -- What the lead has said the case will end as, with what belongs to it; taken when it closes (product decision 11).
    planned_outcome       text CHECK (planned_outcome IN ('answered', 'noted', 'committed', 'referred')),
    outcome_details       jsonb CHECK (length(outcome_details::text) <= 5000),
    -- Declared by an arbiter when all whom it concerns refused: then each named one must answer.
    multi_agency          boolean NOT NULL DEFAULT false,
    appeal_office         uuid REFERENCES directory.office,
    external_consent_at   timestamptz,
    received_at           timestamptz NOT NULL,
    verified_at           timestamptz,
    accepted_at           timestamptz,
    first_answer_at       timestamptz,
    answered_at           timestamptz,
    closed_at             timestamptz,
    resolve_due           timestamptz NOT NULL,
    created_at            timestamptz NOT NULL,
    updated_at            timestamptz NOT NULL,
    history_count         bigint NOT NULL DEFAULT 0,
    history_head          bytea CHECK (length(history_head) = 32),
    UNIQUE (origin, tracking_code)
);

-- One office's part. Carries the list's columns, so that lists read this table alone. Roles origin, arbiter and party are
-- internal: the origin keeps the case in sight for its reporter, an arbiter only while it arbitrates, a party only to advise it.
CREATE TABLE casework.participation (
    id                 uuid PRIMARY KEY,
    agency             int NOT NULL REFERENCES directory.agency,
    case_id            uuid NOT NULL REFERENCES casework."case",
    office             uuid NOT NULL REFERENCES directory.office,
    office_code        text NOT NULL CHECK (length(office_code) <= 60),
    role               text NOT NULL CHECK (role IN ('lead', 'contributor', 'monitor', 'origin', 'arbiter', 'party')),
    state              text NOT NULL CHECK (state IN ('offered', 'active', 'finished', 'ended')),
    since              timestamptz NOT NULL,
    until              timestamptz,
    due_at             timestamptz,
    handoff_id         uuid,
    officer            uuid,
    officer_name       text CHECK (length(officer_name) <= 200),
    external_reference text CHECK (length(external_reference) <= 200),
    result             text CHECK (length(result) <= 10000),
    -- Named by an arbiter: it cannot withdraw, and in a multi-agency case the final answer waits for it.
    bound              boolean NOT NULL DEFAULT false,
    opened_at          timestamptz,
    -- copies of the case's list columns, refreshed by every move
    tracking_code      text NOT NULL CHECK (length(tracking_code) <= 30),
    title              text NOT NULL CHECK (length(title) <= 200),
    status             text NOT NULL CHECK (length(status) <= 30),
    outcome            text CHECK (length(outcome) <= 30),
    kind               text NOT NULL CHECK (length(kind) <= 30),
    category           text CHECK (length(category) <= 81),
    area_code          text CHECK (length(area_code) <= 20),
    priority           text NOT NULL CHECK (length(priority) <= 20),
    confidential       boolean NOT NULL,
    lead_office        uuid NOT NULL,
    received_at        timestamptz NOT NULL,
    case_due_at        timestamptz NOT NULL,
    updated_at         timestamptz NOT NULL,
    -- What the case can be found by (0051), and offices and officers who are accused in it (0053); both kept by triggers.
    words              tsvector,
    accused            uuid[] NOT NULL DEFAULT '{}',
    UNIQUE (agency, case_id, office, role)
);
CREATE INDEX participation_queue ON casework.participation (agency, due_at, id) WHERE state IN ('offered', 'active');
CREATE INDEX participation_office ON casework.participation (agency, office, due_at, id) WHERE state IN ('offered', 'active');
CREATE INDEX participation_code ON casework.participation (agency, tracking_code);
CREATE INDEX participation_case ON casework.participation (case_id);
-- Exactly one lead at any time.
CREATE UNIQUE INDEX participation_one_lead ON casework.participation (case_id) WHERE role = 'lead' AND state = 'active';

CREATE TABLE casework.handoff (
    id               uuid PRIMARY KEY,
    case_id          uuid NOT NULL REFERENCES casework."case",
    from_office      uuid NOT NULL REFERENCES directory.office,
    to_office        uuid NOT NULL REFERENCES directory.office,
    from_agency      int NOT NULL,
    to_agency        int NOT NULL,
    role             text NOT NULL CHECK (role IN ('lead', 'contributor', 'monitor')),
    state            text NOT NULL CHECK (state IN ('offered', 'accepted', 'declined', 'recalled', 'expired', 'arbitrated')),
    hop              int NOT NULL,
    reason           text CHECK (length(reason) <= 2000),
    request          text CHECK (length(request) <= 2000),
    offered_at       timestamptz NOT NULL,
    due_at           timestamptz,
    decided_at       timestamptz,
    decided_by       text CHECK (length(decided_by) <= 200),
    reason_code      text CHECK (reason_code IN ('not_our_area', 'not_our_duty', 'other')),
    decline_reason   text CHECK (length(decline_reason) <= 2000),
    suggested_office text CHECK (length(suggested_office) <= 60)
);
CREATE INDEX handoff_case ON casework.handoff (case_id, offered_at);

CREATE TABLE casework.clock (
    id             uuid PRIMARY KEY,
    case_id        uuid NOT NULL REFERENCES casework."case",
    step           text NOT NULL CHECK (length(step) <= 30),
    office         uuid REFERENCES directory.office,
    started_at     timestamptz NOT NULL,
    due_at         timestamptz NOT NULL,
    stopped_at     timestamptz,
    state          text NOT NULL CHECK (state IN ('running', 'paused', 'stopped', 'expired')),
    provisional    boolean NOT NULL,
    legal_basis    text CHECK (length(legal_basis) <= 300),
    handoff_id     uuid,
    arbitration_id uuid,
    part           uuid,
    -- The limit it was started with: due_at can be computed again from these (directory.due_with).
    limit_name     text NOT NULL CHECK (length(limit_name) <= 30),
    calendar       text NOT NULL REFERENCES directory.calendar,
    amount         int NOT NULL CHECK (amount > 0),
    unit           text NOT NULL CHECK (unit IN ('working_days', 'working_hours', 'calendar_days')),
    -- Working time given back after pauses, or granted: whole days of working_days, else seconds.
    extra          bigint NOT NULL DEFAULT 0 CHECK (extra >= 0),
    paused_at      timestamptz,
    pause_reason   text CHECK (length(pause_reason) <= 2000),
    extensions     int NOT NULL DEFAULT 0,
    -- How far the escalation ladder has been climbed: 1 warned before due, 2 supervisor, 3 coordinator, 4 external supervisor.
    rung           int NOT NULL DEFAULT 0 CHECK (rung BETWEEN 0 AND 4),
    rung_at        timestamptz,
    CHECK ((state = 'paused') = (paused_at IS NOT NULL))
);
CREATE INDEX clock_case ON casework.clock (case_id, step);
CREATE INDEX clock_due ON casework.clock (due_at)
    WHERE state = 'running' AND step IN ('offer', 'holder', 'arbitration', 'reporter_reply', 'commitment', 'hold', 'information');
CREATE INDEX clock_rung ON casework.clock (rung_at) WHERE state = 'running' AND rung_at IS NOT NULL;
CREATE INDEX clock_running ON casework.clock (id) WHERE state IN ('running', 'paused');

CREATE TABLE casework.arbitration (
    id             uuid PRIMARY KEY,
    case_id        uuid NOT NULL REFERENCES casework."case",
    arbiter_office uuid NOT NULL REFERENCES directory.office,
    arbiter_agency int NOT NULL,
    why            text NOT NULL CHECK (why IN ('third_refusal', 'no_holder', 'requested')),
    requested_by   text CHECK (length(requested_by) <= 200),
    request        text CHECK (length(request) <= 2000),
    opened_at      timestamptz NOT NULL,
    due_at         timestamptz NOT NULL,
    advice_due     timestamptz NOT NULL,
    decided_at     timestamptz,
    decided_by     text CHECK (length(decided_by) <= 200),
    decision       jsonb CHECK (length(decision::text) <= 20000),
    reason         text CHECK (length(reason) <= 2000)
);
CREATE INDEX arbitration_case ON casework.arbitration (case_id);
CREATE UNIQUE INDEX arbitration_one_open ON casework.arbitration (case_id) WHERE decided_at IS NULL;

-- The timeline. visibility: public, reporter (and all parties), participants, agency, office.
CREATE TABLE casework.entry (
    id         uuid PRIMARY KEY,
    case_id    uuid NOT NULL REFERENCES casework."case",
    seq        int NOT NULL,
    at         timestamptz NOT NULL,
    agency     int NOT NULL,
    office     uuid REFERENCES directory.office,
    actor      text CHECK (length(actor) <= 200),
    type       text NOT NULL CHECK (length(type) <= 40),
    status     text NOT NULL CHECK (length(status) <= 30),
    visibility text NOT NULL CHECK (visibility IN ('public', 'reporter', 'participants', 'agency', 'office')),
    body       text CHECK (length(body) <= 10000),
    UNIQUE (case_id, seq)
);

CREATE TABLE casework.answer (
    id           uuid PRIMARY KEY,
    case_id      uuid NOT NULL REFERENCES casework."case",
    agency       int NOT NULL,
    office       uuid NOT NULL REFERENCES directory.office,
    body         text NOT NULL CHECK (length(body) BETWEEN 20 AND 10000),
    interim      boolean NOT NULL,
    state        text NOT NULL CHECK (state IN ('draft', 'approved', 'returned', 'published')),
    drafted_by   text NOT NULL CHECK (length(drafted_by) <= 200),
    drafted_by_officer uuid,
    approved_by  text CHECK (length(approved_by) <= 200),
    note         text CHECK (length(note) <= 2000),
    -- A correction names the publication that it replaces; that one stays, marked.
    corrects     uuid REFERENCES casework.answer,
    corrected_by uuid REFERENCES casework.answer,
    created_at   timestamptz NOT NULL,
    published_at timestamptz
);
CREATE INDEX answer_case ON casework.answer (case_id, created_at);

CREATE TABLE casework.decision (
    id          uuid PRIMARY KEY,
    case_id     uuid NOT NULL REFERENCES casework."case",
    agency      int NOT NULL,
    at          timestamptz NOT NULL,
    mode        text NOT NULL CHECK (mode IN ('automatic', 'suggested', 'manual', 'arbitrated')),
    rule        text CHECK (length(rule) <= 300),
    suggestions jsonb NOT NULL CHECK (length(suggestions::text) <= 50000),
    trace       jsonb NOT NULL CHECK (length(trace::text) <= 100000)
);
CREATE INDEX decision_case ON casework.decision (case_id, at);

-- A chain of commitments: link = sha256(prev ‖ number ‖ agency ‖ at ‖ kind ‖ sha256(salt ‖ body)). All parties see all links.
CREATE TABLE casework.history (
    case_id    uuid NOT NULL REFERENCES casework."case",
    number     bigint NOT NULL,
    agency     int NOT NULL,
    at         timestamptz NOT NULL,
    kind       text NOT NULL CHECK (length(kind) <= 40),
    commitment bytea NOT NULL CHECK (length(commitment) = 32),
    link       bytea NOT NULL CHECK (length(link) = 32),
    PRIMARY KEY (case_id, number)
);
-- Bodies and salts stand apart: they have a visibility and can be erased by law without breaking the chain.
CREATE TABLE casework.history_body (
    case_id    uuid NOT NULL,
    number     bigint NOT NULL,
    agency     int NOT NULL,
    visibility text NOT NULL CHECK (visibility IN ('participants', 'agency')),
    salt       bytea NOT NULL CHECK (length(salt) = 32),
    body       text NOT NULL CHECK (length(body) <= 100000),
    PRIMARY KEY (case_id, number),
    FOREIGN KEY (case_id, number) REFERENCES casework.history
);

-- Private to an agency: who works on it. Written by casework.assign, which keeps the part's row in step.
CREATE TABLE casework.assignment (
    agency       int NOT NULL,
    id           uuid NOT NULL,
    case_id      uuid NOT NULL REFERENCES casework."case",
    office       uuid NOT NULL REFERENCES directory.office,
    officer      uuid NOT NULL,
    officer_name text NOT NULL CHECK (length(officer_name) <= 200),
    assigned_by  text NOT NULL CHECK (length(assigned_by) <= 200),
    note         text CHECK (length(note) <= 2000),
    at           timestamptz NOT NULL,
    PRIMARY KEY (agency, id)
);
CREATE INDEX assignment_case ON casework.assignment (agency, case_id);

-- Private to an agency: its routing rules. NULL conditions match everything; category also matches its sub-categories.
CREATE TABLE casework.rule (
    agency       int NOT NULL,
    id           uuid NOT NULL,
    version      int NOT NULL DEFAULT 1,
    priority     int NOT NULL CHECK (priority BETWEEN 0 AND 100000),
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    category     text CHECK (length(category) <= 81),
    area_code    text CHECK (length(area_code) <= 20),
    kind         text CHECK (length(kind) <= 30),
    conditions   jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(conditions) = 'object' AND length(conditions::text) <= 20000),
    lead         text CHECK (length(lead) <= 60),
    contributors text[] NOT NULL DEFAULT '{}' CHECK (cardinality(contributors) <= 10),
    hold         boolean NOT NULL DEFAULT false,
    state        text NOT NULL DEFAULT 'active' CHECK (state IN ('draft', 'active', 'retired')),
    valid_from   timestamptz NOT NULL DEFAULT now(),
    valid_to     timestamptz,
    created_by   text NOT NULL CHECK (length(created_by) <= 200),
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (agency, id, version),
    CHECK (lead IS NOT NULL OR hold)
);

-- First answers of creating requests, for 24 h.
CREATE TABLE casework.idempotency (
    agency       int NOT NULL,
    caller       text NOT NULL CHECK (length(caller) BETWEEN 1 AND 200),
    key          text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    request_hash bytea NOT NULL CHECK (length(request_hash) = 32),
    status       int NOT NULL,
    response     text NOT NULL CHECK (length(response) <= 200000),
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (agency, caller, key)
);
CREATE INDEX idempotency_age ON casework.idempotency (agency, created_at);

-- Bounds what one agency can write into shared tables in a day. Sixteen slots by case, so that no row is hot.
CREATE TABLE casework.quota (
    agency int NOT NULL,
    day    date NOT NULL,
    slot   int NOT NULL,
    moves  int NOT NULL DEFAULT 0,
    bytes  bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (agency, day, slot)
);

INSERT INTO casework.transition (from_status, move, to_status) VALUES
    ('', 'open', 'submitted'),
    ('submitted', 'verify', 'verified'), ('needs_information', 'verify', 'verified'), ('verified', 'verify', 'verified'),
    ('submitted', 'offer_lead', 'routed'), ('verified', 'offer_lead', 'routed'), ('routed', 'offer_lead', 'routed'),
    ('in_progress', 'offer_lead', 'in_progress'), ('reopened', 'offer_lead', 'reopened'),
    ('routed', 'accept_lead', 'in_progress'), ('in_progress', 'accept_lead', 'in_progress'), ('reopened', 'accept_lead', 'in_progress'),
    ('routed', 'open_arbitration', 'in_arbitration'), ('in_progress', 'open_arbitration', 'in_arbitration'),
    ('reopened', 'open_arbitration', 'in_arbitration'), ('verified', 'open_arbitration', 'in_arbitration'),
    ('submitted', 'open_arbitration', 'in_arbitration'),
    ('in_arbitration', 'arbitrate', 'in_progress'),
    ('in_progress', 'answer_final', 'answered'), ('reopened', 'answer_final', 'answered'), ('verified', 'answer_final', 'answered'),
    ('answered', 'confirm', 'closed'), ('answered', 'silence', 'closed'), ('answered', 'dispute', 'reopened'),
    ('submitted', 'withdraw', 'closed'), ('verified', 'withdraw', 'closed'), ('routed', 'withdraw', 'closed'),
    ('in_progress', 'withdraw', 'closed'), ('answered', 'withdraw', 'closed'), ('needs_information', 'withdraw', 'closed'),
    ('on_hold', 'withdraw', 'closed'), ('in_arbitration', 'withdraw', 'closed'), ('reopened', 'withdraw', 'closed'),
    ('submitted', 'hold', 'on_hold'), ('verified', 'hold', 'on_hold'), ('routed', 'hold', 'on_hold'),
    ('in_progress', 'hold', 'on_hold'), ('reopened', 'hold', 'on_hold'), ('on_hold', 'resume', 'in_progress'), ('on_hold', 'release', 'verified'),
    ('submitted', 'ask_information', 'needs_information'), ('verified', 'ask_information', 'needs_information'),
    ('in_progress', 'ask_information', 'needs_information'), ('reopened', 'ask_information', 'needs_information'),
    ('needs_information', 'information_given', 'verified'), ('needs_information', 'lapse', 'closed'),
    ('submitted', 'archive', 'archived'), ('verified', 'archive', 'archived'), ('needs_information', 'archive', 'archived'),
    ('on_hold', 'archive', 'archived'),
    ('submitted', 'merge', 'merged'), ('verified', 'merge', 'merged'), ('routed', 'merge', 'merged'), ('in_progress', 'merge', 'merged'),
    ('reopened', 'merge', 'merged'), ('on_hold', 'merge', 'merged'), ('needs_information', 'merge', 'merged'),
    ('merged', 'unmerge', 'verified'),
    ('answered', 'appeal', 'reopened'), ('closed', 'come_back', 'reopened');
