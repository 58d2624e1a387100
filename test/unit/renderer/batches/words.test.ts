import { describe, expect, it } from 'vitest'
import { deedsOf, moodOf, rate, shareDone, timeLeft } from '@renderer/features/batches/batch-words'
import { indented, readableRequest, readableResult } from '@renderer/features/batches/detail/readable'
import { placeOptions, servedBy, takesWords } from '@renderer/features/batches/prepare/estimates'
import { formWords, needsModel, needsOnlyModel, partedFindings } from '@renderer/features/batches/prepare/report-words'
import { sampleFile } from '@renderer/features/batches/list/sample'
import { canDo } from '@renderer/features/batches/prepare/can-do'
import { batch, report } from './support'

describe('how a batch is', () => {
  it('is told apart: at work, held by a person, waiting for a reason, done in part', () => {
    expect(moodOf(batch)).toBe('running')
    expect(moodOf({ ...batch, isPaused: true })).toBe('paused')
    expect(moodOf({ ...batch, waits: 'No place serves it.', inFlight: 0 })).toBe('waiting')
    expect(moodOf({ ...batch, waits: 'One place is busy.', inFlight: 3 })).toBe('running')
    expect(moodOf({ ...batch, status: 'completed' })).toBe('partly')
    expect(moodOf({ ...batch, status: 'completed', failed: 0 })).toBe('done')
  })
  it('is counted in what was checked, then in what has a result', () => {
    expect(shareDone({ ...batch, status: 'validating', validated: 0.3 })).toBe(0.3)
    expect(shareDone(batch)).toBe(0.42)
    expect(shareDone({ ...batch, total: 0 })).toBe(0)
  })
  it('says the time left only while it gets less', () => {
    expect(timeLeft({ ...batch, expectedEndMs: 600_000 }, 0)).toBe('10 min left')
    expect(timeLeft({ ...batch, expectedEndMs: 600_000, isPaused: true }, 0)).toBeUndefined()
    expect(timeLeft({ ...batch, expectedEndMs: 1 }, 5)).toBe('less than a minute left')
  })
  it('allows what makes sense, and no more', () => {
    const allowed = (changes: Partial<typeof batch>) => Object.entries(deedsOf({ ...batch, ...changes })).flatMap(([name, can]) => (can ? [name] : []))
    expect(allowed({})).toEqual(['canPause', 'canCancel'])
    expect(allowed({ isPaused: true })).toEqual(['canResume', 'canCancel'])
    expect(allowed({ status: 'finalizing' })).toEqual([])
    expect(allowed({ status: 'completed' })).toEqual(['canRetry', 'canRemove'])
    expect(allowed({ status: 'completed', completed: 100, failed: 0 })).toEqual(['canRemove'])
    expect(allowed({ status: 'failed' })).toEqual(['canRemove'])
    expect(allowed({ status: 'failed', inProgressAtMs: 2 })).toEqual(['canRetry', 'canRemove'])
    expect(allowed({ status: 'cancelled', completed: 3, failed: 0 })).toEqual(['canRetry', 'canRemove'])
  })
  it('has rates of three figures', () => expect([1234.5, 41.23, 0.377].map(rate)).toEqual([(1235).toLocaleString(), '41.2', '0.38']))
})

describe('the report', () => {
  const lacks = { line: 2, code: 'missing_required_parameter', message: 'm', fix: 'f', param: 'body.model' } as const
  const bare = { line: 1, code: 'bare_body', message: 'm', fix: 'f' } as const
  it('keeps what is only good to know apart from mistakes', () => {
    expect(partedFindings({ findings: [bare, lacks] })).toEqual({ errors: [lacks], information: [bare] })
  })
  it('sees that nothing but a model is missing', () => {
    expect(needsModel({ findings: [lacks] })).toBe(true)
    expect(needsOnlyModel({ findings: [lacks, bare], errors: 1 })).toBe(true)
    expect(needsOnlyModel({ findings: [lacks, { ...lacks, code: 'invalid_json_line' }], errors: 2 })).toBe(false)
    expect(needsOnlyModel({ findings: [], errors: 0 })).toBe(false)
  })
  it('has a word for what is odd and taken all the same', () => {
    expect(formWords(report)).toEqual([])
    expect(formWords({ ...report, blankLines: 1, bareRequests: 2, text: { hasByteOrderMark: true, lineEnds: 'crlf', endsWithNewline: false } })).toHaveLength(4)
  })
  it('is of a sample that lacks nothing but a model', async () => {
    const lines = (await sampleFile().text()).trimEnd().split('\n')
    expect(lines.map((line) => (JSON.parse(line) as { custom_id: string }).custom_id)).toEqual(['question-1', 'question-2', 'question-3'])
  })
})

