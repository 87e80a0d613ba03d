import assert from 'node:assert/strict';
import { formatIp4, ip4 } from '../../../src/base/addr.ts';
import { openGossipTransport } from '../../../src/docker/agent/transport.ts';
import type {
  DialHandler,
  GossipStream,
  MemberAddress,
  StreamHandler,
  Transport,
  TransportTarget,
} from '../../../src/gossip/transport.ts';
import { SwarmLab } from '../swarm-lab.ts';

const PORT = 7946;
const SECOND_NS = 1_000_000_000;

/** What a member heard, as texts: `packet 192.168.50.11 hello`, `accept`, `data …`, `end`, `error …`. */
class Member implements TransportTarget {
  readonly heard: string[] = [];
  readonly streams: GossipStream[] = [];
  /** What it does with bytes that come on an accepted stream. */
  answer: (stream: GossipStream, text: string) => void = (stream, text) => {
    stream.send(bytes(`echo ${text}`));
  };

  receivePacket(payload: Uint8Array, from: MemberAddress): void {
    this.heard.push(`packet ${formatIp4(from.address)}:${from.port} ${text(payload)}`);
  }

  acceptStream(stream: GossipStream): StreamHandler {
    this.streams.push(stream);
    this.heard.push('accept');
    return this.handler((received) => {
      this.answer(stream, received);
    });
  }

  dialHandler(opened: (stream: GossipStream) => void): DialHandler {
    return {
      ...this.handler(() => {
        // What a dialler gets it keeps.
      }),
      onOpen: (stream) => {
        this.heard.push('open');
        opened(stream);
      },
    };
  }

  private handler(got: (received: string) => void): StreamHandler {
    return {
      onData: (received) => {
        this.heard.push(`data ${text(received)}`);
        got(text(received));
      },
      onEnd: () => this.heard.push('end'),
      onError: (reason) => this.heard.push(`error ${reason.replaceAll(/\.11:\d+->/g, '.11:*->')}`),
    };
  }
}

function bytes(of: string): Uint8Array {
  return new TextEncoder().encode(of);
}

function text(of: Uint8Array): string {
  return new TextDecoder().decode(of);
}

interface Pair {
  readonly lab: SwarmLab;
  readonly members: readonly [Member, Member];
  readonly transports: readonly [Transport, Transport];
}

function pair(): Pair {
  const lab = new SwarmLab({ hosts: 2 });
  const members = [new Member(), new Member()] as const;
  const open = (i: 0 | 1): Transport => openGossipTransport(lab.engine(i + 1), 0, PORT, members[i]);
  return { lab, members, transports: [open(0), open(1)] };
}

const SECOND = { address: ip4('192.168.50.12'), port: PORT };

function dial({ members, transports }: Pair, opened: (stream: GossipStream) => void, to = SECOND): () => void {
  return transports[0].dial(to, 10 * SECOND_NS, members[0].dialHandler(opened));
}

function ignore(): void {
  // Nothing is said on it.
}

