import type { Campaign } from './campaign.ts';
import { manyClicks } from './campaigns/clicks.ts';
import { clocks } from './campaigns/clocks.ts';
import { fullDisk } from './campaigns/disk.ts';
import { flood } from './campaigns/flood.ts';
import { killAtCalls, killAtRandom, killAtWrites } from './campaigns/kills.ts';
import { manyProcesses } from './campaigns/many.ts';
import { meddling, meddlingInOutage } from './campaigns/meddling.ts';
import { neutralAnswers } from './campaigns/neutral.ts';
import { otherWays } from './campaigns/other-ways.ts';
import { outages } from './campaigns/outages.ts';
import { unknownOutcomes } from './campaigns/outcomes.ts';
import { poisoned } from './campaigns/poison.ts';
import { failAtWrites } from './campaigns/refusals.ts';
import { responses } from './campaigns/responses.ts';
import { scanner } from './campaigns/scanner.ts';
import { tampering } from './campaigns/tampering.ts';

export const CAMPAIGNS: readonly Campaign[] = [
  killAtCalls,
  killAtWrites,
  failAtWrites,
  killAtRandom,
  otherWays,
  manyProcesses,
  manyClicks,
  scanner,
  unknownOutcomes,
  outages,
  responses,
  meddling,
  meddlingInOutage,
  fullDisk,
  clocks,
  tampering,
  poisoned,
  neutralAnswers,
  flood,
];
