/**
 * How a machine gets its certificate. Twin of swarmkit's ca.GetRemoteCA and RequestAndSaveNewCertificates: the root's
 * certificate over a connection that trusts anybody, checked by the token's digest, then one's own over another.
 *
 *   new node ── CA/GetRootCACertificate ──▶ manager      the digest in the token has to be that of what comes
 *            ── NodeCA/IssueNodeCertificate ──▶          the token's secret says as what the node is let in
 *            ── NodeCA/NodeCertificateStatus ──▶         when it is signed
 */
import type { Engine } from '../engine.ts';
import { DaemonError } from '../errors.ts';
import type { Json } from '../inspect/json.ts';
import { Answer } from './answer.ts';
import { ControlClient } from './control/control-client.ts';
import type { ControlClientOptions } from './control/control-client.ts';
import type { ControlIdentity } from './control/rpc.ts';
import { digestHex, parseJoinToken } from './identity.ts';
import type { HostPort } from './listen-addr.ts';
import type { AuthorityAnswer, CertificateRequest, IssuedCertificate } from './manager/manager.ts';

/** How often it is tried, and how long it waits after each failure. */
const TRIES = 5;
const RETRY_INTERVAL_NS = 2_000_000_000;
const CA_SERVER_NAME = 'swarm-ca';

/** One try: calls over a connection that is closed behind them. */
type Exchange<T> = (client: ControlClient) => Answer<T>;

/** Ends with the node's identity, or with the refusal of the last try. */
export class SwarmJoin {
  readonly answer = new Answer<ControlIdentity>();
  private readonly engine: Engine;
  private readonly remote: HostPort;
  private current: ControlClient | null = null;
  private cancelRetry: () => void = () => undefined;
  private isOver = false;

  constructor(engine: Engine, remote: HostPort, request: CertificateRequest) {
    this.engine = engine;
    this.remote = remote;
    this.tryOften({}, askForAuthority(request.token), (clusterId) => {
      this.tryOften({ serverName: CA_SERVER_NAME, clusterId }, askForCertificate(request), (issued) => {
        this.answer.resolve({ ...issued, clusterId });
      });
    });
  }

  /** Whoever wanted to join wants no longer. */
  cancel(): void {
    this.cancelQuietly();
    this.current?.close();
  }

  /** The machine has lost its power. */
  cancelQuietly(): void {
    this.isOver = true;
    this.cancelRetry();
    this.cancelRetry = () => undefined;
  }

  private tryOften<T>(options: ControlClientOptions, ask: Exchange<T>, next: (value: T) => void, left = TRIES): void {
    const client = new ControlClient(this.engine, this.remote.host, this.remote.port, null, options);
    this.current = client;
    ask(client).then((done) => {
      client.close();
      if (this.isOver) return;
      const { refusal } = done;
      if (refusal === null) {
        next(done.get());
        return;
      }
      this.cancelRetry = this.engine.host.after(RETRY_INTERVAL_NS, () => {
        this.cancelRetry = () => undefined;
        if (left > 1) this.tryOften(options, ask, next, left - 1);
        else this.answer.reject(refusal);
      });
    });
  }
}

/** The swarm whose certificate has the token's digest; any swarm's for a token without one. */
function askForAuthority(token: string): Exchange<string> {
  const digest = parseJoinToken(token)?.digest;
  return (client) =>
    chain(client.call('CA/GetRootCACertificate', {}), (body) => {
      const authority = body as unknown as AuthorityAnswer;
      if (digest === undefined || authority.digest === digest) return Answer.of(authority.clusterId);
      const expected = digestHex(digest);
      return Answer.refusal(new DaemonError(`remote CA does not match fingerprint. Expected: ${expected}`));
    });
}

/** Asks for a certificate, and waits until it is signed. */
function askForCertificate(request: CertificateRequest): Exchange<IssuedCertificate> {
  return (client) =>
    chain(client.call('NodeCA/IssueNodeCertificate', { ...request }), (body) => {
      const { nodeId } = body as unknown as IssuedCertificate;
      return client
        .call('NodeCA/NodeCertificateStatus', { nodeId })
        .map((status) => status as unknown as IssuedCertificate);
    });
}

/** What comes of the second question, which the first one's answer is needed for. */
function chain<T>(first: Answer<Json>, next: (value: Json) => Answer<T>): Answer<T> {
  const last = new Answer<T>();
  first.then((done) => {
    if (done.refusal !== null) {
      last.reject(done.refusal);
      return;
    }
    next(done.get()).then((second) => {
      if (second.refusal === null) last.resolve(second.get());
      else last.reject(second.refusal);
    });
  });
  return last;
}
