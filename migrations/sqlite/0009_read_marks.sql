-- Read marks and what each member wants to hear of a room. Every membership has a subscription from now on.

-- Ordinal up to which the person has read.
ALTER TABLE subscriptions ADD COLUMN read_n BIGINT NOT NULL DEFAULT 0;
-- 0: every message, 1: mentions, 2: nothing.
ALTER TABLE subscriptions ADD COLUMN level BIGINT NOT NULL DEFAULT 0;
-- Milliseconds since 1970; none where the room is not muted.
ALTER TABLE subscriptions ADD COLUMN muted_until BIGINT;
-- 1: left out of the list of rooms.
ALTER TABLE subscriptions ADD COLUMN hidden BIGINT NOT NULL DEFAULT 0;
-- The number with which the mark was last moved down, 0 where it never was.
ALTER TABLE subscriptions ADD COLUMN lowered BIGINT NOT NULL DEFAULT 0;
-- Id and ordinal of the person's own newest message. They move without a number of their own, since everyone derives them.
ALTER TABLE subscriptions ADD COLUMN own_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE subscriptions ADD COLUMN own_n BIGINT NOT NULL DEFAULT 0;

-- What was said before counts as read.
UPDATE subscriptions SET read_n = (SELECT r.last_n FROM rooms r WHERE r.id = subscriptions.room_id);
INSERT INTO subscriptions (room_id, user_id, seq, favourite, read_n)
  SELECT m.room_id, m.user_id, m.seq, 0, r.last_n FROM members m JOIN rooms r ON r.id = m.room_id
  WHERE m.joined = 1 AND NOT EXISTS
    (SELECT 1 FROM subscriptions s WHERE s.room_id = m.room_id AND s.user_id = m.user_id)
  ORDER BY m.room_id, m.user_id;
