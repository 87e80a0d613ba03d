import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ip4 } from '../../../../src/base/addr.ts';
import { Answer } from '../../../../src/docker/swarm/answer.ts';
import { ControlClient } from '../../../../src/docker/swarm/control/control-client.ts';
import { ControlServer } from '../../../../src/docker/swarm/control/control-server.ts';
import type { ControlHandler, JsonValue } from '../../../../src/docker/swarm/control/rpc.ts';
import { need, SHARED } from '../../../machine.ts';
import { SwarmLab } from '../../swarm-lab.ts';
import type { Conversation } from './conversations.ts';
import { conversationsOn } from './conversations.ts';

const PORT = 2377;
const ID = 'abcdefghijklmnopqrstuvwxy';
const MANAGER = ip4('192.168.50.11');
const PERIOD_NS = 5_000_000_000;
/** What sealing adds to a record's text. */
const SEAL_BYTES = 17;

const handler: ControlHandler = {
  identity: { nodeId: ID, role: 'manager', clusterId: ID },
  call: () => Answer.of<JsonValue>(PERIOD_NS),
  open(_peer, method, _body, stream) {
    if (method !== 'LogBroker/ListenSubscriptions') stream.push(ID);
    return () => undefined;
  },
};

/** Joins as a worker of swarmkit does, by three connections, and then says every five seconds that it lives. */
function join(lab: SwarmLab): void {
  const engine = lab.engine(2);
  const connect = (serverName: string, clusterId?: string): ControlClient =>
    new ControlClient(
      engine,
      MANAGER,
      PORT,
      null,
      clusterId === undefined ? { serverName } : { serverName, clusterId },
    );
  const asking = connect('');
  asking.call('CA/GetRootCACertificate', null).then(() => {
    asking.close();
    const signing = connect('swarm-ca', ID);
    signing.call('NodeCA/IssueNodeCertificate', 'token').then(() => {
      signing.call('NodeCA/NodeCertificateStatus', ID).then(() => {
        signing.close();
        live(lab);
      });
    });
  });
}

function live(lab: SwarmLab): void {
  const engine = lab.engine(2);
  const client = new ControlClient(engine, MANAGER, PORT, { nodeId: ID, role: 'worker', clusterId: ID });
  const onLost = (reason: string): void => {
    assert.fail(reason);
  };
  const listener = { onMessage: () => undefined, onLost };
  const beat = (): void => {
    client.call('Dispatcher/Heartbeat', ID).then(() => engine.host.after(PERIOD_NS, beat));
  };
  const onMessage = (): void => {
    client.open('Dispatcher/Assignments', ID, listener);
    client.open('LogBroker/ListenSubscriptions', null, listener);
    beat();
  };
  client.open('Dispatcher/Session', 'description', { ...listener, onMessage });
}

function emulated(seed: number, seconds: number): Conversation[] {
  const lab = new SwarmLab({ seed, hosts: 2, capture: ['h1/eth0'] });
  const server = new ControlServer(lab.engine(1), 0, PORT, handler);
  join(lab);
  lab.wait(seconds);
  const captured = lab.captured().get('h1/eth0')!;
  server.close();
  return conversationsOn(PORT, captured);
}

function recorded(name: string): Conversation[] {
  return conversationsOn(PORT, readFileSync(`${SHARED}/truth/docker/swarm/${name}.h1-eth0.pcap`));
}

/** `c22 s22 s20 …`: the records up to the first of either side's application data, as their types show. */
function handshake({ records }: Conversation, count: number): string {
  const shown = records.slice(0, count).map(({ isFromClient, type, length }) => {
    // Signatures vary by a byte or two.
    const isExact = type !== 23 || length < 90 || length > 100 ? length < 500 : false;
    return `${isFromClient ? 'c' : 's'}${type}:${isExact ? length : '*'}`;
  });
  return shown.join(' ');
}

