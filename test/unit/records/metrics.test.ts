import { createMetrics, type MetricsDeps } from '@main/records/metrics'
import { describe, expect, test } from 'vitest'
import { outcome, refusal } from '../../fixtures/records'

const create = (extra: Partial<MetricsDeps> = {}) =>
  createMetrics({ running: () => [], knowsModel: (model) => model === 'm', rowsDropped: () => 0, memory: () => ({ rss: 1, heapUsed: 2, heapTotal: 3, external: 4, arrayBuffers: 5 }), ...extra })
const usage = { promptTokens: 5, completionTokens: 10, totalTokens: 15, isEstimated: false }
const linesOf = (text: string, name: string): string[] => text.split('\n').filter((line) => line.startsWith(name))

describe('metrics', () => {
  test('count requests, tokens and times by where and how they ended', async () => {
    const metrics = create()
    metrics.observe([outcome('one', { isStreamed: true, firstByteMs: 20, totalMs: 700, usage }), outcome('two', { totalMs: 30, usage })])
    metrics.observe([outcome('three', { status: 502, errorCode: 'upstream_error', totalMs: 2_000_000 })])
    const text = await metrics.text()
    expect(linesOf(text, 'first_desktop_requests_total')).toEqual([
      'first_desktop_requests_total{route="/v1/chat/completions",operation="chat_completions",model="m",cluster="here",status="200"} 2',
      'first_desktop_requests_total{route="/v1/chat/completions",operation="chat_completions",model="m",cluster="here",status="502"} 1',
    ])
    expect(linesOf(text, 'first_desktop_tokens_total')).toEqual([
      'first_desktop_tokens_total{kind="prompt",estimated="false",model="m",cluster="here"} 10',
      'first_desktop_tokens_total{kind="completion",estimated="false",model="m",cluster="here"} 20',
    ])
    const place = 'operation="chat_completions",model="m",cluster="here"'
    const duration = linesOf(text, 'first_desktop_request_duration_seconds')
    expect(duration).toContain(`first_desktop_request_duration_seconds_bucket{${place},le="0.025"} 0`)
    expect(duration).toContain(`first_desktop_request_duration_seconds_bucket{${place},le="0.05"} 1`)
    expect(duration).toContain(`first_desktop_request_duration_seconds_bucket{${place},le="1"} 2`)
    expect(duration).toContain(`first_desktop_request_duration_seconds_bucket{${place},le="900"} 2`)
    expect(duration).toContain(`first_desktop_request_duration_seconds_bucket{${place},le="+Inf"} 3`)
    expect(duration).toContain(`first_desktop_request_duration_seconds_count{${place}} 3`)
    expect(linesOf(text, 'first_desktop_time_to_first_token_seconds_sum')).toEqual([`first_desktop_time_to_first_token_seconds_sum{${place}} 0.02`])
  })

  test('say what runs, waits and is left alone now, and no longer what did', async () => {
    const running = [outcome('one'), outcome('two')]
    const waiting = new Map([['m', 3], ['made up', 1]])
    const metrics = create({ running: () => running, waiting: () => waiting, breakers: () => [{ cluster: 'lab', model: 'm', state: 'open' }, { cluster: 'here', model: 'm', state: 'probing' }], rowsDropped: () => 7 })
    const first = await metrics.text()
    expect(first).toContain('first_desktop_requests_in_flight{operation="chat_completions",model="m",cluster="here"} 2')
    expect(first).toContain('first_desktop_requests_waiting{model="m"} 3')
    expect(first).toContain('first_desktop_requests_waiting{model="other"} 1')
    expect(first).toContain('first_desktop_breaker_open{model="m",cluster="lab"} 1')
    expect(first).toContain('first_desktop_breaker_open{model="m",cluster="here"} 0.5')
    expect(first).toContain('first_desktop_records_dropped 7')
    expect(first).toContain('process_resident_memory_bytes 1')
    running.length = 0
    waiting.clear()
    const second = await metrics.text()
    expect(linesOf(second, 'first_desktop_requests_in_flight{')).toEqual([])
    expect(linesOf(second, 'first_desktop_requests_waiting{')).toEqual([])
  })

  test('do not grow with names that callers make up', async () => {
    const metrics = create()
    metrics.observe(Array.from({ length: 1_000 }, (_none, index) => refusal('one', { model: `made up ${String(index)}` })))
    metrics.observe(Array.from({ length: 1_000 }, (_none, index) => outcome('one', { model: `model ${String(index)}`, cluster: `cluster ${String(index)}` })))
    const requests = linesOf(await metrics.text(), 'first_desktop_requests_total')
    expect(requests).toContain('first_desktop_requests_total{route="/v1/chat/completions",operation="chat_completions",model="other",cluster="",status="404"} 1000')
    expect(requests.length).toBeLessThan(310)
  })

  test('are not broken by a name with quotes or lines in it', async () => {
    const metrics = create()
    metrics.observe([outcome('one', { model: 'a"b\\c\nd' })])
    expect(linesOf(await metrics.text(), 'first_desktop_requests_total')).toEqual([String.raw`first_desktop_requests_total{route="/v1/chat/completions",operation="chat_completions",model="a\"b\\c\nd",cluster="here",status="200"} 1`])
  })
})
