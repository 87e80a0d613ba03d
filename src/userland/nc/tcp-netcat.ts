/** nc of OpenBSD over TCP: connections to one port after the other, or one that comes. */
import type { Ip4 } from '../../base/addr.ts';
import type { Errno } from '../../kernel/errno.ts';
import { errorText } from '../../kernel/errno.ts';
import { TcpSocket } from '../../kernel/socket/tcp/tcp-socket.ts';
import { SECOND } from '../../sim/units.ts';
import { acceptOne, connectTo } from '../stream.ts';
import { ToolError } from '../tool-error.ts';
import type { Steps } from './context.ts';
import { Netcat } from './context.ts';
import { Relay } from './relay.ts';

const BACKLOG = 1;

export class TcpNetcat extends Netcat {
  *connectAll(): Steps<number> {
    const { host, ports, isVerbose, isScan } = this.options;
    let exitCode = 1;
    for (const portText of ports) {
      const port = Number(portText);
      const address = yield* this.resolve(host, portText);
      const socket = yield* this.open();
      if (yield* this.connect(socket, address, port)) {
        exitCode = 0;
        if (isVerbose) this.reportConnected(address, port);
        if (!isScan && (yield* this.relay(socket))) return 0;
      }
      socket.close();
    }
    return exitCode;
  }

  *listen(): Steps<number> {
    const { address, port } = yield* this.localEnd();
    const listener = this.newSocket();
    listener.setReuseAddress(true);
    listener.setReusePort(true);
    this.mustBe(listener.bind(address, port));
    this.mustBe(listener.listen(BACKLOG));
    if (this.options.isVerbose) yield* this.report('Listening on', address, listener.localPort);
    do {
      const peer = yield* acceptOne(this.proc, listener);
      if (typeof peer === 'string') throw new ToolError(`nc: accept: ${errorText(peer)}`, 1);
      this.sockets.push(peer);
      peer.owner = { name: 'nc', pid: this.proc.pid, descriptor: 4 };
      if (this.options.isVerbose) {
        yield* this.report('Connection received on', peer.remoteAddress, peer.remotePort);
      }
      if (yield* this.relay(peer)) return 0;
      peer.close();
    } while (this.options.staysOpen);
    return 0;
  }

  /** True when `-q` has ended the program. */
  private *relay(socket: TcpSocket): Steps<boolean> {
    const isDone = yield* new Relay(this.proc, this.options, socket).run();
    const { quitSeconds } = this.options;
    if (!isDone || quitSeconds <= 0) return false;
    socket.close();
    yield this.proc.sleep(quitSeconds * SECOND);
    return true;
  }

  private newSocket(): TcpSocket {
    const { ttl, tos, receiveBuffer, sendBuffer } = this.options;
    const socket = new TcpSocket(this.proc.ns);
    socket.owner = { name: 'nc', pid: this.proc.pid };
    this.sockets.push(socket);
    if (tos !== 0) socket.setTos(tos);
    if (receiveBuffer > 0) socket.setReceiveBuffer(receiveBuffer);
    if (sendBuffer > 0) socket.setSendBuffer(sendBuffer);
    if (ttl > 0) socket.setTtl(ttl);
    return socket;
  }

  /** A socket bound to what -s and -p say. */
  private *open(): Steps<TcpSocket> {
    const socket = this.newSocket();
    const end = yield* this.sourceEnd();
    if (end === null) return socket;
    const errno = socket.bind(end.address, end.port);
    if (errno !== '') throw new ToolError(`nc: bind failed: ${errorText(errno)}`, 1);
    return socket;
  }

  /** Twin of timeout_connect: whether the connection stands; `-w` is also how long that may take. */
  private *connect(socket: TcpSocket, address: Ip4, port: number): Steps<boolean> {
    const { timeoutSeconds } = this.options;
    const untilNs = timeoutSeconds < 0 ? Infinity : this.proc.now + timeoutSeconds * SECOND;
    const errno = yield* connectTo(this.proc, socket, address, port, untilNs);
    if (errno === '') return true;
    const why = errno === 'EINPROGRESS' ? 'timed out' : 'failed';
    this.reportFailure(address, port, `${why}: ${errorText(errno)}`);
    return false;
  }

  private mustBe(errno: Errno): void {
    if (errno !== '') throw new ToolError(`nc: ${errorText(errno)}`, 1);
  }
}
