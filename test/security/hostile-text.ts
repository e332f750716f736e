/** What attackers write, and mutations of it, from a seed. */
import { seededRandom } from '../world/faults.ts';

export const PER_SINK = 10_000;

const ATTACKS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</textarea><svg/onload=alert(1)>',
  '</title><base href=//evil.example>',
  '<!--',
  ']]><![CDATA[',
  'javascript:alert(1)',
  '&lt;script&gt;&#60;b&#62;&amp;quot;',
  '{{constructor.constructor("return process")()}}',
  '{{#with this as |x|}}{{x.__proto__}}{{/with}}',
  '{{{raw}}}{{> layout}}{{lookup . "constructor"}}',
  '{count, plural, one {#} other {#}}',
  "{shop}'{'<b>",
  `\${process.env.APP_SECRET}`,
  '=HYPERLINK("http://evil.example","x")',
  "=cmd|'/c calc'!A1",
  '+1+1',
  '-2+3+cmd|x',
  '@SUM(1+1)*cmd',
  'x;=1+1;y',
  'x,"=1+1',
  '\t=1+1',
  '\r=1+1',
  '\n=1+1',
  '＝1+1',
  '\0=1+1',
  '\r\nBcc: victim@customer.example',
  '\nSubject: other\n\n<b>body</b>',
  '\r\n.\r\nMAIL FROM:<mallory@evil.example>\r\n',
  'a@b.example\r\nRCPT TO:<victim@customer.example>',
  'a@b.example,victim@customer.example',
  '"a@b.example"@evil.example',
  '=?utf-8?q?=0d=0aBcc:_victim=40customer.example?=',
  '\u2028\u2029\u0085\u000b\u000c',
  '\u001b[2J\u001b]0;owned\u0007',
  '\n{"level":60,"msg":"forged"}\n',
  '","level":60,"msg":"forged',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  "' OR 1=1; --",
  '"; drop table requests; --',
  "%' or '%'='",
  'name:"x" OR status:any',
  '1001" OR "1002',
  '\\" OR status:open',
  '<!channel> <https://evil.example|Approve> <@U123>',
  '&lt;!channel&gt;',
  '../../etc/passwd',
  '%0d%0aSet-Cookie:%20a=b',
  '\u202egnp.exe',
  '\ud800',
  '\udc00x',
  'A'.repeat(3_000),
  '🙂'.repeat(300),
  '',
  ' ',
] as const;

const GLUE = ['', ' ', '\n', '\r\n', ';', ',', '"', "'", '<', '>', '&', '{{', '}}', '\\', '\0', '\t', '=', 'é'];

/** Every attack by itself first, then pieces of them in new company. */
export function* hostileTexts(count = PER_SINK, seed = 20_261_123): Generator<string> {
  yield* ATTACKS.slice(0, count);
  const random = seededRandom(seed);
  const among = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  for (let i = ATTACKS.length; i < count; i += 1) {
    let text = '';
    for (let parts = 1 + Math.floor(random() * 4); parts > 0; parts -= 1) text += among(GLUE) + piece(among(ATTACKS));
    yield text;
  }

  function piece(attack: string): string {
    const kind = random();
    if (kind < 0.5) return attack.slice(0, 200);
    const from = Math.floor(random() * attack.length);
    const part = attack.slice(from, from + 1 + Math.floor(random() * 20));
    if (kind < 0.8) return part;
    return part + String.fromCodePoint(Math.floor(random() * (kind < 0.9 ? 0x100 : 0xd800)));
  }
}
