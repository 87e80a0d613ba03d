/**
 * A script of typed commands on a real machine of its own: one dash in new namespaces of everything that it could
 * change, so that its names meet nobody else's and nothing of it is left.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { splitScript } from '../../src/userland/sh/script.ts';
import { SHARED } from '../machine.ts';
import type { RealLine } from './real-lab.ts';

/** A command and what a real machine made of it. */
export interface TypedLine extends RealLine {
  readonly text: string;
}

/**
 * `/run/netns` and `/sys` are the sandbox's own. New namespaces are without IPv6, as those of the emulator;
 * names are looked up in files only.
 */
const PREPARE = `
export PATH=/run/bin:$PATH:/usr/sbin:/sbin LC_ALL=C HOME=/root
mount -t tmpfs tmpfs /run && mkdir -p /run/netns /run/bin /run/work && mount -t sysfs sysfs /sys
printf 'hosts: files\\nnetworks: files\\n' > /run/nsswitch.conf 
mount --bind /run/nsswitch.conf /etc/nsswitch.conf && hostname h
cat > /run/bin/ip <<'END'
#!/bin/dash
[ "$1 $2" = "netns add" ] || exec /sbin/ip "$@"
/sbin/ip "$@" || exit
for i in all default lo; do echo "net.ipv6.conf.$i.disable_ipv6=1"; done | /sbin/ip netns exec "$3" sysctl -q -p -
END
chmod +x /run/bin/ip && cd /run/work
for i in all default lo; do sysctl -q -w net.ipv6.conf.$i.disable_ipv6=1; done
ip link set lo up
ln -s ${resolve(SHARED, 'truth', 'tcpudp.py')} tcpudp.py
`;

/** Runs the script; what it started is gone afterwards. */
export async function runInSandbox(script: string): Promise<TypedLine[]> {
  const commands = splitScript(script);
  const folder = mkdtempSync(join(tmpdir(), 'dockwire-script-'));
  commands.forEach(({ text }, i) => {
    writeFileSync(join(folder, `${i}.sh`), `${text}\n`);
  });
  const steps = commands.map(
    (_, i) =>
      `date +%s.%N > ${folder}/${i}.at\n` +
      `{ . ${folder}/${i}.sh; } > ${folder}/${i}.out 2> ${folder}/${i}.err < /dev/null\n` +
      `echo $? > ${folder}/${i}.exit`,
  );
  writeFileSync(join(folder, 'all.sh'), `${PREPARE}${steps.join('\n')}\n`);
  try {
    await new Promise<void>((done, failed) => {
      const own = ['--net', '--mount', '--uts', '--ipc', '--pid', '--fork', '--kill-child', '--mount-proc'];
      const dash = spawn('unshare', [...own, 'dash', join(folder, 'all.sh')], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      dash.on('error', failed);
      dash.on('exit', () => {
        done();
      });
    });
    return commands.map(({ text }, i) => ({ text, ...readLine(folder, i) }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readLine(folder: string, i: number): RealLine {
  const read = (kind: string): string => readFileSync(join(folder, `${i}.${kind}`), 'utf8');
  return {
    exit: Number(read('exit')),
    stdout: read('out'),
    stderr: read('err'),
    atSeconds: Number(read('at')) - Number(readFileSync(join(folder, '0.at'), 'utf8')),
  };
}
