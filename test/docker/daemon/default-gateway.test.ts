import assert from 'node:assert/strict';
import { createGatewayEndpoint } from '../../../src/docker/daemon/default-gateway.ts';
import { deleteEndpoint } from '../../../src/docker/endpoint.ts';
import { Lab } from '../lab.ts';
import { recordedText } from '../recordings.ts';

/** The rules of one table as iptables-save prints them, counters and times aside. */
function rules(text: string): string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

describe('docker_gwbridge', () => {
  it('is made with its first endpoint, with the rules of a real one, and stays', function () {
    const lab = new Lab();
    const endpoint = createGatewayEndpoint(lab.engine, 'gateway_ingress-sbox', 'ingress-sbox');
    const second = createGatewayEndpoint(lab.engine, 'gateway_7524bedf8c9e', 'c1');
    assert.equal(second.network, endpoint.network);
    const format = '{{.Name}} {{.Driver}} {{.Scope}} {{json .IPAM}} {{json .Options}} {{json .Labels}}';
    assert.equal(
      lab.ok(`network inspect -f '${format}' docker_gwbridge`),
      'docker_gwbridge bridge local {"Driver":"default","Options":null,"Config":[{"Subnet":"172.18.0.0/16",' +
        '"Gateway":"172.18.0.1"}]} {"com.docker.network.bridge.enable_icc":"false",' +
        '"com.docker.network.bridge.enable_ip_masquerade":"true",' +
        '"com.docker.network.bridge.name":"docker_gwbridge"} {}',
    );
    assert.equal(lab.docker('network rm docker_gwbridge').exit, 1);
    const saved = lab.typed('iptables-save');
    assert.deepEqual(rules(saved.stdout), rules(recordedText(this, 'swarm/01-after-init.h1.iptables')));
    const driver = lab.engine.driverOf(endpoint.network);
    for (const each of [endpoint, second]) deleteEndpoint(each, driver);
    lab.ok('network rm docker_gwbridge');
  });
});
