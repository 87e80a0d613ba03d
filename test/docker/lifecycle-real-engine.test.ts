import { describeRecordedLines } from './answers-file.ts';
import { LIFECYCLE_LINES } from './lifecycle-lines.ts';

/** A log line of the client, which comes or not as two of its threads happen to run. */
function withoutRace(text: string): string {
  return text.replaceAll(/^time="TIME" level=error msg="error waiting for container: context canceled"\n/gm, '');
}

describeRecordedLines({
  title: 'the life of containers as a real engine has it',
  linesFile: 'lifecycle-lines.ts',
  answersFile: 'lifecycle-answers.txt',
  linesByTopic: LIFECYCLE_LINES,
  effort: 2,
  plainly: withoutRace,
});
