// Collects console errors, warnings and failed requests of every page; a test that leaves one behind fails.
import type { BrowserContext } from '@playwright/test';

export class BrowserErrors {
  readonly #found: string[] = [];
  readonly #allowed: RegExp[] = [];

  watch(context: BrowserContext): void {
    context.on('console', (message) => {
      // On a busy machine the module starts later than Chromium expects of a preloaded file. hydration.spec.ts tests that the
      // preloaded file is used.
      if (/preloaded using link preload but not used within/.test(message.text())) return;
      if (['error', 'warning'].includes(message.type())) {
        this.#found.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
      }
    });
    context.on('weberror', (error) => this.#found.push(`uncaught: ${error.error().stack ?? error.error().message}`));
    context.on('requestfailed', (request) => {
      const why = request.failure()?.errorText ?? '';
      // A page that closes aborts its requests and its stream. `csp` is the reason for scripts that a browser without JavaScript
      // does not fetch; a real violation of the policy appears in the console too.
      if (!['net::ERR_ABORTED', 'csp'].includes(why))
        this.#found.push(`request failed: ${why} ${request.method()} ${request.url()}`);
    });
  }

  /** Permits the errors that the test provokes. */
  allow(...patterns: RegExp[]): void {
    this.#allowed.push(...patterns);
  }

  unexpected(): string[] {
    return this.#found.filter((line) => !this.#allowed.some((pattern) => pattern.test(line)));
  }
}

/** The browser's errors for an unreachable server or a broken stream. */
export const LOST =
  /ERR_(CONNECTION_\w+|INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED|INTERNET_DISCONNECTED|NETWORK_CHANGED)/;
/** The browser's error for a request that the test aborted. */
export const STOPPED = /ERR_FAILED/;
