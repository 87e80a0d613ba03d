/** What the tools of BIND print but for chance: identifiers, times, cookies, the date. */
import type { Asked } from '../dns/dns-lab.ts';

export function settledBind({ stdout, stderr, exit, questions }: Asked): object {
  const text = stdout
    .replace(/id: \d+/g, 'id: N')
    .replace(/(Query time: )\d+ (m|u)sec/g, '$1T $2sec')
    .replace(/ in \d+ (m|u)s/g, ' in T $1s')
    .replace(/(WHEN: ).*/g, '$1T')
    .replace(/(COOKIE: )[0-9a-f]+/g, '$1C');
  return { stdout: text, stderr, exit, questions };
}
