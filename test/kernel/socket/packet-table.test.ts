import assert from 'node:assert/strict';
import { ETH_P_ALL, PacketSocket } from '../../../src/kernel/socket/packet-socket.ts';
import { PacketTable } from '../../../src/kernel/socket/packet-table.ts';
import { devOf, withPeer } from '../kit.ts';

describe('kernel: table of packet sockets', () => {
  it('is there while a socket that receives is open', () => {
    const { host } = withPeer();
    const ns = host.rootNs;
    const table = (): PacketTable | null => ns.packetSockets;
    const mute = new PacketSocket(ns, 'raw', 0);
    assert.equal(table(), null);
    const sockets = [ETH_P_ALL, 0x0800].map((protocol) => new PacketSocket(ns, 'raw', protocol));
    assert.deepEqual(table()?.list(), sockets);
    for (const socket of [mute, ...sockets, ...sockets]) socket.close();
    assert.equal(table(), null);
  });

  it('tells the sockets bound to an interface that it went down or away', () => {
    const { host } = withPeer();
    const table = new PacketTable();
    const [bound, free] = [0, 0].map(() => new PacketSocket(host.rootNs, 'raw', 0)) as [PacketSocket, PacketSocket];
    bound.bind(devOf(host, 'eth0'));
    table.add(bound, true);
    table.add(free, false);
    table.deviceDown(devOf(host, 'eth0'), false);
    assert.deepEqual([bound.takeError(), free.takeError()], ['ENETDOWN', '']);
    table.deviceDown(devOf(host, 'eth0'), true);
    assert.deepEqual([bound.takeError(), free.takeError()], ['ENODEV', '']);
  });
});
