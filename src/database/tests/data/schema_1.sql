-- A data directory as the release before `changes` left it, at schema 1: three people, one of whom has left, three rooms, five
-- messages, one of them deleted. Its sessions last for ever.
INSERT INTO meta (key, value) VALUES
  ('secret', X'a23bf7484beb6c669a96a82ed968b337ff920cc5aff895925a829645e741c578'),
  ('store', '252c42ab7b596ddbaf20ae9812904a79');
DELETE FROM sequence;
INSERT INTO sequence (id, value) VALUES
  (1, 19);
INSERT INTO users (id, seq, name, hue, seen_at, left_at) VALUES
  (1, 2, 'Lin', 1, 1795863547154, NULL),
  (2, 4, 'Mei 梅', 2, 1795863547182, NULL),
  (3, 6, 'Gone', 3, 1795863547210, 1795863547328);
INSERT INTO looks (look, user) VALUES
  ('=GONE', 3),
  ('=Gone', 3),
  ('=Lin', 1),
  ('=LlN', 1),
  ('=MEl 梅', 2),
  ('=Mei 梅', 2),
  ('~gone', 3),
  ('~lin', 1),
  ('~rnei 梅', 2);
INSERT INTO sessions (hash, user, tag, created, expires) VALUES
  (X'6fb487a74234fb70ceaadabe52e0179cd59ebf711b402b9f2aab87f51727bbe1', 1, '8cb4a46da1f3be32', 1795863547154, 9000000000000),
  (X'47e3bae06a57aa0b43ec7b0b305bc58b2969469cac597b716156fcc585d1ca8e', 2, '94593eda0e721da6', 1795863547182, 9000000000000);
DELETE FROM rooms;
INSERT INTO rooms (id, seq, name, creator, last, last_n) VALUES
  (1, 1, 'General', NULL, 19, 2),
  (2, 8, 'Tea', 1, 15, 2),
  (3, 17, 'Silence', 1, 16, 1);
INSERT INTO members (room, user, seq, joined) VALUES
  (1, 1, 3, 1),
  (1, 2, 5, 1),
  (1, 3, 7, 1),
  (2, 1, 9, 1),
  (2, 2, 12, 1),
  (3, 1, 11, 1);
INSERT INTO messages (id, seq, room, n, author, key, at, edited, deleted) VALUES
  (13, 13, 1, 1, 1, X'00000000000000000000000000000001', 1795863547265, NULL, 0),
  (14, 14, 2, 1, 2, X'00000000000000000000000000000002', 1795863547275, NULL, 0),
  (15, 18, 2, 2, 1, X'00000000000000000000000000000003', 1795863547286, NULL, 1),
  (16, 16, 3, 1, 1, X'00000000000000000000000000000004', 1795863547297, NULL, 0),
  (19, 19, 1, 2, 1, X'00000000000000000000000000000005', 1795863547337, NULL, 0);
INSERT INTO texts (message, digest, text) VALUES
  (13, X'0187011be92ee3255d8efb6afeab5c4476bfbdb67c1ac6c93639fb9fa6862fd4', 'hi **there**'),
  (14, X'8c6a04cd716700f5d19619831de9bc13e96e26b91929cd7aef9cb9c82bc4c769', 'tea? 茶'),
  (15, X'0000000000000000000000000000000000000000000000000000000000000000', X'0000000000000000'),
  (16, X'04e8fe6aa1808f3c7824cf205c7f9afd0e1b9140f51108b3c477206e144c1494', 'alone'),
  (19, X'8d0782891a6f00c5e0dda5553a9a47da44dd32e2a14c554b71a529fe94fdead2', 'last');
