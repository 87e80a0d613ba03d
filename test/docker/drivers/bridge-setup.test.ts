import assert from 'node:assert/strict';
import { parseCidr } from '../../../src/base/addr.ts';
import type { BridgeSetup } from '../../../src/docker/drivers/bridge-setup.ts';
import {
  bridgeInterfaceExists,
  setupBridgeIpv4,
  setupDevice,
  verifyAddress,
} from '../../../src/docker/drivers/bridge-setup.ts';
import { hostLinksOf } from '../../../src/docker/drivers/host-links.ts';
import { Ids } from '../../../src/docker/ids.ts';
import { Rng } from '../../../src/sim/rng.ts';
import { Lab } from '../lab.ts';

const OLD = { hasRandomMac: false, mtu: 0 };

function setupOn(lab: Lab, bridgeName: string, own = '10.9.8.6/24'): BridgeSetup {
  const { admin: door, rootNs } = lab.host;
  const machine = { door, links: hostLinksOf(rootNs), ids: new Ids(Rng.fromSeed(7)) };
  return { ...machine, bridgeName, isDefaultBridge: false, isIpv4Inhibited: false, own: parseCidr(own)!, ...OLD };
}

function refusal(message: string): { readonly name: string; readonly message: string } {
  return { name: 'DaemonError', message };
}

function addressesOf(lab: Lab, name: string): string {
  return lab.host.rootNs
    .deviceByName(name)!
    .addresses.map((each) => `${(each.address >>> 8) & 255}.${each.address & 255}/${each.prefixLen}`)
    .join(' ');
}

describe('the steps of a bridge network', () => {
  it('look whether the bridge is there, and refuse what is none', () => {
    const lab = new Lab();
    const links = hostLinksOf(lab.host.rootNs);
    assert.deepEqual([bridgeInterfaceExists(links, 'docker0'), bridgeInterfaceExists(links, 'br7')], [true, false]);
    assert.throws(() => bridgeInterfaceExists(links, 'eth0'), refusal('existing interface eth0 is not a bridge'));
    const tooLong = 'failed to check bridge interface existence: numerical result out of range';
    assert.throws(() => bridgeInterfaceExists(links, 'abcdefghijklmnop'), refusal(tooLong));
  });

  it('make a device, unless its name is none', () => {
    const lab = new Lab();
    for (const name of ['a/b', 'a b', '.', '..', 'a:b', 'all', 'default', '%', 'br%d']) {
      assert.throws(
        () => {
          setupDevice(setupOn(lab, name));
        },
        refusal('invalid argument'),
        name,
      );
    }
    const foreign = { ...setupOn(lab, 'foo0'), isDefaultBridge: true };
    const text = 'bridge device with non default name foo0 must be created manually';
    assert.throws(() => {
      setupDevice(foreign);
    }, refusal(text));
    setupDevice(setupOn(lab, 'eth0.5'));
    const device = lab.host.rootNs.deviceByName('eth0.5')!;
    assert.deepEqual([device.isUp, Math.floor(device.mac / 2 ** 32)], [false, 0x0242]);
  });

  it('give a bridge that was there the address, in place of its own', () => {
    const lab = new Lab();
    lab.typed('ip link add ubr type bridge');
    setupBridgeIpv4(setupOn(lab, 'ubr'));
    assert.equal(addressesOf(lab, 'ubr'), '8.6/24');
    // The first in the subnet gives way, or else the first.
    setupBridgeIpv4(setupOn(lab, 'ubr', '10.50.0.1/16'));
    assert.equal(addressesOf(lab, 'ubr'), '0.1/16');
    lab.typed('ip addr add 10.9.8.5/24 dev ubr');
    setupBridgeIpv4(setupOn(lab, 'ubr'));
    assert.equal(addressesOf(lab, 'ubr'), '0.1/16 8.6/24');
    setupBridgeIpv4(setupOn(lab, 'ubr'));
    assert.equal(addressesOf(lab, 'ubr'), '0.1/16 8.6/24');
    setupBridgeIpv4({ ...setupOn(lab, 'ubr', '10.60.0.1/16'), isIpv4Inhibited: true });
    assert.equal(addressesOf(lab, 'ubr'), '0.1/16 8.6/24');
  });

  it('verify the address of a bridge that was there', () => {
    const lab = new Lab();
    lab.typed('ip link add ubr type bridge');
    const verify = (own: string): void => {
      verifyAddress(setupOn(lab, 'ubr', own));
    };
    assert.throws(() => {
      verify('10.9.8.6/24');
    }, refusal('bridge has no IPv4 address configured'));
    lab.typed('ip addr add 10.9.8.5/24 dev ubr');
    const text = 'bridge IPv4 (10.9.8.5) does not match requested configuration 10.9.8.6';
    assert.throws(() => {
      verify('10.9.8.6/24');
    }, refusal(text));
    verify('10.9.8.5/16');
  });
});
