import assert from 'node:assert/strict';
import { Lab } from '../lab.ts';
import { addUserNetwork } from '../user-network.ts';

function refusal(lab: Lab, line: string): string {
  const { exit, stdout, stderr } = lab.docker(line);
  assert.deepEqual([exit, stdout], [1, ''], line);
  return stderr.trimEnd();
}

describe('docker network connect', () => {
  it('hands on what was asked for, and says nothing', () => {
    const lab = new Lab();
    addUserNetwork(lab.engine, 'net3', { subnet: '10.99.0.0/24' });
    lab.ok('run -d --name ca busybox sleep 1000');
    lab.ok('network connect --alias a,b --alias c --link db:data --driver-opt Some.Key=value net3 ca');
    const settings = JSON.parse(lab.ok("inspect -f '{{json .NetworkSettings.Networks.net3}}' ca")) as object;
    const shortId = lab.engine.getContainer('ca').id.slice(0, 12);
    assert.deepEqual(Object.entries(settings).slice(0, 3), [
      ['IPAMConfig', {}],
      ['Links', ['db:data']],
      ['Aliases', ['a', 'b', 'c', shortId]],
    ]);
    assert.deepEqual(Object.entries(settings).at(-1), ['DriverOpts', { 'Some.Key': 'value' }]);
  });

  it('refuses by itself what no option could be', () => {
    const lab = new Lab();
    lab.ok('run -d --name ca busybox sleep 1000');
    const text = 'invalid key/value pair format in driver options';
    assert.equal(refusal(lab, 'network connect --driver-opt x bridge ca'), text);
  });

  it('words what the daemon refuses', () => {
    const lab = new Lab();
    addUserNetwork(lab.engine, 'net1');
    lab.ok('run -d --name ca --network net1 busybox sleep 1000');
    const daemon = 'Error response from daemon: ';
    assert.equal(refusal(lab, 'network connect nosuch ca'), `${daemon}network nosuch not found`);
    assert.equal(refusal(lab, 'network connect nosuch nobody'), `${daemon}No such container: nobody`);
    const twice = `${daemon}endpoint with name ca already exists in network net1`;
    assert.equal(refusal(lab, 'network connect net1 ca'), twice);
    assert.equal(refusal(lab, 'network disconnect bridge nobody'), `${daemon}No such container: nobody`);
  });
});
