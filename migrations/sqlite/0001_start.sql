-- What a workspace is made of. Every durable change takes the next number of one sequence; `seq` is the number of a row's
-- newest change. Times are milliseconds since 1970.

CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value BLOB NOT NULL
) WITHOUT ROWID;

-- The last number given.
CREATE TABLE sequence (
  id    INTEGER PRIMARY KEY CHECK (id = 1),
  value INTEGER NOT NULL
);

CREATE TABLE users (
  id      INTEGER PRIMARY KEY,
  seq     INTEGER NOT NULL UNIQUE,
  name    TEXT NOT NULL,
  hue     INTEGER NOT NULL CHECK (hue BETWEEN 0 AND 9),
  seen_at INTEGER NOT NULL,
  -- When they left for good, none while a session may still live.
  left_at INTEGER
);
CREATE INDEX users_seen ON users (seen_at);

-- What a name looks like: two names that share a look cannot be told apart.
CREATE TABLE looks (
  look TEXT NOT NULL,
  user INTEGER NOT NULL REFERENCES users (id),
  PRIMARY KEY (look, user)
) WITHOUT ROWID;

CREATE TABLE sessions (
  hash    BLOB PRIMARY KEY CHECK (length(hash) = 32),
  user    INTEGER NOT NULL REFERENCES users (id),
  tag     TEXT NOT NULL,
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX sessions_user ON sessions (user);
CREATE INDEX sessions_expires ON sessions (expires);

CREATE TABLE rooms (
  id      INTEGER PRIMARY KEY,
  seq     INTEGER NOT NULL UNIQUE,
  name    TEXT NOT NULL,
  creator INTEGER REFERENCES users (id),
  -- Id and ordinal of the newest message; they move without a number of their own, since members derive them.
  last    INTEGER NOT NULL DEFAULT 0,
  last_n  INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE members (
  room   INTEGER NOT NULL REFERENCES rooms (id),
  user   INTEGER NOT NULL REFERENCES users (id),
  seq    INTEGER NOT NULL UNIQUE,
  joined INTEGER NOT NULL,
  PRIMARY KEY (room, user)
) WITHOUT ROWID;
CREATE INDEX members_room_seq ON members (room, seq);
CREATE INDEX members_user_seq ON members (user, seq);

CREATE TABLE messages (
  id      INTEGER PRIMARY KEY,
  seq     INTEGER NOT NULL UNIQUE,
  room    INTEGER NOT NULL REFERENCES rooms (id),
  n       INTEGER NOT NULL,
  author  INTEGER NOT NULL REFERENCES users (id),
  key     BLOB NOT NULL CHECK (length(key) = 16),
  at      INTEGER NOT NULL,
  edited  INTEGER,
  deleted INTEGER NOT NULL DEFAULT 0,
  UNIQUE (author, key)
);
-- Ends in the row id, which is the message's: a page is one walk along it.
CREATE INDEX messages_room ON messages (room);
CREATE INDEX messages_room_seq ON messages (room, seq);

-- Texts stand apart so that they never move. Where SQLite balances a tree it copies rows between pages, and secure_delete does
-- not reach every copy that leaves behind (a trial that deleted whole rows found texts still in the file). Here rows are only
-- appended, and a deleted text is overwritten where it stands, by zeros of the same length. `digest` tells whether a key came
-- again with the same room and text.
CREATE TABLE texts (
  message INTEGER PRIMARY KEY REFERENCES messages (id),
  digest  BLOB NOT NULL CHECK (length(digest) = 32),
  text    TEXT NOT NULL
);

INSERT INTO sequence (id, value) VALUES (1, 1);
INSERT INTO rooms (id, seq, name) VALUES (1, 1, 'General');
