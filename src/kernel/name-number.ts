/** Names of interfaces as small numbers, so that whoever asks for one compares numbers. */
const numbers = new Map<string, number>([['', 0]]);

/** The number of a name: 0 for '', others as they come. Numbers are compared with each other only. */
export function nameNumber(name: string): number {
  let number = numbers.get(name);
  if (number === undefined) numbers.set(name, (number = numbers.size));
  return number;
}
