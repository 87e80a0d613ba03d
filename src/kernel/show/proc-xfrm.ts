/** `/proc/net/xfrm_stat` (Linux: xfrm_statistics_seq_show). */
import type { Netns } from '../netns.ts';
import { XFRM_MIB_NAMES } from '../xfrm/xfrm-mib.ts';

const NAME_COLUMNS = 24;

export function procNetXfrmStat(ns: Netns): string {
  return XFRM_MIB_NAMES.map((name) => `${name.padEnd(NAME_COLUMNS)}\t${ns.xfrm?.mib.of(name) ?? 0}\n`).join('');
}