describe('what a place would take', () => {
  const at = (cluster: string, requestsPerS?: number) => ({ cluster, model: 'm', framework: 'vllm', status: 'live', ...(requestsPerS !== undefined && { requestsPerS }) })
  it('is reckoned from what was measured, all places together first, then the quickest', () => {
    const options = placeOptions([at('slow', 1), at('unknown'), at('quick', 9)], 36_000)
    expect(options.map(({ cluster, takes }) => [cluster, takesWords(takes)])).toEqual([
      [undefined, 'about 60 min'],
      ['quick', 'about 67 min'],
      ['slow', 'about 10 h'],
      ['unknown', 'not measured yet'],
    ])
  })
  it('offers all places together where none is known', () => expect(placeOptions([], 5)).toEqual([{ key: '', estimates: [], takes: undefined }]))
  it('has the places that were known last, while nothing can be asked', () => {
    const models = [{ id: 'm', cluster: 'lab', framework: 'vllm', status: 'live', capacity: 8 }, { id: 'other', cluster: 'lab', framework: 'vllm', status: 'live' }] as const
    expect(servedBy([{ name: 'lab', models: [...models] }], ['m'])).toEqual([{ cluster: 'lab', model: 'm', framework: 'vllm', status: 'live', capacity: 8 }])
  })
  it('is offered of models that can do it: themselves, or translated', () => {
    expect(canDo({}, 'embeddings')).toBe(true)
    expect(canDo({ operations: ['messages'] }, 'chat_completions')).toBe(true)
    expect(canDo({ operations: ['chat_completions'] }, 'embeddings')).toBe(false)
  })
})

describe('a request and its answer', () => {
  it('are read as what was said', () => {
    expect(readableRequest(JSON.stringify({ custom_id: 'a', body: { messages: [{ role: 'user', content: [{ type: 'text', text: 'What is it?' }, { type: 'image_url', image_url: {} }] }] } }))).toEqual([{ who: 'user', text: 'What is it?\n[image_url]' }])
    expect(readableRequest('{"model":"m","prompt":"Once"}')).toEqual([{ who: 'user', text: 'Once' }])
    expect(readableResult(JSON.stringify({ response: { status_code: 200, body: { choices: [{ message: { role: 'assistant', content: 'A cat.', reasoning_content: 'Fur.' } }] } }, error: null }))).toEqual([
      { who: 'reasoning', text: 'Fur.' },
      { who: 'assistant', text: 'A cat.' },
    ])
    expect(readableResult(JSON.stringify({ response: { status_code: 200, body: { output: [{ content: [{ type: 'output_text', text: 'A dog.' }] }] } } }))).toEqual([{ who: 'assistant', text: 'A dog.' }])
  })
  it('are read as what went wrong, wherever it is told', () => {
    expect(readableResult('{"response":null,"error":{"code":"batch_expired","message":"Too late."}}')).toEqual([{ who: 'error', text: 'Too late.' }])
    expect(readableResult('{"response":{"status_code":400,"body":{"error":{"message":"Too long."}}},"error":null}')).toEqual([{ who: 'error', text: 'Too long.' }])
  })
  it('are shown as they are where they are of another kind', () => {
    expect(readableResult('{"response":{"status_code":200,"body":{"data":[]}},"error":null}')).toBeUndefined()
    expect(readableRequest('nonsense')).toBeUndefined()
    expect(indented('nonsense')).toBe('nonsense')
  })
})
