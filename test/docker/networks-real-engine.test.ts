import { describeRecordedLines } from './answers-file.ts';
import { NETWORK_LINES } from './network-lines.ts';

describeRecordedLines({
  title: 'what a real engine says of networks',
  linesFile: 'network-lines.ts',
  answersFile: 'networks-answers.txt',
  linesByTopic: NETWORK_LINES,
  effort: 8,
});
