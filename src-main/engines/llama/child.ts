import { createParentLink } from '../parent-link'
import { createCompletionServer } from './completion-server'
import { loadLlamaModel } from './llama-model'
import { toChild } from './protocol'
import { watchParent } from './watch-parent'

const parentCheckMs = 1000

const link = createParentLink()
// Not `exit`: it waits for llama.cpp, which may be in the middle of an answer.
link.onGone(() => process.kill(process.pid, 'SIGKILL'))
watchParent(parentCheckMs)

link.onMessage((message) => {
  const load = toChild.parse(message)
  loadLlamaModel(load)
    .then((model) => createCompletionServer({ model, modelId: load.modelId, key: load.key, isHealthOpen: load.isHealthOpen }).listen(load))
    .then((port) => link.send({ type: 'ready', port }))
    .catch((cause: unknown) => link.send({ type: 'failed', message: cause instanceof Error ? cause.message : String(cause) }))
})
link.send({ type: 'hello' })
