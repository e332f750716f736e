import { COMPILE_CACHE } from '../../scripts/compile-cache.ts';

/** What a process of a test needs besides its settings; nothing else of this process's environment. */
export const CHILD_ENVIRONMENT = { PATH: process.env.PATH ?? '', NODE_COMPILE_CACHE: COMPILE_CACHE };
