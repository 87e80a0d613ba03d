/** A container of a newer engine tells its neighbours of its address: how often, when, and with which bytes. */
import assert from 'node:assert/strict';
import { formatMac } from '../../src/base/addr.ts';
import { readAnnouncements } from '../../src/docker/address-announcements.ts';
import { DaemonError } from '../../src/docker/errors.ts';
import { PacketSocket } from '../../src/kernel/socket/packet-socket.ts';
import * as ethernet from '../../src/wire/ethernet.ts';
import { Lab, SECOND } from './lab.ts';

/** What comes to a bridge by ARP, as the time in ms and the whole frame in hexadecimal digits. */
class Listener {
  private readonly lab: Lab;
  private readonly socket: PacketSocket;
  private readonly startNs: number;

  constructor(lab: Lab, bridge: string) {
    this.lab = lab;
    this.startNs = lab.sched.now;
    this.socket = new PacketSocket(lab.host.rootNs, 'raw', ethernet.ETHERTYPE_ARP);
    this.socket.bind(lab.host.rootNs.deviceByName(bridge));
  }

  /** What comes within the next seconds. */
  heardIn(seconds: number): { atMs: number; frame: string }[] {
    this.lab.wait(seconds * SECOND);
    const heard = [];
    for (let seen = this.socket.receive(); seen !== null; seen = this.socket.receive()) {
      const atMs = Math.round((seen.atNs - this.startNs) / 1_000_000);
      heard.push({ atMs, frame: Buffer.from(seen.bytes).toString('hex') });
    }
    return heard;
  }
}

function macOf(lab: Lab, container: string): string {
  return formatMac([...lab.engine.containerByName(container)!.networks.values()][0]!.endpoint!.mac!);
}

describe('docker/address-announcements', () => {
  it('sends three ARP requests for the own address, a second apart, the first at once', () => {
    const lab = new Lab({ version: '29' });
    const listener = new Listener(lab, 'docker0');
    lab.ok('run -d --name c1 busybox sleep 100');
    const mac = macOf(lab, 'c1').replaceAll(':', '');
    const address = 'ac110002';
    const frame = `ffffffffffff${mac}08060001080006040001${mac}${address}${'0'.repeat(12)}${address}`;
    assert.deepEqual(
      listener.heardIn(5),
      [0, 1000, 2000].map((atMs) => ({ atMs, frame })),
    );
  });

  it('makes neighbours forget the MAC of who had the address before', () => {
    const lab = new Lab({ version: '29' });
    lab.ok('run -d --name c1 busybox sleep 100');
    lab.ok('run -d --name c2 busybox sleep 100');
    assert.match(lab.ok('exec c2 probe 172.17.0.2'), /^reply/);
    const before = macOf(lab, 'c1');
    lab.ok('restart -t 0 c1');
    assert.notEqual(macOf(lab, 'c1'), before);
    assert.match(lab.ok('exec c2 probe 172.17.0.2'), /^reply/);
  });

  it('ends with the interface, and where somebody has given it another MAC', () => {
    const lab = new Lab({ version: '29' });
    lab.ok('network create net1');
    const bridge = `br-${lab.ok('network ls -qf name=net1')}`;
    lab.ok('run -d --name c1 busybox sleep 100');
    const listener = new Listener(lab, bridge);
    lab.ok('network connect net1 c1');
    assert.equal(listener.heardIn(0.5).length, 1);
    lab.ok('network disconnect net1 c1');
    assert.equal(listener.heardIn(5).length, 0);
    lab.ok('run -d --name c2 --network net1 busybox sleep 100');
    const netns = lab.engine.containerByName('c2')!.sandbox!.netnsName!;
    lab.typed(`ip -n ${netns} link set eth0 address 02:00:00:00:00:01`);
    assert.equal(listener.heardIn(5).length, 1);
  });

  it('is silent on older engines, and where a network wants none', () => {
    const old = new Lab();
    const oldListener = new Listener(old, 'docker0');
    old.ok('run -d --name c1 busybox sleep 100');
    assert.deepEqual(oldListener.heardIn(5), []);
    const lab = new Lab({ version: '29' });
    lab.ok('network create -o com.docker.network.advertise_addr_nmsgs=0 quiet');
    lab.ok(
      'network create -o com.docker.network.advertise_addr_ms=100 -o com.docker.network.advertise_addr_nmsgs=2 fast',
    );
    const [quiet, fast] = ['quiet', 'fast'].map(
      (name) => new Listener(lab, `br-${lab.ok(`network ls -qf name=${name}`)}`),
    );
    lab.ok('run -d --network quiet busybox sleep 100');
    lab.ok('run -d --network fast busybox sleep 100');
    assert.deepEqual(
      fast!.heardIn(5).map(({ atMs }) => atMs),
      [0, 100],
    );
    assert.deepEqual(quiet!.heardIn(0), []);
  });

  it('reads its options, and says all that is wrong with them', () => {
    const [count, interval] = ['com.docker.network.advertise_addr_nmsgs', 'com.docker.network.advertise_addr_ms'];
    assert.deepEqual(readAnnouncements(new Map()), { count: 3, intervalNs: SECOND });
    assert.deepEqual(
      readAnnouncements(
        new Map([
          [count, '0'],
          [interval, '+2000'],
        ]),
      ),
      { count: 0, intervalNs: 2 * SECOND },
    );
    const wrong = (nmsgs: string, ms: string): void => {
      readAnnouncements(
        new Map([
          [count, nmsgs],
          [interval, ms],
        ]),
      );
    };
    const range = `${count} must be in the range 0 to 3\n${interval} must be in the range 100 to 2000`;
    assert.throws(() => {
      wrong('4', '99');
    }, new DaemonError(range));
    const noCount = `value for option ${count} "x" must be an integer`;
    const noNumbers = `${noCount}\nvalue for option ${interval} "" must be integer milliseconds`;
    assert.throws(() => {
      wrong('x', '');
    }, new DaemonError(noNumbers));
    const { exit, stderr } = new Lab({ version: '29' }).docker(`network create -o ${count}=9 net1`);
    assert.deepEqual([exit, stderr], [1, `Error response from daemon: ${count} must be in the range 0 to 3\n`]);
  });
});
