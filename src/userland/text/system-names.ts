/** uname, whoami, id: who and what one is. Everybody is root, on the kernel of Debian 12. */
import type { Process } from '../../kernel/proc/process.ts';
import { textTool } from './tool.ts';
import type { Body, ToolCall } from './tool.ts';

const KERNEL = 'Linux';
/** Of the kernel, as `uname -r` says it. */
/** Of the kernel, as `uname -r` says it. */
export const RELEASE = '6.1.0-28-amd64';
const VERSION = '#1 SMP PREEMPT_DYNAMIC Debian 6.1.119-1 (2024-11-22)';
const MACHINE = 'x86_64';
const SYSTEM = 'GNU/Linux';
const UNKNOWN = 'unknown';

/** Kernel, host, release, version and machine, as programs put them into their reports. */
export function systemLine(proc: Process): string {
  return [KERNEL, proc.hostname, RELEASE, VERSION, MACHINE].join(' ');
}

function* runUname(call: ToolCall): Body {
  const [extra] = call.operands;
  if (extra !== undefined) throw call.misuse(`extra operand '${extra}'`);
  /** In the order in which they are printed. */
  const parts = [
    ['s', KERNEL],
    ['n', call.proc.hostname],
    ['r', RELEASE],
    ['v', VERSION],
    ['m', MACHINE],
    ['p', UNKNOWN],
    ['i', UNKNOWN],
    ['o', SYSTEM],
  ] as const;
  // With -a what is unknown is left out.
  const all = parts.filter(([, text]) => text !== UNKNOWN);
  const chosen = call.has('a') ? all : parts.filter(([key]) => call.has(key));
  const texts = chosen.length === 0 ? [KERNEL] : chosen.map(([, text]) => text);
  call.proc.write(`${texts.join(' ')}\n`);
  return 0;
}

function* runWhoami(call: ToolCall): Body {
  const [extra] = call.operands;
  if (extra !== undefined) throw call.misuse(`extra operand '${extra}'`);
  call.proc.write('root\n');
  return 0;
}

function* runId(call: ToolCall): Body {
  const [user] = call.operands;
  const kinds = ['u', 'g', 'G'].filter((key) => call.has(key));
  if (kinds.length > 1) throw call.failure('cannot print "only" of more than one choice');
  if (kinds.length === 0 && (call.has('n') || call.has('r'))) {
    throw call.failure('cannot print only names or real IDs in default format');
  }
  if (user !== undefined && user !== 'root' && user !== '0') {
    throw call.failure(call.isBusybox ? `unknown user ${user}` : `'${user}': no such user`);
  }
  if (kinds.length === 1) call.proc.write(call.has('n') ? 'root\n' : '0\n');
  else call.proc.write(`uid=0(root) gid=0(root)${call.isBusybox ? '' : ' groups=0(root)'}\n`);
  return 0;
}

/** uname of the GNU core utilities and of busybox. */
export const UNAME = textTool({
  name: 'uname',
  gnu: {
    options: {
      letters: 'asnrvmpio',
      long: {
        all: 'a',
        'kernel-name': 's',
        nodename: 'n',
        'kernel-release': 'r',
        'kernel-version': 'v',
        machine: 'm',
        processor: 'p',
        'hardware-platform': 'i',
        'operating-system': 'o',
      },
    },
  },
  busybox: {
    options: { letters: 'asnrvmpio' },
    usage: `Usage: uname [-amnrspvio]

Print system information

	-a	Print all
	-m	Machine (hardware) type
	-n	Hostname
	-r	Kernel release
	-s	Kernel name (default)
	-p	Processor type
	-v	Kernel version
	-i	Hardware platform
	-o	OS name`,
  },
  run: runUname,
});

/** whoami of the GNU core utilities and of busybox. */
export const WHOAMI = textTool({
  name: 'whoami',
  gnu: { options: { letters: '' } },
  busybox: {
    options: { letters: '' },
    usage: `Usage: whoami

Print the user name associated with the current effective user id`,
  },
  run: runWhoami,
});

/** id of the GNU core utilities and of busybox. */
export const ID = textTool({
  name: 'id',
  gnu: {
    options: {
      letters: 'agGnruzZ',
      long: { group: 'g', groups: 'G', name: 'n', real: 'r', user: 'u', zero: 'z', context: 'Z' },
      lacking: ['z', 'Z'],
    },
  },
  busybox: {
    options: { letters: 'ugGnr' },
    usage: `Usage: id [-ugGnr] [USER]

Print information about USER or the current user

	-u	User ID
	-g	Group ID
	-G	Supplementary group IDs
	-n	Print names instead of numbers
	-r	Print real ID instead of effective ID`,
  },
  run: runId,
});
