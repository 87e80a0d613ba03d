import assert from 'node:assert/strict';
import { RawSocket } from '../../../src/kernel/socket/raw-socket.ts';
import type { RawTable } from '../../../src/kernel/socket/raw-table.ts';
import { devOf, HOST_IP, PEER_IP, withPeer } from '../kit.ts';

describe('kernel: table of raw sockets', () => {
  it('is there while a raw socket is open, and finds those of a protocol in the order of their opening', () => {
    const { host } = withPeer();
    const ns = host.rootNs;
    const table = (): RawTable | null => ns.rawSockets;
    assert.equal(table(), null);
    const sockets = [1, 17, 1].map((protocol) => new RawSocket(ns, protocol)) as [RawSocket, RawSocket, RawSocket];
    assert.deepEqual(table()?.list(), sockets);
    assert.deepEqual(table()?.matching(1, PEER_IP, HOST_IP, devOf(host, 'eth0')), [sockets[0], sockets[2]]);
    for (const socket of [...sockets, sockets[0]]) socket.close();
    assert.equal(table(), null);
  });
});
