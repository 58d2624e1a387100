import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Agent } from 'undici'
import { globusComputeCluster } from '@shared/config/globus-compute'
import { createGlobusComputeAdapter } from '@main/clusters/globus-compute/globus-compute-adapter'
import { createPace } from '@main/clusters/globus-compute/pace'
import { createTaskLedger } from '@main/clusters/globus-compute/task-ledger'
import { realTimers } from '@main/clusters/local/timers'
import { computeScope } from '../doubles/globus/auth/own-scopes'
import { startGlobus } from '../doubles/globus/globus'
import { ids } from '../doubles/globus/usual-world'
import { createMemoryRefusedFields } from '../fixtures/refused-fields'
import { adapterConformance } from './adapter-conformance'

const model = 'meta-llama/Meta-Llama-3.1-8B-Instruct'
const endpoint = 'e0e0e0e0-0000-4000-8000-000000000001'

/** As the functions of FIRST: one argument, and the answer as JSON text. */
const source = `import json

def echo(parameters):
    params = parameters["model_params"]
    text = "Hello. You said: " + params["messages"][-1]["content"]
    return json.dumps({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": params["model"],
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 4, "total_tokens": 5},
    })
`

for (const [name, resultForm, hasResultQueues] of [
  ['globus-compute', 'asked', false],
  ['globus-compute, results that are sent', 'asked', true],
  ['globus-compute, an older endpoint', 'dill', false],
  ['globus-compute, results in two forms', 'combined', true],
] as const)
  adapterConformance(name, async () => {
    const globus = await startGlobus({ endpoints: [{ id: endpoint, name: 'sophia', owner: ids.ada, resultForm }], hasResultQueues })
    const { access_token: token } = globus.signIn({ username: 'ada@anl.gov', client: ids.nativeClient, scope: computeScope })
    const agent = new Agent()
    const dir = await mkdtemp(join(tmpdir(), 'fd-compute-'))
    const config = globusComputeCluster.parse({ name: 'sophia', kind: 'globus-compute', endpoint, site: 'alcf', pollS: 0.3, models: [{ model, function: { source } }] })
    return {
      adapter: createGlobusComputeAdapter(config, {
        agent,
        computeUrl: globus.url.compute,
        tokens: { token: () => Promise.resolve(token), refused: () => undefined },
        pace: createPace(realTimers),
        ledger: createTaskLedger({ path: join(dir, 'sophia.json'), now: Date.now, logger: { warn: () => undefined } }),
        batchFolder: join(dir, 'batches'),
        refusedFields: createMemoryRefusedFields(),
        timers: realTimers,
      }),
      deployment: { cluster: 'sophia', model, framework: 'vllm' },
      takeDown() {
        globus.faults.set('compute', 'GET /v2/endpoints/:id/status', { kind: 'reset' })
        return Promise.resolve()
      },
      ownsPlaces: true,
      async close() {
        await agent.destroy()
        await globus.close()
        await rm(dir, { recursive: true, force: true })
      },
    }
  })
