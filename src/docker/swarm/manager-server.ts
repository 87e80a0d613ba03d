/** A manager on 2377/tcp: the calls of nodes over the network, handed to the manager. */
import { formatIp4 } from '../../base/addr.ts';
import type { Json } from '../inspect/json.ts';
import { Answer } from './answer.ts';
import { PROCESS_RAFT_MESSAGE } from './manager-peers.ts';
import { parseForwarded } from './manager/leader-proxy.ts';
import type { Engine } from '../engine.ts';
import { DaemonError } from '../errors.ts';
import { ControlServer } from './control/control-server.ts';
import type { ControlIdentity, ControlPeer } from './control/rpc.ts';
import { RpcError } from './control/rpc.ts';
import type { HostPort } from './listen-addr.ts';
import type { RpcPeer } from './manager/context.ts';
import type { Manager } from './manager/manager.ts';

/** Listens until it is closed. Throws a DaemonError that says why it cannot. */
export function serveManager(
  engine: Engine,
  { host, port }: HostPort,
  manager: Manager,
  identity: ControlIdentity,
  processRaftMessage: (nodeId: string, message: Json) => void,
): ControlServer {
  try {
    return new ControlServer(engine, host, port, {
      identity,
      call: (peer, method, body) => {
        const { identity: caller } = peer;
        if (caller?.role === 'manager' && method === PROCESS_RAFT_MESSAGE) {
          return received(() => {
            processRaftMessage(caller.nodeId, body);
          });
        }
        const asked = askedBy(peer, body);
        return manager.call(asked.peer, method, asked.body);
      },
      open: (peer, method, body, stream) => {
        try {
          const asked = askedBy(peer, body);
          return manager.open(asked.peer, method, asked.body, {
            push: (message) => {
              stream.push(message);
            },
            end: (reason) => {
              stream.end(reason);
            },
          });
        } catch (error) {
          if (!(error instanceof RpcError)) throw error;
          stream.end(error);
          return () => undefined;
        }
      },
    });
  } catch (error) {
    if (!(error instanceof DaemonError)) throw error;
    throw new DaemonError(`manager stopped: failed to listen on remote API address: ${error.message}`);
  }
}

/** Managers may speak for others. */
function askedBy(peer: ControlPeer, body: Json): { readonly peer: RpcPeer; readonly body: Json } {
  const forwarded = peer.identity?.role === 'manager' ? parseForwarded(body) : null;
  return forwarded ?? { peer: { nodeId: peer.identity?.nodeId ?? '', address: formatIp4(peer.address) }, body };
}

function received(process: () => void): Answer<Json> {
  try {
    process();
    return Answer.of<Json>({});
  } catch (error) {
    if (error instanceof RpcError) return Answer.refusal(error);
    throw error;
  }
}
