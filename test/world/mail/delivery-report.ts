/** Reports as mail servers send them when a mail that they took could not be delivered after all. */
import type { ReceivedMail } from './inbox.ts';

export interface ReportOptions {
  readonly action?: 'failed' | 'delayed' | 'delivered';
  readonly status?: string;
  /** Gmail quotes the whole mail, Postfix the headers when the mail is long. */
  readonly quotes?: 'mail' | 'headers';
  /** Some providers send our mail on under a Message-ID of their own. */
  readonly messageId?: string;
}

export function deliveryReport(mail: ReceivedMail, options: ReportOptions = {}): string {
  const { action = 'failed', status = '5.1.1', quotes = 'headers', messageId = mail.messageId } = options;
  const headers = [
    `Message-ID: ${messageId}`,
    `In-Reply-To: ${mail.headers.get('in-reply-to') ?? ''}`,
    `References: ${mail.references}`,
    `To: ${mail.to}`,
    'Subject: as it was',
  ];
  return [
    'From: Mail Delivery Subsystem <mailer-daemon@mail.example>',
    `To: ${mail.from}`,
    'Subject: Delivery Status Notification (Failure)',
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="report"',
    '',
    '--report',
    'Content-Type: text/plain; charset=utf-8',
    '',
    `Your message wasn't delivered to ${mail.to}.`,
    '',
    '--report',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mail.example',
    'Arrival-Date: Mon, 23 Nov 2026 09:00:00 +0000',
    '',
    `Final-Recipient: rfc822; ${mail.to}`,
    `Action: ${action}`,
    `Status: ${status}`,
    'Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach',
    ' does not exist',
    '',
    '--report',
    `Content-Type: ${quotes === 'mail' ? 'message/rfc822' : 'text/rfc822-headers'}`,
    '',
    ...headers,
    ...(quotes === 'mail' ? ['Content-Type: text/plain', '', mail.text] : []),
    '',
    '--report--',
    '',
  ]
    .join('\n')
    .replaceAll('\n', '\r\n');
}
