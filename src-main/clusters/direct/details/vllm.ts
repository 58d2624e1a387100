import { orNothing } from '../questions'
import type { Details } from './details'

/** `GET /health` answers 503 once the engine behind the server has died (vLLM's manual, "Monitoring"). */
export const describeVllm: Details = async (list, questions) => {
  const health = await orNothing(questions.status('/health'))
  return { models: health === 503 ? list.map((model) => ({ ...model, status: 'failed', reason: 'The engine of this vLLM server has died; start it again.' })) : list }
}
