import assert from 'node:assert/strict';
import {
  tcpCaFind,
  tcpDefaultCongestionControl,
  tcpInitCongestionControl,
  tcpSetCongestionControl,
} from '../../../../src/kernel/socket/tcp/tcp-cong.ts';
import { CUBIC } from '../../../../src/kernel/socket/tcp/tcp-cubic.ts';
import { RENO } from '../../../../src/kernel/socket/tcp/tcp-reno.ts';
import { TCP_CLOSE } from '../../../../src/kernel/socket/tcp/tcp-states.ts';
import { SenderLab } from './sender-lab.ts';

describe('kernel: congestion controls', () => {
  it('are known by name', () => {
    assert.deepEqual([tcpCaFind('reno'), tcpCaFind('cubic'), tcpCaFind('bbr')], [RENO, CUBIC, null]);
    assert.equal(tcpDefaultCongestionControl('cubic'), CUBIC);
    assert.throws(() => tcpDefaultCongestionControl('vegas'));
  });

  it('are changed in the midst of a connection, which keeps its window', () => {
    const { sk } = new SenderLab(RENO);
    sk.sndCwnd = 33;
    assert.equal(tcpSetCongestionControl(sk, 'westwood'), 'ENOENT');
    assert.equal(tcpSetCongestionControl(sk, 'cubic'), '');
    assert.equal(sk.caOps, CUBIC);
    assert.equal(CUBIC.ssthresh(sk), 23);
    const figures = sk.caPriv;
    assert.equal(tcpSetCongestionControl(sk, 'cubic'), '');
    assert.equal(sk.caPriv, figures, 'the same one goes on');
  });

  it('begin with the connection', () => {
    const { sk } = new SenderLab(RENO);
    sk.state = TCP_CLOSE;
    tcpSetCongestionControl(sk, 'cubic');
    assert.equal(sk.caPriv, null);
    sk.priorSsthresh = 9;
    tcpInitCongestionControl(sk);
    assert.equal(sk.priorSsthresh, 0);
    assert.notEqual(sk.caPriv, null);
  });
});
