import assert from 'node:assert/strict';
import { tcpCheckSpace, tcpSndbufExpand } from '../../../../src/kernel/socket/tcp/tcp-sndbuf.ts';
import { TcpSocket } from '../../../../src/kernel/socket/tcp/tcp-socket.ts';
import { SenderLab } from './sender-lab.ts';

describe('kernel: the send buffer', () => {
  it('has room for two windows of ten at first, 46,080 bytes, as `ss -m` shows', () => {
    const { sk } = new SenderLab();
    sk.mssCache = 1448;
    sk.rxOpt.mssClamp = 1460;
    tcpSndbufExpand(sk);
    // 1460, the headers' 256 and skb_shared_info's 320 take 2048; 256 is struct sk_buff.
    assert.equal(sk.sndbufBytes, 20 * (2048 + 256));
  });

  it('grows with the window, to wmem_max of TCP', () => {
    const { sk } = new SenderLab();
    sk.mssCache = 1448;
    sk.rxOpt.mssClamp = 1460;
    sk.sndCwnd = 100;
    tcpSndbufExpand(sk);
    const at100 = sk.sndbufBytes;
    sk.sndCwnd = 50;
    tcpSndbufExpand(sk);
    assert.equal(sk.sndbufBytes, at100, 'and never shrinks');
    sk.sndCwnd = 100_000;
    tcpSndbufExpand(sk);
    assert.equal(sk.sndbufBytes, 4_194_304);
  });

  it('wakes who waits for room when a third of what is used is free', () => {
    const { sk } = new SenderLab();
    sk.socket = new TcpSocket(sk.ns);
    sk.isSndbufLocked = true;
    sk.sndbufBytes = 10_000;
    sk.wmemQueued = 8000;
    sk.wantsSpace = true;
    tcpCheckSpace(sk);
    assert.equal(sk.wantsSpace, true);
    sk.wmemQueued = 6000;
    tcpCheckSpace(sk);
    assert.equal(sk.wantsSpace, false);
    assert.equal(sk.sndbufBytes, 10_000, 'a size that was set stays');
  });

  it('does not grow while the window is full', () => {
    const lab = new SenderLab();
    const { sk } = lab;
    sk.socket = new TcpSocket(sk.ns);
    sk.sndCwnd = 20;
    lab.send(20);
    sk.wantsSpace = true;
    const { sndbufBytes } = sk;
    tcpCheckSpace(sk);
    assert.equal(sk.sndbufBytes, sndbufBytes);
    sk.wantsSpace = true;
    sk.sndCwnd = 21;
    tcpCheckSpace(sk);
    assert.ok(sk.sndbufBytes > sndbufBytes);
  });
});
