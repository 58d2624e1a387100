import MiniSearch from 'minisearch'
import type { HelpPage, HelpSection } from './help-pages'
import { isName, termsOf } from './terms'

export interface Hit {
  readonly section: HelpSection
  readonly score: number
  /** 0 to 1: how much of the question this section is about. */
  readonly coverage: number
}

export interface HelpSearch {
  /** Best first. `context` is an earlier question that this one follows: its words help, but weigh less. */
  find(question: string, context?: string): readonly Hit[]
}

const boost = { heading: 4, asked: 4, pageTitle: 2, keywords: 2, body: 1 }
const contextWeight = 0.5
const nameWeight = 8
/** How much the score grows when the section's heading asks just what was asked. */
const sameQuestionGain = 6

/** Enough for any question, and a bound on the work for a pasted document. */
const maxQuestionChars = 2_000
const maxTerms = 32

/** How well a word of the question is met: in what a section is named by, in its text, or by a similar word. */
const met = { named: 1, text: 0.5, similarLong: 0.6, similarShort: 0.4 }
const longTerm = 6

/** A search over the sections of the help pages that forgives typos and completes words. */
export function createHelpSearch(pages: readonly HelpPage[]): HelpSearch {
  const entries = new Map(pages.flatMap((page) => page.sections).map((section) => [section.id, toEntry(section)]))
  const index = new MiniSearch<HelpSection>({
    fields: Object.keys(boost),
    tokenize: (text) => [...termsOf(text)],
    processTerm: (term) => term,
    searchOptions: {
      tokenize: (query) => query.split(' '),
      boost,
      prefix: (term) => term.length > 3,
      fuzzy: (term) => (term.length > 3 ? 0.25 : false),
      weights: { fuzzy: 0.35, prefix: 0.5 },
    },
  })
  index.addAll([...entries.values()].map((entry) => entry.section))

  return {
    find(question, context) {
      const weights = weigh(question, context)
      const results = index.search([...weights.keys()].join(' '), { boostTerm: (term) => weights.get(term) ?? 1 })
      return results.flatMap(({ id, score, queryTerms }) => {
        const entry = entries.get(String(id))
        if (entry === undefined) return []
        const likeness = Math.max(...entry.questions.map((terms) => likenessOf(terms, weights)))
        return [{ section: entry.section, score: score * (1 + sameQuestionGain * likeness ** 2), coverage: coverageOf(weights, entry, new Set(queryTerms)) }]
      }).sort((a, b) => b.score - a.score)
    },
  }
}

interface Entry {
  readonly section: HelpSection
  /** Terms of the heading, and of each other way to ask it. */
  readonly questions: readonly ReadonlySet<string>[]
  /** Terms of those, the page's title and its keywords. */
  readonly named: ReadonlySet<string>
  readonly text: ReadonlySet<string>
}

function toEntry(section: HelpSection): Entry {
  const asked = [section.heading, ...section.asked]
  return {
    section,
    questions: asked.map((question) => new Set(termsOf(question))),
    named: new Set(termsOf([...asked, section.pageTitle, section.keywords].join(' '))),
    text: new Set(termsOf(section.body)),
  }
}

/** Terms of the question weigh 1, those that only the context has less. */
function weigh(question: string, context: string | undefined): ReadonlyMap<string, number> {
  const take = (text: string): readonly string[] => termsOf(text.slice(0, maxQuestionChars)).slice(0, maxTerms)
  const before = context === undefined ? [] : take(context)
  return new Map([...before.map((term) => [term, contextWeight] as const), ...take(question).map((term) => [term, isName(term) ? nameWeight : 1] as const)])
}

/** 0 to 1: the share that a heading and the weighted question have in common. */
function likenessOf(terms: ReadonlySet<string>, weights: ReadonlyMap<string, number>): number {
  const weightOf = (term: string): number => Math.min(1, weights.get(term) ?? 0)
  const common = sum([...terms].map(weightOf))
  return common === 0 ? 0 : common / (terms.size + sum([...weights.keys()].map(weightOf)) - common)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function coverageOf(weights: ReadonlyMap<string, number>, { named, text }: Entry, matched: ReadonlySet<string>): number {
  let got = 0
  let all = 0
  for (const [term, weight] of weights) {
    all += weight
    if (named.has(term)) got += weight * met.named
    else if (text.has(term)) got += weight * met.text
    else if (matched.has(term)) got += weight * (term.length >= longTerm ? met.similarLong : met.similarShort)
  }
  return all === 0 ? 0 : got / all
}
