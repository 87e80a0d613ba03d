/**
 * YAML's complaints in the words of someone who writes a scenario: what is wrong, and what to write instead.
 */
import type { ErrorCode } from 'yaml';

/** More precise than the code alone; the first whose words are in the parser's message holds. */
const BY_MESSAGE: readonly (readonly [string, string])[] = [
  ['closing "quote', 'a text in double quotes does not end; expected a closing "'],
  ["closing 'quote", "a text in single quotes does not end; expected a closing '"],
  ['need to be followed by map values', 'a key without a colon; expected `key: value`'],
  ['Nested mappings', 'a second colon on one line; expected quotes around a text that holds ": "'],
  ['block sequence may not', 'a list begins behind a key; expected its first "-" on a line of its own'],
  ['Missing , ', 'a comma is missing; expected "," between the entries of {…} or […]'],
  ['Missing space after :', 'no blank behind a colon; expected `key: value`'],
  ['Comments must be separated', 'no blank before #; expected one before a comment'],
  ['end with a }', 'a { is not closed; expected }'],
  ['end with a ]', 'a [ is not closed; expected ]'],
  [
    'Plain value cannot start',
    'a text begins with a character that YAML keeps for itself; expected quotes around the text',
  ],
];

const BY_CODE: Partial<Record<ErrorCode, string>> = {
  BAD_INDENT: 'the indentation does not fit; expected the entries of one list or mapping to begin in the same column',
  TAB_AS_INDENT: 'a tab in the indentation; expected blanks',
  BLOCK_AS_IMPLICIT_KEY: 'a key holds a list or a mapping; expected `key: value`',
  BLOCK_IN_FLOW: 'a list or mapping by indentation inside {…} or […]; expected braces and brackets all the way',
  MULTILINE_IMPLICIT_KEY: 'a key goes over several lines; expected `key: value`, and quotes around longer texts',
  KEY_OVER_1024_CHARS: 'a key is longer than 1024 characters; expected `key: value`',
  BAD_DQ_ESCAPE: 'an unknown escape in double quotes; expected \\\\ for a backslash, or single quotes',
  BAD_SCALAR_START: 'a text begins with a character that YAML keeps for itself; expected quotes around the text',
  BAD_ALIAS: 'an alias or anchor without a proper name; expected *name or &name, or quotes around the text',
  ALIAS_PROPS: 'an alias with a tag or anchor of its own; expected *name alone',
  MULTIPLE_ANCHORS: 'two anchors on one value; expected one',
  MULTIPLE_TAGS: 'two tags on one value; expected none',
  TAG_RESOLVE_FAILED: 'an unknown tag; expected plain YAML, and quotes around a text that begins with !',
  BAD_DIRECTIVE: 'an unknown directive; expected plain YAML, and quotes around a text that begins with %',
  UNEXPECTED_TOKEN: 'something that does not belong here; expected `key: value`, or quotes around the text',
};

/** `what is wrong; what was expected` for an error or warning of the YAML parser. */
export function plainYamlError(code: ErrorCode, message: string): string {
  const precise = BY_MESSAGE.find(([words]) => message.includes(words));
  return precise?.[1] ?? BY_CODE[code] ?? `this is no YAML (${message.split('\n')[0]!}); expected \`key: value\``;
}
