/** What `-h` and `-V` answer: help, with what stands before it on the line (twin of printhelp). */
import type { CommandLine } from './command-line.ts';
import { MATCH_HELP, STANDARD_HELP, TARGET_HELP, USAGE } from './help-texts.ts';
import { VERDICTS } from './registry.ts';
import { VERSION } from './tool.ts';

/** What a line that ends in `-h` or `-V` prints, null for others. */
export function lineAnswer(line: CommandLine, tool: string): string | null {
  if (line.command === 'h') return helpText(line, tool);
  if (line.command !== 'V') return null;
  return line.isInverted ? `Not ${VERSION.slice(1)} ;-)\n` : `${tool} ${VERSION}\n`;
}

/** The target first, then the matches in their order. */
function helpText({ rule }: CommandLine, tool: string): string {
  const matches = rule.matches.map(({ extension }) => `\n${MATCH_HELP[extension.name]!}`);
  const target = rule.isGoto ? '' : targetHelp(rule.target?.extension.name ?? rule.jumpName);
  const usage = (tool.startsWith('ip6') ? usageOfIp6() : USAGE).replaceAll('iptables -', `${tool} -`);
  return `${tool} ${VERSION}\n${usage}${target}${matches.join('')}`;
}

function usageOfIp6(): string {
  const [start = '', , end = ''] = USAGE.split(/(?<=Options:\n)((?:.*\n){2})/);
  const families = `    --ipv4\t-4\t\tError (line is ignored by ip6tables-restore)
    --ipv6\t-6\t\tNothing (line is ignored by iptables-restore)
`;
  return `${start}${families}${end.replace(/^.*--fragment.*\n/m, '')}`;
}

function targetHelp(name: string): string {
  const text = VERDICTS.includes(name) ? STANDARD_HELP : TARGET_HELP[name];
  return text === undefined ? '' : `\n${text}`;
}
