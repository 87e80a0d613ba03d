/**
 * The firewall of a daemon with `--iptables=false`: no rule is made. Everything is forwarded as far as the rules of
 * others let it, and what is published is brought in by the proxy alone.
 */
import type { Firewall } from './firewall.ts';

const doNothing = (): void => {
  // There is no rule to make or to take back.
};

export const NO_FIREWALL: Firewall = {
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
  forgetPort: doNothing,
  linkContainers: doNothing,
  unlinkContainers: doNothing,
};
