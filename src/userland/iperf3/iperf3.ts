/**
 * iperf3 3.12 of Debian: how fast data goes from one machine to another, over TCP or UDP. Both ends speak the real
 * program's protocol (control.ts), so that its dissectors and its own ends would understand them.
 */
import type { CheckMistake, ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import {
  lackingMistake,
  lackingWord,
  dashed,
  readArguments,
  supportedOptions,
  unknownMistake,
} from '../text/options.ts';
import { systemLine } from '../text/system-names.ts';
import { reportUnsupported } from '../unsupported.ts';
import { Client } from './client.ts';
import type { Steps } from './control.ts';
import { IPERF3_OPTIONS, IperfUsage, readIperf3 } from './options.ts';
import { Server } from './server.ts';
import type { IperfSettings } from './settings.ts';
import { IPERF3_VERSION } from './settings.ts';

const FEATURES =
  'Optional features available: CPU affinity setting, IPv6 flow label, SCTP, TCP congestion algorithm setting, ' +
  "sendfile / zerocopy, socket pacing, authentication, bind to device, support IPv4 don't fragment";

function* runIperf3(proc: Process): Steps<number> {
  const args = proc.argv.slice(1);
  const lack = lackingWord(args, IPERF3_OPTIONS);
  if (lack !== undefined)
    return reportUnsupported(proc, `iperf3 ${dashed(lack.key)}`, supportedOptions(IPERF3_OPTIONS));
  if (readArguments(args, IPERF3_OPTIONS).options.some(({ key }) => key === 'v')) {
    proc.write(`iperf ${IPERF3_VERSION} (cJSON 1.7.15)\n${systemLine(proc)}\n${FEATURES}\n`);
    return 0;
  }
  try {
    return yield* runWith(proc, readIperf3(args));
  } catch (error) {
    if (!(error instanceof IperfUsage)) throw error;
    proc.write(error.stdout);
    proc.writeError(error.stderr);
    return error.exitCode;
  }
}

function* runWith(proc: Process, settings: IperfSettings): Steps<number> {
  if (settings.isUdp && settings.rate === 0) {
    return reportUnsupported(proc, 'iperf3 -u -b 0', ['-b with a rate']);
  }
  if (!settings.isServer) return yield* new Client(proc, settings).run();
  if (!settings.isDaemon) {
    writePid(proc, settings);
    return yield* new Server(proc, settings).run();
  }
  proc.spawn({
    argv: proc.argv,
    program: (child) => {
      writePid(child, settings);
      return new Server(child, settings).run();
    },
    stdin: 'null',
    stdout: () => undefined,
    stderr: () => undefined,
  });
  return 0;
}

function writePid(proc: Process, { pidFile }: IperfSettings): void {
  if (pidFile !== '') proc.writeFile(pidFile, `${proc.ownPid}\0`, false);
}

function check(args: readonly string[]): CheckMistake | undefined {
  return lackingMistake(args, IPERF3_OPTIONS);
}

function refusal(args: readonly string[]): CheckMistake | undefined {
  return unknownMistake(args, IPERF3_OPTIONS);
}

export const IPERF3: ProgramEntry = { name: 'iperf3', run: runIperf3, check, refusal };
