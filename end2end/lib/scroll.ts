// Which message is at the scroll anchor, and by how many pixels it moved.
import { expect } from '@playwright/test';
import type { Person } from './person';

export interface Anchor {
  id: string;
  top: number;
}

/** Waits until scrolling has ended, and returns the message at 30% of the list's height. */
export async function anchorRow(person: Person): Promise<Anchor> {
  await scrollEnded(person);
  return await person.list.evaluate((list) => {
    const frame = list.getBoundingClientRect();
    const height = frame.top + list.clientHeight * 0.3;
    const rows = [...list.querySelectorAll('li.message[id]')];
    const row = rows.find((row) => row.getBoundingClientRect().bottom >= height);
    if (!row) throw new Error('no message at the scroll anchor');
    return { id: row.id, top: row.getBoundingClientRect().top };
  });
}

/** Returns by how many pixels that message has moved since. */
export async function moved(person: Person, anchor: Anchor): Promise<number> {
  await scrollEnded(person);
  return await person.page.evaluate(({ id, top }) => {
    const row = document.getElementById(id);
    if (!row) throw new Error(`message ${id} is gone`);
    return Math.abs(row.getBoundingClientRect().top - top);
  }, anchor);
}

/** Waits until the list keeps its position for four frames. */
export async function scrollEnded(person: Person): Promise<void> {
  await person.list.evaluate(async (list) => {
    const frame = () => new Promise((next) => requestAnimationFrame(next));
    for (let same = 0, before = Number.NaN; same < 4;) {
      await frame();
      const now = list.scrollTop;
      same = now === before ? same + 1 : 0;
      before = now;
    }
  });
}

/** Returns the pixels between the list's position and its end. */
export async function fromEnd(person: Person): Promise<number> {
  return await person.list.evaluate((list) => -list.scrollTop);
}

/** Scrolls by so many pixels, negative upwards, and waits until scrolling has ended. */
export async function wheel(person: Person, by: number): Promise<void> {
  await person.list.hover();
  const before = await fromEnd(person);
  await person.page.mouse.wheel(0, by);
  await expect.poll(async () => (await fromEnd(person)) !== before).toBe(true);
  await scrollEnded(person);
}

/** Expects the whole newest message above the message box. */
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
