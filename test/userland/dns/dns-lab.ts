/**
 * A client and a name server, once real and once emulated: the same command lines are typed at both clients, and what
 * they print, and what the servers were asked, can be compared.
 */
import { setTimeout as passed } from 'node:timers/promises';
import type { ProgramRegistry } from '../../../src/kernel/proc/program-registry.ts';
import { hostPrograms } from '../../../src/userland/registry.ts';
import { EFFORT } from '../../kernel/kit.ts';
import type { Skippable } from '../../machine.ts';
import { need } from '../../machine.ts';
import { EmulatedLab, RealLab } from '../net-lab.ts';
import type { Result, Topology } from '../net-lab.ts';

/** c (10.77.0.1) and s (10.77.0.2, where the server is, and 10.77.0.3, where there is none). */
export const DNS_TOPOLOGY: Topology = {
  namespaces: ['c', 's'],
  lines: [
    'ip link add eth0 netns @c@ address 02:42:0a:4d:00:01 type veth peer name eth0 netns @s@ address 02:42:0a:4d:00:02',
    ...['c', 's'].flatMap((name) => [`ip -n @${name}@ link set lo up`, `ip -n @${name}@ link set eth0 up`]),
    'ip -n @c@ addr add 10.77.0.1/24 brd + dev eth0',
    'ip -n @s@ addr add 10.77.0.2/24 brd + dev eth0',
    'ip -n @s@ addr add 10.77.0.3/24 brd + dev eth0',
  ],
};

/** What the server knows. */
export const ZONE: readonly string[] = [
  'example. 3600 IN SOA ns.example. root.example. 1 7200 3600 604800 300',
  'example. NS ns.example.',
  'example. A 10.77.0.2',
  'example. MX 10 four.example.',
  'ns.example. A 10.77.0.2',
  'a.example. A 10.77.0.2',
  'a.example. AAAA 2001:db8::1',
  'four.example. A 10.77.0.2',
  'www.example. CNAME four.example.',
  'twice.example. CNAME www.example.',
  'dangle.example. CNAME nope.example.',
  'outside.example. CNAME www.elsewhere.',
  'm.example. MX 20 four.example.',
  'm.example. MX 10 mail.example.',
  't.example. TXT "hello" "w o\\"d"',
  '_http._tcp.example. SRV 1 2 80 four.example.',
  'a.sub.example. A 10.77.0.3',
  'single. A 10.77.0.9',
  'many.example. A 10.77.0.200',
  'many.example. A 10.77.0.2',
  'many.example. A 10.99.0.1',
  ...Array.from({ length: 60 }, (_, i) => `big.example. A 10.78.0.${i}`),
  '2.0.77.10.in-addr.arpa. PTR four.example.',
];
export const FAULTS: readonly string[] = [
  '--drop=drop.example',
  '--servfail=servfail.example',
  '--refuse=refused.example',
];

/** What a command line came to, and what the server heard meanwhile: `udp a.example. IN A`. */
export interface Asked extends Result {
  readonly questions: readonly string[];
}

/** Files of /etc and a command line. */
export interface Ask {
  readonly resolvConf?: string;
  readonly hosts?: string;
  readonly line: string;
}

const RESOLV_CONF = 'nameserver 10.77.0.2\n';
const HOSTS = '127.0.0.1 localhost\n10.77.0.77 inhosts alias.inhosts\n10.77.0.78 inhosts\n10.77.0.2 four alias.four\n';
/** Port numbers in front of questions are chance. */
const questionOf = (line: string): string => line.replace(/^\S+ /, '');

export class RealDns {
  private readonly lab: RealLab;
  private readonly server: ReturnType<RealLab['spawn']>;
  private log = '';

  constructor(name: string) {
    this.lab = new RealLab(DNS_TOPOLOGY, name);
    const script = new URL('real-server.js', import.meta.url).pathname;
    this.server = this.lab.spawn('s', [process.execPath, script, '10.77.0.2', ...ZONE, ...FAULTS]);
    this.server.stdout.on('data', (chunk: Buffer) => (this.log += chunk.toString()));
    this.server.stderr.pipe(process.stderr);
  }

  /** Comes back when the server listens. */
  async ready(): Promise<void> {
    for (let i = 0; i < 200 && !this.log.startsWith('ready\n'); i++) await passed(20);
    this.log = '';
  }

  async ask({ resolvConf = RESOLV_CONF, hosts = HOSTS, line }: Ask): Promise<Asked> {
    this.lab.writeEtc('c', 'resolv.conf', resolvConf);
    this.lab.writeEtc('c', 'hosts', hosts);
    this.lab.writeEtc('c', 'nsswitch.conf', 'hosts: files dns\n');
    this.log = '';
    const result = await this.lab.runOne({ ns: 'c', line });
    await passed(20);
    return { ...result, questions: this.log.split('\n').slice(0, -1).map(questionOf) };
  }

  dispose(): void {
    this.server.kill();
    this.lab.dispose();
  }
}

export class EmulatedDns {
  readonly lab = new EmulatedLab(DNS_TOPOLOGY);
  private readonly log: { readonly stdout: string; readonly stderr: string };
  private readonly registry: ProgramRegistry;

  constructor(registry: ProgramRegistry = hostPrograms()) {
    this.registry = registry;
    this.lab.files.write('/zone', ZONE.join('\n'));
    const line = `dns-server -v -a 10.77.0.2 -f /zone ${FAULTS.join(' ')}`;
    this.log = this.lab.start(hostPrograms(), { ns: 's', line }).output;
  }

  ask({ resolvConf = RESOLV_CONF, hosts = HOSTS, line }: Ask): Asked {
    this.lab.files.write('/etc/resolv.conf', resolvConf);
    this.lab.files.write('/etc/hosts', hosts);
    const before = this.log.stdout.length;
    const [result] = this.lab.run(this.registry, [{ ns: 'c', line }]);
    const heard = this.log.stdout.slice(before).split('\n').slice(0, -1);
    return { ...result!, questions: heard.map(questionOf) };
  }
}

/** Every second case; all of them where tests may take longer. */
export function forEffort<T>(cases: readonly T[]): readonly T[] {
  return cases.filter((_, i) => EFFORT > 1 || i % 2 === 0);
}

/** What cannot be compared without namespaces. */
export function needDns(test: Skippable): void {
  need(test, 'netns');
}
