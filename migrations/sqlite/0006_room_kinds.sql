-- Kinds of rooms, what their admins set, and who the admins are.

-- 0: open to everyone, 1: private. A kind never changes.
ALTER TABLE rooms ADD COLUMN kind BIGINT NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN topic TEXT NOT NULL DEFAULT '';
-- Who may post: 0 all members, 1 the room's admins.
ALTER TABLE rooms ADD COLUMN posting BIGINT NOT NULL DEFAULT 0;
-- 1: whoever is new becomes a member.
ALTER TABLE rooms ADD COLUMN is_default BIGINT NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN archived BIGINT NOT NULL DEFAULT 0;

-- 0: member, 1: admin of the room.
ALTER TABLE members ADD COLUMN role BIGINT NOT NULL DEFAULT 0;
-- The number with which this membership began: who has stood longest becomes admin when the last one goes.
ALTER TABLE members ADD COLUMN since BIGINT NOT NULL DEFAULT 0;

UPDATE rooms SET is_default = 1 WHERE id = 1;
UPDATE members SET since = seq;
UPDATE members SET role = 1
  WHERE EXISTS (SELECT 1 FROM rooms r WHERE r.id = members.room_id AND r.creator_id = members.user_id);
