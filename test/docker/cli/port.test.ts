import assert from 'node:assert/strict';
import { Lab } from '../lab.ts';

describe('docker port', () => {
  const published = '-p 8080:80 -p 8081:80 -p 8079:80 -p 127.0.0.1:53:53/udp -p 127.0.0.1:54:53/udp';
  let lab: Lab;

  before(() => {
    lab = new Lab();
    lab.ok(`run -d --name na ${published} --expose 443 bb sleep 10000`);
  });

  it('lists all ports, and the addresses of one, in a real engine’s order', () => {
    const web = ['0.0.0.0:8079', ':::8079', '0.0.0.0:8081', ':::8081', '0.0.0.0:8080', ':::8080'];
    const dns = ['127.0.0.1:54', '127.0.0.1:53'];
    const all = [...dns.map((each) => `53/udp -> ${each}`), ...web.map((each) => `80/tcp -> ${each}`)];
    for (const words of ['port na', 'container port na', "port na ''"]) assert.equal(lab.ok(words), all.join('\n'));
    for (const words of ['port na 80', 'port na 80/tcp', 'port na 080']) assert.equal(lab.ok(words), web.join('\n'));
    assert.equal(lab.ok('port na 53/udp'), dns.join('\n'));
  });

  it('complains in the words of the real client', () => {
    const cases: [words: string, text: string][] = [
      ['na 80/udp', "Error: No public port '80/udp' published for na"],
      ['na 443', "Error: No public port '443/tcp' published for na"],
      ['na 80-81', "Error: No public port '80-81/tcp' published for na"],
      ['na 53/UDP', "Error: No public port '53/UDP' published for na"],
      ['na 80/', 'strconv.ParseUint: parsing "80/": invalid syntax'],
      ['na foo', 'strconv.ParseUint: parsing "foo": invalid syntax'],
      ['na 99999', 'strconv.ParseUint: parsing "99999": value out of range'],
      ['na /udp', "Error: No public port '/udp' published for na"],
      ['nosuch', 'Error: No such container: nosuch'],
    ];
    for (const [words, text] of cases) {
      assert.deepEqual(lab.docker(`port ${words}`), { exit: 1, stdout: '', stderr: `${text}\n` }, words);
    }
    assert.match(lab.docker('port').stderr, /^"docker port" requires at least 1 and at most 2 arguments\.\n/);
  });

  it('says nothing of a container that does not run', () => {
    lab.ok('run -d --name gone -p 9000:80 bb echo');
    assert.equal(lab.ok('port gone'), '');
  });
});
