import assert from 'node:assert/strict';
import { formatIp4, ip4 } from '../../../../src/base/addr.ts';
import { DaemonError } from '../../../../src/docker/errors.ts';
import { Answer } from '../../../../src/docker/swarm/answer.ts';
import type { ControlClientOptions } from '../../../../src/docker/swarm/control/control-client.ts';
import { ControlClient } from '../../../../src/docker/swarm/control/control-client.ts';
import { ControlServer } from '../../../../src/docker/swarm/control/control-server.ts';
import type {
  ControlHandler,
  ControlIdentity,
  ControlPeer,
  ControlStream,
  JsonValue,
} from '../../../../src/docker/swarm/control/rpc.ts';
import { RpcError } from '../../../../src/docker/swarm/control/rpc.ts';
import { SwarmLab } from '../../swarm-lab.ts';

const PORT = 2377;
const MANAGER = ip4('192.168.50.11');
const SECOND_NS = 1_000_000_000;
const CLUSTER = 'cluster1';

function identity(role: 'manager' | 'worker', clusterId = CLUSTER): ControlIdentity {
  return { nodeId: `node-${role}`, role, clusterId };
}

/** Echoes calls, refuses those named so, and keeps the streams. */
class Echo implements ControlHandler {
  readonly identity = identity('manager');
  readonly calls: string[] = [];
  readonly streams: ControlStream[] = [];
  ended = 0;

  call(peer: ControlPeer, method: string, body: JsonValue): Answer<JsonValue> {
    this.calls.push(`${formatIp4(peer.address)} ${peer.identity?.nodeId ?? 'nobody'} ${method}`);
    if (method === 'Test/Refuse') return Answer.refusal(new DaemonError('not “this” 100%'));
    if (method === 'Test/NotFound') return Answer.refusal(new RpcError('NotFound', 'node not found'));
    if (method === 'Test/Never') return new Answer();
    return Answer.of<JsonValue>({ method, body });
  }

  open(_peer: ControlPeer, method: string, body: JsonValue, stream: ControlStream): () => void {
    this.calls.push(`open ${method} ${JSON.stringify(body)}`);
    this.streams.push(stream);
    return () => this.ended++;
  }
}

interface Lab {
  readonly lab: SwarmLab;
  readonly echo: Echo;
  readonly server: ControlServer;
  readonly connect: (worker?: ControlIdentity | null, options?: ControlClientOptions) => ControlClient;
}

function made(): Lab {
  const lab = new SwarmLab({ hosts: 2 });
  const echo = new Echo();
  const server = new ControlServer(lab.engine(1), 0, PORT, echo);
  const connect = (worker: ControlIdentity | null = identity('worker'), options: ControlClientOptions = {}) =>
    new ControlClient(lab.engine(2), MANAGER, PORT, worker, options);
  return { lab, echo, server, connect };
}

/** The value, or the refusal's text. */
function told(answer: Answer<JsonValue>): JsonValue {
  if (!answer.isReady()) return 'pending';
  try {
    return answer.get();
  } catch (error) {
    assert.ok(error instanceof RpcError);
    return error.message;
  }
}

function listen(client: ControlClient, heard: JsonValue[], method = 'Dispatcher/Session'): () => void {
  return client.open(
    method,
    { sessionId: '' },
    {
      onMessage: (message) => heard.push(message),
      onLost: (reason) => heard.push(reason),
    },
  );
}

