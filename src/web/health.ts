import express, { type Router } from 'express';
import { PUT_BACK } from '../steps/after-restore.ts';
import type { Desk } from '../steps/desk.ts';
import { SET_ASIDE } from '../steps/quarantine.ts';
import { STAFF_UNREACHED } from '../steps/staff-unreached.ts';
import { HEADS_NOT_WRITTEN } from '../steps/write-heads.ts';

/** Somebody has to see to these, while everything else goes on. */
const IS_READY_ALL_THE_SAME: readonly string[] = [SET_ASIDE, STAFF_UNREACHED, HEADS_NOT_WRITTEN, PUT_BACK];

/** /healthz: the process answers. /readyz: it can do its work: the store writes, nobody refuses us. */
export function health(desk: Desk): Router {
  const router = express.Router();
  router.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' });
  });
  router.get('/readyz', async (_req, res) => {
    const problems = await findProblems(desk);
    res
      .status(problems.length === 0 ? 200 : 503)
      .json({ status: problems.length === 0 ? 'ready' : 'not_ready', problems });
  });
  return router;
}

async function findProblems(desk: Desk): Promise<string[]> {
  try {
    const incidents = await desk.store.records.incidents.list();
    return incidents.map((incident) => incident.code).filter((code) => !IS_READY_ALL_THE_SAME.includes(code));
  } catch {
    return ['store_unavailable'];
  }
}
