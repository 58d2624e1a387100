import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createAnswerer } from '@main/engines/guide/answer'
import type { ChatMessage } from '@main/engines/guide/chat-request'
import { loadHelpPages } from '@main/engines/guide/help-pages'
import { aboutTheGuide, offTopic, questions } from './questions'

const pages = await loadHelpPages(resolve('resources/help'))
const answer = createAnswerer(pages)
const titleOf = new Map(pages.map(({ name, title }) => [name, title]))

/** The answer to the last of several turns; what the guide said before it is what it would say. */
function ask(...turns: string[]): string {
  const messages: ChatMessage[] = []
  let said = ''
  for (const turn of turns) {
    if (said !== '') messages.push({ role: 'assistant', content: said })
    messages.push({ role: 'user', content: turn })
    said = answer(messages)
  }
  return said
}

const headings = pages.flatMap(({ sections }) => sections.flatMap(({ heading, asked }) => [heading, ...asked]))
const everything = [...questions.map(([question]) => question), ...offTopic, ...aboutTheGuide, ...headings]

describe('the guide’s answers', () => {
  it.each(questions)('answer “%s” and name the page %s', (question, page) => {
    expect(ask(question)).toContain(`*From the help page “${String(titleOf.get(page))}”.*`)
  })

  it.each(offTopic)('own up to having nothing on “%s”, list the topics and say how to add a model', (question) => {
    const said = ask(question)
    expect(said).toContain('The help pages say nothing about that.')
    expect(said).toContain('How do I add a server?')
    for (const { title } of pages) expect(said).toContain(title)
  })

  it.each(aboutTheGuide)('say what the guide is when asked “%s”, also in mid-conversation', (question) => {
    for (const said of [ask(question), ask('How do I add a server?', question)]) {
      expect(said).toContain('built-in guide')
      expect(said).toContain('**not a language model**')
    }
  })

  it('say on first contact that the guide is not a model, and do not repeat it', () => {
    expect(ask('How do I add a server?')).toMatch(/^\*I am the built-in guide, not a language model/)
    expect(ask('hi', 'How do I add a server?')).not.toContain('language model')
  })

  it('never claim to be a model or to think', () => {
    for (const question of everything) expect(ask(question)).not.toMatch(/\bI am (an?|the) (ai|artificial|large language|language model|assistant|model|bot)|\bas an ai\b|\bI (think|believe|guess|feel)\b/i)
  })

  it('are Markdown with closed code blocks, closed formulas and no comment of the page’s author', () => {
    for (const question of everything) {
      const said = ask(question)
      expect(said.split('\n').filter((line) => line.startsWith('```')).length % 2, question).toBe(0)
      expect(said.split('\n').filter((line) => line === '$$').length % 2, question).toBe(0)
      expect(said, question).not.toContain('<!--')
      expect(said.length, question).toBeGreaterThan(40)
    }
  })

  it('keep formulas and code as the page has them', () => {
    expect(ask('Show me some math')).toContain(String.raw`$k = A e^{-E_a/(RT)}$`)
    expect(ask('Show me some math')).toContain(String.raw`i\hbar\,\frac{\partial}{\partial t}`)
    expect(ask('How do I use it from Python?')).toContain('# local.key is in the data directory')
  })

  it('offer one to three further questions, each of which has an answer and is not the one just asked', () => {
    for (const question of headings) {
      const [, list = ''] = ask(question).split('**You can also ask**\n\n')
      const offered = list.split('\n').map((line) => line.slice('- '.length))
      expect(offered.length, question).toBeLessThanOrEqual(3)
      expect(offered, question).not.toContain(question)
      for (const next of offered) expect(ask(next), next).toContain('*From the help page')
    }
  })

  it('read a follow-up in the light of the question before it', () => {
    expect(ask('How do I list the models with curl?', 'and in Python?')).toContain('[model.id for model in client.models.list()]')
    expect(ask('How do I use it with curl?', 'what about javascript?')).toContain("from 'openai'")
    expect(ask('Where are my chats kept?', 'and how do I restore them?')).toContain('Backups and getting lost chats back')
  })

  it('let a question that stands alone change the subject', () => {
    expect(ask('How do I use it from Python?', 'Is it private?')).toContain('who sees your text')
  })

  it('go on to the next section of the page when asked for more', () => {
    expect(ask('Show me some math', 'tell me more')).toContain('It says how the rate constant')
  })

  it('take thanks as thanks', () => {
    expect(ask('How do I add a server?', 'thanks!')).toContain('You are welcome')
  })

  it('do not mistake a question for small talk', () => {
    for (const question of ['ok, add a server', 'hi, how do I add a server?', 'which model do you recommend?', 'What do I do when the disk is full?', 'what do you do with my data?'])
      expect(ask(question), question).toContain('*From the help page')
  })
})
