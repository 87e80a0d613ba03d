/** The programs of an image of PostgreSQL. */
import type { ProgramEntry } from '../../kernel/proc/program-registry.ts';
import { PG_ISREADY } from './pg-isready.ts';
import { PSQL } from './psql.ts';
import { POSTGRES } from './server.ts';

export const POSTGRES_PROGRAMS: readonly ProgramEntry[] = [POSTGRES, PSQL, PG_ISREADY];
