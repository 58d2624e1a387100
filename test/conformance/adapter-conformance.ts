import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clusterSnapshot } from '@shared/domain/cluster'
import { FirstError } from '@shared/errors'
import type { ClusterAdapter, Deployment, Lease } from '@main/clusters/cluster-adapter'

export interface AdapterFixture {
  readonly adapter: ClusterAdapter
  /** One that answers chat requests. */
  readonly deployment: Deployment
  /** Makes the cluster unreachable; absent where it cannot be. */
  readonly takeDown?: () => Promise<void>
  /** Whether what leases point to is the adapter's own, and ends with it. */
  readonly ownsPlaces: boolean
  close(): Promise<void>
}

const forever = new AbortController().signal

/** Asks in a protocol that the place serves: Chat Completions, or Messages where it has only that. */
async function chat(lease: Lease, isStreamed: boolean): Promise<{ status: number; text: string }> {
  const asked = { model: lease.model, messages: [{ role: 'user', content: 'hello' }], stream: isStreamed, max_tokens: 16 }
  const answer = await fetch(`${lease.baseUrl}${speaksChat(lease) ? '/chat/completions' : '/messages'}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...lease.headers },
    body: JSON.stringify(asked),
  })
  return { status: answer.status, text: await answer.text() }
}

const speaksChat = ({ profile }: Lease): boolean => profile?.operations?.includes('chat_completions') !== false

const anyNumber = expect.any(Number) as number
const wholeChat = { choices: [{ message: { role: 'assistant' } }], usage: { total_tokens: anyNumber } }
const wholeMessage = { type: 'message', role: 'assistant', usage: { input_tokens: anyNumber, output_tokens: anyNumber } }

/** What makes an adapter one: every kind of cluster passes these. */
export function adapterConformance(name: string, makeFixture: () => Promise<AdapterFixture>): void {
  describe(`the adapter ${name}`, () => {
    let fixture: AdapterFixture
    beforeAll(async () => {
      fixture = await makeFixture()
    })
    afterAll(() => fixture.close())

    it('describes its cluster by its own name and kind, with its deployment among the models', async () => {
      const { adapter, deployment } = fixture
      const described = clusterSnapshot.parse(await adapter.describe(forever))
      expect(described).toMatchObject({ name: adapter.name, kind: adapter.kind, isReachable: true })
      expect(described.models.find(({ id, framework }) => id === deployment.model && framework === deployment.framework)).toMatchObject({ cluster: adapter.name })
    })

    it('describes its cluster also when there is no time left', async () => {
      expect(clusterSnapshot.parse(await fixture.adapter.describe(AbortSignal.abort())).name).toBe(fixture.adapter.name)
    })

    it.each([false, true])('gives a place that answers a request, streamed: %s', async (isStreamed) => {
      const lease = await fixture.adapter.acquire(fixture.deployment, forever)
      const { status, text } = await chat(lease, isStreamed)
      lease.release()
      expect(status).toBe(200)
      if (isStreamed) expect(text.trimEnd()).toMatch(speaksChat(lease) ? /data: \[DONE\]$/ : /event: message_stop\ndata: .*$/)
      else expect(JSON.parse(text)).toMatchObject(speaksChat(lease) ? wholeChat : wholeMessage)
    })

    it('says of the deployment what its leases serve, where either is known', async () => {
      const { models } = await fixture.adapter.describe(forever)
      const lease = await fixture.adapter.acquire(fixture.deployment, forever)
      lease.release()
      const told = models.find(({ id, framework }) => id === fixture.deployment.model && framework === fixture.deployment.framework)?.operations
      if (told !== undefined && lease.profile?.operations !== undefined) expect([...lease.profile.operations].sort()).toEqual([...told].sort())
    })

    it('remembers at its leases what the place refused', async () => {
      const before = await fixture.adapter.acquire(fixture.deployment, forever)
      before.release()
      if (before.profile === undefined) return
      before.profile.learn('completions', ['odd_field'])
      const after = await fixture.adapter.acquire(fixture.deployment, forever)
      after.release()
      expect(after.profile?.refused('completions', ['prompt', 'odd_field'])).toEqual(['odd_field'])
    })

    it('gives places to many at once', async () => {
      const answers = Array.from({ length: 8 }, async () => {
        const lease = await fixture.adapter.acquire(fixture.deployment, forever)
        const { status } = await chat(lease, false)
        lease.release()
        return status
      })
      expect(await Promise.all(answers)).toEqual(Array(8).fill(200))
    })

    it('says that the deployment is live once it has served', async () => {
      const { models } = await fixture.adapter.describe(forever)
      expect(models.find(({ id }) => id === fixture.deployment.model)?.status).toBe('live')
    })

    it('gives no place to a caller that has left', async () => {
      const left = new FirstError('cancelled', 'gone')
      await expect(fixture.adapter.acquire(fixture.deployment, AbortSignal.abort(left))).rejects.toBe(left)
    })

    it('has no answer for a model that it does not serve', async () => {
      const unknown = { ...fixture.deployment, model: 'no/such-model' }
      const refused = await fixture.adapter.acquire(unknown, forever).then(
        async (lease) => (await chat(lease, false)).status,
        (cause: unknown) => cause,
      )
      expect(refused instanceof FirstError || refused === 404).toBe(true)
    })

    it('says in a sentence what is wrong while its cluster is down', async () => {
      await fixture.takeDown?.()
      const described = await fixture.adapter.describe(forever)
      expect(described.isReachable).toBe(fixture.takeDown === undefined)
      if (fixture.takeDown !== undefined) expect(described.problem).toMatch(/^\S.*\.$/)
    })

    it('leaves nothing running when it is closed', async () => {
      const lease = fixture.ownsPlaces ? await fixture.adapter.acquire(fixture.deployment, forever) : undefined
      await fixture.adapter.close()
      if (lease === undefined) return
      await expect(chat(lease, false)).rejects.toThrow()
      await expect(fixture.adapter.acquire(fixture.deployment, forever)).rejects.toBeInstanceOf(FirstError)
    })
  })
}
