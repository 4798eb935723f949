// Owns: a person at a browser: a context and a page that came in by the door, and what people do on it.
import { type BrowserContext, expect, type Locator, type Page } from '@playwright/test';

export class Person {
  readonly list: Locator;
  readonly rows: Locator;
  readonly box: Locator;

  constructor(
    readonly name: string,
    readonly context: BrowserContext,
    readonly page: Page,
    readonly url: string,
    private readonly script: boolean,
  ) {
    this.list = page.locator('section.list');
    this.rows = page.locator('li.message');
    this.box = page.locator('#message-box');
  }

  /** Comes in by the door, and stands in General. */
  async enter(): Promise<void> {
    await this.page.goto(`${this.url}/enter`);
    await this.page.locator('#name').fill(this.name);
    await this.page.locator('form[action="/api/auth/enter"] button').click();
    await this.page.waitForURL(/\/rooms\/1$/);
    await this.ready();
  }

  /** Goes to a path by the address bar. */
  async goto(path: string): Promise<void> {
    await this.page.goto(this.url + path);
    await this.ready();
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.ready();
  }

  /** Waits until the page is alive; without JavaScript it is at once all it will be. */
  async ready(): Promise<void> {
    if (this.script) await expect(this.page.locator('html[data-live]')).toBeAttached();
  }

  /** Another tab of the same browser. */
  async tab(path = '/rooms/1'): Promise<Person> {
    const other = new Person(this.name, this.context, await this.context.newPage(), this.url, this.script);
    await other.goto(path);
    return other;
  }

  async type(text: string): Promise<void> {
    await this.box.fill(text);
  }

  /** Types and presses Enter. */
  async send(text: string): Promise<void> {
    await this.type(text);
    await this.box.press('Enter');
  }

  /** Types and presses the button. */
  async sendByButton(text: string): Promise<void> {
    await this.type(text);
    await this.page.locator('button.send').click();
  }

  row(text: string): Locator {
    return this.rows.filter({ has: this.page.locator('.body', { hasText: text }) });
  }

  /** There is exactly one such message on the page, and the server has it. */
  async sees(text: string): Promise<void> {
    await expect(this.row(text)).toHaveCount(1);
    await expect(this.row(text)).toHaveAttribute('id', /^m\d+$/);
  }

  /** The texts in the list, in order. */
  async texts(): Promise<string[]> {
    return await this.rows.locator('.body').allInnerTexts();
  }

  room(name: string): Locator {
    return this.page.locator('.side a.room', { hasText: name });
  }

  /** Opens one's own menu and presses what is in it. */
  async menu(button: string): Promise<void> {
    await this.page.locator('.me > summary').click();
    await this.page.locator('.me .panel').getByRole('button', { name: button, exact: true }).click();
  }

  /** Leaves a mark in the page that a reload would wipe. */
  async mark(): Promise<void> {
    await this.page.evaluate(() => Object.assign(window, { marked: true }));
  }

  async marked(): Promise<boolean> {
    return await this.page.evaluate(() => 'marked' in window);
  }
}
