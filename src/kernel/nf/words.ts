/** A line of `iptables-restore` cut into words: blanks between them, `"` around some, `\` inside the quotes. */

/** Twin of add_param_to_argv. A quote that is not closed takes the rest of the line. */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word = '';
  let isQuoted = false;
  let isOpen = false;
  for (let i = 0; i < line.length; i++) {
    const letter = line.charAt(i);
    if (letter === '"') {
      isOpen = !isOpen;
      isQuoted = true;
    } else if (isOpen) word += letter === '\\' ? line.charAt(++i) : letter;
    else if (letter !== ' ' && letter !== '\t' && letter !== '\n') word += letter;
    else {
      if (word !== '' || isQuoted) words.push(word);
      word = '';
      isQuoted = false;
    }
  }
  if (word !== '' || isQuoted) words.push(word);
  return words;
}
