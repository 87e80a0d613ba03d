/**
 * nginx as its image runs it: a master that waits for signals, and a worker that serves. Its configuration is the one
 * of the image; what `-c` or other directives would say is not read.
 */
import { formatIp4 } from '../../base/addr.ts';
import { errorText } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Signal } from '../../kernel/proc/signal.ts';
import { signalNumber } from '../../kernel/proc/signal.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { TcpSocket } from '../../kernel/socket/tcp/tcp-socket.ts';
import { MILLISECOND } from '../../sim/units.ts';
import { HttpService, listenOn } from '../http/server.ts';
import { RELEASE } from '../text/system-names.ts';
import { reportUnsupported } from '../unsupported.ts';
import type { NginxOptions } from './options.ts';
import { checkNginx, NGINX_SUPPORTED, NGINX_USAGE, readNginx, VERSION_LINE } from './options.ts';
import { NGINX_VERSION } from './pages.ts';
import { nginxLog, NginxSite } from './site.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

const PORT = 80;
const BACKLOG = 511;
const BIND_TRIES = 5;
const BIND_PAUSE_NS = 500 * MILLISECOND;
const EADDRINUSE = 98;
/** What each signal makes the master do. */
const ACTIONS: ReadonlyMap<Signal, string> = new Map([
  ['SIGQUIT', 'shutting down'],
  ['SIGTERM', 'exiting'],
  ['SIGINT', 'exiting'],
]);
/** By the word behind -s. */
const SIGNALS: ReadonlyMap<string, Signal> = new Map([
  ['stop', 'SIGTERM'],
  ['quit', 'SIGQUIT'],
]);
const CONFIG = '/etc/nginx/nginx.conf';

function* runNginx(proc: Process): Steps<number> {
  const args = proc.argv.slice(1);
  const lack = checkNginx(args);
  if (lack !== undefined) return reportUnsupported(proc, `nginx ${args[lack.argIndex]!}`, NGINX_SUPPORTED);
  const options = readNginx(args);
  if ('fault' in options) return refuse(proc, options.fault);
  if (options.showsVersion) proc.writeError(VERSION_LINE);
  if (options.showsHelp) proc.writeError(NGINX_USAGE);
  if (options.showsVersion || options.showsHelp) return 0;
  if (options.tests) {
    proc.writeError(`nginx: the configuration file ${CONFIG} syntax is ok\n`);
    proc.writeError(`nginx: configuration file ${CONFIG} test is successful\n`);
    return 0;
  }
  return options.signal === '' ? yield* serve(proc, options) : signalMaster(proc, options.signal);
}

function refuse(proc: Process, fault: string): number {
  proc.writeError(`nginx: ${fault}\n`);
  return 1;
}

/** `nginx -s quit`: tells the master that runs already. */
function signalMaster(proc: Process, word: string): number {
  nginxLog(proc, 'notice', 'signal process started');
  const master = proc.peers.find((other) => other !== proc && other.argv[0]?.startsWith('nginx: master') === true);
  if (master === undefined) {
    const text = 'open() "/run/nginx.pid" failed (2: No such file or directory)';
    nginxLog(proc, 'error', text);
    return refuse(proc, `[error] ${text}`);
  }
  master.kill(SIGNALS.get(word)!, proc);
  return 0;
}

function* serve(proc: Process, options: NginxOptions): Steps<number> {
  const listener = yield* bind(proc);
  if (listener === null) return 1;
  for (const line of ['using the "epoll" event method', `nginx/${NGINX_VERSION}`, ...BUILD_LINES]) {
    nginxLog(proc, 'notice', line);
  }
  if (!options.isForeground) {
    // The parent of a daemon ends at once; what it leaves behind serves.
    proc.spawn({ argv: MASTER_ARGV, program: (child) => runMaster(child, listener) });
    return 0;
  }
  proc.argv = MASTER_ARGV;
  return yield* runMaster(proc, listener);
}

const MASTER_ARGV = ['nginx: master process nginx -g daemon off;'];
const WORKER_ARGV = ['nginx: worker process'];
const BUILD_LINES = [
  'built by gcc 12.2.0 (Debian 12.2.0-14) ',
  `OS: Linux ${RELEASE}`,
  'getrlimit(RLIMIT_NOFILE): 1048576:1048576',
];

function* bind(proc: Process): Steps<TcpSocket | null> {
  for (let tries = 0; ; tries++) {
    const socket = listenOn(proc, 'nginx', 0, PORT, BACKLOG);
    if (typeof socket !== 'string') return socket;
    const number = socket === 'EADDRINUSE' ? EADDRINUSE : 13;
    emergency(proc, `bind() to ${formatIp4(0)}:${PORT} failed (${number}: ${errorText(socket)})`);
    if (socket !== 'EADDRINUSE') return null;
    if (tries === BIND_TRIES) break;
    nginxLog(proc, 'notice', 'try again to bind() after 500ms');
    yield proc.sleep(BIND_PAUSE_NS);
  }
  emergency(proc, 'still could not bind()');
  return null;
}

/** What keeps it from starting goes to the log, and to standard error. */
function emergency(proc: Process, message: string): void {
  nginxLog(proc, 'emerg', message);
  proc.writeError(`nginx: [emerg] ${message}\n`);
}

function* runMaster(proc: Process, listener: TcpSocket): Steps<number> {
  const asked: Signal[] = [];
  for (const signal of ACTIONS.keys()) {
    proc.onSignal(signal, () => {
      asked.push(signal);
    });
  }
  nginxLog(proc, 'notice', 'start worker processes');
  const worker = proc.spawn({ argv: WORKER_ARGV, program: (child) => runWorker(child, listener) });
  nginxLog(proc, 'notice', `start worker process ${worker.ownPid}`);
  while (worker.exitCode === null) {
    for (const signal of asked.splice(0)) {
      nginxLog(proc, 'notice', `signal ${signalNumber(signal)} (${signal}) received, ${ACTIONS.get(signal)!}`);
      worker.kill(signal, proc);
    }
    yield proc.waitFor(worker);
  }
  listener.close();
  nginxLog(proc, 'notice', `signal 17 (SIGCHLD) received from ${worker.ownPid}`);
  nginxLog(proc, 'notice', `worker process ${worker.ownPid} exited with code ${worker.exitCode}`);
  nginxLog(proc, 'notice', 'exit');
  return 0;
}

function* runWorker(proc: Process, listener: TcpSocket): Steps<number> {
  const site = new NginxSite(proc);
  const service = new HttpService(proc, site);
  proc.onSignal('SIGQUIT', () => {
    nginxLog(proc, 'notice', 'gracefully shutting down');
    site.isStopping = true;
    service.stopGracefully();
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    proc.onSignal(signal, () => {
      service.stop();
    });
  }
  service.listen(listener);
  yield* service.run();
  nginxLog(proc, 'notice', 'exiting');
  nginxLog(proc, 'notice', 'exit');
  return 0;
}

export const NGINX: ProgramEntry = { name: 'nginx', run: runNginx, check: checkNginx };
