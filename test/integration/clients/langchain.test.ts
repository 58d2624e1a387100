import { AIMessageChunk, HumanMessage } from '@langchain/core/messages'
import { tool } from '@langchain/core/tools'
import { MessagesAnnotation, START, StateGraph } from '@langchain/langgraph'
import { ToolNode, toolsCondition } from '@langchain/langgraph/prebuilt'
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Script } from '../../doubles/scripted-engine/scripted-engine'
import { ownerKey } from '../gateway/gateway-fixture'
import { model, molarMass, startBench, tongues, type Bench } from './bench'

let bench: Bench

const smiles = tool(({ name }) => ({ ethanol: 'CCO', water: 'O' })[name] ?? 'unknown', {
  name: 'smiles_of',
  description: 'SMILES of a compound by its name.',
  schema: z.object({ name: z.string() }),
})
const mass = tool(molarMass.run, { name: molarMass.name, description: molarMass.description, schema: z.object({ formula: z.string() }) })

/** A chemist that looks a structure up first and weighs then. */
const chemist: Script = ({ results }) => {
  if (results.length === 0) return { calls: [{ name: 'smiles_of', arguments: { name: 'ethanol' } }] }
  if (results.length === 1) return { text: 'Now its mass.', calls: [{ name: molarMass.name, arguments: { formula: 'C2H6O' } }] }
  return { text: `Ethanol is ${results.join(' with ')}.` }
}

describe.each(tongues)('an agent of LangGraph over a cluster that speaks %s only', (speaks) => {
  beforeEach(async () => {
    bench = await startBench(speaks)
  })
  afterEach(() => bench.close())

  test.each([
    { protocol: 'Chat Completions', useResponsesApi: false, isStreamed: false },
    { protocol: 'Chat Completions', useResponsesApi: false, isStreamed: true },
    { protocol: 'Responses', useResponsesApi: true, isStreamed: false },
    { protocol: 'Responses', useResponsesApi: true, isStreamed: true },
  ])('calls both of its tools and answers, over $protocol (streamed: $isStreamed)', async ({ useResponsesApi, isStreamed }) => {
    bench.engine.play(chemist)
    const llm = new ChatOpenAI({ model, apiKey: ownerKey, configuration: { baseURL: `${bench.gateway.origin}/v1` }, maxRetries: 0, useResponsesApi })
    const answer = isStreamed ? await streamed(llm) : await invoked(llm)
    expect(answer).toBe('Ethanol is CCO with 46.069 g/mol.')
    expect(bench.engine.asked.map(({ tools, results }) => ({ tools, results }))).toEqual([[], ['CCO'], ['CCO', '46.069 g/mol']].map((results) => ({ tools: ['smiles_of', 'molar_mass'], results })))
    expect(bench.engine.asked.map(({ body }) => body.stream === true)).toEqual([isStreamed, isStreamed, isStreamed])
  })
})

const question = { messages: [new HumanMessage('What is ethanol, and how heavy?')] }

function chemistWith(llm: ChatOpenAI) {
  const chat = llm.bindTools([smiles, mass])
  return new StateGraph(MessagesAnnotation)
    .addNode('model', async ({ messages }) => ({ messages: [await chat.invoke(messages)] }))
    .addNode('tools', new ToolNode([smiles, mass]))
    .addEdge(START, 'model')
    .addConditionalEdges('model', toolsCondition)
    .addEdge('tools', 'model')
    .compile()
}

async function invoked(llm: ChatOpenAI): Promise<string | undefined> {
  const { messages } = await chemistWith(llm).invoke(question)
  return messages.at(-1)?.text
}

/** The words of the last answer, put together from its pieces. */
async function streamed(llm: ChatOpenAI): Promise<string> {
  const words = new Map<string | undefined, string>()
  for await (const [piece] of await chemistWith(llm).stream(question, { streamMode: 'messages' })) if (AIMessageChunk.isInstance(piece)) words.set(piece.id, `${words.get(piece.id) ?? ''}${piece.text}`)
  return [...words.values()].at(-1) ?? ''
}

describe('embeddings of LangChain', () => {
  test('come from the cluster', async () => {
    bench = await startBench('chat_completions')
    const embeddings = new OpenAIEmbeddings({ model, apiKey: ownerKey, configuration: { baseURL: `${bench.gateway.origin}/v1` }, maxRetries: 0 })
    expect(await embeddings.embedDocuments(['two words', 'A'])).toEqual([[9, 2, 116], [1, 1, 65]])
    await bench.close()
  })
})
