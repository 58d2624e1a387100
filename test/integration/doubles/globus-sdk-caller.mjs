// Calls the double with Globus' own SDK, which finds it by the environment alone; prints each answer as JSON.
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { auth, compute, errors, flows, gcs, groups, transfer } from '@globus/sdk'
import * as pkce from '@globus/sdk/core/authorization/pkce'
import { z } from 'zod'

const given = z
  .object({ clientId: z.string(), code: z.string(), verifier: z.string(), redirectUri: z.string(), gateway: z.string(), gatewayServer: z.string(), endpoint: z.string(), collection: z.string(), collectionUrl: z.string(), desk: z.string(), folder: z.string(), flow: z.string() })
  .parse(JSON.parse(readFileSync(0, 'utf8')))
const tokens = z.array(z.object({ access_token: z.string(), refresh_token: z.string(), resource_server: z.string() }))

/** @type {Record<string, { status: number, body: unknown }>} */
const answers = {}
/** @param {string} name @param {Promise<Response>} call */
async function ask(name, call) {
  const answer = await call
  const body = /** @type {unknown} */ (await answer.json())
  answers[name] = { status: answer.status, body }
  return body
}

const exchanged = z.looseObject({ other_tokens: z.array(z.unknown()) }).parse(
  await ask('exchange', auth.oauth2.token.exchange({ payload: { grant_type: 'authorization_code', client_id: given.clientId, code: given.code, code_verifier: given.verifier, redirect_uri: given.redirectUri } })),
)
const all = tokens.parse([exchanged, ...exchanged.other_tokens])
/** @param {string} server */
const of = (server) => all.find((token) => token.resource_server === server) ?? { access_token: '', refresh_token: '' }
/** @param {string} server */
const as = (server) => ({ headers: { Authorization: `Bearer ${of(server).access_token}` } })

// Its types want a payload that a GET does not have.
await ask('userinfo', auth.oauth2.userinfo(/** @type {never} */ (as('auth.globus.org'))))
await ask('refresh', auth.oauth2.token.refresh({ payload: { grant_type: 'refresh_token', client_id: given.clientId, refresh_token: of(given.gatewayServer).refresh_token } }))
const introspect = () => auth.oauth2.token.introspect({ payload: { token: of(given.gatewayServer).access_token }, headers: { Authorization: `Basic ${given.gateway}` } })
await ask('introspect', introspect())
await ask('revoke', auth.oauth2.token.revoke({ payload: { token: of(given.gatewayServer).access_token, client_id: given.clientId }, headers: {} }))
await ask('introspectRevoked', introspect())

await ask('endpoints', compute.endpoints.getAll({ query: { role: 'any' }, ...as('funcx_service') }))
await ask('endpointStatus', compute.endpoints.getStatus(given.endpoint, as('funcx_service')))
await ask('groups', groups.groups.getMyGroups(as('groups.api.globus.org')))

const inTransfer = as('transfer.api.globus.org')
await ask('collection', transfer.endpoint.get(given.collection, inTransfer))
const { value } = z.object({ value: z.string() }).parse(await ask('submissionId', transfer.taskSubmission.submissionId(inTransfer)))
/** @param {string} source */
const transferFrom = (source) => transfer.taskSubmission.submitTransfer({ ...inTransfer, payload: { submission_id: value, source_endpoint: source, destination_endpoint: given.collection, DATA: [{ DATA_TYPE: 'transfer_item', source_path: `${given.folder}a`, destination_path: `${given.folder}b` }] } })
const refused = await ask('consentRequired', transferFrom(given.desk))
const { task_id: taskId } = z.object({ task_id: z.string() }).parse(await ask('transfer', transferFrom(given.collection)))
await ask('task', transfer.task.get(taskId, inTransfer))
await ask('list', transfer.fileOperations.ls(given.collection, { query: { path: given.folder }, ...inTransfer }))

const https = { host: given.collectionUrl, endpoint_id: given.collection }
await gcs.https.update(https, `${given.folder}c`, { payload: /** @type {never} */ ({ n: 1 }), ...as(given.collection) })
await ask('https', gcs.https.get(https, `${given.folder}c`, as(given.collection)))
await ask('flow', flows.flows.run(given.flow, { ...as(given.flow), payload: { body: {}, label: 'fetch' } }))

process.stdout.write(JSON.stringify({ answers, challenge: await pkce.generateCodeChallenge(given.verifier), isConsentRequired: errors.isConsentRequiredError(refused) }))
