import { strict as assert } from 'node:assert';
import { hex } from '../../../src/base/bytes.ts';
import { Keyring } from '../../../src/gossip/keyring.ts';
import { SECOND } from '../../../src/sim/units.ts';
import { need, needTools } from '../../machine.ts';
import type { Talker } from './real-agents.ts';
import { AgentLab } from './real-agents.ts';
import { SerfCluster } from './serf-cluster.ts';

const KEYS = ['000102030405060708090a0b0c0d0e0f', 'f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeffff'];
const base64 = (key: string): string => Buffer.from(key, 'hex').toString('base64');

/** What the library says of bytes that it does not understand. */
const NOT_UNDERSTOOD = /decod|decrypt|decompress|checksum|supported|invalid|unexpected|bad type|unmarshal|truncated/i;

function assertUnderstood(...agents: readonly Talker[]): void {
  const lines = agents.flatMap((agent) => agent.lines).filter((line) => NOT_UNDERSTOOD.test(line));
  assert.deepEqual(lines, []);
}

/** Nothing that the real agents have sent was dropped for what it is. */
async function assertAllRead(member: Talker): Promise<void> {
  member.tell('counters');
  const drops = JSON.parse((await member.hears(/^counters /)).slice('counters '.length)) as Record<string, number>;
  // An acknowledgment may come late, and a stream end with its agent.
  const reasons = Object.keys(drops).filter((reason) => !['unexpectedAck', 'streamCutShort'].includes(reason));
  assert.deepEqual(reasons, []);
  assert.deepEqual(
    member.lines.filter((line) => NOT_UNDERSTOOD.test(line)),
    [],
  );
}

/** Three members that join, tell and ask; one leaves, one dies. */
function emulatedGossip(): SerfCluster {
  const [primary, other] = KEYS.map((key) => Uint8Array.from(Buffer.from(key, 'hex')));
  const cluster = new SerfCluster(11, {}, new Keyring(primary!, [other!]));
  const serfs = [0, 1, 2, 3].map((index) => cluster.start(index));
  for (const serf of serfs.slice(1)) serf.join([cluster.at(0)], true, () => undefined);
  cluster.run(3 * SECOND);
  serfs[2]!.userEvent('deploy', new Uint8Array(20), true);
  const handler = { ack: () => undefined, response: () => undefined, done: () => undefined };
  serfs[0]!.query('load', new Uint8Array(20), { requestAck: true, filterNodes: ['s1', 's2'] }, handler);
  cluster.run(3 * SECOND);
  serfs[1]!.leave(() => undefined);
  cluster.run(3 * SECOND);
  cluster.network.crash(cluster.at(3).address, true);
  serfs[3]!.shutdown();
  cluster.run(20 * SECOND);
  return cluster;
}

describe('gossip/serf beside real agents', () => {
  const labs: AgentLab[] = [];

  async function start(letter: string, net: number, keys: readonly string[]): Promise<[AgentLab, Talker[], Talker]> {
    const lab = new AgentLab(letter, net);
    labs.push(lab);
    const first = lab.agent(keys.map(base64), []);
    await first.hears(/Serf agent starting/);
    const second = lab.agent(keys.map(base64), [`-join=${lab.address(1)}`]);
    // Its primary key is the other one.
    const member = lab.member('ours', keys.toReversed());
    await member.hears(/^joined 1 $/);
    await lab.shows('ours', 'alive');
    await second.hears(/EventMemberJoin: ours/);
    return [lab, [first, second], member];
  }

  before(function () {
    need(this, 'netns');
    needTools(this, ['serf', 'ip']);
  });

  after(async () => {
    for (const lab of labs) await lab.end();
  });

  async function plainStory(): Promise<void> {
    const [lab, agents, member] = await start('p', 1, []);
    assert.match(lab.serf('members'), /ours +10\.77\.1\.3:7946 +alive +role=emulated/);
    // Events and queries, both ways.
    lab.serf('event', 'deploy', 'version-1');
    await member.hears(/^event deploy version-1$/);
    member.tell('event restart now');
    for (const agent of agents) await agent.hears(/messageUserEventType: restart/);
    const answers = lab.serf('query', '-timeout=500ms', '-no-ack', 'load', 'q1');
    assert.match(answers, /Response from 'ours': I am ours/);
    member.tell('query load q2');
    await member.hears(/^query done$/);
    assert.deepEqual(
      member.lines
        .filter((line) => line.startsWith('ack '))
        .map((line) => line.slice(-2))
        .sort((a, b) => (a < b ? -1 : 1)),
      ['a1', 'a2', 'rs'],
    );
    await assertAllRead(member);
    // Killed without a word.
    await member.end();
    await lab.shows('ours', 'failed');
    assertUnderstood(...agents);
  }

  async function encryptedStory(): Promise<void> {
    const [lab, agents, member] = await start('e', 2, KEYS);
    member.tell('members');
    await member.hears(/^member a1 alive/);
    await assertAllRead(member);
    member.tell('leave');
    await member.hears(/^left in peace$/);
    await lab.shows('ours', 'left');
    assertUnderstood(...agents);
  }

  async function deathStory(): Promise<void> {
    const lab = new AgentLab('d', 4);
    labs.push(lab);
    const agent = lab.agent(KEYS.map(base64), []);
    await agent.hears(/Serf agent starting/);
    const member = lab.member('ours', KEYS);
    await member.hears(/^joined 1 $/);
    await lab.shows('ours', 'alive');
    await agent.end();
    await member.hears(/^failed a1$/);
    await assertAllRead(member);
  }

  /** Everything that emulated members say to each other from join to death, said to a real one. */
  async function strangersStory(): Promise<void> {
    const lab = new AgentLab('s', 3);
    labs.push(lab);
    const agent = lab.agent(KEYS.map(base64), []);
    await agent.hears(/Serf agent starting/);
    const member = lab.member('ours', KEYS);
    await member.hears(/^joined 1 $/);
    const { datagrams, streams } = emulatedGossip();
    for (const bytes of datagrams) member.tell(`datagram ${lab.address(1)} ${hex(bytes)}`);
    for (const bytes of streams) member.tell(`stream ${lab.address(1)} ${hex(bytes)}`);
    // What is no gossip at all shows that it would have said so.
    member.tell(`datagram ${lab.address(1)} ${'00'.repeat(60)}`);
    await agent.hears(/Decrypt packet failed/);
    await agent.hears(/EventMemberJoin: s2/);
    await agent.hears(/messageUserEventType: deploy/);
    await agent.hears(/messageLeaveType: s1/);
    const lines = agent.lines.filter((line) => NOT_UNDERSTOOD.test(line));
    const known = /Got ping for unexpected node|Decrypt packet failed: No installed keys/;
    assert.deepEqual(
      lines.filter((line) => !known.test(line)),
      [],
    );
    assert.equal(lines.filter((line) => line.includes('Decrypt packet failed')).length, 1);
  }

  it('is listed, heard and found dead, sees one of them die, leaves, and is understood', async () => {
    await Promise.all([plainStory(), encryptedStory(), deathStory(), strangersStory()]);
  });
});
