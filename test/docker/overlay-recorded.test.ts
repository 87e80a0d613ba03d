import assert from 'node:assert/strict';
import { recordedText } from './recordings.ts';
import { SwarmLab } from './swarm-lab.ts';

/** One command of a dump of a namespace, with what it said. */
interface Shown {
  readonly command: string;
  readonly text: string;
}

/** A dump such as `03-overlayns-h1.txt`: `[h1 1-dv8rsr9ki4]# ip -d addr`, or `h1# ip addr` on the host itself. */
function shown(text: string): Shown[] {
  return text
    .split(/^(?=\[?h\d[^\n]*\]?# )/m)
    .map((block) => /^[^#\n]*# ([^\n]*)\n([\s\S]*)$/.exec(block))
    .filter((match) => match !== null)
    .map((match) => ({ command: match[1]!, text: match[2]!.replace(/\[rc=0\]\n/, '') }));
}

const MAC = /\b[0-9a-f]{1,2}(?::[0-9a-f]{1,2}){5}\b/g;
/** Those that Docker sets, those of machines, and multicast. */
const KNOWN_MAC = /^(?:02:42:(?:ac|0a):|52:54:00:|ff:ff:|0?0:0|01:|33:)/;

/** What one run has otherwise than the next one is named by the order in which it comes. */
function plainly(text: string): string[] {
  const names = new Map<string, string>();
  const nameOf = (kind: string, found: string): string => {
    const name = names.get(found) ?? `${kind}${names.size}`;
    names.set(found, name);
    return name;
  };
  return (
    text
      .replace(/^#.*(?:\n|$)/gm, '')
      .replace(/ link-netns(?:id)? \S+/g, ' link-netns NS')
      .replace(/\b(?:gc|hello|tcn|topology_change|forward_delay|message_age|hold)_timer +[\d.]+/g, 'TIMER')
      .replace(/^\d+(?=: )/gm, 'INDEX')
      .replace(/@if\d+/g, '@ifINDEX')
      .replace(/\bveth[0-9a-f]{7}\b/g, (found) => nameOf('VETH', found))
      .replace(MAC, (found) => (KNOWN_MAC.test(found) ? found : 'MAC'))
      // The hosts of the recordings had other networks before, and docker_gwbridge another subnet.
      .replace(/\b172\.(?:18|2\d)(?=\.\d+\.)/g, '172.GW')
      .replace(/\b02:42:ac:(?:12|1[b-f])(?=:00:)/g, '02:42:ac:GW')
      .replace(/127\.0\.0\.11:\d+|(?<=--sport )\d+/g, 'PORT')
      .replace(/pid=\d+,fd=\d+/g, 'pid,fd')
      .replace(/^(:\S+ \S+) \[\d+:\d+\]$/gm, '$1')
      .split('\n')
      .map((line) => line.trimEnd())
      .filter((line) => line !== '')
  );
}

/** Three nodes of a swarm, whose next network gets the recorded one's subnet and number. */
function swarmOfThree(): SwarmLab {
  const lab = new SwarmLab();
  lab.formSwarm();
  lab.ok(1, 'docker network create -d overlay other');
  lab.ok(1, 'docker network rm other');
  return lab;
}

/** The same with a container on `ov1` on each. */
function recordedLab(): SwarmLab {
  const lab = swarmOfThree();
  lab.ok(1, 'docker network create -d overlay --attachable ov1');
  for (const number of [1, 2, 3]) {
    lab.ok(number, `docker run -d --name o${number} --network ov1 bb sleep 100000`);
    lab.wait(3);
  }
  return lab;
}

/** Neighbours come by a random hash, peers in the order in which gossip told of them. */
function settled(command: string, lines: readonly string[]): readonly string[] {
  if (!/^(?:ip neigh|bridge fdb)/.test(command)) return lines;
  // What a report of IGMP leaves behind is gone after a while.
  const kept = lines.filter((line) => !line.startsWith('224.0.0.22 '));
  const isPeer = (line: string): boolean => line.includes(' dst ') || !line.includes(' self ');
  const byText = (left: string, right: string): number => (left < right ? -1 : 1);
  return [...kept.filter((line) => !isPeer(line)), ...kept.filter(isPeer).sort(byText)];
}

/** What the tools show in a namespace, compared with a dump. */
function compare(lab: SwarmLab, number: number, netns: string, dump: string): void {
  for (const { command, text } of shown(dump)) {
    if (command.startsWith('ss ') || command.startsWith('sysctl ')) continue;
    const { stdout } = lab.sh(number, `ip netns exec ${netns} ${command}`);
    const [own, theirs] = [stdout, text].map((each) => settled(command, plainly(each)));
    assert.deepEqual(own, theirs, `h${number} ${netns}# ${command}`);
  }
}

function netnsOf(lab: SwarmLab, number: number, name: string, prefix: '1-' | 'lb_'): string {
  const id = lab.ok(1, `docker network inspect -f '{{.Id}}' ${name}`);
  assert.match(id, /^[a-z0-9]{25}$/);
  const netns = `${prefix}${id}`.slice(0, 12);
  assert.ok(lab.host(number).namespaces.has(netns), `${netns} on h${number}`);
  return netns;
}

/** A document or a list with what is random, and what a longer story has otherwise, left out. */
function answerLines(text: string): string[] {
  const found = text
    .replace(/\b(?:[0-9a-f]{64}|(?:gateway_)?[0-9a-f]{12}|[a-z0-9]{25}|[a-z0-9]{12})\b/g, 'ID')
    .replace(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replace(/"SandboxKey":"[^"]*"/, '"SandboxKey":"KEY"');
  return plainly(found);
}

describe('an overlay network beside the recorded one', () => {
  let lab: SwarmLab;
  before(function () {
    recordedText(this, 'swarm/03-overlayns-h1.txt');
    lab = recordedLab();
  });

  for (const number of [1, 2, 3]) {
    it(`has the same namespace on h${number}`, function () {
      const dump = recordedText(this, `swarm/03-overlayns-h${number}.txt`);
      compare(lab, number, netnsOf(lab, number, 'ov1', '1-'), dump);
    });

    it(`has the same balancer on h${number}`, function () {
      const dump = recordedText(this, `swarm/03-lb_dv8rsr9ki-h${number}.txt`);
      compare(lab, number, netnsOf(lab, number, 'ov1', 'lb_'), dump);
    });

    it(`has the same ingress network on h${number}`, function () {
      const dump = recordedText(this, `swarm/03-1-yjf6t1cg56-h${number}.txt`);
      compare(lab, number, netnsOf(lab, number, 'ingress', '1-'), dump);
    });

    it(`has the same container on h${number}`, function () {
      const dump = recordedText(this, `swarm/03-o${number}.txt`);
      for (const { command, text } of shown(dump)) {
        if (!/^(?:ip|iptables-save)/.test(command)) continue;
        const { stdout } = lab.inContainer(number, `o${number}`, command);
        assert.deepEqual(settled(command, plainly(stdout)), settled(command, plainly(text)), command);
      }
    });

    it(`has the same rules on h${number} itself`, function () {
      const dump = shown(recordedText(this, `swarm/03-host-h${number}.txt`));
      const rules = dump.find(({ command }) => command === 'iptables-save')!;
      assert.deepEqual(plainly(lab.ok(number, 'iptables-save')), plainly(rules.text));
    });

    it(`has the same ingress sandbox on h${number}`, function () {
      compare(lab, number, 'ingress_sbox', recordedText(this, `swarm/03-ingress_sbox-h${number}.txt`));
    });
  }

  it('has learned the same after traffic', function () {
    for (const target of ['o2', '10.0.2.6']) lab.ok(1, `docker exec o1 ping -c 2 ${target}`);
    for (const number of [1, 2, 3]) {
      const dump = recordedText(this, `swarm/03b-after-traffic-overlayns-h${number}.txt`);
      const table = shown(dump).find(({ command }) => command === 'bridge fdb show')!;
      const netns = netnsOf(lab, number, 'ov1', '1-');
      const own = lab.ok(number, `ip netns exec ${netns} bridge fdb show`);
      const [mine, theirs] = [own, table.text].map((text) => settled(table.command, plainly(text)));
      assert.deepEqual(mine, theirs, `h${number}`);
    }
  });

  it('is told of as there, before and after there are containers', function () {
    const { answers, lab: second } = toldOf(recordedText(this, 'swarm/03-overlay-cli.txt'));
    assert.ok(answers.length > 12);
    for (const [command, told, recorded] of answers) {
      assert.deepEqual(answerLines(told), answerLines(recorded), command);
    }
    assert.equal(second.ok(2, 'docker network ls -q').split('\n').length, 6);
  });
});

/** The transcript's commands typed again: each with what comes now, and what came then. */
function toldOf(text: string): { readonly answers: readonly (readonly [string, string, string])[]; lab: SwarmLab } {
  const lab = swarmOfThree();
  const blocks = text.split(/^(?=h\d\$ )/m).map((block) => /^h(\d)\$ ([^\n]*)\n([\s\S]*?)\[rc=\d+\]/.exec(block));
  const answers = blocks
    .filter((match) => match !== null)
    .map((match) => {
      const quoted = match[2]!.replace(/ (\{\{.*\}\})/, " '$1'");
      const { stdout, stderr } = lab.sh(Number(match[1]), quoted);
      lab.wait(3);
      return [match[2]!, stdout + stderr, match[3]!] as const;
    });
  return { answers, lab };
}
