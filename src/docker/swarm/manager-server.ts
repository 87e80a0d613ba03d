/** A manager on 2377/tcp: the calls of nodes over the network, handed to the manager. */
import { formatIp4 } from '../../base/addr.ts';
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
): ControlServer {
  try {
    return new ControlServer(engine, host, port, {
      identity,
      call: (peer, method, body) => manager.call(peerOf(peer), method, body),
      open: (peer, method, body, stream) => {
        try {
          return manager.open(peerOf(peer), method, body, {
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

function peerOf({ identity, address }: ControlPeer): RpcPeer {
  return { nodeId: identity?.nodeId ?? '', address: formatIp4(address) };
}
