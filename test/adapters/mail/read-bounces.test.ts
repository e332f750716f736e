import { describe, expect, it } from 'vitest';
import { readBounces } from '../../../src/adapters/mail/read-bounces.ts';

const BOUNDARY = 'multipart/report; report-type=delivery-status; boundary=x';
const ORIGINAL = ['Message-ID: <m1@shop.example>', 'References: <CR-7K2M9QX.customer@shop.example>'];
const FAILED = ['Final-Recipient: rfc822; ana@customer.example', 'Action: failed', 'Status: 5.1.1'];
const NOTED = {
  recipients: ['ana@customer.example'],
  status: '5.1.1',
  messageId: 'm1@shop.example',
  threadIds: ['CR-7K2M9QX.customer@shop.example'],
};

interface Parts {
  readonly type?: string;
  readonly status?: readonly (readonly string[])[] | null;
  readonly statusType?: string;
  readonly original?: readonly string[] | null;
  readonly originalType?: string;
}

function report(parts: Parts = {}): Buffer {
  const { type = BOUNDARY, status = [FAILED], statusType = 'message/delivery-status' } = parts;
  const { original = ORIGINAL, originalType = 'message/rfc822' } = parts;
  const groups = status && [['Reporting-MTA: dns; mx.example'], ...status].map((group) => group.join('\r\n'));
  return Buffer.from(
    [
      `Content-Type: ${type}`,
      '',
      '--x',
      'Content-Type: text/plain',
      '',
      'Sorry.',
      ...(groups ? ['--x', `Content-Type: ${statusType}`, '', groups.join('\r\n\r\n'), ''] : []),
      ...(original ? ['--x', `Content-Type: ${originalType}`, '', ...original, ''] : []),
      '--x--',
      '',
    ].join('\r\n'),
  );
}

describe('readBounces', () => {
  it.each<[string, Parts]>([
    ['the whole mail is quoted', {}],
    ['its headers alone are', { originalType: 'text/rfc822-headers' }],
    [
      'names are in capitals',
      {
        statusType: 'MESSAGE/Delivery-Status',
        status: [FAILED.map((line) => line.replace('Action', 'ACTION').replace('failed', 'FAILED'))],
      },
    ],
    [
      'fields go on in the next line',
      { original: ['Message-ID:', ' <m1@shop.example>', 'References:', '\t<CR-7K2M9QX.customer@shop.example>'] },
    ],
    [
      'addresses may be other than ASCII',
      { statusType: 'message/global-delivery-status', originalType: 'message/global' },
    ],
    [
      'the address stands in angle brackets',
      { status: [['Final-Recipient: rfc822;<Ana@Customer.example>', ...FAILED.slice(1)]] },
    ],
  ])('finds a failure when %s', async (_, parts) => {
    expect(await readBounces(report(parts))).toEqual([NOTED]);
  });

  it('names the address that we wrote to beside the one it was forwarded to', async () => {
    const status = [
      [
        'Original-Recipient: rfc822; ana@customer.example',
        'Final-Recipient: rfc822; a@other.example',
        ...FAILED.slice(1),
      ],
    ];
    expect((await readBounces(report({ status })))[0]?.recipients).toEqual(['ana@customer.example', 'a@other.example']);
  });

  it('tells recipients apart, and failures from delays', async () => {
    const status = [['Final-Recipient: rfc822; ben@customer.example', 'Action: delayed', 'Status: 4.4.1'], FAILED];
    expect(await readBounces(report({ status }))).toEqual([NOTED]);
  });

  it('takes a failure without a status, and a mail that named no thread', async () => {
    const found = await readBounces(
      report({ status: [FAILED.slice(0, 2)], original: ['Message-ID: <m1@shop.example>'] }),
    );
    expect(found).toEqual([{ ...NOTED, status: null, threadIds: [] }]);
  });

  it.each<[string, Buffer]>([
    ['a mail by a person', Buffer.from('From: ana@customer.example\r\nSubject: hello\r\n\r\nAction: failed\r\n')],
    ['an out-of-office note', Buffer.from('Auto-Submitted: auto-replied\r\n\r\nI am away.\r\n')],
    ['a report without a status', report({ status: null })],
    ['a report that quotes nothing', report({ original: null })],
    ['a delay', report({ status: [['Action: delayed', ...FAILED.slice(2)]] })],
    ['a receipt', report({ status: [['Action: delivered', 'Status: 2.0.0']] })],
    ['nothing', Buffer.alloc(0)],
    ['bytes', Buffer.from([0, 255, 254, 13, 10, 0, 128])],
    ['parts a thousand deep', Buffer.from('Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n'.repeat(1_000))],
    ['headers of three megabytes', Buffer.from(`X-Long: ${'x'.repeat(3_000_000)}\r\n\r\n`)],
  ])('finds nothing in %s', async (_, raw) => {
    expect(await readBounces(raw)).toEqual([]);
  });
});
