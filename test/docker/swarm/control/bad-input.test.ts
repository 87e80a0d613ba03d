import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ip4 } from '../../../../src/base/addr.ts';
import { dialTcp } from '../../../../src/docker/connection.ts';
import { DaemonThreads } from '../../../../src/docker/daemon-threads.ts';
import { Answer } from '../../../../src/docker/swarm/answer.ts';
import { ControlServer } from '../../../../src/docker/swarm/control/control-server.ts';
import { emitFrame, PREFACE } from '../../../../src/docker/swarm/control/http2.ts';
import { Http2Session } from '../../../../src/docker/swarm/control/http2-session.ts';
import type { JsonValue } from '../../../../src/docker/swarm/control/rpc.ts';
import { clientHello } from '../../../../src/docker/swarm/control/tls-hello.ts';
import { emitRecord } from '../../../../src/docker/swarm/control/tls-record.ts';
import { Worker } from '../../../../src/docker/swarm/control/worker.ts';
import { Rng } from '../../../../src/sim/rng.ts';
import { SwarmLab } from '../../swarm-lab.ts';

const EFFORT = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);
const PORT = 2377;

function serve(lab: SwarmLab): ControlServer {
  return new ControlServer(lab.engine(1), 0, PORT, {
    identity: { nodeId: 'n', role: 'manager', clusterId: 'c' },
    call: () => Answer.of<JsonValue>(null),
    open: () => () => undefined,
  });
}

/** Sends bytes on a connection of its own; whether the server has closed it by the end of so many seconds. */
function sendTo(lab: SwarmLab, parts: readonly Uint8Array[], seconds: number): boolean {
  const engine = lab.engine(2);
  const home = {
    threads: new DaemonThreads(engine.host),
    rootNs: engine.host.rootNs,
    owner: () => engine.socketOwner(),
  };
  let isOver = false;
  const over = (): void => {
    isOver = true;
  };
  dialTcp(home, { address: ip4('192.168.50.11'), port: PORT }, 1e9, {
    onOpen: (connection) => {
      for (const part of parts) connection.send(part);
    },
    onData: () => undefined,
    onEnd: over,
    onError: over,
  });
  lab.wait(seconds);
  home.threads.stopAll();
  return isOver;
}

describe('what managers hear from who speaks otherwise', () => {
  it('ends the connection', () => {
    const lab = new SwarmLab({ hosts: 2 });
    serve(lab);
    const secrets = { random: new Uint8Array(32), sessionId: new Uint8Array(32), keyShare: new Uint8Array(32) };
    const hello = emitRecord(22, clientHello(secrets, ''), true);
    assert.equal(sendTo(lab, [new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n')], 1), true);
    assert.equal(sendTo(lab, [emitRecord(22, Uint8Array.of(1, 0, 0, 0))], 1), true);
    assert.equal(sendTo(lab, [hello, emitRecord(23, new Uint8Array(50))], 1), true);
    assert.equal(sendTo(lab, [hello, hello], 1), true);
    assert.equal(sendTo(lab, [hello], 1), false);
    lab.wait(1);
    assert.equal(lab.ok(1, 'ss -Hnt'), '');
  });

  it('is waited for two minutes', () => {
    const lab = new SwarmLab({ hosts: 2 });
    serve(lab);
    assert.equal(sendTo(lab, [], 119), false);
    assert.equal(sendTo(lab, [], 121), true);
  });

  it('is never more than an end, whatever frames come', () => {
    const after = (_delayNs: number, action: () => void): (() => void) => {
      action();
      return () => undefined;
    };
    const frame = fc.record({
      type: fc.nat(9),
      flags: fc.nat(255),
      streamId: fc.nat(10),
      payload: fc.uint8Array({ maxLength: 40 }),
    });
    const pieces = fc.array(fc.oneof(frame.map(emitFrame), fc.uint8Array({ maxLength: 20 })), { maxLength: 10 });
    fc.assert(
      fc.property(pieces, (all) => {
        const worker = new Worker({ after, clock: { now: 0 } }, Rng.fromSeed(1));
        let broken = 0;
        const session = new Http2Session(true, worker, {
          write: () => undefined,
          onHeaders: () => undefined,
          onStreamData: () => undefined,
          onReset: () => undefined,
          onBroken: () => broken++,
        });
        session.onText(PREFACE);
        for (const piece of all) if (broken === 0) session.onText(piece);
        assert.ok(broken <= 1);
      }),
      { numRuns: 500 * EFFORT },
    );
  });
});
