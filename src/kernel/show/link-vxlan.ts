/** What `ip -d` says of a VXLAN device (iproute2: iplink_vxlan.c, vxlan_print_opt). */
import { formatIp4, isMulticastIp4 } from '../../base/addr.ts';
import { TOS_INHERIT, VXLAN_DF_INHERIT, VXLAN_DF_SET } from '../dev/vxlan-config.ts';
import type { Vxlan } from '../dev/vxlan.ts';
import type { Printer } from './printer.ts';

export function printVxlan(printer: Printer, dev: Vxlan): void {
  const { config } = dev;
  printer.field('id', config.vni, `id ${config.vni} `);
  printEndpoints(printer, dev);
  printer.openObject('port_range');
  printer.json('low', config.portMin);
  printer.json('high', config.portMax);
  printer.close();
  printer.text(`srcport ${config.portMin} ${config.portMax} `);
  printer.field('port', config.dstPort, `dstport ${config.dstPort} `);
  printer.json('learning', config.learns);
  if (!config.learns) printer.text('nolearning ');
  for (const [name, isSet] of [
    ['proxy', config.isProxy],
    ['rsc', config.isShortCircuit],
    ['l2miss', config.tellsL2Miss],
    ['l3miss', config.tellsL3Miss],
  ] as const) {
    if (isSet) printer.field(name, true, `${name} `);
  }
  printHeaderFields(printer, dev);
  const { ageingSeconds, maxAddress } = config;
  printer.field('ageing', ageingSeconds, `ageing ${ageingSeconds === 0 ? 'none' : ageingSeconds} `);
  if (maxAddress !== 0) printer.field('limit', maxAddress, `maxaddr ${maxAddress} `);
  for (const [key, name, isSet] of [
    ['udp_csum', 'udpcsum', config.hasUdpChecksum],
    ['udp_zero_csum6_tx', 'udp6zerocsumtx', config.hasZeroChecksum6Tx],
    ['udp_zero_csum6_rx', 'udp6zerocsumrx', config.hasZeroChecksum6Rx],
  ] as const) {
    printer.field(key, isSet, `${isSet ? '' : 'no'}${name} `);
  }
}

/** The interface below is looked up by its index in the namespace where somebody asks. */
function printEndpoints(printer: Printer, { config, ns }: Vxlan): void {
  const { remote, local, ifIndex } = config;
  if (remote !== 0) {
    const key = isMulticastIp4(remote) ? 'group' : 'remote';
    printer.field(key, formatIp4(remote), `${key} ${formatIp4(remote)} `);
  }
  if (local !== 0) printer.field('local', formatIp4(local), `local ${formatIp4(local)} `);
  if (ifIndex === 0) return;
  const below = ns.devices[ifIndex]?.name ?? `if${ifIndex}`;
  printer.field('link', below, `dev ${below} `);
}

/** What of the outer header was settled. */
function printHeaderFields(printer: Printer, { config }: Vxlan): void {
  const { tos, ttl, df } = config;
  if (tos !== 0) {
    printer.json('tos', `0x${tos.toString(16)}`);
    printer.text(`tos ${tos === TOS_INHERIT ? 'inherit' : `0x${tos.toString(16)}`} `);
  }
  if (config.isTtlInherited) printer.text('ttl inherit ');
  else {
    printer.json('ttl', ttl);
    printer.text(`ttl ${ttl === 0 ? 'auto' : ttl} `);
  }
  printer.json('df', df === VXLAN_DF_SET ? 'set' : df === VXLAN_DF_INHERIT ? 'inherit' : 'unset');
  if (df === VXLAN_DF_SET) printer.text('df set ');
  if (df === VXLAN_DF_INHERIT) printer.text('df inherit ');
}
