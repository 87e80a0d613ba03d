/** `docker swarm init`. Twin of docker/cli's swarm/init.go. */
import type { NodeAvailability } from '../swarm/objects.ts';
import { goQuote } from './values/go-quote.ts';
import type { Client, Command } from './command.ts';
import type { Flags } from './flags.ts';
import { SWARM_INIT_FORM } from './options/swarm.ts';
import type { SwarmTalk } from './swarm-answers.ts';
import { joinCommandText, orSaid, refuse, unlockCommandText, wait } from './swarm-answers.ts';
import { specOfFlags } from './swarm-spec.ts';

export const SWARM_INIT: Command = {
  ...SWARM_INIT_FORM,
  run: (client, flags) => orSaid(client, () => init(client, flags)),
};

/** Where managers listen unless said otherwise. */
export const DEFAULT_LISTEN_ADDR = '0.0.0.0:2377';
const AVAILABILITIES: readonly string[] = ['active', 'pause', 'drain'];

function* init(client: Client, flags: Flags): SwarmTalk<number> {
  const availability = availabilityOf(flags);
  if (typeof availability !== 'string') return refuse(client, availability.refusal);
  const { swarm } = client.engine;
  const nodeId = yield* wait(
    client,
    swarm.init({
      listenAddr: flags.text('listen-addr') ?? DEFAULT_LISTEN_ADDR,
      advertiseAddr: flags.text('advertise-addr') ?? '',
      dataPathAddr: flags.text('data-path-addr') ?? '',
      dataPathPort: flags.int('data-path-port') ?? 0,
      addressPool: flags.texts('default-addr-pool'),
      subnetSize: flags.int('default-addr-pool-mask-length') ?? 0,
      availability,
      spec: specOfFlags(flags),
    }),
  );
  client.proc.write(`Swarm initialized: current node (${nodeId}) is now a manager.\n\n`);
  client.proc.write(joinCommandText(client, 'worker'));
  const advice = "To add a manager to this swarm, run 'docker swarm join-token manager' and follow the instructions.";
  client.proc.write(`${advice}\n\n`);
  if (flags.isSet('autolock')) client.proc.write(unlockCommandText(swarm.swarm.unlockKey));
  return 0;
}

/** What `--availability` says, in whatever case. */
export function availabilityOf(flags: Flags): NodeAvailability | { readonly refusal: string } {
  const text = flags.text('availability') ?? 'active';
  const availability = text.toLowerCase();
  if (AVAILABILITIES.includes(availability)) return availability as NodeAvailability;
  return { refusal: `invalid availability ${goQuote(text)}, only active, pause and drain are supported` };
}
