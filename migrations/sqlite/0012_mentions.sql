-- Mentions: what names somebody in a message, and the messages that name a person.

-- A line each: the person's id, or 0 for all in the room, and the name as it stands in the text. None where nobody is named.
ALTER TABLE messages ADD COLUMN mentions TEXT;

-- `user_id` 0: everybody in the room.
CREATE TABLE mentions (
  user_id    BIGINT NOT NULL,
  room_id    BIGINT NOT NULL REFERENCES rooms (id),
  n          BIGINT NOT NULL,
  message_id BIGINT NOT NULL REFERENCES messages (id),
  author_id  BIGINT NOT NULL REFERENCES users (id),
  PRIMARY KEY (user_id, room_id, n)
);
CREATE INDEX mentions_message ON mentions (message_id);
