import { existsSync } from 'node:fs';
import { type Config, ConfigError, readConfig } from '../config.ts';
import { CommandError, EXIT } from './exit.ts';

/** Settings from the environment, then .env in the working directory; what is set already wins. */
export function loadConfig(): Config {
  if (existsSync('.env')) process.loadEnvFile('.env');
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const hint = existsSync('.env')
      ? ''
      : '\nThere is no .env here: copy .env.example to .env and fill it in, or run "npm run demo" to look around first.';
    throw new CommandError(error.message + hint, EXIT.configuration);
  }
}
