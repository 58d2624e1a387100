import { createProcessHost } from '@main/clusters/local/processes/process-host'
import { depsOn, never, scripted } from './workbench'

/** Stands for an app: `parent.js DATA_DIR ENGINE ID…` starts a replica for each id, tells its handle, and waits to be killed. */
const [dataDir = '', engine = '', ...ids] = process.argv.slice(2)
const host = createProcessHost(depsOn(dataDir))
process.stdout.write('starting\n')
const deployment = scripted('', { launch: `'${process.execPath}' '${engine}' --host \${host} --port \${port}` })
for (const id of ids) process.stdout.write(`${id} ${await host.start({ id, deployment, key: 'k' }, never)}\n`)
setInterval(() => undefined, 1000)
