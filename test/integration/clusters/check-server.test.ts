import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { Agent } from 'undici'
import { checkServer } from '@main/clusters/registry'
import { startFirstSite, type FirstSite } from '../../doubles/first-site/first-site'
import { startOpenAiServer, type OpenAiServer, type OpenAiServerOptions } from '../../doubles/openai-server/openai-server'

const agent = new Agent({ connect: { timeout: 1000 } })
const forever = new AbortController().signal

describe('trying the address of a server', () => {
  const closing: (() => Promise<void>)[] = []
  afterEach(async () => {
    await Promise.all(closing.splice(0).map((close) => close()))
  })

  const start = async (options: OpenAiServerOptions = {}): Promise<OpenAiServer> => {
    const double = await startOpenAiServer(options)
    closing.push(() => double.close())
    return double
  }
  const startTcp = async (greeting: string | undefined): Promise<string> => {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy()).resume()
      if (greeting === undefined) socket.destroy()
      else socket.end(greeting)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    closing.push(async () => {
      server.close()
      await once(server, 'close')
    })
    const address = server.address()
    return `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  }

  it.each([
    ['as its base URL', ''],
    ['with a slash too many', '/'],
    ['as the path of a request', '/chat/completions'],
  ])('finds its models, given %s', async (_what, suffix) => {
    const double = await start({ models: ['b', 'a'] })
    expect(await checkServer(agent, { url: `${double.url}${suffix}` }, forever)).toEqual({
      url: double.url,
      models: ['a', 'b'],
      latencyMs: expect.any(Number) as number,
      clusterKind: 'direct',
      profile: 'other',
      found: [{ id: 'a', status: 'live' }, { id: 'b', status: 'live' }],
    })
  })

  it('adds the version when it was left out', async () => {
    const double = await start()
    expect((await checkServer(agent, { url: double.url.replace('/v1', '') }, forever)).url).toBe(double.url)
  })

  it('shows its key', async () => {
    const double = await start({ key: 'sk-right' })
    expect((await checkServer(agent, { url: double.url, apiKey: 'sk-right' }, forever)).models).toEqual(['double-model'])
    await expect(checkServer(agent, { url: double.url, apiKey: 'sk-wrong' }, forever)).rejects.toMatchObject({ code: 'upstream_unauthorized', message: expect.stringContaining('refused the API key') as string })
    await expect(checkServer(agent, { url: double.url }, forever)).rejects.toMatchObject({ code: 'upstream_unauthorized', message: expect.stringContaining('wants an API key') as string })
  })

  it('takes a key with the line break it was pasted with, and says when a key can be none', async () => {
    const double = await start({ key: 'sk-right' })
    expect((await checkServer(agent, { url: double.url, apiKey: 'sk-right\n' }, forever)).models).toEqual(['double-model'])
    for (const apiKey of ['sk\nright', 'schlüssel', ' ']) await expect(checkServer(agent, { url: double.url, apiKey }, forever)).rejects.toMatchObject({ code: 'secret_unreadable' })
  })

  it.each<[string, OpenAiServerOptions, string, string]>([
    ['a web page', { modelsAnswer: { status: 200, contentType: 'text/html', body: '<!doctype html><title>hi</title>' } }, 'upstream_garbled', 'is a web page'],
    ['other JSON', { modelsAnswer: { status: 200, contentType: 'application/json', body: '{"hello":"world"}' } }, 'upstream_garbled', "did not answer with OpenAI's list of models"],
    ['a server with no models', { models: [] }, 'upstream_error', 'names no models'],
    ['a broken server', { modelsAnswer: { status: 500, contentType: 'text/plain', body: 'oops' } }, 'upstream_error', 'status 500'],
    ['a server with no list of models', { modelsAnswer: { status: 404, contentType: 'text/plain', body: '' } }, 'not_found', 'is not there'],
  ])('says that there is %s', async (_what, options, code, words) => {
    const double = await start(options)
    await expect(checkServer(agent, { url: double.url }, forever)).rejects.toMatchObject({ code, message: expect.stringContaining(words) as string })
  })

  it('says that nothing listens there', async () => {
    const double = await start()
    await double.close()
    await expect(checkServer(agent, { url: double.url }, forever)).rejects.toMatchObject({ code: 'upstream_unreachable', message: `Nothing listens at 127.0.0.1:${double.port}.` })
  })

  it('says that what is there is not a web server', async () => {
    await expect(checkServer(agent, { url: `http://${await startTcp('SSH-2.0-OpenSSH_9.2\r\n')}/v1` }, forever)).rejects.toMatchObject({ code: 'upstream_unreachable', message: expect.stringContaining('does not speak HTTP') as string })
  })

  it('says that what is there does not speak TLS', async () => {
    await expect(checkServer(agent, { url: `https://${await startTcp('HTTP/1.1 400 Bad Request\r\n\r\n')}/v1` }, forever)).rejects.toMatchObject({ message: expect.stringContaining('does not speak TLS') as string })
  })

  it('says that the connection was closed', async () => {
    await expect(checkServer(agent, { url: `http://${await startTcp(undefined)}/v1` }, forever)).rejects.toMatchObject({ code: 'upstream_unreachable', message: expect.stringContaining('closed the connection') as string })
  })

  it('says that there was no time', async () => {
    const double = await start()
    await expect(checkServer(agent, { url: double.url }, AbortSignal.abort())).rejects.toMatchObject({ message: expect.stringContaining('did not answer in time') as string })
  })

  describe('of a FIRST site', () => {
    const startSite = async (): Promise<FirstSite> => {
      const site = await startFirstSite({
        clusters: [
          { name: 'sophia', frameworks: { vllm: ['org/b', 'org/a'] } },
          { name: 'metis', frameworks: { api: ['org/b'] } },
        ],
      })
      closing.push(() => site.close())
      return site
    }

    it.each([
      ['with its base path', (url: string) => url],
      ['with the path of one of its clusters', (url: string) => `${url}/sophia/vllm/v1/chat/completions`],
      ['by its host alone', (url: string) => url.replace('/resource_server', '/')],
    ])('finds its clusters and models, given %s', async (_what, given) => {
      const site = await startSite()
      const found = await checkServer(agent, { url: given(site.url), apiKey: 'globus-token' }, forever)
      expect(found).toMatchObject({ url: site.url, clusterKind: 'first', models: ['org/a', 'org/b'], clusters: ['metis', 'sophia'] })
      expect(found.found[0]).toMatchObject({ id: 'org/a', status: 'unknown', operations: expect.arrayContaining(['chat_completions']) as string[] })
      expect(found).not.toHaveProperty('isTokenNeeded')
    })

    it.each([false, true])('says that it wants a token, an old one too: %s', async (isOld) => {
      const site = await startSite()
      site.set({ isOld })
      expect(await checkServer(agent, { url: site.url }, forever)).toMatchObject({ clusterKind: 'first', isTokenNeeded: true, models: [] })
    })

    it('says that its token was refused', async () => {
      const site = await startSite()
      await expect(checkServer(agent, { url: site.url, apiKey: 'old-token' }, forever)).rejects.toMatchObject({ code: 'upstream_unauthorized', message: expect.stringContaining('refused the token') as string })
    })

    it('is told from a server that wants a key for everything', async () => {
      const double = await start({ key: 'sk-right' })
      await expect(checkServer(agent, { url: double.url }, forever)).rejects.toMatchObject({ message: expect.stringContaining('wants an API key') as string })
    })
  })

})
