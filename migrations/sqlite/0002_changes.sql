-- One index of changes in place of one for each table, and columns whose names no engine reserves. Tables are made anew where a
-- UNIQUE is to go; `texts` is not touched but for a column's name, since its rows never move (0001).
--
-- SQLite's numbers have 64 bits whatever their column is called: BIGINT says so for the other engines. A key that is the row's
-- own number stays INTEGER PRIMARY KEY, which saves an index.

-- One row a thing: its newest change, and for whom it is. Only publishing writes here.
--   kind, a, b  the thing: its kind's number (`Kind::number`) and its key
--   room_id     the room whose members it is for, 0 for everyone, none for an own thing of user_id
--   user_id     a person it is for, a member or not
CREATE TABLE changes (
  kind    BIGINT NOT NULL,
  a       BIGINT NOT NULL,
  b       BIGINT NOT NULL,
  seq     BIGINT NOT NULL,
  room_id BIGINT,
  user_id BIGINT,
  PRIMARY KEY (kind, a, b)
) WITHOUT ROWID;

INSERT INTO changes (kind, a, b, seq, room_id, user_id) SELECT 1, id, 0, seq, room, NULL FROM messages;
INSERT INTO changes (kind, a, b, seq, room_id, user_id) SELECT 2, id, 0, seq, 0, NULL FROM rooms;
INSERT INTO changes (kind, a, b, seq, room_id, user_id) SELECT 3, room, user, seq, room, user FROM members;
INSERT INTO changes (kind, a, b, seq, room_id, user_id) SELECT 4, id, 0, seq, 0, NULL FROM users;

-- A walk along either needs no row of the table: the key is part of an index here, and the rest stands in it.
CREATE INDEX changes_room ON changes (room_id, seq, user_id) WHERE room_id IS NOT NULL;
CREATE INDEX changes_user ON changes (user_id, seq, room_id) WHERE user_id IS NOT NULL;

-- When a person was here last. Sessions write it; it is no part of the person that others see.
CREATE TABLE activity (
  user_id INTEGER PRIMARY KEY REFERENCES users (id),
  seen_at BIGINT NOT NULL,
  -- When they left for good, none while a session may still live.
  left_at BIGINT
);
INSERT INTO activity (user_id, seen_at, left_at) SELECT id, seen_at, left_at FROM users ORDER BY id;
CREATE INDEX activity_seen ON activity (seen_at);

CREATE TABLE users_new (
  id   INTEGER PRIMARY KEY,
  seq  BIGINT NOT NULL,
  name TEXT NOT NULL,
  hue  BIGINT NOT NULL CHECK (hue BETWEEN 0 AND 9)
);
INSERT INTO users_new (id, seq, name, hue) SELECT id, seq, name, hue FROM users ORDER BY id;
DROP TABLE users;
ALTER TABLE users_new RENAME TO users;

CREATE TABLE rooms_new (
  id         INTEGER PRIMARY KEY,
  seq        BIGINT NOT NULL,
  name       TEXT NOT NULL,
  creator_id BIGINT REFERENCES users (id),
  -- Id and ordinal of the newest message; they move without a number of their own, since members derive them.
  last       BIGINT NOT NULL DEFAULT 0,
  last_n     BIGINT NOT NULL DEFAULT 0
);
INSERT INTO rooms_new (id, seq, name, creator_id, last, last_n)
  SELECT id, seq, name, creator, last, last_n FROM rooms ORDER BY id;
DROP TABLE rooms;
ALTER TABLE rooms_new RENAME TO rooms;

CREATE TABLE members_new (
  room_id BIGINT NOT NULL REFERENCES rooms (id),
  user_id BIGINT NOT NULL REFERENCES users (id),
  seq     BIGINT NOT NULL,
  joined  BIGINT NOT NULL,
  PRIMARY KEY (room_id, user_id)
) WITHOUT ROWID;
INSERT INTO members_new (room_id, user_id, seq, joined) SELECT room, user, seq, joined FROM members ORDER BY room, user;
DROP TABLE members;
ALTER TABLE members_new RENAME TO members;
CREATE INDEX members_user ON members (user_id, joined);

CREATE TABLE messages_new (
  id        INTEGER PRIMARY KEY,
  seq       BIGINT NOT NULL,
  room_id   BIGINT NOT NULL REFERENCES rooms (id),
  n         BIGINT NOT NULL,
  author_id BIGINT NOT NULL REFERENCES users (id),
  key       BLOB NOT NULL CHECK (length(key) = 16),
  at        BIGINT NOT NULL,
  edited    BIGINT,
  deleted   BIGINT NOT NULL DEFAULT 0,
  UNIQUE (author_id, key)
);
INSERT INTO messages_new (id, seq, room_id, n, author_id, key, at, edited, deleted)
  SELECT id, seq, room, n, author, key, at, edited, deleted FROM messages ORDER BY id;
DROP TABLE messages;
ALTER TABLE messages_new RENAME TO messages;
-- Ends in the row id, which is the message's: a page is one walk along it.
CREATE INDEX messages_room ON messages (room_id);

ALTER TABLE texts RENAME COLUMN message TO message_id;
ALTER TABLE sessions RENAME COLUMN user TO user_id;

-- What a name looks like: two names with the same skeleton cannot be told apart.
ALTER TABLE looks RENAME TO name_skeletons;
ALTER TABLE name_skeletons RENAME COLUMN look TO skeleton;
ALTER TABLE name_skeletons RENAME COLUMN user TO user_id;
