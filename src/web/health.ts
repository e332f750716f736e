import express, { type Router } from 'express';
import { PUT_BACK } from '../steps/after-restore.ts';
import type { Desk } from '../steps/desk.ts';
import { SET_ASIDE } from '../steps/quarantine.ts';
import { STAFF_UNREACHED } from '../steps/staff-unreached.ts';
import { HEADS_NOT_WRITTEN } from '../steps/write-heads.ts';

/** Somebody has to see to these, while everything else goes on. */
const NOT_NAMED: readonly string[] = [SET_ASIDE, STAFF_UNREACHED, HEADS_NOT_WRITTEN, PUT_BACK];

/**
 * /healthz: the process answers. /readyz: it can serve: the store is there. What refuses us outside is named, and doesn't count:
 * responses are taken and pages shown all the same. With `?strict` it does, for a monitor that only sees the status.
 */
export function health(desk: Desk): Router {
  const router = express.Router();
  router.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' });
  });
  router.get('/readyz', async (req, res) => {
    const incidents = await openIncidents(desk);
    const isReady = incidents !== null && (req.query.strict === undefined || incidents.length === 0);
    res
      .status(isReady ? 200 : 503)
      .json({ status: isReady ? 'ready' : 'not_ready', problems: incidents ?? ['store_unavailable'] });
  });
  return router;
}

/** null: the store can't be asked. */
async function openIncidents({ store }: Desk): Promise<string[] | null> {
  try {
    const incidents = await store.records.incidents.list();
    return incidents.map(({ code }) => code).filter((code) => !NOT_NAMED.includes(code));
  } catch {
    return null;
  }
}
