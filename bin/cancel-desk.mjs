#!/usr/bin/env node
// The installed command. Resolves through scripts/run.mjs, so it works on Node 20 and newer.
process.argv.splice(2, 0, 'src/cli/main.ts');
await import('../scripts/run.mjs');
