import assert from 'node:assert/strict';
import { formatIp4, ip4 } from '../../src/base/addr.ts';
import { dropReasonName } from '../../src/link/drop.ts';
import type { TraceSink } from '../../src/link/trace-sink.ts';
import { RX, TX } from '../../src/link/trace-sink.ts';
import { addContainer, payloadOf, pingSocket, SECOND, type, World } from './kit.ts';

/** Writes down what it is told. */
function listener(lines: string[]): TraceSink {
  return {
    onDevice: (_frame, dev, direction) => lines.push(`${dev.fullName} ${direction === RX ? 'receives' : 'sends'}`),
    onBridge: (_frame, dev, words, port) => lines.push(`${dev.fullName} ${words} ${port?.fullName ?? 'all'}`),
    onLearn: (_frame, dev, port, isMove) => {
      lines.push(`${dev.fullName} ${isMove ? 'moves to' : 'learns'} ${port.fullName}`);
    },
    onRoute: (_frame, words, dev, gateway) =>
      lines.push(`route ${words} ${dev?.fullName ?? '-'} ${formatIp4(gateway)}`),
    onNeighbour: (_frame, dev, ip, words) => lines.push(`neighbour ${dev.fullName} ${formatIp4(ip)} ${words}`),
    onDeliver: () => lines.push('delivered'),
    onDrop: (_frame, reason, where) => lines.push(`dropped ${dropReasonName(reason)} ${where?.fullName ?? '-'}`),
  };
}

function build(): { world: World; lines: string[] } {
  const world = new World();
  const host = world.host('h');
  for (const line of ['ip link add br0 type bridge', 'ip link set br0 up', 'ip addr add 10.0.0.254/24 dev br0'])
    type(host, line);
  addContainer(host, 'c1', '10.0.0.1/24', 'br0', 'v1');
  addContainer(host, 'c2', '10.0.0.2/24', 'br0', 'v2');
  const lines: string[] = [];
  host.stats.trace = listener(lines);
  return { world, lines };
}

describe('link: trace sink', () => {
  it('has the values of pcapng for directions', () => {
    assert.deepEqual([RX, TX], [1, 2]);
  });

  it('is told every decision about a frame on its way, in order', () => {
    const { world, lines } = build();
    const host = world.hosts[0]!;
    pingSocket(host.namespaces.get('c1')!).sendEcho(ip4('10.0.0.2'), 1, payloadOf(8));
    assert.deepEqual(lines.splice(0), [
      'route output unicast h/c1/eth0 0.0.0.0',
      'h/c1/eth0 sends',
      'h/v1 receives',
      'neighbour h/c1/eth0 10.0.0.2 parked, asking',
    ]);
    world.run(2000);
    assert.deepEqual(lines.splice(0), [
      'h/br0 learns h/v1',
      'h/br0 receives',
      'h/br0 flood all',
      'h/v2 sends',
      'h/c2/eth0 receives',
      'delivered',
    ]);
    world.run(2000);
    assert.deepEqual(lines.splice(0), ['h/c2/eth0 sends', 'h/v2 receives', 'delivered']);
    world.run(2000);
    assert.deepEqual(lines.splice(0), [
      'h/br0 learns h/v2',
      'h/br0 receives',
      'h/br0 known h/v1',
      'h/v1 sends',
      'h/c1/eth0 receives',
    ]);
  });

  it('is told of what dies, where and of what', () => {
    const { world, lines } = build();
    const host = world.hosts[0]!;
    pingSocket(host.namespaces.get('c1')!).sendEcho(ip4('10.0.0.9'), 1, payloadOf(8));
    world.run(4 * SECOND);
    assert.equal(lines.filter((line) => line === 'dropped NEIGH_FAILED h/c1/eth0').length, 1);
  });
});
