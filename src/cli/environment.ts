import { existsSync } from 'node:fs';
import { type Config, ConfigError, readBrand, readConfig } from '../config.ts';
import type { Brand } from '../config-brand.ts';
import { CommandError, EXIT } from './exit.ts';

/** Settings from the environment, then .env in the working directory; what is set already wins. */
export function loadConfig(): Config {
  return load(readConfig);
}

/** The looks alone, which need no other setting. */
export function loadBrand(): Brand {
  return load(readBrand);
}

function load<Settings>(read: () => Settings): Settings {
  if (existsSync('.env')) process.loadEnvFile('.env');
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const hint = existsSync('.env')
      ? ''
      : '\nThere is no .env here: copy .env.example to .env and fill it in, or run "npm run demo" to look around first.';
    throw new CommandError(error.message + hint, EXIT.configuration);
  }
}
