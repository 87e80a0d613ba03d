/**
 * getopt(3) as the GNU library has it: one-letter options, bundled or apart, values attached or in the next argument,
 * options also behind operands, `--` as their end.
 */

/** An option that was given; `argIndex` is the argument that holds its letter. */
export interface GivenOption {
  readonly letter: string;
  /** '' for an option without a value. */
  readonly value: string;
  readonly argIndex: number;
}

export interface GivenOperand {
  readonly text: string;
  readonly argIndex: number;
}

/** What getopt itself refuses; options before it count. */
export interface GetoptError {
  /** As the library words it, behind the program's name. */
  readonly message: string;
  readonly argIndex: number;
}

export interface Getopt {
  readonly options: readonly GivenOption[];
  readonly operands: readonly GivenOperand[];
  readonly error: GetoptError | null;
}

/** Takes arguments apart; `letters` is as in C, `c:` for an option with a value. */
export function getopt(args: readonly string[], letters: string): Getopt {
  const options: GivenOption[] = [];
  const operands: GivenOperand[] = [];
  for (let argIndex = 0; argIndex < args.length; argIndex++) {
    const arg = args[argIndex]!;
    if (arg === '--') {
      for (let rest = argIndex + 1; rest < args.length; rest++) operands.push({ text: args[rest]!, argIndex: rest });
      break;
    }
    if (!arg.startsWith('-') || arg === '-') {
      operands.push({ text: arg, argIndex });
      continue;
    }
    for (let at = 1; at < arg.length; at++) {
      const letter = arg.charAt(at);
      const known = letter === ':' ? -1 : letters.indexOf(letter);
      if (known < 0) return { options, operands, error: { message: `invalid option -- '${letter}'`, argIndex } };
      if (letters.charAt(known + 1) !== ':') {
        options.push({ letter, value: '', argIndex });
        continue;
      }
      const attached = arg.slice(at + 1);
      const value = attached === '' ? args[argIndex + 1] : attached;
      if (value === undefined) {
        return { options, operands, error: { message: `option requires an argument -- '${letter}'`, argIndex } };
      }
      options.push({ letter, value, argIndex });
      if (attached === '') argIndex++;
      break;
    }
  }
  return { options, operands, error: null };
}

/** The first option among `lacking`, which the real tool has and Dockwire does not, as `dockwire check` says it. */
export function lackingOption(
  args: readonly string[],
  letters: string,
  lacking: string,
): { argIndex: number; message: string } | undefined {
  const found = getopt(args, letters).options.find((option) => lacking.includes(option.letter));
  if (found === undefined) return undefined;
  return { argIndex: found.argIndex, message: `option -${found.letter} is not supported by Dockwire` };
}

/** The first option that the real tool does not have either, in its own words. */
export function unknownOption(
  args: readonly string[],
  letters: string,
): { argIndex: number; message: string } | undefined {
  const { error } = getopt(args, letters);
  return error?.message.startsWith('invalid option') === true ? error : undefined;
}
