import assert from 'node:assert/strict';
import { formatIp4, ip4 } from '../../../src/base/addr.ts';
import { byDestination } from '../../../src/userland/dns/destination-order.ts';
import { needTools } from '../../machine.ts';
import { EmulatedLab, RealLab } from '../net-lab.ts';
import { DNS_TOPOLOGY, needDns } from './dns-lab.ts';
import { hostPrograms } from '../../../src/userland/registry.ts';

const NAMES: readonly (readonly string[])[] = [
  ['10.77.0.200', '10.77.0.2', '10.77.0.3'],
  ['10.99.0.1', '10.77.0.2'],
  ['10.77.0.2', '127.0.0.1', '10.77.0.1'],
  ['10.78.0.1', '10.78.0.2'],
  ['10.77.0.128', '10.77.0.64', '10.77.0.32', '10.77.0.16', '10.77.0.8', '10.77.0.5'],
];
/** What getaddrinfo(3) makes of names in /etc/hosts. */
const SCRIPT = `import socket,sys
for name in sys.argv[1:]: print(*[a[4][0] for a in socket.getaddrinfo(name,1,socket.AF_INET,socket.SOCK_DGRAM)])`;

describe('userland/dns/destination-order', () => {
  it("puts addresses into glibc's order", async function () {
    this.timeout(20_000);
    needDns(this);
    needTools(this, ['python3']);
    const lab = new EmulatedLab(DNS_TOPOLOGY);
    const { proc } = lab.start(hostPrograms(), { ns: 'c', line: 'sleep 1' });
    const emulated = NAMES.map((addresses) => byDestination(proc, addresses.map(ip4)).map(formatIp4).join(' '));
    const real = new RealLab(DNS_TOPOLOGY, 'do');
    try {
      real.writeEtc('c', 'hosts', NAMES.flatMap((all, i) => all.map((each) => `${each} name${i}\n`)).join(''));
      const line = `python3 -c '${SCRIPT}' ${NAMES.map((_, i) => `name${i}`).join(' ')}`;
      const { stdout, stderr } = await real.runOne({ ns: 'c', line });
      assert.deepEqual({ stdout: stdout.trim().split('\n'), stderr }, { stdout: emulated, stderr: '' });
    } finally {
      real.dispose();
    }
  });
});
