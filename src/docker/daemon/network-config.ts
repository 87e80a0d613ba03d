/**
 * Networks that keep a configuration for others (`--config-only`), and those that take theirs from one
 * (`--config-from`). Twin of libnetwork's validateConfiguration and applyConfigurationTo (network.go).
 */
import type { Engine } from '../engine.ts';
import { DaemonError } from '../errors.ts';
import type { Network, NetworkConfig, NetworkRequest } from '../network.ts';

/** Throws a DaemonError about what does not go together. */
export function validateConfiguration(request: NetworkRequest): void {
  const { config, isIngress, scope } = request;
  const { isInternal, isAttachable, isConfigOnly } = config;
  if (isConfigOnly && (isInternal || isAttachable || isIngress || scope !== '')) {
    const fields = 'Network operator fields like [ ingress | internal | attachable | scope ] are not supported.';
    throw new DaemonError(`configuration network can only contain network specific fields. ${fields}`);
  }
  if (config.configFrom === '') return;
  if (isConfigOnly) {
    throw new DaemonError('a configuration network cannot depend on another configuration network');
  }
  const dependence = 'are not supported if the network depends on a configuration network';
  if (hasOwnConfiguration(config)) throw new DaemonError(`user specified configurations ${dependence}`);
  if (config.options.size > 0) throw new DaemonError(`network driver options ${dependence}`);
}

function hasOwnConfiguration(config: NetworkConfig): boolean {
  const isOwnIpam = config.ipamDriver !== '' && config.ipamDriver !== 'default';
  const { isIpv6Enabled, labels, ipamOptions, ipamConfigs } = config;
  return isOwnIpam || isIpv6Enabled || labels.size > 0 || (ipamOptions?.size ?? 0) > 0 || ipamConfigs.length > 0;
}

/** The configuration with what comes from another network. Throws a DaemonError if there is no such network. */
export function configurationNetwork(engine: Engine, config: NetworkConfig): NetworkConfig {
  if (config.configFrom === '') return config;
  const source = engine.networkByName(config.configFrom);
  if (source?.isConfigOnly !== true) {
    throw new DaemonError(`configuration network ${JSON.stringify(config.configFrom)} does not exist`);
  }
  const { isIpv6Enabled, labels, ipamDriver, ipamOptions, ipamConfigs, options } = source;
  return { ...config, isIpv6Enabled, labels, ipamDriver, ipamOptions, ipamConfigs, options };
}

/** The networks that have taken their configuration from this one. */
export function configuredBy(engine: Engine, source: Network): readonly Network[] {
  return [...engine.networks.values()].filter((network) => network.configFrom === source.name);
}