describe('calls of managers', () => {
  it('are answered over TLS, several at a time, whatever they carry', () => {
    const { lab, echo, connect } = made();
    const client = connect();
    const bodies: JsonValue[] = [
      null,
      true,
      -5,
      1.5,
      2 ** 40,
      'ä“',
      [1, [2]],
      { sessionId: 'x', unknown: {} },
      'y'.repeat(100_000),
    ];
    const answers = bodies.map((body) => client.call('Test/Echo', body));
    lab.wait(1);
    assert.deepEqual(
      answers.map(told),
      bodies.map((body) => ({ method: 'Test/Echo', body })),
    );
    assert.equal(echo.calls[0], '192.168.50.12 node-worker Test/Echo');
    assert.match(lab.ok(1, 'ss -Hnt'), /ESTAB +0 +0 +192\.168\.50\.11:2377 +192\.168\.50\.12:\d+ *$/);
    assert.match(lab.ok(1, 'ss -Hlntp'), /0\.0\.0\.0:2377 .*dockerd/);
  });

  it('are refused with the handler’s words', () => {
    const { lab, connect } = made();
    const client = connect();
    const answers = ['Test/Refuse', 'Test/NotFound'].map((method) => client.call(method, null));
    lab.wait(1);
    assert.deepEqual(answers.map(told), [
      'rpc error: code = Unknown desc = not “this” 100%',
      'rpc error: code = NotFound desc = node not found',
    ]);
  });

  it('end with their time', () => {
    const { lab, connect } = made();
    const client = connect();
    const answer = client.call('Test/Never', null, SECOND_NS);
    lab.wait(0.9);
    assert.equal(told(answer), 'pending');
    lab.wait(0.2);
    assert.equal(told(answer), 'rpc error: code = DeadlineExceeded desc = context deadline exceeded');
    const next = client.call('Test/Echo', 1);
    lab.wait(1);
    assert.deepEqual(told(next), { method: 'Test/Echo', body: 1 });
  });

  it('have streams, until either side ends them', () => {
    const { lab, echo, connect } = made();
    const client = connect();
    const heard: JsonValue[] = [];
    const end = listen(client, heard);
    lab.wait(1);
    assert.deepEqual(echo.calls, ['open Dispatcher/Session {"sessionId":""}']);
    for (const message of [1, { a: 'b' }]) echo.streams[0]!.push(message);
    lab.wait(1);
    assert.deepEqual(heard.splice(0), [1, { a: 'b' }]);
    end();
    lab.wait(1);
    echo.streams[0]!.push(3);
    lab.wait(1);
    assert.deepEqual([heard, echo.ended], [[], 1]);
    listen(client, heard);
    listen(client, heard, 'Dispatcher/Assignments');
    lab.wait(1);
    echo.streams[1]!.end(new RpcError('NotFound', 'gone'));
    echo.streams[2]!.end(null);
    lab.wait(1);
    assert.deepEqual(heard, ['rpc error: code = NotFound desc = gone', 'EOF']);
    assert.equal(echo.ended, 1);
  });

  it('tell all that is open when the connection is lost', () => {
    const { lab, echo, server, connect } = made();
    const lost: string[] = [];
    const client = connect(identity('worker'), { onLost: (reason) => lost.push(reason) });
    const heard: JsonValue[] = [];
    listen(client, heard);
    const answer = client.call('Test/Never', null, 100 * SECOND_NS);
    lab.wait(1);
    server.close();
    lab.wait(1);
    const closing = 'rpc error: code = Unavailable desc = transport is closing';
    assert.deepEqual([told(answer), heard, lost, echo.ended], [closing, [closing], [closing], 1]);
    assert.ok(client.isLost);
    assert.equal(told(client.call('Test/Echo', 1)), closing);
    assert.equal(lab.ok(1, 'ss -Hnt'), '');
  });

  it('say why there is no connection', () => {
    const { lab, server, connect } = made();
    server.close();
    const refused = connect().call('Test/Echo', 1);
    lab.wait(1);
    const start = 'rpc error: code = Unavailable desc = connection error: desc = "transport:';
    assert.equal(
      told(refused),
      `${start} Error while dialing dial tcp 192.168.50.11:2377: connect: connection refused"`,
    );
    lab.ok(1, 'iptables -A INPUT -p tcp --dport 2377 -j DROP');
    const blocked = connect().call('Test/Echo', 1);
    lab.wait(5.1);
    assert.equal(told(blocked), 'rpc error: code = DeadlineExceeded desc = context deadline exceeded');
  });

  it('do not arrive over a cut cable, and arrive when it is mended', () => {
    const { lab, connect } = made();
    const client = connect();
    lab.wait(1);
    lab.ok(1, 'ip link set eth0 down');
    const answer = client.call('Test/Echo', 1, 20 * SECOND_NS);
    lab.wait(3);
    assert.equal(told(answer), 'pending');
    lab.ok(1, 'ip link set eth0 up');
    lab.wait(10);
    assert.deepEqual(told(answer), { method: 'Test/Echo', body: 1 });
  });

  it('let in who has no certificate, and nobody of another swarm', () => {
    const { lab, echo, connect } = made();
    const answer = connect(null).call('CA/GetRootCACertificate', null);
    lab.wait(1);
    assert.deepEqual(told(answer), { method: 'CA/GetRootCACertificate', body: null });
    assert.deepEqual(echo.calls, ['192.168.50.12 nobody CA/GetRootCACertificate']);
    const unknown = 'transport: authentication handshake failed: x509: certificate signed by unknown authority';
    const strangers = [connect(identity('worker', 'other')), connect(null, { clusterId: 'other' })];
    const answers = strangers.map((stranger) => stranger.call('Test/Echo', 1));
    lab.wait(1);
    for (const each of answers) {
      assert.equal(told(each), `rpc error: code = Unavailable desc = connection error: desc = "${unknown}"`);
    }
    assert.equal(echo.calls.length, 1);
  });

  it('are closed without a word to whoever closes', () => {
    const { lab, echo, connect } = made();
    const client = connect();
    const heard: JsonValue[] = [];
    listen(client, heard);
    lab.wait(1);
    client.close();
    lab.wait(1);
    assert.deepEqual([heard, echo.ended], [[], 1]);
    assert.equal(lab.ok(1, 'ss -Hnt'), '');
    assert.match(JSON.stringify(told(client.call('Test/Echo', 1))), /code = Canceled/);
    // One that has not come far is given up.
    connect().close();
    lab.wait(1);
    assert.equal(lab.ok(2, 'ss -Hnt'), '');
  });
});
