/** The small tools that read and write text: one line each. */
import type { ProgramEntry } from '../../kernel/proc/program-registry.ts';
import { CAT } from './cat.ts';
import { CUT } from './cut.ts';
import { DATE } from './date.ts';
import { EGREP, FGREP, GREP } from './grep.ts';
import { HEAD } from './head.ts';
import { BASENAME, DIRNAME } from './path-names.ts';
import { SEQ } from './seq.ts';
import { SORT } from './sort.ts';
import { ID, UNAME, WHOAMI } from './system-names.ts';
import { TAIL } from './tail.ts';
import { TEE } from './tee.ts';
import type { TextTool } from './tool.ts';
import { TR } from './tr.ts';
import { UNIQ } from './uniq.ts';
import { WC } from './wc.ts';

const TOOLS: readonly TextTool[] = [
  BASENAME, //
  CAT,
  CUT,
  DATE,
  DIRNAME,
  EGREP,
  FGREP,
  GREP,
  HEAD,
  ID,
  SEQ,
  SORT,
  TAIL,
  TEE,
  TR,
  UNAME,
  UNIQ,
  WC,
  WHOAMI,
];

/** As a Debian host has them. */
export const GNU_TEXT_TOOLS: readonly ProgramEntry[] = TOOLS.map(({ gnu }) => gnu);

/** As busybox and alpine have them. */
export const BUSYBOX_TEXT_TOOLS: readonly ProgramEntry[] = TOOLS.map(({ busybox }) => busybox);
