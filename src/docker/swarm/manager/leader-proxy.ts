/**
 * Calls that a manager hands on to the leader, with whom they come from. Twin of swarmkit's protobuf/plugin/raftproxy.
 */
import type { Json } from '../../inspect/json.ts';
import { Answer } from '../answer.ts';
import { RpcError } from '../control/rpc.ts';
import type { ManagerLink } from '../manager-link.ts';
import type { StoreLog } from '../store-log.ts';
import type { PeerStream, RpcPeer } from './context.ts';

/** The way to who leads, where that is another manager. */
export interface LeaderConnection extends Pick<ManagerLink, 'open'> {
  call(method: string, body: Json, timeoutNs: number): Answer<Json>;
}

/** What the leader answers to another manager: it holds from an entry of the log on. */
interface ForwardedAnswer {
  readonly index: number;
  readonly value: Json;
}

/** An answer on its way to another manager. */
export function forwardedAnswer(value: Json, log: StoreLog): Json {
  const answer: ForwardedAnswer = { index: log.index, value };
  return answer as unknown as Json;
}

/** Such an answer, when the store here is as new: who has changed something sees it changed. */
export function appliedHere(answer: Answer<Json>, log: StoreLog): Answer<Json> {
  const here = new Answer<Json>();
  answer.then((done) => {
    if (done.refusal !== null) {
      here.reject(done.refusal);
      return;
    }
    const { index, value } = done.get() as unknown as ForwardedAnswer;
    log.whenApplied(index).then(() => {
      here.resolve(value);
    });
  });
  return here;
}

/** A body on its way from one manager to another. */
interface ForwardedBody {
  readonly forwardedFor: { readonly nodeId: string; readonly address: string };
  readonly body: Json;
}

/** What is sent to the leader instead of `body`. */
export function forwardedBody({ nodeId, address }: RpcPeer, body: Json): Json {
  const forwarded: ForwardedBody = { forwardedFor: { nodeId, address }, body };
  return forwarded as unknown as Json;
}

/** The reverse; null for a body that comes from its sender. */
export function parseForwarded(value: Json): { readonly peer: RpcPeer; readonly body: Json } | null {
  if (typeof value !== 'object' || value === null || !('forwardedFor' in value)) return null;
  const { forwardedFor, body } = value as unknown as ForwardedBody;
  return { peer: { ...forwardedFor, isForwarded: true }, body };
}

/** A stream that goes on to the leader until one of its ends, or `open`'s owner, ends it; so long it is in `open`. */
export function openAtLeader(
  leader: Pick<LeaderConnection, 'open'>,
  method: string,
  body: Json,
  stream: PeerStream,
  open: Set<() => void>,
): () => void {
  let isOver = false;
  let cancel: () => void = () => undefined;
  const end = (reason: RpcError | null): void => {
    if (isOver) return;
    isOver = true;
    open.delete(endForwarded);
    cancel();
    stream.end(reason);
  };
  const endForwarded = (): void => {
    end(new RpcError('Unavailable', 'leadership has changed'));
  };
  open.add(endForwarded);
  const onMessage = (message: Json): void => {
    if (!isOver) stream.push(message);
  };
  const onLost = (reason: string): void => {
    end(new RpcError('Unavailable', reason));
  };
  cancel = leader.open(method, body, { onMessage, onLost });
  return () => {
    if (isOver) return;
    isOver = true;
    open.delete(endForwarded);
    cancel();
  };
}
