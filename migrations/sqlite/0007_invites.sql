-- Invitations: links by which people come in. Only the hash of what stands in the link is kept.

CREATE TABLE invites (
  id       INTEGER PRIMARY KEY,
  hash     BLOB NOT NULL CHECK (length(hash) = 32),
  maker_id BIGINT NOT NULL REFERENCES users (id),
  -- The role of an account that is made with it, as in users.
  role     BIGINT NOT NULL,
  created  BIGINT NOT NULL,
  expires  BIGINT NOT NULL,
  -- How often it may be used, and how often it was.
  uses     BIGINT NOT NULL,
  used     BIGINT NOT NULL DEFAULT 0,
  revoked  BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX invites_hash ON invites (hash);

-- The rooms that whoever comes in becomes a member of, beside the default ones.
CREATE TABLE invite_rooms (
  invite_id BIGINT NOT NULL REFERENCES invites (id),
  room_id   BIGINT NOT NULL REFERENCES rooms (id),
  PRIMARY KEY (invite_id, room_id)
) WITHOUT ROWID;
