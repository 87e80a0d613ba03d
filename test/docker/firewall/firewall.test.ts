/** The calls of the seam, turned into rules, are the rules that a real engine had made: `single` and `noproxy`. */
import assert from 'node:assert/strict';
import type { Skippable } from '../../machine.ts';
import { Lab } from '../lab.ts';
import { recordedText } from '../recordings.ts';
import { IptablesModel } from './iptables-model.ts';

/** The commands of the recorded session between its dumps of the rules. */
const SESSION: [dump: string, commands: string[]][] = [
  ['single/01-fresh.iptables', []],
  ['single/02-publish-8585.iptables', ['run -d --name web -p 8585:80 bb httpd -f -h /www']],
  [
    'single/02b-publish-more.iptables',
    [
      'run -d --name dns -p 5353:53/udp bb sleep 100000',
      'run -d --name many -p 127.0.0.1:9000:9000 -p 7000-7002:7000-7002 -P --expose 1234 bb sleep 100000',
    ],
  ],
  ['single/03-net1.iptables', ['rm -f many', 'network create net1']],
  ['single/03-net1-net2-internal.iptables', ['network create net2', 'network create --internal int1']],
  [
    'single/03-all-networks.iptables',
    [
      'network create --subnet 10.99.0.0/24 --gateway 10.99.0.254 --ip-range 10.99.0.128/25 net3',
      'network create -o com.docker.network.bridge.name=mybr0 -o com.docker.network.bridge.enable_icc=false noicc',
      'network create -o com.docker.network.bridge.enable_ip_masquerade=false nomasq',
    ],
  ],
  [
    'single/04-web-two-nets.iptables',
    [
      'network rm noicc nomasq',
      'run -d --name ca --network net1 bb sleep 100000',
      'run -d --name cb --network net1 bb sleep 100000',
      'run -d --name cz --network net1 bb sleep 100000',
      'run -d --name cy --network net1 bb sleep 100000',
      'network connect net1 web',
    ],
  ],
  ['single/04-web-disconnected-bridge.iptables', ['network disconnect bridge web']],
];

const CHAINS = {
  filter: ['FORWARD', 'DOCKER', 'DOCKER-ISOLATION-STAGE-1', 'DOCKER-ISOLATION-STAGE-2', 'DOCKER-USER'],
  nat: ['PREROUTING', 'OUTPUT', 'POSTROUTING', 'DOCKER'],
} as const;

/** The rules of a recorded table, and what becomes of what no rule speaks of. */
function recordedRules(test: Skippable, file: string, table: 'filter' | 'nat'): string[] {
  const text = recordedText(test, file);
  const section = text.slice(text.indexOf(`*${table}\n`));
  const lines = section.slice(0, section.indexOf('\nCOMMIT')).split('\n');
  return lines
    .filter((line) => line.startsWith('-A ') || (table === 'filter' && line.startsWith(':FORWARD')))
    .map((line) => line.replace(/ \[\d+:\d+\]$/, ''));
}

/** Bridges by the order in which they appear: their names are drawn. */
function plain(rules: readonly string[]): string[] {
  const names: string[] = [];
  return rules.map((rule) =>
    rule.replaceAll(/br-[0-9a-f]{12}/g, (name) => {
      if (!names.includes(name)) names.push(name);
      return `BRIDGE${names.indexOf(name)}`;
    }),
  );
}

function assertRules(test: Skippable, model: IptablesModel, file: string): void {
  for (const table of ['filter', 'nat'] as const) {
    const real = plain(recordedRules(test, file, table));
    assert.ok(real.length >= 4, `${file} has rules of ${table}`);
    assert.deepEqual(plain(model.dump(table, CHAINS[table])), real, file);
  }
}

describe('the firewall that the engine calls', () => {
  it('knows enough, in the right order, for the rules of every step of the recorded session', function () {
    const model = new IptablesModel();
    const lab = new Lab({ firewall: model });
    for (const [file, commands] of SESSION) {
      for (const command of commands) lab.ok(command);
      assertRules(this, model, file);
    }
  });

  it('has nothing left of what was published and made, once it is gone', () => {
    const model = new IptablesModel();
    const lab = new Lab({ firewall: model });
    const rules = (): string[] => [...model.dump('filter', CHAINS.filter), ...model.dump('nat', CHAINS.nat)];
    const fresh = rules();
    for (const [, commands] of SESSION) for (const command of commands) lab.ok(command);
    assert.ok(rules().length > fresh.length);
    lab.ok('rm -f web dns ca cb cz cy');
    lab.ok('network rm net1 net2 int1 net3');
    assert.deepEqual(rules(), fresh);
  });

  it('brings loopback addresses and hairpins to containers where there is no proxy, as recorded', function () {
    const model = new IptablesModel();
    const lab = new Lab({ firewall: model, hasUserlandProxy: false });
    assertRules(this, model, 'noproxy/01-start.iptables');
    lab.ok('run -d --name web -p 8585:80 bb httpd -f -h /www');
    lab.ok('run -d --name c2 bb sleep 10000');
    lab.ok('network create net1');
    lab.ok('run -d --name c3 --network net1 bb sleep 10000');
    assertRules(this, model, 'noproxy/02-after-publish.iptables');
  });
});
