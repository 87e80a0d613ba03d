import assert from 'node:assert/strict';
import { bridgeNameOf, isIsolated, readBridgeConfig } from '../../../src/docker/drivers/bridge-config.ts';
import type { BridgeConfig } from '../../../src/docker/drivers/bridge-config.ts';
import type { Network } from '../../../src/docker/network.ts';
import { PLAIN_NETWORK } from '../../../src/docker/network.ts';

const NETWORK_ID = '302dc7bc3c79312dcaede98eee33b22cbd5bfc3915817562b07a24aa47012384';

const GATEWAY_MODE_IPV6 = 'com.docker.network.bridge.gateway_mode_ipv6';

function networkWith(options: Readonly<Record<string, string>>): Network {
  const identity = { id: NETWORK_ID, name: 'net1', driver: 'bridge', createdNs: 0 };
  const origin = { scope: 'local', origin: 'host', isIngress: false } as const;
  const addresses = { addresses: [], pool: null, gateway: null, endpoints: new Set<never>() };
  return { ...PLAIN_NETWORK, ...identity, ...origin, ...addresses, options: new Map(Object.entries(options)) };
}

function configOf(options: Readonly<Record<string, string>>): BridgeConfig {
  return readBridgeConfig(networkWith(options));
}

describe('the options of a bridge network', () => {
  it('have their defaults', () => {
    assert.deepEqual(configOf({ 'any.thing': 'else' }), {
      bridgeName: 'br-302dc7bc3c79',
      isDefaultBridge: false,
      isInternal: false,
      isIccEnabled: true,
      isIpMasqueradeEnabled: true,
      isIpv4Inhibited: false,
      mtu: 0,
      hostBindingIp: '',
      hostIp: '',
      containerInterfacePrefix: '',
      gatewayMode: 'nat',
      trustedHostInterfaces: [],
    });
  });

  it('are read as Go reads switches, numbers and addresses', () => {
    const config = configOf({
      'com.docker.network.bridge.name': 'mybr0',
      'com.docker.network.bridge.enable_icc': 'F',
      'com.docker.network.bridge.enable_ip_masquerade': '0',
      'com.docker.network.bridge.inhibit_ipv4': 'True',
      'com.docker.network.bridge.host_binding_ipv4': '::1',
      'com.docker.network.host_ipv4': '192.168.50.11',
      'com.docker.network.driver.mtu': '+1400',
      'com.docker.network.container_iface_prefix': 'dev',
    });
    assert.deepEqual([config.bridgeName, config.mtu, config.containerInterfacePrefix], ['mybr0', 1400, 'dev']);
    assert.deepEqual([config.isIccEnabled, config.isIpMasqueradeEnabled, config.isIpv4Inhibited], [false, false, true]);
    assert.deepEqual([config.hostBindingIp, config.hostIp], ['::1', '192.168.50.11']);
    // One more network on the default bridge has no name of its own.
    assert.equal(configOf({ 'com.docker.network.bridge.default_bridge': 'true' }).bridgeName, '');
    assert.equal(configOf({ 'com.docker.network.bridge.name': '' }).bridgeName, 'br-302dc7bc3c79');
    const names = [{}, { 'com.docker.network.bridge.default_bridge': 'true' }].map((options) =>
      bridgeNameOf(networkWith(options)),
    );
    assert.deepEqual(names, ['br-302dc7bc3c79', 'docker0']);
  });

  it('are refused in the words of the real driver', () => {
    const syntax = (parser: string, value: string): string => `strconv.${parser}: parsing "${value}": invalid syntax`;
    const cases: readonly (readonly [label: string, value: string, cause: string])[] = [
      ['com.docker.network.driver.mtu', 'abc', syntax('Atoi', 'abc')],
      ['com.docker.network.driver.mtu', '', syntax('Atoi', '')],
      ['com.docker.network.driver.mtu', '1_400', syntax('Atoi', '1_400')],
      [
        'com.docker.network.driver.mtu',
        '9'.repeat(20),
        `strconv.Atoi: parsing "${'9'.repeat(20)}": value out of range`,
      ],
      ['com.docker.network.bridge.enable_icc', 'maybe', syntax('ParseBool', 'maybe')],
      ['com.docker.network.bridge.enable_icc', '', syntax('ParseBool', '')],
      ['com.docker.network.bridge.enable_ip_masquerade', 'no', syntax('ParseBool', 'no')],
      ['com.docker.network.bridge.inhibit_ipv4', 'x', syntax('ParseBool', 'x')],
      ['com.docker.network.bridge.default_bridge', 'x', syntax('ParseBool', 'x')],
      ['com.docker.network.enable_ipv6', 'x', syntax('ParseBool', 'x')],
      ['com.docker.network.bridge.host_binding_ipv4', '1.2.3', 'nil ip'],
      ['com.docker.network.bridge.host_binding_ipv4', '', 'nil ip'],
      ['com.docker.network.host_ipv4', 'foo', 'nil ip'],
    ];
    for (const [label, value, cause] of cases) {
      const message = `failed to parse ${label} value: ${value} (${cause})`;
      assert.throws(() => configOf({ [label]: value }), { name: 'DaemonError', message });
    }
    const negative = { name: 'DaemonError', message: 'invalid MTU number: -5' };
    assert.throws(() => configOf({ 'com.docker.network.driver.mtu': '-5' }), negative);
  });

  it('of gateways are read where the driver knows them', () => {
    const options = {
      'com.docker.network.bridge.gateway_mode_ipv4': 'routed',
      'com.docker.network.bridge.trusted_host_interfaces': ':eth0::vpn1:',
    };
    const { gatewayMode, trustedHostInterfaces } = readBridgeConfig(networkWith(options), true);
    assert.deepEqual([gatewayMode, trustedHostInterfaces], ['routed', ['eth0', 'vpn1']]);
    assert.deepEqual(configOf(options).gatewayMode, 'nat');
    const unknown = networkWith({ 'com.docker.network.bridge.gateway_mode_ipv6': 'open' });
    assert.throws(
      () => readBridgeConfig(unknown, true),
      /^DaemonError: failed to parse com\.docker\.network\.bridge\.gateway_mode_ipv6 value: open \(unknown /,
    );
    assert.equal(readBridgeConfig(unknown).gatewayMode, 'nat');
    const noSwitch = networkWith({ 'com.docker.network.enable_ipv4': 'perhaps' });
    assert.throws(() => readBridgeConfig(noSwitch, true), /enable_ipv4 value: perhaps \(strconv\.ParseBool/);
    const modes = ['isolated', 'nat'].map((mode) => isIsolated(networkWith({ [GATEWAY_MODE_IPV6]: mode })));
    assert.deepEqual(modes, [true, false]);
  });
});
