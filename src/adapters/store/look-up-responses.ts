import type { Kysely } from 'kysely';
import type { IncomingResponse } from '../../domain/response.ts';
import type { Found } from '../../records/responses.ts';
import { findSeal, sealedDigest, sealedId, sealedRevision } from './seals.ts';
import type { Tables } from './tables.ts';

type Asked = IncomingResponse & { readonly digest: string };

/** Three statements, however many are asked for at once; those of one batch come from one source. */
export async function lookUpResponses(db: Kysely<Tables>, responses: readonly Asked[]): Promise<Found[]> {
  const seal = await findSeal(db);
  const idsOf = (response: Asked, externalId: string) =>
    seal ? [externalId, sealedId(seal, { ...response, externalId })] : [externalId];
  const revisionsOf = (response: Asked) =>
    seal ? [response.revision, sealedRevision(seal, response)] : [response.revision];
  const digestsOf = ({ digest }: Asked) => (seal ? [digest, sealedDigest(seal, digest)] : [digest]);

  const byId = new Map<string, Map<string, string>>();
  for (const group of Map.groupBy(responses, ({ source, sourceId }) => `${source}:${sourceId}`).values()) {
    const [{ source, sourceId }] = group as [Asked, ...Asked[]];
    const ids = group.flatMap((one) =>
      [one.externalId, ...(one.replaces ? [one.replaces] : [])].flatMap((id) => idsOf(one, id)),
    );
    const rows = await db
      .selectFrom('responses')
      .select(['external_id', 'revision', 'request_id'])
      .where('source', '=', source)
      .where('source_id', '=', sourceId)
      .where('external_id', 'in', ids)
      .execute();
    for (const row of rows) {
      const key = JSON.stringify([source, sourceId, row.external_id]);
      byId.set(key, (byId.get(key) ?? new Map()).set(row.revision, row.request_id));
    }
  }
  const said = await db
    .selectFrom('responses')
    .select('digest')
    .distinct()
    .where('digest', 'in', responses.flatMap(digestsOf))
    .execute();
  const digests = new Set(said.map(({ digest }) => digest));

  const revisions = (one: Asked, externalId: string) =>
    idsOf(one, externalId).flatMap((id) => [...(byId.get(JSON.stringify([one.source, one.sourceId, id])) ?? [])]);
  return responses.map((one) => {
    const own = revisions(one, one.externalId);
    const stored = own.find(([revision]) => revisionsOf(one).includes(revision));
    if (stored) return { kind: 'stored', requestId: stored[1] };
    const replaced = one.replaces ? revisions(one, one.replaces) : [];
    const isRelated = own.length + replaced.length > 0 || digestsOf(one).some((digest) => digests.has(digest));
    return { kind: isRelated ? 'related' : 'new' };
  });
}
