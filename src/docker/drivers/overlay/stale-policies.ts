/** This driver's policies that the kernel has, whoever made them: those that bear its mark. */
import { showXfrm } from '../../../kernel/show/xfrm.ts';
import type { StalePolicies } from './encryption.ts';
import { ENCRYPTION_MARK } from './vxlan-rules.ts';

type Namespace = Parameters<typeof showXfrm>[0];

/** Reads `ip xfrm policy` as a person would: the selector stands on a line of its own, direction and mark follow. */
export function stalePoliciesOf(ns: Namespace): StalePolicies {
  return () => {
    const found: string[] = [];
    for (const record of showXfrm(ns, ['policy', 'list']).split(/\n(?=\S)/)) {
      const [selector = ''] = record.split('\n');
      const direction = /\tdir (\w+) /.exec(record)?.[1];
      const mark = /\tmark (\S+)\/(\S+) /.exec(record);
      if (direction === undefined || mark === null || Number(mark[1]) !== ENCRYPTION_MARK) continue;
      found.push(`${selector.trim()} dir ${direction} mark ${mark[1]!} mask ${mark[2]!}`);
    }
    return found;
  };
}
