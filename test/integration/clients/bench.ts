import Anthropic from '@anthropic-ai/sdk'
import type OpenAI from 'openai'
import { startScriptedEngine, type Script, type ScriptedEngine } from '../../doubles/scripted-engine/scripted-engine'
import { ownerKey, startGateway, type GatewayUnderTest } from '../gateway/gateway-fixture'

/** What the only cluster of a bench speaks. */
export const tongues = ['chat_completions', 'messages'] as const
export type Tongue = (typeof tongues)[number]

/** Profiles of servers that speak one protocol; SambaNova's has Chat Completions and embeddings. */
const profiles = { chat_completions: 'sambanova', messages: 'anthropic' } as const

export const model = 'scripted-model'

/** A running gateway, one cluster behind it, and the official clients before it. */
export interface Bench {
  readonly engine: ScriptedEngine
  readonly gateway: GatewayUnderTest
  readonly openai: OpenAI
  readonly anthropic: Anthropic
  close(): Promise<void>
}

const silent: Script = () => ({ text: 'nothing was scripted' })

export async function startBench(speaks: Tongue): Promise<Bench> {
  const engine = await startScriptedEngine({ speaks, models: [model], script: silent })
  const gateway = await startGateway({ clusters: [{ name: 'place', kind: 'direct', url: engine.url, profile: profiles[speaks] }] })
  return {
    engine,
    gateway,
    openai: gateway.client(),
    anthropic: new Anthropic({ baseURL: gateway.origin, apiKey: ownerKey, maxRetries: 0 }),
    async close() {
      await gateway.close()
      await engine.close()
    },
  }
}

/** A tool of a chemist: it is called with `formula` and answers in text. */
export const molarMass = {
  name: 'molar_mass',
  description: 'Molar mass of a formula, in grams per mole.',
  parameters: { type: 'object' as const, properties: { formula: { type: 'string' as const } }, required: ['formula'] as string[], additionalProperties: false },
  run: ({ formula }: { formula: string }): string => `${{ H2O: 18.015, C2H6O: 46.069 }[formula] ?? 0} g/mol`,
}

/** The script of a model that weighs water and ethanol at once, and then says what came of it. */
export const weighing: Script = ({ results }) =>
  results.length === 0
    ? { text: 'Let me weigh them.', calls: [{ name: molarMass.name, arguments: { formula: 'H2O' } }, { name: molarMass.name, arguments: { formula: 'C2H6O' } }] }
    : { text: `Water: ${results[0] ?? '?'}; ethanol: ${results[1] ?? '?'}.` }

export const weighed = 'Water: 18.015 g/mol; ethanol: 46.069 g/mol.'

/** A red dot, 1 by 1. */
export const dot = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='
