import assert from 'node:assert/strict';
import { EngineLab } from '../engine-lab.ts';
import { recorded, recordedText } from '../recordings.ts';
import { addUserNetwork } from '../user-network.ts';
import type { Skippable } from '../../machine.ts';

const SETUP = [
  'docker run -d --name web bb httpd -f -h /www',
  'docker run -d --name dns bb sleep 100000',
  ...['ca', 'cb'].map((name) => `docker run -d --name ${name} --network net1 bb sleep 100000`),
  ...['i1', 'i2'].map((name) => `docker run -d --name ${name} --network int1 bb sleep 100000`),
];

/** Commands of the recording, and the files that show what came of them. */
const STAGES: readonly (readonly [line: string, container: string, file: string])[] = [
  ['docker network connect --alias bee2 net2 cb', 'cb', '04-b-two-nets-net1-net2'],
  ['docker run -d --name cz --network net2 bb sleep 100000', '', ''],
  ['docker network connect net1 cz', 'cz', '04-z-started-net2-then-net1'],
  ['docker network connect int1 ca', 'ca', '04-a-net1-plus-internal'],
  ['docker network connect net1 i1', 'i1', '04-i1-internal-plus-net1'],
  ['docker stop -t 0 cz', '', ''],
  ['docker start cz', 'cz', '04-z-after-restart'],
  ['docker network disconnect net2 cb', 'cb', '04-b-after-disconnect-net2'],
  ['docker network disconnect net1 cb', 'cb', '04-b-after-disconnect-all'],
  ['docker network connect net1 cb', 'cb', '04-b-reconnected'],
  ['docker network connect net1 web', 'web', '04-web-bridge-plus-net1'],
  ['docker network disconnect bridge web', 'web', '04-web-only-net1'],
];

/** The recorded answers of one stage, by the command: those that do not hang on netfilter or on TCP. */
function recordedStage(test: Skippable, file: string): [command: string, text: string][] {
  const blocks = recordedText(test, `single/${file}.txt`).split(/^(?=\[h1 netns of |h1\$ )/m);
  const matches = blocks.map((block) => /^(?:\[h1 netns of \w+\]# |h1\$ )([^\n]*)\n([\s\S]*?)\[rc=0\]/.exec(block));
  const answers = matches.filter((match) => match !== null).map((match): [string, string] => [match[1]!, match[2]!]);
  return answers.filter(([command]) => !/^(?:iptables-save|ss )/.test(command));
}

/** What two runs do not share: numbers of interfaces, ids, and words that the newer kernel's `ip` does not say. */
function withoutNumbers(text: string, containerId: string): string {
  return text
    .replaceAll(containerId.slice(0, 12), 'CONTAINER')
    .replace(/^\d+: lo:/gm, 'N: lo:')
    .replace(/^\d+: (eth\d+)@if\d+:/gm, 'N: $1@ifN:')
    .replaceAll(/link-netns(?:id)? \S+/g, 'link-netns HOST');
}

describe('docker network connect and disconnect', () => {
  it('leave interfaces, routes, files and settings as recorded, stage by stage', function () {
    const lab = new EngineLab();
    for (const name of ['net1', 'net2']) addUserNetwork(lab.engine, name);
    addUserNetwork(lab.engine, 'int1', { isInternal: true });
    const typed = (line: string): void => {
      const { exit, stderr } = lab.sh(line);
      assert.deepEqual({ exit, stderr }, { exit: 0, stderr: '' }, line);
    };
    for (const line of SETUP) typed(line);
    for (const [line, name, file] of STAGES) {
      typed(line);
      if (file === '') continue;
      const container = lab.engine.getContainer(name);
      for (const [command, text] of recordedStage(this, file)) {
        const answer = command.startsWith('docker ') ? lab.sh(command) : lab.inContainer(name, command);
        const recordedId = /\t([0-9a-f]{12})$/m.exec(recordedStage(this, file).join('\n'))?.[1];
        const wanted = command.endsWith(' hostname')
          ? 'CONTAINER\n'
          : withoutNumbers(text, recordedId ?? '-'.repeat(12));
        assert.equal(withoutNumbers(answer.stdout, container.id), wanted, `${line}: ${command}`);
      }
    }
    const guest = recorded(this, 'single/03-networks-cli.txt', 'docker run --rm --network container:ca bb ip addr');
    assert.equal(withoutNumbers(lab.sh(guest.command).stdout, 'none'), withoutNumbers(guest.text, 'none'));
  });

  it('take an address of the version of which the network has a subnet, as a real engine did', () => {
    const lab = new EngineLab();
    const noSubnet = 'only when connecting to networks with user configured subnets';
    const refusal = `docker: Error response from daemon: user specified IP address is supported ${noSubnet}.\n`;
    const lines: readonly (readonly [string, string])[] = [
      ['docker network create --subnet fd00::/64 v6', ''],
      ['docker network create --subnet 10.5.0.0/24 --subnet fd01::/64 both', ''],
      ['docker run -d --name aa --network v6 --ip6 fd00::5 bb sleep 1000', ''],
      ['docker run -d --name cc --network both --ip6 fd01::5 --ip 10.5.0.9 bb sleep 1000', ''],
      ['docker run -d --name dd --network v6 --ip6 fd00::5 --ip 172.18.0.9 bb sleep 1000', refusal],
      ['docker network connect --ip6 fd00::9 v6 cc', ''],
    ];
    for (const [line, stderr] of lines) assert.equal(lab.sh(line).stderr, stderr, line);
    const addresses = '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}';
    assert.equal(lab.sh(`docker inspect -f '${addresses}' aa cc`).stdout, '172.18.0.2 \n10.5.0.9 172.18.0.3 \n');
  });
});
