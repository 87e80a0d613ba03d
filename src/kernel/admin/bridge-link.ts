/** `bridge link set` (iproute2: bridge/link.c, brlink_modify). Numbers are read as atoi(3) reads them. */
import type { Netns } from '../netns.ts';
import { brPortOf } from '../dev/bridge-if.ts';
import { PORT_FLAGS, PORT_STATE_NAMES } from '../dev/bridge-flags.ts';
import type { Errno } from '../errno.ts';
import { errorText } from '../errno.ts';
import type { PortChange } from './bridge-port.ts';
import { brSetport, noPortChange, setFlag } from './bridge-port.ts';
import { LINK_USAGE } from './bridge-usage.ts';
import type { AdminResult } from './result.ts';
import { DONE, failure, INCOMPLETE } from './result.ts';

/** exit(-1), and exit(-EINVAL) */
const FAILED = 255;
const BAD_SWITCH = 234;
/** `learning_sync` is read and forgotten: it is for switches in hardware. */
const SWITCHES: ReadonlySet<string> = new Set(
  'guard hairpin fastleave root_block learning learning_sync flood mcast_flood bcast_flood mcast_to_unicast'
    .concat(' neigh_suppress vlan_tunnel isolated locked')
    .split(' '),
);

interface LinkRequest {
  dev: string;
  isSelf: boolean;
  isMaster: boolean;
  readonly change: PortChange;
}

/** `args` stand behind the verb. */
export function bridgeLinkSet(ns: Netns, args: readonly string[]): AdminResult {
  const request: LinkRequest = { dev: '', isSelf: false, isMaster: false, change: noPortChange() };
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!;
    if (word === 'self') request.isSelf = true;
    else if (word === 'master') request.isMaster = true;
    else if (word === 'nobackup_port') request.change.backup = null;
    else {
      if (!takesValue(word)) return failure(FAILED, LINK_USAGE);
      const value = args[++i];
      if (value === undefined) return INCOMPLETE;
      const flaw = readOne(ns, request, word, value);
      if (flaw !== null) return flaw;
    }
  }
  return setLink(ns, request);
}

function takesValue(word: string): boolean {
  return SWITCHES.has(word) || /^(dev|cost|priority|state|hwmode|backup_port|mcast_router)$/.test(word);
}

function readOne(ns: Netns, request: LinkRequest, word: string, value: string): AdminResult | null {
  const { change } = request;
  if (SWITCHES.has(word)) {
    if (value !== 'on' && value !== 'off') {
      return failure(BAD_SWITCH, `Error: argument of "${word}" must be one of "off", "on", not "${value}"`);
    }
    const flag = PORT_FLAGS.get(word);
    if (flag !== undefined) setFlag(change, flag, value === 'on');
    return null;
  }
  switch (word) {
    case 'dev':
      request.dev = value;
      return null;
    case 'cost':
      // Zero and what is no number are left out of the request.
      change.cost = atoi(value) > 0 ? atoi(value) : undefined;
      return null;
    case 'priority':
      change.priority = atoi(value) >= 0 ? atoi(value) : undefined;
      return null;
    case 'mcast_router':
      change.mcastRouter = atoi(value) >= 0 ? atoi(value) & 0xff : undefined;
      return null;
    case 'state':
      return readState(change, value);
    case 'backup_port':
      change.backup = ns.deviceByName(value);
      return change.backup === null ? failure(FAILED, `Error: device ${value} does not exist`) : null;
    default:
      request.isSelf = true;
      if (value === 'vepa' || value === 'veb') return null;
      return failure(FAILED, 'Mode argument must be "vepa" or "veb".');
  }
}

function atoi(text: string): number {
  return Number.parseInt(text, 10) || 0;
}

function readState(change: PortChange, value: string): AdminResult | null {
  if (/^[+-]?\d+$/.test(value)) change.state = Number(value) & 0xff;
  else {
    const state = PORT_STATE_NAMES.indexOf(value);
    if (state < 0) return failure(FAILED, 'Error: invalid STP port state');
    change.state = state;
  }
  return null;
}

function setLink(ns: Netns, request: LinkRequest): AdminResult {
  if (request.dev === '') return failure(FAILED, 'Device is a required argument.');
  const dev = ns.deviceByName(request.dev);
  if (dev === null) return failure(FAILED, `Cannot find bridge device "${request.dev}"`);
  const port = brPortOf(dev);
  // No interface here has switching of its own, which is what `self` is about.
  if (port === null || (request.isSelf && !request.isMaster)) return answer('EOPNOTSUPP');
  return answer(brSetport(port, request.change));
}

function answer(errno: Errno): AdminResult {
  return errno === '' ? DONE : failure(FAILED, `RTNETLINK answers: ${errorText(errno)}`);
}
