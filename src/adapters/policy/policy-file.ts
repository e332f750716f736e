/** The policy as its file has it, read again when the file changes. A file that breaks leaves the last good one in force. */
import { readFile, stat } from 'node:fs/promises';
import type { Policy } from '../../domain/policy/policy.ts';
import { BUILT_IN_POLICY } from '../../domain/policy/to-policy.ts';
import type { Clock, Policies } from '../../ports.ts';

export interface PolicyFileOptions {
  readonly path: string;
  /** A file that is named must be there; the default one may be missing. */
  readonly required: boolean;
  /** For a look at the store: with a bad file the policy last in force is taken, not a refusal to start. */
  readonly lenient: boolean;
  readonly now: Clock;
  /** Keeps every policy that comes into force, by its version. */
  readonly keep: (version: string, text: string) => Promise<void>;
  readonly kept: (version: string) => Promise<string | null>;
  readonly lastInForce: () => Promise<string | null>;
  /** Told when the file becomes bad, and when it is good again (null). */
  readonly onFaults: (faults: readonly string[] | null) => Promise<void>;
}

/** The file can't be used at all: there is no good one to go on with. */
export class PolicyError extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(`The policy can't be used:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.name = 'PolicyError';
    this.faults = faults;
  }
}

/** Between two looks at the file. */
const LOOK_MS = 2_000;

export async function openPolicyFile(options: PolicyFileOptions): Promise<Policies> {
  const { path, now } = options;
  const byVersion = new Map<string, Policy>([[BUILT_IN_POLICY.version, BUILT_IN_POLICY]]);
  let lookedAt = now();
  let faults: readonly string[] = [];
  let current = BUILT_IN_POLICY;

  async function read(): Promise<boolean> {
    const found = await load(path, options.required);
    faults = found.faults;
    if (!found.policy) return false;
    if (found.policy.version !== current.version && found.text !== null) {
      await options.keep(found.policy.version, found.text);
    }
    current = found.policy;
    byVersion.set(current.version, current);
    return true;
  }

  let stamp = await stampOf(path);
  if (!(await read())) {
    if (!options.lenient) throw new PolicyError(faults);
    const version = await options.lastInForce();
    current = (version && (await of(version))) || BUILT_IN_POLICY;
  }

  async function of(version: string): Promise<Policy | null> {
    const known = byVersion.get(version);
    if (known) return known;
    const text = await options.kept(version);
    const policy = text === null ? null : (await reader()).readPolicy(text).policy;
    if (policy) byVersion.set(version, policy);
    return policy;
  }

  async function lookAgain(): Promise<void> {
    if (now() - lookedAt < LOOK_MS) return;
    lookedAt = now();
    const next = await stampOf(path);
    if (next === stamp) return;
    stamp = next;
    const before = faults;
    await read();
    if (faults.join() !== before.join()) await options.onFaults(faults.length > 0 ? faults : null);
  }

  return {
    async current() {
      await lookAgain();
      return current;
    },
    inForce: () => current,
    of,
    faults: () => faults,
  };
}

async function load(
  path: string,
  required: boolean,
): Promise<{ policy: Policy | null; text: string | null; faults: string[] }> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    if (code === 'ENOENT' && !required) return { policy: BUILT_IN_POLICY, text: null, faults: [] };
    return { policy: null, text: null, faults: [`${path}: can't be read (${code})`] };
  }
  const { readPolicy, showFault } = await reader();
  const { policy, faults } = readPolicy(text);
  const errors = faults.filter(({ severity }) => severity === 'error');
  return { policy, text, faults: errors.map((fault) => showFault(path, fault)) };
}

/** A shop without a policy of its own has no need of YAML. */
function reader(): Promise<typeof import('./read-policy.ts')> {
  return import('./read-policy.ts');
}

async function stampOf(path: string): Promise<string> {
  try {
    const { mtimeMs, size } = await stat(path);
    return `${mtimeMs} ${size}`;
  } catch {
    return 'none';
  }
}
