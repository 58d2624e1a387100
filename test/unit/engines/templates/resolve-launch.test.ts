import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FirstError } from '@shared/errors'
import { launchTemplate } from '@shared/config/deployment'
import { deploymentOf, filled } from './deployments'
import { resolveLaunch } from '@main/engines/templates/resolve-launch'

describe('a template', () => {
  it('starts vLLM over the GPUs of the deployment, with its key in the environment', () => {
    const { words, variables, readyPath, hasKey } = filled({ resources: { gpus: 4 }, contextTokens: 8192, args: ['--enable-prefix-caching'], env: { HF_HOME: '/cache' } })
    expect(words.join(' ')).toBe('vllm serve org/model --served-model-name org/model --host 127.0.0.1 --port 4242 --tensor-parallel-size 4 --max-model-len 8192 --enable-prefix-caching')
    expect(variables).toEqual({ VLLM_API_KEY: 'the-key', HF_HOME: '/cache' })
    expect([readyPath, hasKey]).toEqual(['/health', true])
  })

  it('leaves out what is not known', () => {
    expect(filled({}).words).not.toContain('--tensor-parallel-size')
    expect(filled({}).words).not.toContain('--max-model-len')
  })

  it('takes the weights from a file where one is named, and keeps the name of the model', () => {
    const { words } = filled({ file: '/weights/m' })
    expect(words.slice(2, 5)).toEqual(['/weights/m', '--served-model-name', 'org/model'])
  })

  it('gives SGLang its key in a file', () => {
    const { words, keyFile } = filled({ template: 'sglang' })
    expect(words.slice(3, 5)).toEqual(['--config', '/keys/one'])
    expect(keyFile).toEqual(['api-key: ', { value: 'key' }, '\n'])
  })

  it('gives llama-server the context of all its slots, and no more slots than memory is likely to hold', () => {
    const { words, variables } = filled({ framework: 'llama', template: 'llama-server', file: '/m.gguf', contextTokens: 1000, requestsPerReplica: 64 })
    expect(words.join(' ')).toContain('--parallel 8 --ctx-size 8000')
    expect(variables).toEqual({ LLAMA_API_KEY: 'the-key' })
  })

  it('tells where Ollama listens by its variable, is ready at a path of its own, and has no key', () => {
    const { words, variables, readyPath, hasKey } = filled({ framework: 'api', template: 'ollama' })
    expect(words).toEqual(['ollama', 'serve'])
    expect(variables['OLLAMA_HOST']).toBe('127.0.0.1:4242')
    expect([readyPath, hasKey]).toEqual(['/api/version', false])
  })

  it('is the framework’s own where none is named', () => {
    expect(filled({ framework: 'infinity' }).words[0]).toBe('infinity_emb')
    expect(filled({ framework: 'llama', file: '/m.gguf' }).words.slice(0, 3)).toEqual(['first-desktop', 'engine', 'llama'])
  })

  it('lets the configuration choose where it is ready, and what a variable is', () => {
    const { readyPath, variables } = filled({ ready: { path: '/up' }, env: { VLLM_API_KEY: 'x-${key}' } })
    expect(readyPath).toBe('/up')
    expect(variables['VLLM_API_KEY']).toBe('x-the-key')
  })

  it.each(launchTemplate.options)('of %s never has the key on its command line', (template) => {
    const { words } = filled({ framework: 'api', template, file: '/m.gguf', resources: { gpus: 2 }, contextTokens: 4096 })
    expect(words.join(' ')).not.toContain('the-key')
  })

  it('says what it lacks', () => {
    expect(refusal({ framework: 'llama' })).toBe('file of "org/model" is missing: the template llama needs it.')
    expect(refusal({ resources: { nodes: 2 } })).toContain('resources.nodes of "org/model" is 2')
  })
})

describe('a launch line', () => {
  it('is filled argument by argument', () => {
    const { words } = filled({ framework: 'api', model: 'a "b" c', launch: `serve --name=\${model} --at \${host}:\${port} --gpus \${gpus} --nodes \${nodes}`, resources: { gpus: 3, nodes: 2 } })
    expect(words).toEqual(['serve', '--name=a "b" c', '--at', '127.0.0.1:4242', '--gpus', '3', '--nodes', '2'])
  })

  it('gives an engine that can read a variable its key there', () => {
    for (const given of ['--api-key ${key}', '--api-key=${key}']) {
      const { words, variables, hasKey } = filled({ launch: `/opt/bin/vllm serve \${model} ${given} --port \${port}` })
      expect(words).toEqual(['/opt/bin/vllm', 'serve', 'org/model', '--port', '4242'])
      expect(variables).toEqual({ VLLM_API_KEY: 'the-key' })
      expect(hasKey).toBe(true)
    }
  })

  it('keeps the key of an unknown program where the person put it', () => {
    const { words, variables } = filled({ framework: 'api', launch: 'mine --api-key ${key}' })
    expect(words).toEqual(['mine', '--api-key', 'the-key'])
    expect(variables).toEqual({ FIRST_ENGINE_KEY: 'the-key' })
  })

  it('without a key is known to have none', () => {
    expect(filled({ framework: 'api', launch: 'mine' }).hasKey).toBe(false)
    expect(filled({ framework: 'api', launch: 'mine', env: { MY_KEY: '${key}' } }).hasKey).toBe(true)
  })

  it('names what it cannot read, and where', () => {
    expect(refusal({ launch: 'vllm --port ${ports}' })).toMatch(/^launch of "org\/model" names \$\{ports\}, .* \$\{port\} /)
    expect(refusal({ launch: 'vllm | tee' })).toMatch(/^launch of "org\/model" at column 6: \|/)
    expect(refusal({ launch: 'vllm ${file}' })).toBe('file of "org/model" is missing: launch names ${file}.')
    expect(refusal({ env: { A: '${secrets:x}' } })).toMatch(/^env\.A of "org\/model" names \$\{secrets:x\}/)
    expect(filled({ env: { A: '${secret:x}' } }).variables).toMatchObject({ A: '${secret:x}' })
    expect(refusal({ args: ['a', '${keyFile}'] })).toMatch(/^args\[1\] of "org\/model" names \$\{keyFile\}/)
  })

  it('has as many arguments as words, whatever the values hold', () => {
    const text = fc.string({ minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(text, text, (model, file) => {
        expect(filled({ model, file, framework: 'api', launch: 'x ${model} "${file}" ${model}${file}' }).words).toEqual(['x', model, file, model + file])
      }),
    )
  })
})

function refusal(fields: object): string {
  try {
    resolveLaunch(deploymentOf(fields))
  } catch (cause) {
    if (cause instanceof FirstError && cause.code === 'config_invalid') return cause.message
    throw cause
  }
  throw new Error('it was taken')
}
