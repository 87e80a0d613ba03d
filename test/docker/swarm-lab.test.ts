import assert from 'node:assert/strict';
import { readCapture } from '../../src/pcap-writer/index.ts';
import { SwarmLab } from './swarm-lab.ts';

describe('docker/swarm-lab', () => {
  it('has hosts that reach each other, and keeps what their interfaces carry', () => {
    const lab = new SwarmLab({ hosts: 2, capture: ['h2/eth0'] });
    assert.match(lab.ok(1, 'ping -c 2 192.168.50.12'), /2 packets transmitted, 2 received/);
    assert.equal(lab.outside('ping -c 1 192.168.50.11').exit, 0);
    assert.equal(lab.ok(2, 'hostname'), 'h2');
    const captured = lab.captured();
    assert.deepEqual([...captured.keys()], ['h2/eth0']);
    const capture = readCapture(captured.get('h2/eth0')!);
    assert.ok(capture.packets.length >= 4);
  });
});
