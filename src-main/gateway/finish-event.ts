import type { SseEvent } from '../translate/sse'
import type { InferenceRequest } from './inference-request'

/** Completes the `response` inside an event of a stream; other events pass as they are. */
export function finishEvent(event: SseEvent, { finish }: InferenceRequest): SseEvent {
  if (finish === undefined || event.name === undefined || !holdsResponse.has(event.name)) return event
  // Written by our own translation a moment ago.
  const data = JSON.parse(event.data) as { response: Record<string, unknown> }
  return { name: event.name, data: JSON.stringify({ ...data, response: finish(data.response) }) }
}

const holdsResponse: ReadonlySet<string> = new Set(['response.created', 'response.in_progress', 'response.completed', 'response.incomplete', 'response.failed'])
