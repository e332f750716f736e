import { COMPILE_CACHE } from '../../scripts/compile-cache.ts';
import type { World } from '../world/server.ts';

/** What a process of a test needs besides its settings; nothing else of this process's environment. */
export const CHILD_ENVIRONMENT = { PATH: process.env.PATH ?? '', NODE_COMPILE_CACHE: COMPILE_CACHE };

/** Of a process that is pointed at a world and reads its form, with `folder` for its files. */
export function childSettings({ origin, shopify, google, inbox }: World, folder: string): Record<string, string> {
  const keyFile = `${folder}/key.json`;
  google.writeKeyFile(keyFile);
  return {
    ...CHILD_ENVIRONMENT,
    BASE_URL: 'http://127.0.0.1:8080',
    PORT: '0',
    DATA_DIR: `${folder}/data`,
    SHOPIFY_STORE_DOMAIN: 'pine-and-loom.myshopify.com',
    SHOPIFY_ACCESS_TOKEN: shopify.accessToken,
    SHOPIFY_API_ORIGIN: origin,
    GOOGLE_API_ORIGIN: origin,
    GOOGLE_APPLICATION_CREDENTIALS: keyFile,
    GOOGLE_FORM_ID: google.form.formId,
    SMTP_URL: inbox.url,
    MAIL_FROM: 'desk@pine-and-loom.example',
    STAFF_EMAILS: 'sam@pine-and-loom.example',
  };
}
