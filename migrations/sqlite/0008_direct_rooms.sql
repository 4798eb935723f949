-- Direct rooms, whose kind is 2: one room for one set of people.

-- The ids of a direct room's people, ascending, with commas between; none in other rooms. They never change.
ALTER TABLE rooms ADD COLUMN people TEXT;
CREATE UNIQUE INDEX rooms_people ON rooms (people);
