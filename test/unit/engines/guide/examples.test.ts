import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { configSchema } from '@shared/config/schema'
import { chatCompletionRequest } from '@shared/openai/chat'
import { loadHelpPages } from '@main/engines/guide/help-pages'

const pages = await loadHelpPages(resolve('resources/help'))

const batchLine = z.strictObject({ custom_id: z.string(), method: z.literal('POST'), url: z.literal('/v1/chat/completions'), body: chatCompletionRequest })

/** A part of a configuration as a help page may show it: one setting of a server. */
const isWhole = (source: string): boolean => !source.startsWith(' ')

describe('what newcomers copy', () => {
  it('config.example.yaml is a valid configuration, without a secret in it', () => {
    const config = configSchema.parse(parse(readFileSync(resolve('resources/config.example.yaml'), 'utf8')))
    expect(config.clusters.map(({ kind }) => kind)).toEqual(['local', 'slurm', 'direct', 'direct', 'first', 'globus-compute'])
  })

  it('every configuration of the help pages is valid', () => {
    const blocks = pages.flatMap(({ sections }) => sections.flatMap(({ body }) => [...body.matchAll(/```yaml\n(.*?)```/gs)].map(([, source = '']) => source)))
    expect(blocks.length).toBeGreaterThan(1)
    for (const source of blocks.filter(isWhole)) expect(configSchema.safeParse(parse(source)).error).toBeUndefined()
  })

  it('every line of sample.jsonl is a request of a batch for one model, with an id of its own', () => {
    const lines = readFileSync(resolve('resources/sample/sample.jsonl'), 'utf8').trimEnd().split('\n').map((line) => batchLine.parse(JSON.parse(line)))
    expect(lines).toHaveLength(10)
    expect(new Set(lines.map(({ custom_id: id }) => id)).size).toBe(10)
    expect(new Set(lines.map(({ body }) => body.model)).size).toBe(1)
  })
})
