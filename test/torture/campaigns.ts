import type { Campaign } from './campaign.ts';
import { killAtCalls, killAtRandom, killAtWrites } from './campaigns/kills.ts';

export const CAMPAIGNS: readonly Campaign[] = [killAtCalls, killAtWrites, killAtRandom];
