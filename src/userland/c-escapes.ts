/** What a letter behind a backslash stands for (C 6.4.4.4, and `\e`), in echo, printf and `$'…'`. */
export const C_ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
