/** Words that carry no topic: questions are made of them, answers are not found by them. */
const stopWords = new Set(
  `a about am an and any are as at be been but by can could did do does doing done for from get gets give got had has have he her here
  him his how i if in into is isn it its itself just let like may me might mine my myself need no not now of off ok okay on one or our out
  please shall she should so some tell than that the their them then there these they thing things this those to too us very want was way
  we were what whats when where which who why will with would you your yes also possible really actually exactly mean know
  don doesn won ll ve re im id hey hi hello thanks thank explain question`.split(/\s+/),
)

/** Words that newcomers use, and the ones that the help pages use for the same thing. */
const synonyms: Readonly<Record<string, string>> = {
  pc: 'computer', laptop: 'computer', desktop: 'computer', workstation: 'computer', machine: 'computer', mac: 'computer', locally: 'computer', local: 'computer', offline: 'computer',
  conversation: 'chat', dialog: 'chat', dialogue: 'chat', talk: 'chat', thread: 'chat',
  shortcut: 'key', hotkey: 'key', keybinding: 'key', keypress: 'key',
  token: 'token', tok: 'token',
  saved: 'store', save: 'store', kept: 'store', keep: 'store', stored: 'store', live: 'store',
  equation: 'formula', latex: 'formula', katex: 'formula', maths: 'math', mathematic: 'math', formulae: 'formula',
  endpoint: 'server', provider: 'server', backend: 'server', vendor: 'server',
  safe: 'private', privacy: 'private', secure: 'private', security: 'private', secret: 'private', confidential: 'private',
  broken: 'error', fail: 'error', failed: 'error', failure: 'error', trouble: 'error', problem: 'error', crash: 'error', crashed: 'error', wrong: 'error',
  remove: 'delete', erase: 'delete', trash: 'delete', bin: 'delete',
  find: 'search', lookup: 'search',
  begin: 'start', launch: 'start', boot: 'start', open: 'open',
  script: 'script', programming: 'program', llm: 'model', ai: 'model', llms: 'model',
  recover: 'restore', recovery: 'restore', lost: 'lose', losing: 'lose',
  configuration: 'config', configure: 'config', setting: 'setting', preference: 'setting', yml: 'yaml',
  quick: 'fast', speed: 'speed', slow: 'slow', slowly: 'slow',
  remote: 'remote', remotely: 'remote', cpu: 'memory', ram: 'memory', vram: 'memory',
}

/** The topical words of a text, in their base form, in order. */
export function termsOf(text: string): readonly string[] {
  return (text.match(/[\p{L}\p{N}]+/gu) ?? []).map(toTerm).filter((term) => term !== null)
}

/** The base form of a word; null for one that carries no topic. */
function toTerm(word: string): string | null {
  const plain = word.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  if (plain.length < 2 || stopWords.has(plain)) return null
  const stem = stemOf(plain)
  return synonyms[plain] ?? synonyms[stem] ?? stem
}

/** A light stemmer: plurals, -ing and -ed are what questions and headings differ by. */
function stemOf(word: string): string {
  const singular = word.length > 3 && word.endsWith('s') && !/(ss|us|is)$/.test(word) ? word.slice(0, -1) : word
  const base = singular.length > 5 ? singular.replace(/(ing|ed)$/, '') : singular
  return base === singular ? base : base.replace(/([bdgmnprt])\1$/, '$1')
}
