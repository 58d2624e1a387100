import { isObject, jsonOf } from '../translate/parse'
import type { SseEvent } from '../translate/sse'
import type { Passage } from './passage'

/** Completes the `response` inside an event of a stream; other events pass as they are. */
export function finishEvent(event: SseEvent, finish: Passage['finish']): SseEvent {
  if (finish === undefined || event.name === undefined || !holdsResponse.has(event.name)) return event
  const data = jsonOf(event.data)
  return isObject(data) && isObject(data['response']) ? { name: event.name, data: JSON.stringify({ ...data, response: finish(data['response']) }) } : event
}

const holdsResponse: ReadonlySet<string> = new Set(['response.created', 'response.in_progress', 'response.completed', 'response.incomplete', 'response.failed'])
