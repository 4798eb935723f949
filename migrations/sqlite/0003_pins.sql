-- Pins: messages that a room's members keep at hand. A row stays when its pin is taken off, so that a reader who was away
-- is told; it goes with the message.

CREATE TABLE pins (
  message_id INTEGER PRIMARY KEY REFERENCES messages (id),
  room_id    BIGINT NOT NULL REFERENCES rooms (id),
  seq        BIGINT NOT NULL,
  is_on      BIGINT NOT NULL,
  -- The person who set it last, and when.
  user_id    BIGINT NOT NULL REFERENCES users (id),
  at         BIGINT NOT NULL
);
CREATE INDEX pins_room ON pins (room_id, is_on, seq);
