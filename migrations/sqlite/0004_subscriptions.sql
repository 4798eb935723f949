-- Subscriptions: what a room is to one person.

CREATE TABLE subscriptions (
  room_id   BIGINT NOT NULL REFERENCES rooms (id),
  user_id   BIGINT NOT NULL REFERENCES users (id),
  seq       BIGINT NOT NULL,
  favourite BIGINT NOT NULL,
  PRIMARY KEY (room_id, user_id)
) WITHOUT ROWID;
CREATE INDEX subscriptions_user ON subscriptions (user_id);
