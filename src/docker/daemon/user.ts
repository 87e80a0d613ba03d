/** Users inside containers. */

/** What the real images have in /etc/passwd. */
const KNOWN_USERS = [
  ...['root', 'daemon', 'bin', 'sys', 'sync', 'mail', 'www-data', 'operator', 'nobody'],
  ...['lp', 'adm', 'games', 'news', 'uucp'],
];

/** Why a process cannot run as `user`, a name or a number with or without a group; undefined if it can. */
export function userFailure(user: string): string | undefined {
  const name = user.split(':', 1)[0]!;
  if (name === '' || /^\d+$/.test(name) || KNOWN_USERS.includes(name)) return undefined;
  return `unable to find user ${name}: no matching entries in passwd file`;
}
