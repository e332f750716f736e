/** The shop's colour and logo on its pages. */
import request from 'supertest';
import { afterEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';

const LOGO = 'https://cdn.pine-and-loom.example/assets/logo.png?v=2';

describe('the brand on the pages', () => {
  let desk: DeskUnderTest;
  let story: Story;
  async function start(env: Record<string, string> = {}): Promise<void> {
    desk = await startDesk({ env });
    story = storyOf(desk);
  }
  afterEach(() => desk.close());
  const get = (path: string) => request(desk.origin).get(path);

  it('is a style sheet of its own after the built-in one, and the logo on what customers see', async () => {
    await start({ BRAND_COLOR: '#ffee00', BRAND_LOGO: LOGO, BRAND_NAME: 'Pine & "Loom"' });
    await story.respond('1001');
    const page = await story.openFrom(ANA, /We have your/);
    const sheets = [...page.html.matchAll(/<link rel="stylesheet" href="([^"]+)">/g)].map(([, href]) => href);
    expect(sheets).toEqual(['/style.css', '/brand.css']);
    expect(page.html).toContain(`<img src="${LOGO.replace('=', '&#x3D;')}" alt="Pine &amp; &quot;Loom&quot;">`);
    const sheet = await get('/brand.css');
    expect(sheet.headers['content-type']).toContain('text/css');
    expect(sheet.headers['cache-control']).toBe('public, max-age=3600');
    expect(sheet.text).toContain('--fill: #ffee00; --fill-ink: #000000;');
    expect(sheet.text).toContain('@media (prefers-color-scheme: dark)');
    const staff = await story.openFrom(SAM, /cancel #1001\?/);
    expect(staff.html).toContain('/brand.css');
    expect(staff.html).not.toContain('logo.png');
  });

  it('lets pages load pictures of the logo’s host, and of no other', async () => {
    await start({ BRAND_LOGO: LOGO });
    const { headers } = await get('/');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("img-src 'self' https://cdn.shopify.com https://cdn.pine-and-loom.example;");
    expect(policy).toContain("style-src 'self';");
  });

  it('is the built-in look when nothing is set', async () => {
    await start();
    await story.respond('1001');
    const { html } = await story.openFrom(ANA, /We have your/);
    expect(html).not.toContain('brand.css');
    expect(html).not.toContain('<img');
    expect(html).toContain('<header><p>Pine &amp; Loom</p></header>');
    expect((await get('/brand.css')).text).toBe('');
    expect(String((await get('/')).headers['content-security-policy'])).toContain(
      "img-src 'self' https://cdn.shopify.com;",
    );
  });

  it('is linked under the path the service is mounted at', async () => {
    await start({ BRAND_COLOR: '#ffee00', BASE_URL: 'http://desk.example/refunds' });
    const { text } = await get('/refunds/');
    expect(text).toContain('href="/refunds/brand.css"');
    expect((await get('/refunds/brand.css')).text).toContain('#ffee00');
  });
});
