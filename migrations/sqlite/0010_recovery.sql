-- Links by which people choose a new password, one a person; and bans that end by themselves.

CREATE TABLE recoveries (
  user_id  INTEGER PRIMARY KEY REFERENCES users (id),
  -- SHA-256 of what stands in the link; none once it is good for nothing.
  hash     BLOB CHECK (length(hash) = 32),
  maker_id BIGINT NOT NULL REFERENCES users (id),
  created  BIGINT NOT NULL,
  expires  BIGINT NOT NULL
);
CREATE UNIQUE INDEX recoveries_hash ON recoveries (hash);

-- Until when somebody who is not active is banned, 0 for good; none for those who have left otherwise.
ALTER TABLE users ADD COLUMN banned_until BIGINT;
CREATE INDEX users_banned ON users (banned_until) WHERE banned_until > 0;
