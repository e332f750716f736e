/** What the figures were taken on, and how busy it was with other things. */
import { cpus, loadavg, release, totalmem, type } from 'node:os';

export function describeMachine() {
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    system: `${type()} ${release()}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cpus: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    /** Average number of processes that wanted a processor in the minute before. */
    loadBefore: Number(loadavg()[0]?.toFixed(2)),
  };
}
