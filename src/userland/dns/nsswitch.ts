/** `/etc/nsswitch.conf` as the C library reads it (nsswitch.conf(5)): where names of hosts are looked up. */
import type { Files } from '../../kernel/proc/files.ts';

/** Without the file, or without its line, files are asked first and then name servers. */
const USUAL_SOURCES: readonly string[] = ['files', 'dns'];

/** The sources of `hosts:` in their order; actions in brackets are passed over. */
export function hostSources(files: Files): readonly string[] {
  const line = /^[ \t]*hosts:(.*)$/m.exec(files.read('/etc/nsswitch.conf') ?? '');
  if (line === null) return USUAL_SOURCES;
  return line[1]!
    .replace(/#.*/, '')
    .replace(/\[[^\]]*\]/g, ' ')
    .split(/\s+/)
    .filter((word) => word !== '');
}
