-- Accounts: what a person is in the workspace, passwords, sessions with a device, and the workspace itself.

-- None where somebody has entered with a name alone. `handle_skeleton` is what a handle looks like: no two look alike.
ALTER TABLE users ADD COLUMN handle TEXT;
ALTER TABLE users ADD COLUMN handle_skeleton TEXT;
-- 1 owner, 2 admin, 3 member, 4 guest
ALTER TABLE users ADD COLUMN role BIGINT NOT NULL DEFAULT 3;
ALTER TABLE users ADD COLUMN active BIGINT NOT NULL DEFAULT 1;
ALTER TABLE users ADD COLUMN hidden BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN email TEXT;
-- The number of the last change of what the person may see at large.
ALTER TABLE users ADD COLUMN visible_since BIGINT NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX users_handle ON users (handle);
CREATE UNIQUE INDEX users_handle_skeleton ON users (handle_skeleton);
CREATE INDEX users_owners ON users (id) WHERE role = 1;

-- Passwords, as PHC strings of argon2id, and when each was set.
CREATE TABLE credentials (
  user_id INTEGER PRIMARY KEY REFERENCES users (id),
  hash    TEXT NOT NULL,
  changed BIGINT NOT NULL
);

-- When a session was used last, and the browser as it calls itself.
ALTER TABLE sessions ADD COLUMN seen BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN agent TEXT NOT NULL DEFAULT '';
UPDATE sessions SET seen = coalesce((SELECT a.seen_at FROM activity a WHERE a.user_id = sessions.user_id), created);
UPDATE sessions SET seen = created WHERE seen < created;

-- The workspace. `seq` is 0 until its first change. A new one is made by the first start, with the entry of the configuration.
CREATE TABLE workspace (
  id          INTEGER PRIMARY KEY CHECK (id = 1),
  seq         BIGINT NOT NULL,
  name        TEXT NOT NULL,
  -- 1 open, 2 invite, 3 closed
  entry       BIGINT NOT NULL,
  -- SHA-256 of the token of the set-up link, none once there is an owner.
  setup_hash  BLOB CHECK (length(setup_hash) = 32)
);
-- One that is in use goes on as it was: everyone may enter.
INSERT INTO workspace (id, seq, name, entry) SELECT 1, 0, 'Rill', 1 WHERE EXISTS (SELECT 1 FROM meta);
