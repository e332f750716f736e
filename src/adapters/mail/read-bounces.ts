import PostalMime, { type Attachment, type Email } from 'postal-mime';
import { type Bounce, failuresIn } from '../../domain/bounce.ts';

/** As "message/delivery-status" and its sister for addresses that aren't ASCII. */
const STATUS = /^message\/(global-)?delivery-status$/;
/** The mail that came back, whole or its headers. */
const ORIGINAL = /^(message\/(rfc822|global)|text\/rfc822-headers|message\/global-headers)$/;

/** @param raw a mail as it came. None: it is no report of a failed delivery, or can't be read. */
export async function readBounces(raw: Buffer): Promise<Bounce[]> {
  const report = await parse(raw);
  const part = (type: RegExp) => report?.attachments.find(({ mimeType }) => type.test(mimeType.toLowerCase()));
  const status = part(STATUS);
  const original = part(ORIGINAL);
  const sent = original ? await parse(textOf(original)) : null;
  if (!status || !sent) return [];
  const messageId = idsIn(sent.messageId)[0] ?? null;
  const threadIds = [...idsIn(sent.inReplyTo), ...idsIn(sent.references)];
  return failuresIn(textOf(status)).map((failure) => ({ ...failure, messageId, threadIds }));
}

/** null: deeper or larger than any report is. */
function parse(raw: Buffer | string): Promise<Email | null> {
  return PostalMime.parse(raw, { forceRfc822Attachments: true, attachmentEncoding: 'utf8' }).catch(() => null);
}

function textOf({ content }: Attachment): string {
  return typeof content === 'string' ? content : new TextDecoder().decode(content);
}

function idsIn(header: string | undefined): string[] {
  return [...(header ?? '').matchAll(/<([^<>\s]+)>/g)].map(([, id = '']) => id);
}
