import { readEmailAddress } from '../domain/email-address.ts';
import { CommandError, EXIT } from './exit.ts';

export function bareAddress(email: string): string {
  const address = readEmailAddress(email);
  if (!address) throw new CommandError(`"${email}" is not one e-mail address.`, EXIT.usage);
  return address;
}
