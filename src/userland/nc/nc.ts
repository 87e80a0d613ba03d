/** nc of OpenBSD: standard input to a peer, what the peer sends to standard output, over TCP or UDP. */
import type { Process } from '../../kernel/proc/process.ts';
import type { ProgramEntry } from '../../kernel/proc/program-registry.ts';
import { giveUp } from '../tool-error.ts';
import { reportUnsupported } from '../unsupported.ts';
import type { Opened, Steps } from './context.ts';
import { checkNc, NC_SUPPORTED, ncHelp, readNc, refuseNc } from './options.ts';
import { TcpNetcat } from './tcp-netcat.ts';
import { UdpNetcat } from './udp-netcat.ts';

function* runNc(proc: Process): Steps<number> {
  const args = proc.argv.slice(1);
  const lack = checkNc(args);
  if (lack !== undefined) return reportUnsupported(proc, `nc ${args[lack.argIndex]!}`, NC_SUPPORTED);
  const sockets: Opened[] = [];
  try {
    const options = readNc(args);
    if (options === null) {
      proc.writeError(ncHelp());
      return 0;
    }
    const netcat = new (options.isUdp ? UdpNetcat : TcpNetcat)(proc, options, sockets);
    return yield* options.isListening ? netcat.listen() : netcat.connectAll();
  } catch (error) {
    return giveUp(proc, error);
  } finally {
    for (const socket of sockets) socket.close();
  }
}

export const OPENBSD_NC: ProgramEntry = { name: 'nc', run: runNc, check: checkNc, refusal: refuseNc };