describe('the gossip’s sockets', () => {
  it('are the daemon’s, on one port of UDP and TCP', () => {
    const { lab } = pair();
    const shown = lab.ok(1, 'ss -lntup');
    assert.match(shown, /udp +UNCONN +0 +0 +0\.0\.0\.0:7946 .*"dockerd",pid=640,fd=\d+/);
    assert.match(shown, /tcp +LISTEN +0 +4096 +0\.0\.0\.0:7946 .*"dockerd",pid=640,fd=\d+/);
  });

  it('carry datagrams, and none without a payload', () => {
    const { lab, members, transports } = pair();
    transports[0].sendPacket(SECOND, bytes('hello'));
    transports[0].sendPacket(SECOND, bytes(''));
    lab.wait(1);
    assert.deepEqual(members[1].heard, ['packet 192.168.50.11:7946 hello']);
    assert.deepEqual(members[0].heard, []);
  });

  it('carry streams, whose ends are heard one by one', () => {
    const made = pair();
    const { lab, members } = made;
    let opened: GossipStream | null = null;
    dial(made, (stream) => {
      opened = stream;
      stream.send(bytes('ab'));
    });
    assert.deepEqual(members[0].heard, [], 'nothing is heard before dial has returned');
    lab.wait(1);
    assert.deepEqual(members[0].heard, ['open', 'data echo ab']);
    assert.deepEqual(members[1].heard, ['accept', 'data ab']);
    assert.equal(formatIp4(opened!.remote.address), '192.168.50.12');
    members[1].streams[0]!.close();
    lab.wait(1);
    assert.deepEqual(members[0].heard.slice(2), ['end']);
    opened!.close();
    lab.wait(1);
    assert.equal(members[1].heard.length, 2, 'who has closed hears no more');
    assert.equal(lab.ok(1, 'ss -Hnt'), '');
  });

  it('queue what a socket does not take, however much it is', () => {
    const made = pair();
    const { lab, members } = made;
    const size = 3_000_000;
    let got = 0;
    members[1].answer = (_stream, received) => {
      got += received.length;
    };
    dial(made, (stream) => {
      stream.send(bytes('x'.repeat(size)));
      stream.send(bytes('y'.repeat(size)));
      stream.close();
    });
    lab.wait(5);
    assert.equal(got, 2 * size);
    assert.equal(members[1].heard.at(-1), 'end');
  });

  it('say why nobody answers, in Go’s words', () => {
    const made = pair();
    const { lab, members, transports } = made;
    lab.ok(1, 'ip route del default');
    dial(made, ignore, { address: SECOND.address, port: 7947 });
    dial(made, ignore, { address: ip4('10.9.9.9'), port: PORT });
    lab.wait(1);
    assert.deepEqual(members[0].heard.splice(0), [
      'error dial tcp 10.9.9.9:7946: connect: network is unreachable',
      'error dial tcp 192.168.50.12:7947: connect: connection refused',
    ]);
    dial(made, ignore, { address: ip4('192.168.50.77'), port: PORT });
    lab.wait(5);
    assert.deepEqual(members[0].heard.splice(0), ['error dial tcp 192.168.50.77:7946: connect: no route to host']);
    lab.ok(2, 'iptables -A INPUT -p tcp --dport 7946 -j DROP');
    dial(made, ignore);
    lab.wait(9.9);
    assert.deepEqual(members[0].heard.splice(0), []);
    lab.wait(0.2);
    assert.deepEqual(members[0].heard.splice(0), ['error dial tcp 192.168.50.12:7946: i/o timeout']);
    const giveUp = transports[0].dial(SECOND, SECOND_NS, members[0].dialHandler(ignore));
    giveUp();
    lab.wait(2);
    assert.deepEqual(members[0].heard, []);
  });

  it('hear of a reset', () => {
    const made = pair();
    const { lab, members, transports } = made;
    dial(made, ignore);
    lab.wait(1);
    lab.ok(2, 'iptables -A INPUT -p tcp --dport 7946 -j REJECT --reject-with tcp-reset');
    members[0].heard.length = 0;
    dial(made, ignore);
    lab.wait(1);
    assert.deepEqual(members[0].heard, ['error dial tcp 192.168.50.12:7946: connect: connection refused']);
    lab.ok(2, 'iptables -F INPUT');
    // Who closes with bytes unread resets.
    members[1].answer = () => {
      transports[1].shutdown();
    };
    dial(made, (stream) => {
      stream.send(bytes('1'));
      lab.engine(1).host.after(SECOND_NS, () => {
        stream.send(bytes('2'));
      });
    });
    lab.wait(3);
    assert.match(members[0].heard.at(-1)!, /^(end|error read tcp .*: read: connection reset by peer)$/);
  });

  it('lose what a rule or a cut cable stops', () => {
    const { lab, members, transports } = pair();
    lab.ok(2, 'iptables -A INPUT -p udp --dport 7946 -j DROP');
    transports[0].sendPacket(SECOND, bytes('1'));
    lab.wait(1);
    lab.ok(2, 'iptables -F INPUT');
    transports[0].sendPacket(SECOND, bytes('2'));
    lab.wait(1);
    lab.ok(2, 'ip link set eth0 down');
    transports[0].sendPacket(SECOND, bytes('3'));
    lab.wait(1);
    lab.ok(2, 'ip link set eth0 up');
    transports[0].sendPacket(SECOND, bytes('4'));
    lab.wait(1);
    assert.deepEqual(members[1].heard, ['packet 192.168.50.11:7946 2', 'packet 192.168.50.11:7946 4']);
  });

  it('have memberlist’s receive buffer, as much of it as the kernel grants, and lose what is more', () => {
    const { lab, members, transports } = pair();
    const second = lab.host(2);
    for (const thread of second.processes.all) thread.freeze();
    const payload = new Uint8Array(1000);
    const count = 2000;
    for (let i = 0; i < count; i++) {
      lab.engine(1).host.after(i * 100_000, () => {
        transports[0].sendPacket(SECOND, payload);
      });
    }
    lab.wait(1);
    for (const thread of second.processes.all) thread.thaw();
    lab.wait(1);
    // The kernel doubles the 2 MiB; a datagram of that size takes 2,304 bytes.
    const fitting = Math.floor((4 * 1024 * 1024) / 2304);
    assert.equal(members[1].heard.length, fitting);
    assert.equal(second.rootNs.mib.udpRcvbufErrors, count - fitting);
  });

  it('report a port that is taken and an address that is not ours', () => {
    const { lab, members } = pair();
    const open = (address: string, port = PORT) => {
      return () => openGossipTransport(lab.engine(1), ip4(address), port, members[0]);
    };
    const start = 'Could not set up network transport: failed to obtain an address: Failed to start';
    assert.throws(open('0.0.0.0'), {
      message: `${start} TCP listener on "0.0.0.0" port 7946: listen tcp 0.0.0.0:7946: bind: address already in use`,
    });
    assert.throws(open('1.2.3.4', 9), {
      message: `${start} TCP listener on "1.2.3.4" port 9: listen tcp 1.2.3.4:9: bind: cannot assign requested address`,
    });
    lab.ok(1, 'nc -lu -p 8000 > /dev/null &');
    assert.throws(open('0.0.0.0', 8000), {
      message: `${start} UDP listener on "0.0.0.0" port 8000: listen udp 0.0.0.0:8000: bind: address already in use`,
    });
    // What was opened before is closed again.
    lab.ok(1, 'kill %1');
    open('0.0.0.0', 8000)().shutdown();
  });

  it('are gone after the shutdown, streams and all', () => {
    const made = pair();
    const { lab, members, transports } = made;
    dial(made, ignore);
    lab.wait(1);
    members[0].heard.length = 0;
    transports[1].shutdown();
    transports[1].sendPacket({ address: ip4('192.168.50.11'), port: PORT }, bytes('late'));
    transports[1].dial(SECOND, SECOND_NS, members[1].dialHandler(ignore))();
    lab.wait(1);
    assert.deepEqual(members[0].heard, ['end']);
    assert.equal(lab.ok(2, 'ss -Hlntu'), '');
    openGossipTransport(lab.engine(2), 0, PORT, members[1]);
  });

  it('end with the power of the machine', () => {
    const lab = new SwarmLab({ hosts: 2 });
    const member = new Member();
    const transport = openGossipTransport(lab.engine(2), 0, PORT, member);
    const host = lab.host(2);
    for (const proc of host.processes.all) proc.kill('SIGKILL');
    transport.sendPacket({ address: ip4('192.168.50.11'), port: PORT }, bytes('late'));
    assert.equal(host.rootNs.mib.udpOutDatagrams, 0);
  });
});
