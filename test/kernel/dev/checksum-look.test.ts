import assert from 'node:assert/strict';
import { address, devOf, netnsOf, type, World } from '../kit.ts';
import { PacketSocket, ETH_P_ALL } from '../../../src/kernel/socket/packet-socket.ts';
import { UdpSocket } from '../../../src/kernel/socket/udp-socket.ts';
import { dissectVerbose } from '../../../src/wire/dissect.ts';

/** What a packet socket on a's eth0 sees of a datagram to b, and what passes there. */
function sent(commands: readonly string[]): { seen: string[]; passed: string[] } {
  const world = new World();
  const host = world.host('h');
  for (const line of [
    ...['a', 'b'].map((name) => `ip netns add ${name}`),
    'ip link add eth0 netns a address 02:00:00:00:00:01 type veth peer name eth0 netns b address 02:00:00:00:00:02',
    ...['a', 'b'].map((name) => `ip -n ${name} link set eth0 up`),
    'ip -n a addr add 10.0.0.1/24 dev eth0',
    'ip -n b addr add 10.0.0.2/24 dev eth0',
    ...commands,
  ]) {
    type(host, line);
  }
  const socket = new PacketSocket(netnsOf(host, 'a'), 'raw', ETH_P_ALL);
  socket.bind(devOf(host, 'eth0', 'a'));
  const udp = new UdpSocket(netnsOf(host, 'a'));
  udp.sendTo(address('10.0.0.2'), 9, Uint8Array.from([1, 2, 3]));
  world.run(1_000_000);
  const text = (bytes: Uint8Array): string => dissectVerbose(new DataView(bytes.slice().buffer), 0, bytes.length);
  const seen: string[] = [];
  for (let next = socket.receive(); next !== null; next = socket.receive()) seen.push(text(next.bytes));
  return { seen, passed: world.seenAt('h/a/eth0').map(({ bytes }) => text(bytes)) };
}

describe('kernel: the look of checksum offload', () => {
  it('is not there unless somebody asks for it', () => {
    const { seen, passed } = sent([]);
    assert.deepEqual(seen, passed);
    assert.ok(seen.some((line) => line.includes('[udp sum ok]')));
  });

  it('is half a checksum of what this host sends, for who looks only', () => {
    const { seen, passed } = sent(['ip netns exec a ethtool -K eth0 tx on']);
    // 0x0a00 + 0x0001 + 0x0a00 + 0x0002 + 17 + 11
    assert.match(
      seen.find((line) => line.includes('proto UDP'))!,
      /\[bad udp cksum 0x141f -> 0x[0-9a-f]{4}!\] UDP, length 3$/,
    );
    assert.ok(passed.some((line) => line.includes('[udp sum ok]')));
    assert.match(
      seen.find((line) => line.includes('proto ICMP'))!,
      /udp port 9 unreachable/,
      'what comes in is whole',
    );
  });

  it('goes again', () => {
    const { seen, passed } = sent(['on', 'off'].map((how) => `ip netns exec a ethtool -K eth0 tx ${how}`));
    assert.deepEqual(seen, passed);
  });
});
