import { type ChatMessage, textOf } from './chat-request'
import type { HelpPage } from './help-pages'
import { createHelpSearch, type HelpSearch, type Hit } from './help-search'
import { answerSmallTalk, firstQuestions, followUps, topics, whatIAm } from './small-talk'

/** Below this share of its words a question is about something else, however well one word matched. */
const enoughCoverage = 0.45
/** From here on it is worth naming as near what was asked. */
const someCoverage = 0.35
/** A section that fits more of the words may win over one with a higher score, down to this share of it. */
const nearEnough = 0.5
/** A second section joins the answer when it scores nearly as well and both stay short. */
const nearlyAsGood = 0.8
const shortAnswerChars = 900
const maxFollowUps = 3

const connective = /^(and|or|but|also|then|so|what about|how about|what if|why|ok(ay)?,? (and|but|so))\b/i
const moreOfIt = /^(please )?(tell me more|more|more please|go on|continue|next|what else|anything else|explain (more|further|that|it)|why|how( so)?|details|more details?)[\s.?!]*$/i
const pronoun = /\b(it|that|this|there|them|they|one|those|these)\b/i

/** From a conversation to the guide's answer in Markdown. */
export type Answerer = (messages: readonly ChatMessage[]) => string

export function createAnswerer(pages: readonly HelpPage[]): Answerer {
  const search = createHelpSearch(pages)
  return (messages) => {
    const questions = messages.filter(({ role }) => role === 'user').map((message) => textOf(message).trim())
    const question = questions.at(-1) ?? ''
    const talk = answerSmallTalk(question, pages)
    if (talk !== undefined) return talk
    const isFirst = messages.every(({ role }) => role !== 'assistant')
    const found = lookUp(search, pages, question, questions.at(-2))
    return found === undefined ? noAnswer(pages, search.find(question)) : answerFrom(found, isFirst)
  }
}

interface Found {
  /** What the answer is made of: one page, one or two sections. */
  readonly sections: readonly [Hit['section'], ...Hit['section'][]]
  /** Headings worth asking about next, best first. */
  readonly related: readonly string[]
}

function lookUp(search: HelpSearch, pages: readonly HelpPage[], question: string, previous: string | undefined): Found | undefined {
  if (previous !== undefined && moreOfIt.test(question)) return nextOf(search, pages, previous)
  const alone = search.find(question)
  const isClear = (alone[0]?.coverage ?? 0) >= enoughCoverage
  const follows = connective.test(question) || (!isClear && pronoun.test(question))
  const hits = previous !== undefined && follows ? search.find(question, previous) : alone
  const best = bestOf(hits)
  return best && compose(best, hits, pages)
}

/** The best-scoring section of those that are about the question, unless its score is far from the best. */
function bestOf(hits: readonly Hit[]): Hit | undefined {
  const floor = (hits[0]?.score ?? 0) * nearEnough
  return hits.find(({ score, coverage }) => coverage >= enoughCoverage && score >= floor)
}

function compose(best: Hit, hits: readonly Hit[], pages: readonly HelpPage[]): Found {
  const second = hits.find(
    (hit) =>
      hit !== best &&
      hit.section.page === best.section.page &&
      hit.score >= best.score * nearlyAsGood &&
      hit.section.body.length + best.section.body.length <= shortAnswerChars,
  )
  const sections: Found['sections'] = second === undefined ? [best.section] : [best.section, second.section]
  return { sections, related: relatedTo(sections, hits, pages) }
}

/** The section after the one that answered the previous question. */
function nextOf(search: HelpSearch, pages: readonly HelpPage[], previous: string): Found | undefined {
  const hits = search.find(previous)
  const last = bestOf(hits)?.section
  const siblings = pages.find(({ name }) => name === last?.page)?.sections ?? []
  const next = siblings[siblings.findIndex(({ id }) => id === last?.id) + 1] ?? siblings[0]
  return next && { sections: [next], related: relatedTo([next], hits, pages) }
}

function relatedTo(used: Found['sections'], hits: readonly Hit[], pages: readonly HelpPage[]): readonly string[] {
  const siblings = pages.find(({ name }) => name === used[0].page)?.sections ?? []
  const others = [...siblings, ...hits.map(({ section }) => section)].filter(({ id }) => !used.some((section) => section.id === id))
  return headingsOf(others)
}

/** Questions to ask next; what stands above a page's first heading is not one. */
function headingsOf(sections: readonly Hit['section'][]): readonly string[] {
  const questions = sections.filter(({ heading, pageTitle }) => heading !== pageTitle)
  return [...new Set(questions.map(({ heading }) => heading))].slice(0, maxFollowUps)
}

function answerFrom({ sections, related }: Found, isFirst: boolean): string {
  const [first, ...rest] = sections
  return [
    ...(isFirst ? ['*I am the built-in guide, not a language model: I look things up in the help pages of this app.*'] : []),
    first.body,
    ...rest.map(({ heading, body }) => `### ${heading}\n\n${body}`),
    `*From the help page “${first.pageTitle}”.*`,
    ...(related.length > 0 ? [followUps(related)] : []),
  ].join('\n\n')
}

function noAnswer(pages: readonly HelpPage[], hits: readonly Hit[]): string {
  const nearest = headingsOf(hits.filter(({ coverage }) => coverage >= someCoverage).map(({ section }) => section))
  return [
    `The help pages say nothing about that. ${whatIAm}`,
    'For any other question, add a real model: a server with an OpenAI-compatible API, or a GGUF file that runs on this computer. Ask me “How do I add a server?” or “How do I run a model on this computer?”.',
    topics(pages),
    followUps(nearest.length > 0 ? nearest : firstQuestions),
  ].join('\n\n')
}
