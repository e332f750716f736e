import { type CancellationRequest, REQUEST_STATUSES, type RequestStatus } from '../domain/cancellation-request.ts';
import type { Records } from '../records/store.ts';
import { CommandError, EXIT } from './exit.ts';
import { printJson, withService } from './with-service.ts';

export async function listRequests(options: { status?: string; limit: string; json?: boolean }): Promise<void> {
  const { status } = options;
  if (status !== undefined && !REQUEST_STATUSES.includes(status as RequestStatus)) {
    throw new CommandError(`"${status}" is no status. Statuses: ${REQUEST_STATUSES.join(', ')}.`, EXIT.usage);
  }
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1)
    throw new CommandError(`--limit wants a number above 0, not "${options.limit}".`, EXIT.usage);
  const requests = await withService(({ desk }) =>
    desk.store.records.requests.list({ status: status as RequestStatus | undefined, limit }),
  );
  if (options.json) return printJson(requests.map(summary));
  if (requests.length === 0) return console.log('No requests.');
  for (const request of requests) console.log(line(request));
}

export async function showRequest(ref: string, options: { json?: boolean }): Promise<void> {
  await withService(async ({ desk }) => {
    const { records } = desk.store;
    const request = await mustFind(records, ref);
    const [events, effects, responses] = await Promise.all([
      records.events.byRequest(request.id),
      records.effects.byRequest(request.id),
      records.responses.byRequest(request.id),
    ]);
    if (options.json) return printJson({ ...request, responses, events, effects });
    console.log(line(request));
    for (const answer of request.answers) console.log(`  ${answer.question}: ${answer.values.join(', ')}`);
    if (request.match) console.log(`  match: ${request.match.kind}, ${request.match.reason}`);
    for (const candidate of request.match?.candidates ?? []) {
      const evidence = candidate.evidence.map((one) => `${one.about} ${one.verdict}`).join(', ');
      console.log(`    ${candidate.orderName}: ${evidence}`);
    }
    if (request.trouble) console.log(`  trouble: ${request.trouble.reason} ${request.trouble.detail ?? ''}`);
    console.log('  history:');
    for (const event of events)
      console.log(`    ${time(event.at)}  ${event.type}  by ${event.actor}  ${compact(event.data)}`);
    console.log('  effects:');
    for (const effect of effects) {
      const name = effect.kind === 'mail' ? `mail ${effect.payload.notice} to ${effect.payload.to}` : effect.kind;
      console.log(`    ${effect.state.padEnd(10)}  ${name}${effect.lastError ? `  (${effect.lastError})` : ''}`);
    }
  });
}

export async function mustFind(records: Records, ref: string): Promise<CancellationRequest> {
  const request = await records.requests.byRef(ref.toUpperCase());
  if (!request) throw new CommandError(`There is no request ${ref}. "cancel-desk requests" lists them.`);
  return request;
}

function summary(request: CancellationRequest): object {
  const { ref, status, orderName, fields, submittedAt, updatedAt, decision, trouble } = request;
  const [submitted, updated] = [submittedAt, updatedAt].map((at) => new Date(at).toISOString());
  return { ref, status, orderName, email: fields.email, submittedAt: submitted, updatedAt: updated, decision, trouble };
}

function line(request: CancellationRequest): string {
  const order = request.orderName ?? request.fields.orderReference ?? '';
  return [
    request.ref,
    request.status.padEnd(17),
    order.padEnd(10),
    time(request.submittedAt),
    request.fields.email ?? '',
  ].join('  ');
}

function time(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}

function compact(data: object): string {
  return Object.keys(data).length === 0 ? '' : JSON.stringify(data);
}
