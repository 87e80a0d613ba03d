/** httpd of Apache 2.4 in the foreground, as `httpd-foreground` of its image starts it. */
import { formatIp4 } from '../../base/addr.ts';
import { errnoNumber, errorText } from '../../kernel/errno.ts';
import type { CheckMistake, ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Signal } from '../../kernel/proc/signal.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { nowMoment } from '../http/http-date.ts';
import { HttpService, listenOn } from '../http/server.ts';
import { lookupHosts } from '../dns/etc-hosts.ts';
import { formatMoment } from '../text/date-format.ts';
import { reportUnsupported } from '../unsupported.ts';
import { APACHE_VERSION, ApacheSite } from './site.ts';

const PORT = 80;
const BACKLOG = 511;
/** How a signal ends it, and what is logged. */
const ENDINGS: ReadonlyMap<Signal, { readonly line: string; readonly isGraceful: boolean }> = new Map([
  ['SIGTERM', { line: 'AH00491: caught SIGTERM, shutting down', isGraceful: false }],
  ['SIGINT', { line: 'AH00491: caught SIGTERM, shutting down', isGraceful: false }],
  ['SIGWINCH', { line: 'AH00492: caught SIGWINCH, shutting down gracefully', isGraceful: true }],
]);

function* run(proc: Process): Generator<Wait, number, WakeReason> {
  const args = proc.argv.slice(1);
  if (args[0] === '-v') {
    proc.write(`Server version: Apache/${APACHE_VERSION} (Unix)\nServer built:   Jul 23 2024 00:00:00\n`);
    return 0;
  }
  const lack = check(args);
  if (lack !== undefined) return reportUnsupported(proc, `httpd ${args[lack.argIndex]!}`, ['-v', '-DFOREGROUND']);
  for (let i = 0; i < 2; i++) complainAboutName(proc);
  const listener = listenOn(proc, 'httpd', 0, PORT, BACKLOG);
  if (typeof listener === 'string') {
    const why = `(${errnoNumber(listener)})${errorText(listener)}: AH00072: make_sock: could not bind to address`;
    proc.writeError(`${why} ${formatIp4(0)}:${PORT}\nno listening sockets available, shutting down\n`);
    proc.writeError('AH00015: Unable to open logs\n');
    return 1;
  }
  const service = new HttpService(proc, new ApacheSite(proc));
  for (const [signal, { line, isGraceful }] of ENDINGS) {
    proc.onSignal(signal, () => {
      log(proc, 'mpm_event', line);
      if (isGraceful) service.stopGracefully();
      else service.stop();
    });
  }
  log(proc, 'mpm_event', `AH00489: Apache/${APACHE_VERSION} (Unix) configured -- resuming normal operations`);
  log(proc, 'core', `AH00094: Command line: 'httpd -D FOREGROUND'`);
  service.listen(listener);
  yield* service.run();
  return 0;
}

/** Without a name with a dot it says, twice, under which address it goes. */
function complainAboutName(proc: Process): void {
  if (proc.hostname.includes('.')) return;
  const address = lookupHosts(proc.files, proc.hostname)?.address;
  const shown = address === undefined ? '127.0.0.1' : formatIp4(address);
  const directive = "Set the 'ServerName' directive globally to suppress this message";
  const name = "Could not reliably determine the server's fully qualified domain name";
  proc.writeError(`AH00558: httpd: ${name}, using ${shown}. ${directive}\n`);
}

function log(proc: Process, module: string, message: string): void {
  const moment = nowMoment(proc);
  const micros = String(Math.floor(moment.nanosecond / 1000)).padStart(6, '0');
  const when = formatMoment(`%a %b %d %H:%M:%S.${micros} %Y`, moment);
  proc.writeError(`[${when}] [${module}:notice] [pid ${proc.ownPid}:tid ${proc.ownPid}] ${message}\n`);
}

function check(args: readonly string[]): CheckMistake | undefined {
  const words = args.join(' ');
  if (words === '' || words === '-v' || words === '-DFOREGROUND' || words === '-D FOREGROUND') return undefined;
  return { argIndex: 0, message: `option ${args[0]!} is not supported by Dockwire` };
}

function* runForeground(proc: Process): Generator<Wait, number, WakeReason> {
  return yield* proc.exec(run, ['httpd', '-DFOREGROUND', ...proc.argv.slice(1)], proc.env);
}

export const APACHE_HTTPD: ProgramEntry = { name: 'httpd', run, check };
export const HTTPD_FOREGROUND: ProgramEntry = { name: 'httpd-foreground', run: runForeground };
