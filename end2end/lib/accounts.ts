// Forms of accounts: filling one, and setting a workspace up.
import type { Page } from '@playwright/test';
import type { Server } from './server';

const PASSWORD = 'correct horse';

/** Fills the form that posts to an endpoint, and sends it. */
export async function submit(page: Page, endpoint: string, fields: Record<string, string>): Promise<void> {
  const form = page.locator(`form[action="/api/${endpoint}"]`).first();
  for (const [name, value] of Object.entries(fields)) await form.locator(`[name=${name}]`).fill(value);
  await form.locator('button').last().click();
}

/** Sets the workspace up by its link. */
export async function setUp(page: Page, server: Server): Promise<void> {
  await page.goto(await server.setUpLink());
  await submit(page, 'setup/create', { workspace: 'Tea house', name: 'Olga', handle: 'olga', password: PASSWORD });
  await page.waitForURL('**/welcome');
}
