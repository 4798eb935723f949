// Owns: the rule that no journey leaves a complaint behind: no error, no warning, no failed request, in any page.
import type { BrowserContext } from '@playwright/test';

export class Quiet {
  readonly #complaints: string[] = [];
  readonly #allowed: RegExp[] = [];

  watch(context: BrowserContext): void {
    context.on('console', (message) => {
      // On a busy machine the program starts later than Chromium thinks a preloaded file should be used. That it is used is
      // tested where the bytes are counted.
      if (/preloaded using link preload but not used within/.test(message.text())) return;
      if (['error', 'warning'].includes(message.type())) {
        this.#complaints.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
      }
    });
    context.on('weberror', (error) => this.#complaints.push(`uncaught: ${error.error().stack ?? error.error().message}`));
    context.on('requestfailed', (request) => {
      const why = request.failure()?.errorText ?? '';
      // A page that goes, and a stream that is closed, leave off what they were reading. `csp` is what a browser without
      // JavaScript calls a script it does not fetch; a real breach of the policy is in the console too.
      if (!['net::ERR_ABORTED', 'csp'].includes(why)) this.#complaints.push(`request failed: ${why} ${request.method()} ${request.url()}`);
    });
  }

  /** What a test itself provokes. */
  allow(...patterns: RegExp[]): void {
    this.#allowed.push(...patterns);
  }

  complaints(): string[] {
    return this.#complaints.filter((line) => !this.#allowed.some((pattern) => pattern.test(line)));
  }
}

/** What a browser says of a server that is gone or of a stream that broke off. */
export const LOST = /ERR_(CONNECTION_\w+|INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED|INTERNET_DISCONNECTED|NETWORK_CHANGED)/;
/** A request that the test stopped on its way. */
export const STOPPED = /ERR_FAILED/;
