/** hostname: prints the name of the host or container. Setting it is not supported. */
import { formatIp4 } from '../base/addr.ts';
import type { CheckMistake, ProgramEntry } from '../kernel/proc/program-registry.ts';
import type { Process } from '../kernel/proc/process.ts';
import { getopt, lackingOption } from './getopt.ts';
import { lookupHosts } from './dns/etc-hosts.ts';
import { reportUnsupported } from './unsupported.ts';

const LETTERS = 'aAbdfFiIsy';
const LACKING = 'aAbFIy';
const SUPPORTED = ['-d', '-f', '-i', '-s'];

function findLack(args: readonly string[]): CheckMistake | undefined {
  const operand = getopt(args, LETTERS).operands[0];
  if (operand !== undefined && operand.text !== '') {
    return { argIndex: operand.argIndex, message: 'setting the name is not supported by Dockwire' };
  }
  return lackingOption(args, LETTERS, LACKING);
}

function run(proc: Process): number {
  const args = proc.argv.slice(1);
  if (findLack(args) !== undefined) return reportUnsupported(proc, ['hostname', ...args].join(' '), SUPPORTED);
  const { options, error } = getopt(args, LETTERS);
  if (error !== null) {
    proc.writeError(`hostname: ${error.message}\n`);
    return 1;
  }
  const entry = lookupHosts(proc.files, proc.hostname);
  const fullName = entry?.canonicalName ?? proc.hostname;
  const dot = fullName.indexOf('.');
  let text = proc.hostname;
  for (const { letter } of options) {
    if (letter === 's') text = proc.hostname.split('.', 1)[0]!;
    else if (letter === 'f') text = fullName;
    else if (letter === 'd') text = dot < 0 ? '' : fullName.slice(dot + 1);
    else if (entry === undefined) {
      proc.writeError('hostname: Name or service not known\n');
      return 1;
    } else text = formatIp4(entry.address);
  }
  proc.write(text === '' ? '' : `${text}\n`);
  return 0;
}

export const HOSTNAME: ProgramEntry = {
  name: 'hostname',
  run: function* hostname(proc) {
    return run(proc);
  },
  check: findLack,
};
