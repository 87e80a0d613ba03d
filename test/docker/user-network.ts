/** Makes networks past the command line, for tests of what containers do on them. */
import { parseCidr } from '../../src/base/addr.ts';
import { addNetwork } from '../../src/docker/daemon/networks.ts';
import type { Engine } from '../../src/docker/engine.ts';
import type { Network } from '../../src/docker/network.ts';
import { PLAIN_NETWORK } from '../../src/docker/network.ts';

export interface UserNetworkOptions {
  readonly isInternal?: boolean;
  /** As if typed behind `--subnet`. */
  readonly subnet?: string;
}

export function addUserNetwork(engine: Engine, name: string, options: UserNetworkOptions = {}): Network {
  const { subnet } = options;
  const pool =
    subnet === undefined
      ? engine.ipam.requestPool({ avoid: [] })
      : engine.ipam.requestPool({ subnet: parseCidr(subnet)!, avoid: [] });
  const gateway = pool.requestAddress();
  const ipamConfigs =
    subnet === undefined ? [] : [{ subnet, range: '', gateway: '', auxAddresses: new Map<string, string>() }];
  const isInternal = options.isInternal ?? false;
  const config = { ...PLAIN_NETWORK, name, driver: 'bridge', isInternal, ipamOptions: new Map(), ipamConfigs };
  return addNetwork(engine, config, [{ pool, gateway, auxAddresses: new Map() }]);
}
