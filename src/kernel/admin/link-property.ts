/** `ip link property add | del`: alternative names (iproute2: iplink_prop; Linux: rtnl_linkprop). */
import { notifyLink } from '../dev/dev-ops.ts';
import type { Netns } from '../netns.ts';
import { LINK_USAGE } from './ip-usage.ts';
import { invalidArgument } from './ip-words.ts';
import { isDeviceWord, wrongName } from './link-words.ts';
import type { AdminResult } from './result.ts';
import { DONE, failure, garbage, INCOMPLETE, netlinkResult, noDevice } from './result.ts';
import { completed } from './words.ts';
import type { Words } from './words.ts';

const USAGE: AdminResult = { exit: 255, stdout: '', stderr: LINK_USAGE };

/** `add|del dev DEV altname NAME…` */
export function linkProperty(ns: Netns, words: Words): AdminResult {
  const typed = words.next();
  const verb = completed(typed, ['add', 'del', 'help']);
  if (typed === '' || verb === 'help') return USAGE;
  if (verb === undefined) return failure(255, 'Operator required');
  let devName = '';
  const names: string[] = [];
  while (!words.isAtEnd) {
    const word = words.next();
    const key = word === 'dev' ? word : completed(word, ['altname', 'help']);
    if (key === 'help') return USAGE;
    const value = key === undefined ? word : words.value();
    if (!words.hasAll()) return INCOMPLETE;
    if (key === 'altname') {
      if (!isDeviceWord(value)) return invalidArgument(value, 'not a valid altname');
      names.push(value);
    } else {
      if (devName !== '') return garbage('dev', value);
      if (!isDeviceWord(value)) return wrongName(value, 'dev');
      devName = value;
    }
  }
  if (devName === '') return failure(255, 'Not enough of information: "dev" argument is required.');
  return changeNames(ns, verb, devName, names);
}

/** One name after the other, up to the first that does not fit. */
function changeNames(ns: Netns, verb: string, devName: string, names: readonly string[]): AdminResult {
  const dev = ns.deviceByName(devName);
  if (dev === null) return noDevice(devName);
  const { altNames } = dev.attributes;
  for (const name of names) {
    if (verb === 'add') {
      if (ns.deviceByName(name) !== null) return netlinkResult('EEXIST');
      altNames.push(name);
    } else {
      const at = altNames.indexOf(name);
      if (at < 0) return netlinkResult('ENOENT');
      altNames.splice(at, 1);
    }
  }
  if (names.length > 0 && dev.isUp) notifyLink(dev);
  return DONE;
}
