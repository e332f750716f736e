/** The real Admin API schema 2026-10, as Shopify publishes it, compressed. */
import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { buildSchema, type GraphQLSchema } from 'graphql';

export function readAdminSdl(): string {
  return brotliDecompressSync(readFileSync(new URL('./admin-2026-10.graphql.br', import.meta.url))).toString('utf8');
}

let schema: GraphQLSchema | null = null;

/**
 * Built once a process; takes about 0.2 s. Assumed valid: Shopify publishes some deprecations that graphql-js 17 objects to.
 */
export function loadAdminSchema(): GraphQLSchema {
  schema ??= buildSchema(readAdminSdl(), { assumeValid: true, noLocation: true });
  return schema;
}
