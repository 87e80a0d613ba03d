/** Which names are asked for in turn: the name itself, or with the endings of the search list before it. */

/** Without `usesSearch`, with dots enough or a dot at the end only the name itself; else it comes last. */
export function namesToTry(name: string, search: readonly string[], ndots: number, usesSearch: boolean): string[] {
  const dots = name.split('.').length - 1;
  if (!usesSearch || name.endsWith('.') || dots >= ndots) return [name];
  return [...search.map((ending) => `${name}.${ending.replace(/^\./, '')}`), name];
}

/** What is wrong with a name, in BIND's words; '' for nothing. */
export function nameFault(name: string): string {
  const labels = name.replace(/\.$/, '').split('.');
  if (name !== '.' && labels.includes('')) return 'empty label';
  if (labels.some((label) => label.length > 63)) return 'label too long';
  return name.length > 254 ? 'ran out of space' : '';
}
