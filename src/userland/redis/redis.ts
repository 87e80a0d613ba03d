/** The programs of an image of Redis. */
import type { ProgramEntry } from '../../kernel/proc/program-registry.ts';
import { REDIS_CLI } from './cli.ts';
import { REDIS_SERVER } from './server.ts';

export const REDIS_PROGRAMS: readonly ProgramEntry[] = [REDIS_SERVER, REDIS_CLI];
