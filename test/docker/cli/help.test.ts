import assert from 'node:assert/strict';
import { optionsHelp } from '../../../src/docker/cli/help.ts';
import { optionTable } from '../../../src/docker/cli/options.ts';

describe('the list of options in help', () => {
  it('is sorted, in columns, and leaves out what is hidden', () => {
    const options = [
      ...optionTable('  + -q, --quiet  Only ids\n  +     --format string  Pretty-print\n'),
      ...optionTable('  +     --secret  No word of it\n', true),
    ];
    assert.equal(optionsHelp(options), '      --format string   Pretty-print\n  -q, --quiet           Only ids');
  });

  it('wraps at 79 columns, and goes over by up to five for a short last word', () => {
    const [name, indent] = [`  +     --${'n'.repeat(20)}  `, ' '.repeat(31)];
    const help = (text: string): string => optionsHelp(optionTable(`${name}${text}\n`)).slice(indent.length);
    const [full, word] = ['x'.repeat(42), 'y'.repeat(20)];
    assert.equal(help(`${full} yyyy`), `${full} yyyy`);
    assert.equal(help(`${full} yyyyyy`), `${full}\n${indent}yyyyyy`);
    assert.equal(help(`${full} ${word} ${word} ${word}`), `${full}\n${indent}${word} ${word}\n${indent}${word}`);
  });

  it('moves a text below its option when there is no room beside it', () => {
    const text = `  +     --${'n'.repeat(60)}  Some text\n`;
    assert.equal(optionsHelp(optionTable(text)), `      --${'n'.repeat(60)}   \n                Some text`);
  });

  it('keeps the line ends of a text', () => {
    const table =
      "  +     --mode string  Mode to use\n                       |'a':    one\n                       |'b':    two\n";
    const indent = ' '.repeat(22);
    assert.equal(
      optionsHelp(optionTable(table)),
      `      --mode string   Mode to use\n${indent}'a':    one\n${indent}'b':    two`,
    );
  });
});
