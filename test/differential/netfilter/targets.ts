/** Targets by chance, at places where the real kernel takes them. */
import { TARGETS } from '../../../src/kernel/nf/registry.ts';
import type { Chance } from './chance.ts';
import type { Place, Protocol } from './matches.ts';
import { anyAddress, anyPort, isWithin } from './matches.ts';
import { PORT_RANGES } from './pools.ts';

const known = (name: string): boolean => TARGETS.some((target) => target.name === name);

/** What a target may depend on. */
export interface TargetPlace extends Place {
  readonly protocol: Protocol;
  /** Words of `-m tcp` are there already: the tool makes one of two, in its own way. */
  readonly hasTcpMatch: boolean;
  /** User chains that may be gone to from here. */
  readonly userChains: readonly string[];
}

type Maker = (chance: Chance, place: TargetPlace) => string;

const REJECTIONS = ['net', 'host', 'port', 'proto'].map((name) => `icmp-${name}-unreachable`);

function reject(chance: Chance, place: TargetPlace): string {
  if (place.table !== 'filter') return '';
  if (place.protocol === 'tcp' && chance.once(2)) return '-j REJECT --reject-with tcp-reset';
  const kinds = [...REJECTIONS, 'icmp-net-prohibited', 'icmp-host-prohibited', 'icmp-admin-prohibited'];
  return `-j REJECT --reject-with ${chance.among(kinds)}`;
}

function mark(chance: Chance): string {
  const how = chance.among(['set-mark', 'or-mark', 'and-mark', 'xor-mark', 'set-xmark']);
  const mask = how === 'set-mark' || how === 'set-xmark' ? chance.among(['', '/1', '/3']) : '';
  return `--${how} ${chance.below(4)}${mask}`;
}

function connmark(chance: Chance): string {
  const rest = chance.among(['--save-mark', '--restore-mark', '--save-mark --mask 1', '--restore-mark --mask 3']);
  return `-j CONNMARK ${chance.once(2) ? rest : mark(chance)}`;
}

function ct(chance: Chance, { table }: TargetPlace): string {
  if (table !== 'raw') return '';
  return chance.weighted([
    [3, '-j CT --notrack'],
    [1, '-j NOTRACK'],
    [2, `-j CT --zone ${1 + chance.below(2)}`],
    [1, '-j CT --zone-orig 3'],
    [1, '-j CT --zone-reply 3'],
    [1, '-j CT --zone mark'],
  ]);
}

function tcpmss(chance: Chance, place: TargetPlace): string {
  if (place.table !== 'mangle' || place.protocol !== 'tcp' || place.hasTcpMatch) return '';
  const canClamp = isWithin(place, ['FORWARD', 'OUTPUT', 'POSTROUTING']);
  const how = canClamp && chance.once(2) ? '--clamp-mss-to-pmtu' : `--set-mss ${chance.among([536, 1000, 1460])}`;
  return `-m tcp --tcp-flags SYN,RST SYN -j TCPMSS ${how}`;
}

/** `:port` and what else NAT may be told, for protocols that have ports. */
function natPorts(chance: Chance, { protocol }: TargetPlace): string {
  if (protocol !== 'tcp' && protocol !== 'udp') return '';
  const [low, high] = chance.among(PORT_RANGES);
  return chance.weighted([
    [2, ''],
    [2, anyPort(chance)],
    [1, `${low}-${high}`],
  ]);
}

function addresses(chance: Chance): string {
  if (!chance.once(5))
    return anyAddress(chance)
      .replace(/\.255$|^224\..*/, '.2')
      .replace(/^\.2$/, '10.1.0.4');
  return chance.among(['10.1.0.3-10.1.0.6', '10.2.0.2-10.2.0.3', '10.0.0.5-10.0.0.7']);
}

function dnat(chance: Chance, place: TargetPlace): string {
  const port = natPorts(chance, place);
  const flags = chance.weighted([
    [4, ''],
    [1, ' --random'],
    [1, ' --persistent'],
  ]);
  return chance.weighted([
    [4, `-j DNAT --to-destination ${addresses(chance)}${port === '' ? '' : `:${port}`}${flags}`],
    [2, `-j REDIRECT${port === '' ? '' : ` --to-ports ${port}`}`],
    [1, `-j NETMAP --to ${chance.among(['10.1.0.0/24', '10.2.0.0/24', '10.0.0.4/31'])}`],
  ]);
}

function snat(chance: Chance, place: TargetPlace): string {
  const port = natPorts(chance, place);
  const flags = chance.weighted([
    [5, ''],
    [1, ' --random'],
    [1, ' --random-fully'],
  ]);
  const snatTo = `-j SNAT --to-source ${addresses(chance)}${port === '' ? '' : `:${port}`}${flags}`;
  const netmap = `-j NETMAP --to ${chance.among(['10.1.0.0/24', '10.0.0.4/31'])}`;
  if (!isWithin(place, ['POSTROUTING'])) return chance.once(4) ? netmap : snatTo;
  return chance.weighted([
    [3, snatTo],
    [3, `-j MASQUERADE${port === '' ? '' : ` --to-ports ${port}`}${flags}`],
    [1, netmap],
  ]);
}

function nat(chance: Chance, place: TargetPlace): string {
  if (place.table !== 'nat') return '';
  return isWithin(place, ['PREROUTING', 'OUTPUT']) ? dnat(chance, place) : snat(chance, place);
}

function goTo(verb: string): Maker {
  return (chance, { userChains }) => (userChains.length === 0 ? '' : `${verb} ${chance.among(userChains)}`);
}

/** How often each comes; '' for what does not need an extension. */
const ALL: readonly (readonly [weight: number, extension: string, make: Maker])[] = (
  [
    [6, '', () => '-j ACCEPT'],
    [3, '', (_chance, { table }) => (table === 'nat' ? '-j ACCEPT' : '-j DROP')],
    [3, '', () => '-j RETURN'],
    [3, '', () => ''],
    [7, '', goTo('-j')],
    [2, '', goTo('-g')],
    [5, 'REJECT', reject],
    [3, 'MARK', (chance) => `-j MARK ${mark(chance)}`],
    [3, 'CONNMARK', connmark],
    [10, 'CT', ct],
    [6, 'TCPMSS', tcpmss],
    [25, 'DNAT', nat],
    [1, 'LOG', () => '-j LOG'],
    [1, 'NFLOG', () => '-j NFLOG --nflog-group 7'],
    [1, 'TRACE', (_chance, { table }) => (table === 'raw' ? '-j TRACE' : '')],
  ] as readonly (readonly [number, string, Maker])[]
).filter(([, extension]) => extension === '' || known(extension));

/** `-j …`, or '' for a rule that counts. */
export function targetWords(chance: Chance, place: TargetPlace): string {
  return chance.weighted(ALL.map(([weight, , make]) => [weight, make] as const))(chance, place);
}
