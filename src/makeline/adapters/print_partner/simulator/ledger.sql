-- What the simulated partner was told, what it printed and what it said. The judge of fault tests.
CREATE TABLE IF NOT EXISTS sequence (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS payments (
    third_id    TEXT PRIMARY KEY,
    partner_id  TEXT NOT NULL UNIQUE,
    model       TEXT NOT NULL,
    device      TEXT NOT NULL,
    amount      TEXT NOT NULL,
    pay_type    INTEGER NOT NULL,
    status      INTEGER NOT NULL CHECK (status BETWEEN 1 AND 5),
    paid_at     REAL,
    told        INTEGER NOT NULL DEFAULT 1,
    created_at  REAL NOT NULL
);

CREATE TABLE IF NOT EXISTS payment_moves (
    seq INTEGER PRIMARY KEY, third_id TEXT NOT NULL, status INTEGER NOT NULL, actor TEXT NOT NULL, at REAL NOT NULL
);

CREATE TABLE IF NOT EXISTS orders (
    third_id      TEXT PRIMARY KEY,
    partner_id    TEXT NOT NULL UNIQUE,
    third_pay_id  TEXT NOT NULL REFERENCES payments (third_id),
    model         TEXT NOT NULL,
    shell         TEXT NOT NULL,
    device        TEXT NOT NULL,
    pic           TEXT NOT NULL,
    queue_no      TEXT NOT NULL,
    status        INTEGER NOT NULL CHECK (status BETWEEN 1 AND 16),
    told          INTEGER NOT NULL DEFAULT 1,
    created_at    REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS orders_device ON orders (device);

-- One row per case that came out of a machine.
CREATE TABLE IF NOT EXISTS prints (
    seq INTEGER PRIMARY KEY, third_id TEXT NOT NULL, device TEXT NOT NULL, shell TEXT NOT NULL,
    sha256 TEXT NOT NULL, bytes INTEGER NOT NULL, width INTEGER, height INTEGER, dpi REAL,
    design_hash TEXT, at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS prints_order ON prints (third_id);

CREATE TABLE IF NOT EXISTS fetches (
    seq INTEGER PRIMARY KEY, third_id TEXT NOT NULL, http_status INTEGER, bytes INTEGER NOT NULL, sha256 TEXT,
    problem TEXT, width INTEGER, height INTEGER, dpi REAL, design_hash TEXT, at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS fetches_order ON fetches (third_id);

CREATE TABLE IF NOT EXISTS notices (
    seq INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('payment', 'order')), third_id TEXT NOT NULL,
    status INTEGER NOT NULL, form TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'given_up')),
    attempts INTEGER NOT NULL DEFAULT 0, at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS notices_about ON notices (third_id);

CREATE TABLE IF NOT EXISTS notice_answers (
    seq INTEGER PRIMARY KEY, notice INTEGER NOT NULL REFERENCES notices (seq), http_status INTEGER,
    body TEXT NOT NULL, accepted INTEGER NOT NULL, at REAL NOT NULL
);

CREATE TABLE IF NOT EXISTS refusals (
    seq INTEGER PRIMARY KEY, path TEXT NOT NULL, code INTEGER NOT NULL, msg TEXT NOT NULL, third_id TEXT, at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS refusals_about ON refusals (third_id);

CREATE TABLE IF NOT EXISTS stock (
    device TEXT NOT NULL, shell TEXT NOT NULL, blanks INTEGER NOT NULL CHECK (blanks >= 0), PRIMARY KEY (device, shell)
) WITHOUT ROWID;

-- What machine, customer and messenger still have to do; survives a crash.
CREATE TABLE IF NOT EXISTS work (
    seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, about TEXT NOT NULL, stage TEXT NOT NULL, due REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS work_due ON work (due, seq);
