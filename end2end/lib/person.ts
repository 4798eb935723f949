// A person in a browser: a context and a page that entered with a name, and the actions people take.
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

  /** Enters with the name, and waits for General. */
  async enter(): Promise<void> {
    await this.page.goto(`${this.url}/enter`);
    await this.page.locator('#name').fill(this.name);
    await this.page.locator('form[action="/api/auth/enter"] button').click();
    await this.page.waitForURL(/\/rooms\/1$/);
    await this.ready();
  }

  /** Enters with a name on the enter page that is open, and waits for General. */
  async enterAs(name: string): Promise<void> {
    await this.page.locator('#name').fill(name);
    await this.page.locator('.door form button.primary').click();
    await this.page.waitForURL(/\/rooms\/1$/);
    await this.ready();
  }

  /** Opens a path as the address bar does. */
  async goto(path: string): Promise<void> {
    await this.page.goto(this.url + path);
    await this.ready();
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.ready();
  }

  /** Opens the address of a room that the person has not joined, and joins it. */
  async gotoAndJoin(room: number): Promise<void> {
    await this.goto(`/rooms/${room}`);
    await this.join();
  }

  /** Waits until the page is hydrated; without JavaScript it is ready at once. */
  async ready(): Promise<void> {
    if (this.script) await expect(this.page.locator('html[data-live]')).toBeAttached();
  }

  /** Opens another tab of the same browser. */
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

  /** Expects exactly one message with this text, confirmed by the server. */
  async sees(text: string): Promise<void> {
    await expect(this.row(text)).toHaveCount(1);
    await expect(this.row(text)).toHaveAttribute('id', /^m\d+$/);
  }

  /** Returns the texts in the list, in order. */
  async texts(): Promise<string[]> {
    return await this.rows.locator('.body').allInnerTexts();
  }

  /** Chooses a room of the list, and joins it where that has not happened yet. */
  async openRoom(name: string): Promise<void> {
    const outside = await this.room(name).locator('small').count();
    await this.room(name).click();
    if (outside) await this.join();
  }

  /** Joins the room whose page asks for it. */
  async join(): Promise<void> {
    await this.page.locator('form[action="/api/rooms/join"] button').click();
    await this.box.waitFor();
  }

  room(name: string): Locator {
    return this.page.locator('.side a.room', { hasText: name });
  }

  /** Opens the account menu and presses a button in it. */
  async menu(button: string): Promise<void> {
    await this.page.locator('.me > summary').click();
    await this.page.locator('.me .panel').getByRole('button', { name: button, exact: true }).click();
  }

  /** Sets a mark in the page that a reload removes. */
  async mark(): Promise<void> {
    await this.page.evaluate(() => Object.assign(window, { marked: true }));
  }

  async marked(): Promise<boolean> {
    return await this.page.evaluate(() => 'marked' in window);
  }
}
