import assert from 'node:assert/strict';
import { Lab } from '../lab.ts';
import { addUserNetwork } from '../user-network.ts';

function refusal(lab: Lab, line: string): string {
  const { exit, stdout, stderr } = lab.docker(line);
  assert.deepEqual([exit, stdout], [1, ''], line);
  return stderr.replace('Error response from daemon: ', '').trimEnd();
}

describe('docker network disconnect', () => {
  it('says in which way there is nothing to disconnect', () => {
    const lab = new Lab();
    addUserNetwork(lab.engine, 'net1');
    const id = lab.ok('run -d --name ca busybox sleep 1000');
    assert.equal(refusal(lab, 'network disconnect net1 ca'), `container ${id} is not connected to network net1`);
    assert.equal(refusal(lab, 'network disconnect -f net1 ca'), `container ${id} is not connected to network net1`);
    assert.equal(refusal(lab, 'network disconnect nosuch ca'), 'network nosuch not found');
    const forced = `container ${id} is not connected to the network nosuch`;
    assert.equal(refusal(lab, 'network disconnect -f nosuch ca'), forced);
    assert.equal(refusal(lab, 'network disconnect nosuch nobody'), 'No such container: nobody');
    assert.equal(refusal(lab, 'network disconnect -f nosuch nobody'), 'network nosuch not found');
    assert.equal(refusal(lab, 'network disconnect -f net1 nobody'), 'endpoint nobody not found');
    lab.ok('stop -t 0 ca');
    assert.equal(refusal(lab, 'network disconnect net1 ca'), `container ${id} is not connected to the network net1`);
    lab.ok('network disconnect bridge ca');
    assert.equal(
      refusal(lab, 'network disconnect bridge ca'),
      `container ${id} is not connected to the network bridge`,
    );
  });

  it('does not take a container off the network of its host', () => {
    const lab = new Lab();
    lab.ok('run -d --name hh --network host busybox sleep 1000');
    const text = 'container cannot be disconnected from host network or connected to host network';
    assert.equal(refusal(lab, 'network disconnect host hh'), text);
  });

  it('frees the address, and lets a container of none join others', () => {
    const lab = new Lab();
    const net1 = addUserNetwork(lab.engine, 'net1');
    lab.ok('run -d --name nn --network none busybox sleep 1000');
    lab.ok('network disconnect none nn');
    lab.ok('network connect net1 nn');
    const address = "inspect -f '{{.NetworkSettings.Networks.net1.IPAddress}}' nn";
    assert.equal(lab.ok(address), '172.18.0.2');
    lab.ok('network disconnect net1 nn');
    assert.equal(net1.endpoints.size, 0);
    lab.ok('network connect net1 nn');
    assert.equal(lab.ok(address), '172.18.0.2');
  });
});
