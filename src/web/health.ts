import express, { type Router } from 'express';
import type { Desk } from '../steps/desk.ts';
import { SET_ASIDE } from '../steps/quarantine.ts';

/** /healthz: the process answers. /readyz: it can do its work, but for what is set aside: the store writes, nobody refuses us. */
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
    return incidents.map((incident) => incident.code).filter((code) => code !== SET_ASIDE);
  } catch {
    return ['store_unavailable'];
  }
}
