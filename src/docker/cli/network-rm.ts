/** `docker network rm`. Twin of docker/cli's network/remove.go. */
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { inspectedNetwork } from '../daemon/network-list.ts';
import { removeNetworkAnywhere } from '../daemon/networks.ts';
import { DaemonError } from '../errors.ts';
import type { Client, Command } from './command.ts';
import { daemonTextFor, orLaterRefusal, orRefusal } from './command.ts';
import type { Flags } from './flags.ts';
import { NETWORK_RM_FORM } from './options/network.ts';
import { promptForConfirmation } from './prompt.ts';

const INGRESS_WARNING =
  'WARNING! Before removing the routing-mesh network, make sure all the nodes in your swarm run the same docker ' +
  'engine version. Otherwise, removal may not be effective and functionality of newly create ingress networks will ' +
  'be impaired.\nAre you sure you want to continue?';

export const NETWORK_RM: Command = { ...NETWORK_RM_FORM, run: remove };

/** One after the other; what fails does not keep the others. */
function* remove(client: Client, flags: Flags): Generator<Wait, number, WakeReason> {
  let exit = 0;
  for (const term of flags.operands) {
    const found = orRefusal(() => inspectedNetwork(client.engine, term));
    if (!(found instanceof DaemonError) && found.isIngress) {
      if (!(yield* promptForConfirmation(client.proc, INGRESS_WARNING))) continue;
    }
    const refusal = yield* orLaterRefusal(removeNetworkAnywhere(client.engine, term, client.proc));
    if (refusal instanceof DaemonError) {
      client.proc.writeError(`${daemonTextFor(client, refusal, 'network', term)}\n`);
      exit = 1;
    } else client.proc.write(`${term}\n`);
  }
  return exit;
}
