// Holds a page's requests or their answers until the test releases them, so that no test waits for a fixed time.
import type { Page, Route } from '@playwright/test';

export class Gate {
  /** The number of requests that reached the gate. */
  count = 0;
  #arrive!: () => void;
  #decide!: (goes: boolean) => void;
  readonly #arrived = new Promise<void>((arrive) => (this.#arrive = arrive));
  readonly #goes = new Promise<boolean>((decide) => (this.#decide = decide));

  private constructor() {}

  /** Holds requests for `url`: all of them, or the first `limit`. */
  static async holdRequests(page: Page, url: string, limit = Number.POSITIVE_INFINITY): Promise<Gate> {
    return await Gate.#route(page, url, limit, async (gate, route) => {
      gate.#arrive();
      if (await gate.#goes) await route.continue();
      else await route.abort();
    });
  }

  /** Sends requests for `url` to the server and holds the answers. */
  static async holdResponses(page: Page, url: string, limit = Number.POSITIVE_INFINITY): Promise<Gate> {
    return await Gate.#route(page, url, limit, async (gate, route) => {
      const response = await route.fetch();
      gate.#arrive();
      if (await gate.#goes) await route.fulfill({ response });
      else await route.abort();
    });
  }

  static async #route(page: Page, url: string, limit: number, hold: (gate: Gate, route: Route) => Promise<void>): Promise<Gate> {
    const gate = new Gate();
    await page.route(url, async (route) => {
      gate.count++;
      if (gate.count > limit) return await route.fallback();
      // The page may have closed before the gate opens.
      await hold(gate, route).catch(() => undefined);
    });
    return gate;
  }

  /** Waits until the first request has reached the gate. */
  async arrived(): Promise<void> {
    await this.#arrived;
  }

  /** Releases everything that is held. */
  open(): void {
    this.#decide(true);
  }

  /** Aborts everything that is held. */
  refuse(): void {
    this.#decide(false);
  }
}
