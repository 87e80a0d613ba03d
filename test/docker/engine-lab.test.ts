import assert from 'node:assert/strict';
import { EngineLab } from './engine-lab.ts';

describe('the emulated host of the recordings', () => {
  it('takes lines as a shell does, and looks into containers', () => {
    const lab = new EngineLab();
    assert.equal(lab.sh('docker run -d --name web bb httpd -f -h /www | wc -c').stdout, '65\n');
    assert.match(lab.inContainer('web', 'ip -o -4 addr show eth0').stdout, /inet 172\.17\.0\.2\/16/);
    assert.match(lab.host('ip route').stdout, /^default via 192\.168\.50\.100 dev eth0/);
    lab.wait(5);
    assert.equal(lab.nowNs, 5_000_000_000);
    assert.match(lab.sh('docker ps').stdout, /Up 5 seconds/);
    assert.equal(lab.sh('docker rm web').exit, 1);
  });
});
