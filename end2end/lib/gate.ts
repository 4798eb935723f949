// Owns: a gate on the way of a page's requests, so that a test says when they go on, instead of waiting for a while.
import type { Page, Route } from '@playwright/test';

export class Gate {
  /** How many requests have come to the gate. */
  count = 0;
  #arrive!: () => void;
  #decide!: (goes: boolean) => void;
  readonly #arrived = new Promise<void>((arrive) => (this.#arrive = arrive));
  readonly #goes = new Promise<boolean>((decide) => (this.#decide = decide));

  private constructor() {}

  /** Holds the requests for `url` back, all of them or at most `limit`. */
  static async before(page: Page, url: string, limit = Number.POSITIVE_INFINITY): Promise<Gate> {
    return await Gate.#stand(page, url, limit, async (gate, route) => {
      gate.#arrive();
      if (await gate.#goes) await route.continue();
      else await route.abort();
    });
  }

  /** Lets them go to the server and holds the answers back. */
  static async behind(page: Page, url: string, limit = Number.POSITIVE_INFINITY): Promise<Gate> {
    return await Gate.#stand(page, url, limit, async (gate, route) => {
      const response = await route.fetch();
      gate.#arrive();
      if (await gate.#goes) await route.fulfill({ response });
      else await route.abort();
    });
  }

  static async #stand(page: Page, url: string, limit: number, hold: (gate: Gate, route: Route) => Promise<void>): Promise<Gate> {
    const gate = new Gate();
    await page.route(url, async (route) => {
      gate.count++;
      if (gate.count > limit) return await route.fallback();
      // The page may be gone by the time the gate opens.
      await hold(gate, route).catch(() => undefined);
    });
    return gate;
  }

  /** The first request stands at the gate. */
  async arrived(): Promise<void> {
    await this.#arrived;
  }

  open(): void {
    this.#decide(true);
  }

  /** Nothing that waits here gets through. */
  refuse(): void {
    this.#decide(false);
  }
}

