import assert from 'node:assert/strict';
import { ip4, parseCidr } from '../../../src/base/addr.ts';
import type { FirewalledNetwork, PublishedPort } from '../../../src/docker/firewall/firewall.ts';
import * as rules from '../../../src/docker/firewall/rules20.ts';

const NETWORK: FirewalledNetwork = {
  bridge: 'docker0',
  subnet: parseCidr('172.17.0.0/16')!,
  isIccEnabled: true,
  isInternal: false,
  isMasqueraded: true,
  gatewayMode: 'nat',
  hostIp: null,
  trustedHostInterfaces: [],
};

const PORT: PublishedPort = {
  bridge: 'docker0',
  gatewayMode: 'nat',
  protocol: 'tcp',
  hostIp: 0,
  hostPort: 8080,
  containerIp: ip4('172.17.0.2'),
  containerPort: 80,
};

function text({ table, chain, words }: { table: string; chain: string; words: string }): string {
  return `${table} ${chain} ${words}`;
}

describe('the rules of 20.10', () => {
  it('give what leaves a network an address of the host', () => {
    const of = (network: FirewalledNetwork, hairpin: boolean): string[] =>
      rules.addressRules(network, hairpin).map(({ rule }) => text(rule));
    assert.deepEqual(of(NETWORK, false), [
      'nat POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE',
      'nat DOCKER -i docker0 -j RETURN',
    ]);
    assert.deepEqual(of({ ...NETWORK, hostIp: ip4('192.168.50.11') }, true), [
      'nat POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j SNAT --to-source 192.168.50.11',
      'nat POSTROUTING -m addrtype --src-type LOCAL -o docker0 -j SNAT --to-source 192.168.50.11',
    ]);
    assert.deepEqual(of({ ...NETWORK, isMasqueraded: false }, false), []);
  });

  it('let nothing into an internal network and nothing out', () => {
    assert.deepEqual(
      rules.internalRules(NETWORK).map(({ rule }) => text(rule)),
      [
        'filter DOCKER-ISOLATION-STAGE-1 -i docker0 ! -d 172.17.0.0/16 -j DROP',
        'filter DOCKER-ISOLATION-STAGE-1 -o docker0 ! -s 172.17.0.0/16 -j DROP',
      ],
    );
  });

  it('lead a published port to its container, with the proxy from elsewhere only', () => {
    assert.deepEqual(rules.portRules(PORT, false).map(text), [
      'nat DOCKER -p tcp -d 0/0 --dport 8080 -j DNAT --to-destination 172.17.0.2:80 ! -i docker0',
      'filter DOCKER ! -i docker0 -o docker0 -p tcp -d 172.17.0.2 --dport 80 -j ACCEPT',
      'nat POSTROUTING -p tcp -s 172.17.0.2 -d 172.17.0.2 --dport 80 -j MASQUERADE',
    ]);
    const [dnat] = rules.portRules({ ...PORT, hostIp: ip4('127.0.0.1') }, true);
    assert.equal(dnat!.words, '-p tcp -d 127.0.0.1 --dport 8080 -j DNAT --to-destination 172.17.0.2:80');
    assert.deepEqual(
      rules
        .portRules({ ...PORT, protocol: 'sctp' }, false)
        .map(text)
        .at(-1),
      'mangle POSTROUTING -p sctp --sport 80 -j CHECKSUM --checksum-fill',
    );
  });

  it('let linked containers talk, one to what the other exposes', () => {
    const link = { bridge: 'docker0', parentIp: ip4('172.17.0.3'), childIp: ip4('172.17.0.2') };
    assert.deepEqual(rules.linkRules({ ...link, ports: [{ port: 80, protocol: 'tcp' }] }).map(text), [
      'filter DOCKER -i docker0 -o docker0 -p tcp -s 172.17.0.3 -d 172.17.0.2 --dport 80 -j ACCEPT',
      'filter DOCKER -i docker0 -o docker0 -p tcp -s 172.17.0.2 -d 172.17.0.3 --sport 80 -j ACCEPT',
    ]);
    assert.deepEqual(rules.linkRules({ ...link, ports: [] }), []);
  });
});
