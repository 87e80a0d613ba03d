/**
 * The firewall of a kernel without netfilter: nothing to program. Everything is forwarded, unless the networks' own
 * addresses and bridges keep it apart.
 */
import type { Firewall } from './firewall.ts';

const doNothing = (): void => {
  // There is no rule to make or to take back.
};

export const NO_FIREWALL: Firewall = {
  canPublish: false,
  setUp: doNothing,
  dropForwarded: doNothing,
  addNetwork: doNothing,
  removeNetwork: doNothing,
  isolateNetwork: doNothing,
  unisolateNetwork: doNothing,
  arrangeUserRules: doNothing,
  addEndpoint: doNothing,
  removeEndpoint: doNothing,
  publishPort: doNothing,
  unpublishPort: doNothing,
  forgetConnections: doNothing,
  linkContainers: doNothing,
  unlinkContainers: doNothing,
};
