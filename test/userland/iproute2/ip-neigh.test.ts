import { alike, assertAnswers, sayDockwire, sayReal } from './same-script.ts';
import type { Answer } from '../../kernel/admin/real-tools.ts';

const ENTRIES = [
  '10.0.0.50 lladdr 02:00:00:00:00:50 dev v0',
  '10.0.0.51 lladdr 02:00:00:00:00:51 nud reachable dev v0',
  '10.0.0.52 lladdr 02:00:00:00:00:52 nud stale dev v0 router',
  '10.0.0.53 lladdr 02:00:00:00:00:53 nud noarp dev v0 extern_learn',
  '10.0.0.54 nud failed dev v0',
  '10.0.0.55 nud none dev v0',
  '10.0.0.56 nud incomplete dev v0',
  '10.0.0.59 lladdr 02:00:00:00:00:59 nud 0x4 dev v0 protocol static',
  '10.0.0.60 dev v0',
  '10.0.0.61 dev v0 use',
  '10.0.0.62 dev v0 managed',
  'proxy 10.0.0.63 dev v0',
  '224.0.0.5 lladdr 02:00:00:00:00:64 dev v0',
  '10.0.0.255 lladdr 02:00:00:00:00:64 dev v0',
  '10.0.0.50 lladdr 02:00:00:00:00:51 dev v0',
  '10.0.0.1 lladdr xx dev v0',
  '10.0.0.1 lladdr 02:00 dev v0',
  'foo dev v0',
  '10.0.0.1',
  '10.0.0.1 dev nosuch',
  '',
  '10.0.0.1 nud bogus dev v0',
  '10.0.0.1 protocol bogus dev v0',
  'dev v0 10.0.0.7 lladdr 02:00:00:00:00:07 lladdr 02:00:00:00:00:08',
  'dev v0 10.0.0.7 bogus',
  '10.0.0.7 lladdr',
];
const SHOWS = [
  '',
  'nud all',
  'nud permanent',
  'nud noarp',
  'nud none',
  'nud reachable nud stale',
  'dev v0',
  '10.0.0.50',
  'to 10.0.0.48/30',
  'proxy',
  'proxy dev v0',
  'nomaster',
  'vrf x',
  'nud bogus',
  'dev nosuch',
  'foo',
  '10.0.0.0/33',
  'protocol static',
];

const LINES = [
  'ip link add v0 type veth peer name v1',
  'ip link set v0 up',
  'ip link set v1 up',
  'ip addr add 10.0.0.1/24 dev v0',
  ...ENTRIES.map((words) => `ip neigh add ${words}`.trimEnd()),
  ...SHOWS.map((words) => `ip -4 neigh show ${words}`.trimEnd()),
  'ip -4 -j neigh',
  'ip -4 -j -p neigh show 10.0.0.50',
  'ip -4 -s neigh show 10.0.0.52',
  'ip -4 -s -j neigh show 10.0.0.54',
  'ip neigh get 10.0.0.50 dev v0',
  'ip neigh get 10.0.0.99 dev v0',
  'ip neigh get 10.0.0.50',
  'ip neigh get proxy 10.0.0.63 dev v0',
  'ip neigh get',
  'ip neigh change 10.0.0.50 lladdr 02:00:00:00:00:99 dev v0',
  'ip neigh change 10.0.0.98 lladdr 02:00:00:00:00:99 dev v0',
  'ip neigh replace 10.0.0.98 lladdr 02:00:00:00:00:99 dev v0 nud stale',
  'ip neigh del 10.0.0.98 dev v0',
  'ip neigh del 10.0.0.98 dev v0',
  'ip neigh del 10.0.0.54 dev v0',
  'ip neigh del proxy 10.0.0.63 dev v0',
  'ip neigh del proxy 10.0.0.63 dev v0',
  'ip -4 neigh show nud all',
  'ip -4 -s neigh flush dev v0',
  'ip -4 neigh show nud all',
  'ip -4 -s neigh flush all',
  'ip -4 -s neigh flush nud permanent',
  'ip neigh flush',
  'ip neigh bogus',
];

/** The kernel lists entries in the order of a hash with a key of its own. */
function sorted(said: readonly Answer[]): Answer[] {
  return said.map((each) => {
    const isList = / neigh show| -j neigh/.test(each.line);
    if (!isList) return each;
    const isJson = each.stdout.startsWith('[{');
    // Entries without an interface are those of other namespaces: a real kernel shows them in each.
    const own = each.stdout.replaceAll(/^\S+ proxy \n/gm, '');
    const objects = isJson
      ? own
          .trim()
          .slice(1, -1)
          .split(/(?<=\}),(?=\{)/)
      : [];
    const lines = isJson ? objects : own.split('\n');
    return { ...each, stdout: lines.sort((a, b) => (a < b ? -1 : 1)).join('\n') };
  });
}

describe('userland/iproute2 ip neigh', function () {
  this.timeout(20_000);

  it('answers as on a real Linux, but for the order of a list', function () {
    const real = sorted(alike(sayReal(this, LINES)));
    const ours = sorted(alike(sayDockwire(LINES)));
    assertAnswers(ours, real);
  });
});
