/** Delivery reports, as mail servers send them when a mail that they had taken could not be delivered (RFC 3464). */
import { readEmailAddress } from './email-address.ts';

export interface Bounce {
  /** Addresses that the report names: the one we wrote to, and the one it was forwarded to. */
  readonly recipients: readonly string[];
  /** Such as "5.1.1", RFC 3463; null: the report doesn't say. */
  readonly status: string | null;
  /** Of our mail, without angle brackets. Some providers put one of their own in its place. */
  readonly messageId: string | null;
  /** In-Reply-To and References of our mail, without angle brackets. */
  readonly threadIds: readonly string[];
}

type Failure = Pick<Bounce, 'recipients' | 'status'>;

/** @param text of the part message/delivery-status. Delays, relays and successes are no failures. */
export function failuresIn(text: string): Failure[] {
  // Of the mail first, then of each recipient; a field goes on in lines that begin with a space.
  const groups = text
    .replaceAll('\r', '')
    .replace(/\n[ \t]+/g, ' ')
    .split(/\n{2,}/)
    .map(fieldsIn);
  return groups
    .filter((fields) => fields.get('action')?.toLowerCase() === 'failed')
    .map((fields) => ({
      recipients: ['original-recipient', 'final-recipient'].flatMap((name) => addressIn(fields.get(name)) ?? []),
      status: /^\d\.\d{1,3}\.\d{1,3}/.exec(fields.get('status') ?? '')?.[0] ?? null,
    }));
}

function fieldsIn(group: string): Map<string, string> {
  return new Map(
    group.split('\n').flatMap((line) => {
      const colon = line.indexOf(':');
      return colon > 0 ? [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]] : [];
    }),
  );
}

/** "rfc822; ana@customer.example" */
function addressIn(field: string | undefined): string | null {
  return readEmailAddress(field?.slice(field.indexOf(';') + 1).replace(/[<>]/g, '') ?? null)?.toLowerCase() ?? null;
}
