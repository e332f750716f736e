import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    globalSetup: ['test/support/global-setup.ts'],
    maxWorkers: 4,
    isolate: false,
    // People, browsers and processes meet in real time, on machines that do other things too. What fails twice has failed.
    retry: 1,
    sequence: { sequencer: LongestFirst },
  },
});
