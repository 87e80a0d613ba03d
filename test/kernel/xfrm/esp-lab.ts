/** Two hosts that talk in ESP, for tests of kernel/xfrm. */
import type { Host } from '../../../src/kernel/host.ts';
import type { AdminResult } from '../../../src/kernel/admin/result.ts';
import { World } from '../kit.ts';

export const LEFT = '192.168.50.11';
export const RIGHT = '192.168.50.12';
export const KEY = '0xf41206a2c113dfe124b8c3009bd2eff65ae0424e';

/** Types a line of `ip xfrm`, or another one of the door. */
export function typed(host: Host, line: string): AdminResult {
  return host.admin.run(host.rootNs, line.split(' '));
}

/** The same, and it has to go well. */
export function run(host: Host, line: string): string {
  const result = typed(host, line);
  if (result.exit !== 0) throw new Error(`${line}: ${result.stderr}`);
  return result.stdout;
}

/** The words of an association in transport mode; `more` stands behind them. */
export function state(src: string, dst: string, spi: number, more = '', key = KEY, icvBits = 64): string {
  const id = `src ${src} dst ${dst} proto esp spi ${spi} mode transport reqid 7`;
  return `ip xfrm state add ${id} aead rfc4106(gcm(aes)) ${key} ${icvBits}${more === '' ? '' : ` ${more}`}`;
}

export interface EspLab {
  readonly world: World;
  readonly left: Host;
  readonly right: Host;
}

/** left and right on one cable, without policies. */
export function cabled(): EspLab {
  const world = new World();
  const left = world.host('left', { eth0: `${LEFT}/24` });
  const right = world.host('right', { eth0: `${RIGHT}/24` });
  world.cable(left, 'eth0', right, 'eth0');
  return { world, left, right };
}

/** What is said to both: an association each way, and policies for all that goes out. */
export function secured(more = ''): EspLab {
  const lab = cabled();
  for (const host of [lab.left, lab.right]) {
    run(host, state(LEFT, RIGHT, 0x100, more));
    run(host, state(RIGHT, LEFT, 0x200, more));
  }
  const policy = (src: string, dst: string): string =>
    `ip xfrm policy add src ${src} dst ${dst} dir out tmpl proto esp reqid 7 mode transport`;
  run(lab.left, policy(LEFT, RIGHT));
  run(lab.right, policy(RIGHT, LEFT));
  return lab;
}
