import { describe, expect, it } from 'vitest';
import { linkedText } from '../../../src/adapters/templates/linked-text.ts';

const link = (address: string, shown = address) => `<a href="${address}" rel="noopener noreferrer">${shown}</a>`;

describe('a text of staff’s', () => {
  it.each([
    ['no address', 'Sorry & bye', 'Sorry &amp; bye'],
    ['an address alone', 'https://shop.example/returns', link('https://shop.example/returns')],
    [
      'one in a sentence',
      'See https://shop.example/a. Then (https://shop.example/b)!',
      `See ${link('https://shop.example/a')}. Then (${link('https://shop.example/b')})!`,
    ],
    [
      'two on two lines',
      'https://a.example\nhttps://b.example',
      `${link('https://a.example')}\n${link('https://b.example')}`,
    ],
    ['a query', 'https://shop.example/?a=1&b=2', link('https://shop.example/?a&#x3D;1&amp;b&#x3D;2')],
    ['letters beyond ASCII', 'https://päiväkirja.example/ä', link('https://päiväkirja.example/ä')],
  ])('with %s', (_, text, html) => {
    expect(linkedText(text)).toBe(html);
  });

  it.each([
    ['http', 'http://shop.example'],
    ['a script', 'javascript:alert(1)'],
    ['a script that looks like one', 'javascript:https://shop.example/%0aalert(1)'],
    ['data', 'data:text/html,https'],
    ['a name before the host', 'https://shop.example@evil.example/login'],
    ['a password before the host', 'https://shop.example:443@evil.example'],
    ['no host', 'https:///nothing'],
    ['a host that is none', 'https://[::g]'],
    ['nothing after the scheme', 'https://'],
  ])('with %s is no link', (_, text) => {
    expect(linkedText(text)).not.toMatch(/href="(?!https:\/\/shop\.example\/)/);
    expect(linkedText(text)).not.toContain('evil.example/login"');
  });

  it.each([
    'https://shop.example/"onmouseover="alert(1)',
    "https://shop.example/'onmouseover='alert(1)",
    'https://shop.example/`onmouseover=`',
    'https://shop.example/><script>alert(1)</script>',
    '<a href="https://evil.example">https://shop.example</a>',
    'https://shop.example/<img src=x onerror=alert(1)>',
    'https://shop.example/\u0000"><b>',
    'https://shop.example/&quot;><script>',
    'https://shop.example/\\"><script>',
    'https://shop.example/\u202Egnp.exe',
  ])('can’t break out of its link: %j', (text) => {
    const html = linkedText(text);
    const tags = html.replace(/<a href="[^"<>]*" rel="noopener noreferrer">|<\/a>/g, '');
    expect(tags).not.toMatch(/[<>"']/);
    for (const [, address = ''] of html.matchAll(/href="([^"]*)"/g)) expect(address).toMatch(/^https:\/\/[\p{L}\d.]+/u);
    expect(html).not.toMatch(/href="[^"]*[\p{C}]/u);
  });
});
