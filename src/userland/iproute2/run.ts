/** What the parts of a program of iproute2 are: they may block, and answer with an exit code. */
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';

export type Run<Result = number> = Generator<Wait, Result, WakeReason>;