function total(all: readonly Conversation[], of: 'packets' | 'bytes'): number {
  return all.reduce((sum, each) => sum + each[of], 0);
}

/** Without what each record adds. */
function textBytes(all: readonly Conversation[]): number {
  return all.flatMap(({ records }) => records).reduce((sum, { length }) => sum + length - SEAL_BYTES, 0);
}

function assertNear(value: number, wanted: number, share: number, what: string): void {
  assert.ok(Math.abs(value - wanted) <= wanted * share, `${what}: ${value}, recorded ${wanted}`);
}

describe('the managers’ traffic beside the recorded one', () => {
  it('has its handshakes, record by record', function () {
    need(this, 'shared');
    const [mine, theirs] = [emulated(1, 1), recorded('join')];
    assert.equal(mine.length, 3);
    for (const [at, records] of [10, 10, 11].entries()) {
      assert.equal(handshake(mine[at]!, records), handshake(theirs[at]!, records));
    }
  });

  it('has its packets and bytes while a worker joins, and as many records of the same lengths', function () {
    need(this, 'shared');
    // The first worker's conversation ends with its third heartbeat after joining, the second one's with the first.
    const theirs = recorded('join');
    for (const seed of [1, 2, 3]) {
      const mine = [...emulated(seed, 15.8), ...emulated(seed + 10, 6)];
      for (const [at, each] of mine.entries()) {
        assertNear(each.bytes, theirs[at]!.bytes, 0.12, `bytes of connection ${at}`);
        assertNear(each.packets, theirs[at]!.packets, 0.35, `packets of connection ${at}`);
      }
      // The recorded cables were shorter: what is on its way when a side closes is answered by resets.
      assertNear(total(mine, 'bytes'), total(theirs, 'bytes'), 0.05, 'bytes');
      assertNear(total(mine, 'packets'), total(theirs, 'packets'), 0.12, 'packets');
      assertNear(textBytes(mine), textBytes(theirs), 0.015, 'text');
    }
  });

  it('has them when real commands make nodes join', function () {
    need(this, 'shared');
    const lab = new SwarmLab({ capture: ['h1/eth0'] });
    lab.formSwarm();
    const mine = conversationsOn(PORT, lab.captured().get('h1/eth0')!);
    const theirs = recorded('join');
    assert.equal(mine.length, theirs.length);
    for (const [at, records] of [10, 10, 11].entries()) {
      assert.equal(handshake(mine[at]!, records), handshake(theirs[at]!, records));
    }
    assertNear(total(mine, 'bytes'), total(theirs, 'bytes'), 0.06, 'bytes');
    assertNear(total(mine, 'packets'), total(theirs, 'packets'), 0.12, 'packets');
    assertNear(textBytes(mine), textBytes(theirs), 0.03, 'text');
  });

  it('has its heartbeats while nothing happens', function () {
    need(this, 'shared');
    const theirs = recorded('idle60');
    const ofRecorded = { packets: 0, bytes: 0, beats: 0 };
    for (const each of theirs) {
      ofRecorded.packets += each.packets;
      ofRecorded.bytes += each.bytes;
      ofRecorded.beats += beatsIn(each);
    }
    const [short, long] = [emulated(4, 11)[2]!, emulated(4, 311)[2]!];
    const beats = beatsIn(long) - beatsIn(short);
    assert.equal(beats, 60);
    assertNear((long.bytes - short.bytes) / beats, ofRecorded.bytes / ofRecorded.beats, 0.05, 'bytes');
    assertNear((long.packets - short.packets) / beats, ofRecorded.packets / ofRecorded.beats, 0.06, 'packets');
  });
});

/** The manager's answer ends with the node's acknowledgment of a ping, once for each heartbeat. */
function beatsIn({ records }: Conversation): number {
  return records.filter(({ isFromClient, length }) => isFromClient && [82, 75, 58, 51].includes(length)).length;
}
