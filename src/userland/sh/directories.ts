/** Which directories there are: those that files lie in, and those that every machine has. */
import type { Process } from '../../kernel/proc/process.ts';

const STANDARD_DIRECTORIES = [
  '/',
  '/bin',
  '/dev',
  '/etc',
  '/home',
  '/mnt',
  '/opt',
  '/proc',
  '/root',
  '/run',
  '/sbin',
  '/srv',
  '/sys',
  '/tmp',
  '/usr',
  '/usr/bin',
  '/usr/local',
  '/var',
  '/var/log',
  '/var/run',
];

/** Whether the absolute path is a directory. */
export function isDirectory(proc: Process, path: string): boolean {
  return STANDARD_DIRECTORIES.includes(path) || proc.openFile(path) === 'EISDIR';
}
