import { afterEach, describe, expect, test, vi } from 'vitest'
import { call } from '@orpc/server'
import { jobsAnswer } from '@shared/first/jobs'
import { wireReplicaList } from '@shared/first/replicas'
import { scripted, startSite, type SiteUnderTest } from '../../fixtures/site-under-test'
import { until } from '../../fixtures/until'

const sites: SiteUnderTest[] = []
afterEach(async () => {
  vi.unstubAllEnvs()
  // The one that asks before the one that is asked.
  for (const site of sites.splice(0).reverse()) await site.close()
})

const model = 'org/scripted'
const here = { clusters: [{ name: 'here', kind: 'local', deployments: [{ model, framework: 'api', launch: scripted('--says', '"hello from a process"'), replicas: { min: 0, max: 2 }, walltimeS: 3600, resources: { cores: 2 } }] }] }

async function open(config: object = here): Promise<SiteUnderTest> {
  const site = await startSite(config)
  sites.push(site)
  return site
}

const ask = async (site: SiteUnderTest, method: string, path: string, { key = site.core.ownerKey, body }: { key?: string; body?: object } = {}): Promise<{ status: number; body: unknown }> => {
  const answer = await fetch(`${site.core.url}/resource_server${path}`, { method, headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, ...(body !== undefined && { body: JSON.stringify(body) }) })
  return { status: answer.status, body: await answer.json() }
}
const replicasOf = async (site: SiteUnderTest) => wireReplicaList.parse((await ask(site, 'GET', '/here/replicas')).body).data
const liveOf = (site: SiteUnderTest, count: number) => until(`${count} are live`, async () => (await replicasOf(site)).filter(({ state }) => state === 'live').length === count)

describe('an admin over HTTP', { timeout: 60_000 }, () => {
  test('starts a deployment, sees its replicas, reads the log of one and ends it', async () => {
    const site = await open()
    expect(await ask(site, 'GET', '/here/replicas')).toEqual({ status: 200, body: { object: 'list', data: [] } })
    expect(await ask(site, 'POST', '/here/deployments/scale', { body: { model, replicas: 2 } })).toEqual({ status: 200, body: { object: 'deployment', cluster: 'here', model, framework: 'api', want: 'scale', replicas: 2 } })
    await liveOf(site, 2)
    const jobs = jobsAnswer.parse((await ask(site, 'GET', '/here/jobs')).body)
    const running = jobs.running.filter(({ Models }) => Models === model)
    expect(running).toHaveLength(2)
    expect(running[0]).toMatchObject({ Framework: 'api', Cluster: 'here', 'Model Status': 'running', 'Job State': 'running', Walltime: '01:00:00', Cores: '2' })

    const [first] = await replicasOf(site)
    expect(await ask(site, 'GET', `/here/replicas/${first?.id}/log`)).toMatchObject({ status: 200, body: { id: first?.id, object: 'replica.log', text: expect.any(String) as unknown } })
    // By its process, as a job is cancelled by the id of its workload manager.
    expect(await ask(site, 'DELETE', `/here/jobs/${encodeURIComponent(first?.job_id ?? '')}`)).toMatchObject({ status: 200, body: { id: first?.id, reason: 'An admin has cancelled it.' } })
    await until('it is over', async () => (await replicasOf(site)).find(({ id }) => id === first?.id)?.state === 'stopped')
    expect(await ask(site, 'DELETE', `/here/jobs/${first?.id}`)).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } })

    expect(await ask(site, 'POST', '/here/deployments/stop', { body: { model, framework: 'api' } })).toMatchObject({ status: 200, body: { want: 'stop' } })
    await until('none runs', async () => (await replicasOf(site)).every(({ state }) => state === 'stopped'))
    expect((await site.model(model))?.scaling?.wish).toMatchObject({ kind: 'stop', by: 'Owner' })
    await ask(site, 'POST', '/here/deployments/auto', { body: { model } })
    await until('it goes by the load', async () => (await site.model(model))?.scaling?.wish === undefined)
  })

  test('is the owner or a key with that scope, whose name is kept; a key that is for other models sees nothing of it', async () => {
    const site = await open()
    const keyWith = async (name: string, scopes: object): Promise<string> => (await call(site.core.router.keys.create, { name, scopes })).secret
    const [user, admin, elsewhere] = [await keyWith('a script', {}), await keyWith('Ada', { isAdmin: true }), await keyWith('Bob', { isAdmin: true, models: ['other'] })]
    for (const [method, path, body] of [['GET', '/here/replicas'], ['GET', '/here/replicas/fd-1/log'], ['DELETE', '/here/jobs/1'], ['POST', '/here/deployments/start', { model }]] as const)
      expect(await ask(site, method, path, { key: user, ...(body !== undefined && { body }) }), path).toMatchObject({ status: 403, body: { error: { code: 'access_denied' } } })
    expect(await ask(site, 'POST', '/here/deployments/drain', { key: admin, body: { model } })).toMatchObject({ status: 200 })
    await until('her word is kept', async () => (await site.model(model))?.scaling?.wish?.by === 'Ada')
    expect(await ask(site, 'POST', '/here/deployments/start', { key: elsewhere, body: { model } })).toMatchObject({ status: 404 })
  })

  test.each([
    ['/here/deployments/start', { model: 'org/none' }, 404, 'No replicas of \\"org/none\\" are started'],
    ['/here/deployments/start', { model: 'guide' }, 404, 'No replicas of \\"guide\\" are started'],
    ['/nowhere/deployments/start', { model }, 404, 'There is no cluster'],
    ['/here/deployments/scale', { model }, 400, '\\"replicas\\" of the body'],
    ['/here/deployments/scale', { model, replicas: -1 }, 400, '\\"replicas\\" of the body'],
    ['/here/deployments/start', { model, replicas: 1 }, 400, '\\"replicas\\" of the body is not right: there is no such field'],
    ['/here/deployments/start', [], 400, 'must be a JSON object'],
  ])('hears of %s with %j what is wrong', async (path, body, status, words) => {
    const answer = await ask(await open(), 'POST', path, { body })
    expect(answer.status).toBe(status)
    expect(JSON.stringify(answer.body)).toContain(words)
  })
})

describe('another gateway that has this one as a FIRST site', { timeout: 60_000 }, () => {
  test('sees a deployment cold, brings it up by a request, and lists its job', async () => {
    const site = await open()
    vi.stubEnv('SITE_UNDER_TEST_KEY', site.core.ownerKey)
    const other = await open({ clusters: [{ name: 'lab', kind: 'first', url: `${site.core.url}/resource_server`, token: '${env:SITE_UNDER_TEST_KEY}' }] })
    await until('it is seen', async () => (await other.model(model))?.status === 'offline')
    const answer = await other.client().chat.completions.create({ model, messages: [{ role: 'user', content: 'Hello?' }] })
    expect(answer.choices[0]?.message.content).toBe('hello from a process')
    expect(await other.model(model)).toMatchObject({ status: 'live' })
    const lab = (await other.clusters()).find(({ name }) => name === 'lab')
    expect(lab?.jobs?.filter(({ models }) => models.includes(model))).toMatchObject([{ state: 'running', modelStatus: 'running', walltime: '01:00:00', framework: 'api' }])
  })
})
