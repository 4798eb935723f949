// Owns: what the reader's eye rests on, and by how much it was moved.
import { expect } from '@playwright/test';
import type { Person } from './person';

export interface Eye {
  id: string;
  top: number;
}

/** The message at 30% of the list's height, once nothing moves any more. */
export async function eye(person: Person): Promise<Eye> {
  await still(person);
  return await person.list.evaluate((list) => {
    const frame = list.getBoundingClientRect();
    const height = frame.top + list.clientHeight * 0.3;
    const rows = [...list.querySelectorAll('li.message[id]')];
    const row = rows.find((row) => row.getBoundingClientRect().bottom >= height);
    if (!row) throw new Error('no message under the eye');
    return { id: row.id, top: row.getBoundingClientRect().top };
  });
}

/** By how many pixels that message has moved since. */
export async function moved(person: Person, eye: Eye): Promise<number> {
  await still(person);
  return await person.page.evaluate(({ id, top }) => {
    const row = document.getElementById(id);
    if (!row) throw new Error(`message ${id} is gone`);
    return Math.abs(row.getBoundingClientRect().top - top);
  }, eye);
}

/** The list stands still over four frames. */
export async function still(person: Person): Promise<void> {
  await person.list.evaluate(async (list) => {
    const frame = () => new Promise((next) => requestAnimationFrame(next));
    for (let same = 0, before = Number.NaN; same < 4; ) {
      await frame();
      const now = list.scrollTop;
      same = now === before ? same + 1 : 0;
      before = now;
    }
  });
}

/** Pixels between the list's place and its end. */
export async function fromEnd(person: Person): Promise<number> {
  return await person.list.evaluate((list) => -list.scrollTop);
}

/** Turns the wheel by so many pixels, up being negative, and waits until the list stands. */
export async function wheel(person: Person, by: number): Promise<void> {
  await person.list.hover();
  const before = await fromEnd(person);
  await person.page.mouse.wheel(0, by);
  await expect.poll(async () => (await fromEnd(person)) !== before).toBe(true);
  await still(person);
}

/** The newest message stands whole above the message box. */
export async function atEnd(person: Person): Promise<void> {
  await expect
    .poll(async () =>
      person.list.evaluate((list) => {
        const last = [...list.querySelectorAll('li.message')].at(-1)?.getBoundingClientRect();
        const frame = list.getBoundingClientRect();
        return last !== undefined && last.bottom <= frame.bottom + 0.5 && last.top >= frame.top - 0.5;
      }),
    )
    .toBe(true);
}
