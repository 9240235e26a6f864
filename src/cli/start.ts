import { resolve } from 'node:path';
import { clientSetup } from './client-setup.ts';
import { startGateway } from './gateway-process.ts';
import { onInterrupt, Problem, runCommand } from './problem.ts';
import { ROOT } from './wrangler-process.ts';

/** `npm start`: the gateway on this machine, until Ctrl-C. */
await runCommand(async () => {
  const gateway = await startGateway({
    port: portFrom(process.env.PORT),
    stateDir: resolve(ROOT, process.env.STATE_DIR ?? '.wrangler/state'),
    environment: process.env.GATEHOUSE_ENV ?? 'development',
    onOutput: text => process.stderr.write(text),
  });
  onInterrupt(() => void gateway.stop());
  console.log(clientSetup(gateway.origin, gateway.servers));
  await gateway.ended;
});

function portFrom(value: string | undefined): number {
  const port = Number(value ?? 8787);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Problem(`PORT must be a number from 1 to 65535, not "${value}".`);
}
