/** postgres 16: its log, its connections from the first message to the last, and simple queries. */
import { parseIp4 } from '../../base/addr.ts';
import { momentOf } from '../../base/calendar.ts';
import { errorText } from '../../kernel/errno.ts';
import type { ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { TcpSocket } from '../../kernel/socket/tcp/tcp-socket.ts';
import { EventLoop } from '../event-loop.ts';
import { acceptOne } from '../stream.ts';
import { formatMoment } from '../text/date-format.ts';
import { Backend } from './backend.ts';
import { readSettings, SERVER_BUILD, SERVER_VERSION } from './settings.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

const BACKLOG = 200;

class PostgresServer {
  private readonly proc: Process;
  private readonly loop: EventLoop;
  private readonly settings;
  private stopping: '' | 'smart' | 'fast' = '';
  private backends = 0;
  private connections = 0;

  constructor(proc: Process) {
    this.proc = proc;
    this.loop = new EventLoop(proc);
    this.settings = readSettings(proc);
  }

  *run(): Steps<number> {
    const { proc, settings } = this;
    const socket = new TcpSocket(proc.ns);
    socket.owner = { name: 'postgres', pid: proc.pid, descriptor: 6 };
    try {
      this.log('LOG', `starting ${SERVER_BUILD}`);
      const address = settings.address === '*' ? '0.0.0.0' : settings.address;
      socket.setReuseAddress(true);
      const errno = socket.bind(parseIp4(address)!, settings.port) || socket.listen(BACKLOG);
      if (errno !== '') {
        this.log('LOG', `could not bind IPv4 address "${address}": ${errorText(errno)}`);
        const running = `Is another postmaster already running on port ${settings.port}?`;
        const hint = `${running} If not, wait a few seconds and retry.`;
        if (errno === 'EADDRINUSE') this.log('HINT', hint);
        this.log('WARNING', `could not create listen socket for "${address}"`);
        this.log('FATAL', 'could not create any TCP/IP sockets');
        this.log('LOG', 'database system is shut down');
        return 1;
      }
      this.log('LOG', `listening on IPv4 address "${address}", port ${settings.port}`);
      this.log('LOG', 'database system is ready to accept connections');
      this.takeSignals();
      this.loop.add(this.acceptAll(socket));
      yield* this.loop.run(() => this.stopping === 'fast' || (this.stopping === 'smart' && this.backends === 0));
      this.log('LOG', 'shutting down');
      this.log('LOG', 'database system is shut down');
      return 0;
    } finally {
      socket.close();
    }
  }

  private takeSignals(): void {
    const stop = (kind: 'smart' | 'fast'): void => {
      this.stopping = kind;
      this.log('LOG', `received ${kind} shutdown request`);
      if (kind === 'fast') this.log('LOG', 'aborting any active transactions');
    };
    this.proc.onSignal('SIGTERM', () => {
      stop('smart');
    });
    this.proc.onSignal('SIGINT', () => {
      stop('fast');
    });
  }

  private *acceptAll(listener: TcpSocket): Steps<void> {
    for (;;) {
      const peer = yield* acceptOne(this.proc, listener);
      if (typeof peer === 'string') continue;
      peer.owner = { name: 'postgres', pid: this.proc.pid, descriptor: 9 };
      this.loop.add(this.serve(peer));
    }
  }

  private *serve(peer: TcpSocket): Steps<void> {
    this.backends++;
    this.connections++;
    const { proc, settings } = this;
    const pid = proc.ownPid + this.connections;
    try {
      peer.setNoDelay(true);
      peer.setKeepalive(true);
      const log = (level: string, text: string): void => {
        this.log(level, text, pid);
      };
      const isStopping = this.stopping !== '';
      yield* new Backend({ proc, socket: peer, settings, pid, log, isStopping }).run();
    } finally {
      this.backends--;
      peer.close();
    }
  }

  /** `2026-11-28 20:19:45.487 UTC [1] LOG:  text` */
  private log(level: string, text: string, pid = this.proc.ownPid): void {
    const { proc } = this;
    const exact = proc.epochSeconds + proc.now / 1e9;
    const seconds = Math.floor(exact);
    const milliseconds = String(Math.floor((exact - seconds) * 1000)).padStart(3, '0');
    const date = formatMoment('%Y-%m-%d %H:%M:%S', momentOf(seconds, 0));
    proc.writeError(`${date}.${milliseconds} UTC [${pid}] ${level}:  ${text}\n`);
  }
}

function* runServer(proc: Process): Steps<number> {
  if (['--version', '-V'].includes(proc.argv[1] ?? '')) {
    proc.write(`postgres (PostgreSQL) ${SERVER_VERSION}\n`);
    return 0;
  }
  return yield* new PostgresServer(proc).run();
}

export const POSTGRES: ProgramEntry = { name: 'postgres', run: runServer };
