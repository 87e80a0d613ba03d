/** What is sent because of a packet belongs to that packet's connection (Linux: nf_conntrack_attach). */
import type { Frame } from '../../../link/frame.ts';
import { copyFlow } from '../../../link/frame.ts';
import { CT_IS_REPLY, CT_RELATED, CT_RELATED_REPLY } from './status.ts';
import { UNTRACKED } from './untracked.ts';

/** `answer`, such as an error or a reset, goes back to the sender of `about`: it is RELATED, the other way. */
export function nfCtAttach(answer: Frame, about: Frame): void {
  if (about.flows === null || about.flows === UNTRACKED) return;
  copyFlow(about, answer);
  answer.ctinfo = about.ctinfo >= CT_IS_REPLY ? CT_RELATED : CT_RELATED_REPLY;
}
