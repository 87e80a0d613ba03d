/** How the server has been started: from its command line and, as its image is configured, from the environment. */
import { parseIp4 } from '../../base/addr.ts';
import type { Process } from '../../kernel/proc/process.ts';

export const SERVER_VERSION = '16.6 (Debian 16.6-1.pgdg120+1)';
const COMPILER = 'gcc (Debian 12.2.0-14) 12.2.0';
export const SERVER_BUILD = `PostgreSQL ${SERVER_VERSION} on x86_64-pc-linux-gnu, compiled by ${COMPILER}, 64-bit`;

export interface ServerSettings {
  port: number;
  address: string;
  /** The role and the database that there are, beside `postgres` as database. */
  readonly user: string;
  readonly database: string;
  /** '' when everybody is trusted. */
  readonly password: string;
}

/** Reads `-p PORT`, `-h ADDRESS`, `-c NAME=VALUE` and the variables of the image. */
export function readSettings(proc: Process): ServerSettings {
  const variable = (name: string): string => proc.env.get(name) ?? '';
  const user = variable('POSTGRES_USER') || 'postgres';
  const isTrusting = variable('POSTGRES_HOST_AUTH_METHOD') === 'trust';
  const settings: ServerSettings = {
    port: 5432,
    address: '*',
    user,
    database: variable('POSTGRES_DB') || user,
    password: isTrusting ? '' : variable('POSTGRES_PASSWORD'),
  };
  const words = proc.argv.slice(1);
  for (let i = 0; i < words.length; i++) {
    const option = words[i]!;
    const value = words[i + 1] ?? '';
    if (option === '-p') applySetting(settings, `port=${value}`);
    else if (option === '-h') applySetting(settings, `listen_addresses=${value}`);
    else if (option === '-c') applySetting(settings, value);
  }
  return settings;
}

function applySetting(settings: ServerSettings, text: string): void {
  const [name, value = ''] = text.split('=');
  const plain = value.replace(/^'(.*)'$/, '$1');
  if (name === 'port' && /^\d{1,5}$/.test(plain)) settings.port = Math.min(Number(plain), 65_535);
  if (name === 'listen_addresses') {
    settings.address = plain === 'localhost' ? '127.0.0.1' : parseIp4(plain) === undefined ? '*' : plain;
  }
}
