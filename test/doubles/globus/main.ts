// npm run dev:globus: the double by itself, for trying things out by hand.
import { startGlobus } from './globus'
import { usualSite } from './usual-site'
import { ids } from './usual-world'

const globus = await startGlobus({ ...usualSite, hasResultQueues: true })
const lines = [
  '# Globus, on this machine only. In a terminal of its own:',
  ...Object.entries(globus.env).map(([name, value]) => `export ${name}=${value}`),
  `# People: ${globus.auth.world().people.map(({ identities }) => identities.map(({ username }) => username).join(' = ')).join(', ')}`,
  `# Native client ${ids.nativeClient}; gateway ${ids.gateway} with the secret ${ids.gatewaySecret}`,
  `# Compute endpoint ${globus.compute.endpoints.all().map(({ id }) => id).join(', ')}; collections ${Object.keys(globus.url.collections).join(', ')}`,
  '# Ctrl+C ends it.',
]
process.stdout.write(`${lines.join('\n')}\n`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void globus.close())
