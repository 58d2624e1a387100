import { errorOfSite, type SiteAnswer } from '@shared/first/site-errors'
import { describe, expect, test } from 'vitest'

const place = { cluster: 'alcf', model: 'org/model' }
const coded = (status: number, code: string, message = 'words of the site', info: object = {}): SiteAnswer => ({ status, body: JSON.stringify({ error: { code, message, info } }) })

describe('an error of a FIRST site', () => {
  test.each([
    [coded(401, 'unauthorized'), 'upstream_unauthorized'],
    [coded(403, 'access_denied'), 'access_denied'],
    [coded(404, 'cluster_not_found'), 'model_not_found'],
    [coded(404, 'endpoint_not_found'), 'model_not_found'],
    [coded(404, 'batch_not_found'), 'not_found'],
    [coded(503, 'cluster_under_maintenance'), 'cluster_under_maintenance'],
    [coded(400, 'unsupported_framework'), 'unsupported_framework'],
    [coded(400, 'unsupported_endpoint'), 'unsupported_endpoint'],
    [coded(400, 'batch_unavailable'), 'invalid_request'],
    [coded(400, 'quota_exceeded'), 'invalid_request'],
    [coded(400, 'batch_ongoing'), 'invalid_request'],
    [coded(400, 'batch_failed'), 'invalid_request'],
    [coded(429, 'too_many_requests'), 'too_many_requests'],
    [coded(408, 'request_timeout'), 'request_timeout'],
    [coded(500, 'internal_endpoint_error'), 'upstream_error'],
    [coded(503, 'internal_endpoint_error'), 'model_loading'],
    [coded(503, 'internal_endpoint_error', 'Error: Endpoint sophia-vllm is offline.'), 'model_failed'],
    [coded(504, 'internal_endpoint_error'), 'request_timeout'],
    [coded(400, 'internal_endpoint_error', "This model's maximum context length is 4096 tokens."), 'context_length_exceeded'],
    [coded(400, 'internal_endpoint_error'), 'invalid_request'],
    [coded(500, 'failed_to_get_cluster_jobs'), 'upstream_error'],
    [coded(500, 'internal_error'), 'upstream_error'],
    [coded(500, 'something_new'), 'upstream_error'],
    [coded(502, 'upstream_unreachable'), 'upstream_unreachable'],
    [coded(503, 'model_loading'), 'model_loading'],
  ] as const)('%j is ours: %s', (answer, code) => {
    expect(errorOfSite(answer, place)?.error.code).toBe(code)
  })

  test('says of a refused token what to do, and keeps the words of the site', () => {
    const error = errorOfSite(coded(401, 'unauthorized', 'Access token expired or revoked.'), place)?.error
    expect(error?.message).toBe('The site of the cluster "alcf" refused its access token: Access token expired or revoked.')
    expect(error?.kind.action).toContain('Sign in to the site again')
  })

  test('says when to come back: as the site does, after a minute where its limits are used up, sooner for a model that loads', () => {
    const limit = errorOfSite(coded(429, 'too_many_requests', 'limit', { global_model_usage: 7, user_model_usage: 5 }), place)?.error
    expect(limit).toMatchObject({ retryAfterS: 60, info: { global_model_usage: 7, user_model_usage: 5 } })
    expect(errorOfSite({ ...coded(429, 'too_many_requests'), retryAfterS: 9 }, place)?.error.retryAfterS).toBe(9)
    expect(errorOfSite(coded(503, 'internal_endpoint_error'), place)?.error.retryAfterS).toBe(30)
  })

  test('that is about the request itself is told from one about the place', () => {
    expect(errorOfSite(coded(400, 'internal_endpoint_error'), place)?.isOfRequest).toBe(true)
    expect(errorOfSite(coded(503, 'internal_endpoint_error'), place)?.isOfRequest).toBe(false)
    expect(errorOfSite(coded(400, 'unsupported_endpoint'), place)?.isOfRequest).toBe(false)
  })

  test('names the fields of the body that a strict schema does not know', () => {
    const detail = [
      { type: 'extra_forbidden', loc: ['body', 'payload', 'chat_template_kwargs'], msg: 'Extra inputs are not permitted' },
      { type: 'extra_forbidden', loc: ['body', 'top_k'], msg: 'Extra inputs are not permitted' },
    ]
    const failure = errorOfSite({ status: 422, body: JSON.stringify({ detail }) }, place)
    expect(failure?.refusedFields).toEqual(['chat_template_kwargs', 'top_k'])
    expect(failure?.isOfRequest).toBe(true)
    expect(failure?.error).toMatchObject({ code: 'invalid_request', param: 'chat_template_kwargs' })
  })

  test.each([
    { type: 'extra_forbidden', loc: ['body', 'payload', 'stream_options', 'continuous_usage_stats'], msg: 'no' },
    { type: 'value_error', loc: ['body', 'payload', 'messages', 0], msg: 'no' },
  ])('names no fields to leave out where something else is wrong too: %j', (fault) => {
    const detail = [{ type: 'extra_forbidden', loc: ['body', 'payload', 'top_k'], msg: 'Extra inputs are not permitted' }, fault]
    const failure = errorOfSite({ status: 422, body: JSON.stringify({ detail }) }, place)
    expect(failure?.refusedFields).toEqual([])
    expect(failure?.error.message).toBe(`top_k: Extra inputs are not permitted; ${fault.loc.slice(2).join('.')}: no`)
  })

  test.each([
    [400, "Error: Missing ('Authorization': 'Bearer <your-access-token>') in request headers.", 'upstream_unauthorized'],
    [401, 'Access token expired.', 'upstream_unauthorized'],
    [403, 'No.', 'access_denied'],
    [404, 'Not Found', 'model_not_found'],
    [503, 'Sophia is under maintenance.', 'cluster_under_maintenance'],
    [503, 'Endpoint online but not ready.', 'model_loading'],
    [400, 'Bad prompt.', 'invalid_request'],
    [500, 'Oh no.', 'upstream_error'],
  ] as const)('of an old server, %i %s, is read by its status', (status, detail, code) => {
    expect(errorOfSite({ status, body: JSON.stringify({ detail }) }, place)?.error.code).toBe(code)
  })

  test.each(['<html>502 Bad Gateway</html>', '', '{"error":{"message":"no","type":"invalid_request_error","param":null,"code":"unauthorized"}}', '{"object":"error"}', '[]'])('is not made of what is not of its shape: %s', (body) => {
    expect(errorOfSite({ status: 502, body }, place)).toBeUndefined()
  })
})
