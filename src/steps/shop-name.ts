import { OutsideError } from '../domain/outside-error.ts';
import type { Desk } from './desk.ts';

/** Pages and mails go on while Shopify is away: then the shop is called by its address. */
export async function shopNameOf(desk: Desk): Promise<string> {
  if (desk.brandName) return desk.brandName;
  try {
    return (await desk.shop()).name;
  } catch (error) {
    if (error instanceof OutsideError) return desk.adminOrigin.replace('https://', '');
    throw error;
  }
}
