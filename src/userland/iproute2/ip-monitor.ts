/** `ip monitor`: prints what changes, as it changes (iproute2: ipmonitor.c). */
import { MONITOR_USAGE } from '../../kernel/admin/ip-usage.ts';
import { invalidArgument } from '../../kernel/admin/ip-words.ts';
import { completed } from '../../kernel/admin/words.ts';
import type { MonitorObject } from '../../kernel/events/monitor.ts';
import { Monitor } from '../../kernel/events/monitor.ts';
import type { Process } from '../../kernel/proc/process.ts';
import { asctimeParts, momentOf } from '../../base/calendar.ts';
import { reportUnsupported } from '../unsupported.ts';
import type { IpOptions } from './ip-options.ts';
import type { Run } from './run.ts';

/** exit(-1) */
const EXIT_AT_ONCE = 255;
const MICROSECOND_NS = 1000;
const SECOND_NS = 1_000_000_000;
const ALL: readonly MonitorObject[] = ['link', 'address', 'route', 'neigh'];

/** In the order in which iproute2 tries abbreviations; what is not in `ALL` never happens here. */
const WORDS = 'file label link address route mroute prefix neigh netconf rule nsid nexthop'.split(' ');

interface Wish {
  objects: Set<MonitorObject>;
  /** An object was named, even one of which there is never news. */
  hasObject: boolean;
  hasLabels: boolean;
  dev: string;
}

/** `args` stand behind `monitor`. */
export function* runMonitor(proc: Process, ns: Process['ns'], args: readonly string[], options: IpOptions): Run {
  const wish: Wish = { objects: new Set(), hasObject: false, hasLabels: false, dev: '' };
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    if (word === 'dev') {
      wish.dev = args[++at] ?? '';
      continue;
    }
    const exit = readWord(proc, wish, word);
    if (exit !== null) return exit;
  }
  const dev = wish.dev === '' ? null : ns.deviceByName(wish.dev);
  if (wish.dev !== '' && dev === null) {
    proc.writeError(invalidArgument(wish.dev, 'Device does not exist\n').stderr);
    return EXIT_AT_ONCE;
  }
  const monitor = new Monitor(ns, {
    objects: wish.hasObject ? wish.objects : new Set(ALL),
    options: options.show,
    hasLabels: wish.hasLabels,
    stamp: () => stampOf(proc, options.timestamps),
    dev,
  });
  try {
    for (;;) {
      const text = monitor.output.read();
      if (text === '' || text === null) yield proc.waitFor(monitor.output);
      else proc.write(text);
    }
  } finally {
    monitor.close();
  }
}

/** The exit code when that is the end of it, else null. */
function readWord(proc: Process, wish: Wish, word: string): number | null {
  const name = completed(word, WORDS);
  if (name === 'file') return reportUnsupported(proc, 'ip monitor file', [...ALL, 'label', 'all', 'dev']);
  if (name === 'label' || word === 'all') wish.hasLabels = true;
  else if (name !== undefined || word === 'stats') {
    wish.hasObject = true;
    const object = ALL.find((each) => each === name);
    if (object !== undefined) wish.objects.add(object);
  } else if (completed(word, ['all-nsid']) !== undefined) {
    return reportUnsupported(proc, 'ip monitor all-nsid', [...ALL, 'label', 'all', 'dev']);
  } else {
    const isHelp = completed(word, ['help']) !== undefined;
    proc.writeError(isHelp ? MONITOR_USAGE : `Argument "${word}" is unknown, try "ip monitor help".\n`);
    return EXIT_AT_ONCE;
  }
  return null;
}

/** `-t`: a line of its own as asctime(3) writes it; `-ts`: a short one in front. */
function stampOf(proc: Process, timestamps: number): string {
  if (timestamps === 0) return '';
  const moment = momentOf(proc.epochSeconds + Math.floor(proc.now / SECOND_NS), proc.now % SECOND_NS);
  const { year, month, day, nanosecond } = moment;
  const two = (value: number): string => String(value).padStart(2, '0');
  const [date, time] = asctimeParts(moment);
  const micros = Math.floor(nanosecond / MICROSECOND_NS);
  if (timestamps === 2) return `[${year}-${two(month)}-${two(day)}T${time}.${String(micros).padStart(6, '0')}] `;
  return `Timestamp: ${date} ${time} ${year} ${micros} usec\n`;
}
