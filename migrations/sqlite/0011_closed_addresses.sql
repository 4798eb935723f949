-- Addresses from which nobody new comes in, since somebody without an account was banned there.

-- From where somebody without an account has entered: an IPv4 address, or an IPv6 network of 64 bits.
ALTER TABLE sessions ADD COLUMN address TEXT;

CREATE TABLE closed_addresses (
  address TEXT NOT NULL,
  -- The person who was banned.
  user_id BIGINT NOT NULL REFERENCES users (id),
  until   BIGINT NOT NULL,
  PRIMARY KEY (address, user_id)
) WITHOUT ROWID;
