/** How `ip xfrm policy` prints (iproute2 6.1: ip/ipxfrm.c, xfrm_policy_info_print). */
import { formatIp4 } from '../../base/addr.ts';
import { POLICY_FLAGS } from '../admin/ip-xfrm-policy.ts';
import { xfrmProtoName } from '../admin/xfrm-words.ts';
import type { Netns } from '../netns.ts';
import type { Template, XfrmPolicy } from '../xfrm/policy.ts';
import type { ShowOptions } from './options.ts';
import { digits, flagText, lifetimeLines, markText, selectorText, toText } from './xfrm-text.ts';

const DIRECTION_NAMES = ['in', 'out', 'fwd'] as const;

export function printPolicies(ns: Netns, policies: readonly XfrmPolicy[], options: ShowOptions): string {
  return toText(
    policies.map((policy) => policyLines(ns, policy, options.statistics > 0)),
    options.oneline,
  );
}

function policyLines(ns: Netns, policy: XfrmPolicy, hasStatistics: boolean): string[] {
  return [
    selectorText(ns, policy.selector, hasStatistics),
    `\t${settingsText(policy, hasStatistics)}`,
    ...(hasStatistics ? lifetimeLines(policy.limits, policy.lifetime) : []),
    ...(policy.mark.mask === 0 ? [] : [`\t${markText(policy.mark)}`]),
    ...policy.templates.flatMap((template) => templateLines(template, hasStatistics)),
  ];
}

function settingsText(policy: XfrmPolicy, hasStatistics: boolean): string {
  const { direction, isBlocking, index, priority, flags } = policy;
  const action = isBlocking ? 'action block ' : hasStatistics ? 'action allow ' : '';
  const number = hasStatistics ? `index ${index} ` : '';
  const share = hasStatistics ? 'share any ' : '';
  const text = `dir ${DIRECTION_NAMES[direction]} ${action}${number}priority ${priority} ptype main ${share}`;
  const named = hasStatistics || flags !== 0 ? flagText(flags, POLICY_FLAGS) : '';
  return text + named + (hasStatistics ? ` (0x${flags.toString(2).padStart(8, '0')})` : '');
}

/** Twin of xfrm_tmpl_print. */
function templateLines(template: Template, hasStatistics: boolean): string[] {
  const { src, dst, proto, spi, reqid, mode, isOptional } = template;
  const spiText = hasStatistics || spi !== 0 ? `spi 0x${digits(spi)}${hasStatistics ? `(${spi})` : ''} ` : '';
  const request = `reqid ${reqid}${hasStatistics ? `(0x${digits(reqid)})` : ''}`;
  const level = isOptional ? 'level use ' : 'level required ';
  return [
    `\ttmpl src ${formatIp4(src)} dst ${formatIp4(dst)}`,
    `\t\tproto ${xfrmProtoName(proto)} ${spiText}${request} mode ${mode}`,
    ...(hasStatistics || isOptional ? [`\t\t${level}${hasStatistics ? 'share any ' : ''}`] : []),
    ...(hasStatistics ? ['\t\tenc-mask ffffffff auth-mask ffffffff comp-mask ffffffff'] : []),
  ];
}
