/** `docker swarm join`. Twin of docker/cli's swarm/join.go. */
import type { Client, Command } from './command.ts';
import type { Flags } from './flags.ts';
import { SWARM_JOIN_FORM } from './options/swarm.ts';
import type { SwarmTalk } from './swarm-answers.ts';
import { orSaid, refuse, wait } from './swarm-answers.ts';
import { DEFAULT_LISTEN_ADDR, availabilityOf } from './swarm-init.ts';

export const SWARM_JOIN: Command = {
  ...SWARM_JOIN_FORM,
  run: (client, flags) => orSaid(client, () => join(client, flags)),
};

function* join(client: Client, flags: Flags): SwarmTalk<number> {
  const availability = availabilityOf(flags);
  if (typeof availability !== 'string') return refuse(client, availability.refusal);
  const role = yield* wait(
    client,
    client.engine.swarm.join({
      remoteAddr: flags.operands[0]!,
      token: flags.text('token') ?? '',
      listenAddr: flags.text('listen-addr') ?? DEFAULT_LISTEN_ADDR,
      advertiseAddr: flags.text('advertise-addr') ?? '',
      dataPathAddr: flags.text('data-path-addr') ?? '',
      availability,
    }),
  );
  client.proc.write(`This node joined a swarm as a ${role}.\n`);
  return 0;
}
