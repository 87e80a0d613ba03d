/** How `ip xfrm state` prints (iproute2 6.1: ip/ipxfrm.c, xfrm_state_info_print). */
import { formatIp4 } from '../../base/addr.ts';
import { STATE_FLAGS } from '../admin/ip-xfrm-state.ts';
import { xfrmProtoName } from '../admin/xfrm-words.ts';
import type { Netns } from '../netns.ts';
import type { Replay } from '../xfrm/replay.ts';
import type { XfrmState } from '../xfrm/state.ts';
import type { ShowOptions } from './options.ts';
import { digits, flagText, lifetimeLines, markText, selectorText, toText } from './xfrm-text.ts';

/** `hidesKeys` for `nokeys`. */
export function printStates(ns: Netns, states: readonly XfrmState[], options: ShowOptions, hidesKeys: boolean): string {
  return toText(
    states.map((state) => stateLines(ns, state, options.statistics > 0, hidesKeys)),
    options.oneline,
  );
}

function stateLines(ns: Netns, state: XfrmState, hasStatistics: boolean, hidesKeys: boolean): string[] {
  const { id, reqid, replay } = state;
  const spi = `spi 0x${digits(id.spi)}${hasStatistics ? `(${id.spi})` : ''}`;
  const request = `reqid ${reqid}${hasStatistics ? `(0x${digits(reqid)})` : ''}`;
  return [
    `src ${formatIp4(id.src)} dst ${formatIp4(id.dst)}`,
    `\tproto ${xfrmProtoName(id.proto)} ${spi} ${request} mode transport`,
    `\treplay-window ${replay.isLong ? 0 : replay.window} ${settingsText(state, hasStatistics)}`,
    ...markLines(state),
    `\taead ${state.aead.name} ${keyText(state, hasStatistics, hidesKeys)} ${state.aead.icvBits}`,
    ...replayLines(replay),
    `\tsel ${selectorText(ns, state.selector, hasStatistics)}`,
    ...(hasStatistics ? lifetimeLines(state.limits, state.lifetime) : []),
    ...(hasStatistics ? statisticsLines(state) : []),
  ];
}

/** Flags are printed where there are any, or with -s. */
function settingsText(state: XfrmState, hasStatistics: boolean): string {
  if (!hasStatistics) return state.flags === 0 ? '' : flagText(state.flags, STATE_FLAGS);
  const sequence = `seq 0x${String(state.sequence).padStart(8, '0')} `;
  const extra =
    state.extraFlags === 0 ? '' : `extra_${flagText(state.extraFlags, ['dont-encap-dscp', 'oseq-may-wrap'])}`;
  return `${sequence}${flagText(state.flags, STATE_FLAGS)}${extra} (0x${state.flags.toString(2).padStart(8, '0')})`;
}

function markLines({ mark, outputMark }: XfrmState): string[] {
  const output = outputMark.mask === 0 ? '' : `output-mark 0x${hex(outputMark.value)}/0x${hex(outputMark.mask)}`;
  if (mark.mask !== 0) return [`\t${markText(mark)}${output}`];
  return output === '' ? [] : [`\t${output}`];
}

function hex(value: number): string {
  return value.toString(16);
}

function keyText(state: XfrmState, hasStatistics: boolean, hidesKeys: boolean): string {
  if (hidesKeys) return '<<Keys hidden>>';
  const { key } = state.aead;
  const text = `0x${Array.from(key, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
  return hasStatistics ? `${text} (${key.length * 8} bits)` : text;
}

const WORDS_PER_LINE = 8;

function replayLines(replay: Replay): string[] {
  const { incoming, outgoing, words } = replay;
  if (!replay.isLong) {
    const bitmap = digits(words[0]!);
    return [`\tanti-replay context: seq 0x${hex(incoming)}, oseq 0x${hex(outgoing)}, bitmap 0x${bitmap}`];
  }
  const lines = [
    '\tanti-replay esn context:',
    `\t seq-hi 0x0, seq 0x${hex(incoming)}, oseq-hi 0x0, oseq 0x${hex(outgoing)}`,
    `\t replay_window ${replay.window}, bitmap-length ${words.length}`,
  ];
  const highestFirst = [...words].reverse().map((word) => `${digits(word)} `);
  for (let i = 0; i < highestFirst.length; i += WORDS_PER_LINE) {
    lines.push(`\t ${highestFirst.slice(i, i + WORDS_PER_LINE).join('')}`);
  }
  return lines;
}

function statisticsLines({ tooOld, replayed, integrityFailed }: XfrmState): string[] {
  return ['\tstats:', `\t  replay-window ${tooOld} replay ${replayed} failed ${integrityFailed}`];
}
