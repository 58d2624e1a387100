/** Words that carry no topic: questions are made of them, answers are not found by them. */
const stopWords = new Set(
  `a about am an and any are as at be been but by can could did do does doing done for from get gets give got had has have he her here
  him his how i if in into is isn it its itself just let like may me might mine my myself need no not now of off ok okay on one or our out
  please shall she should so some tell than that the their them then there these they thing things this those to too us very want was way
  we were what whats when where which who why will with would you your yes also possible really actually exactly mean know
  don doesn won ll ve re im id hey hi hello thanks thank explain question`.split(/\s+/),
)

/** A word of the help pages, and what newcomers call the same thing. A word that the pages use themselves is better left out: typos of it are then forgiven. */
const sameThing: Readonly<Record<string, string>> = {
  computer: 'pc laptop mac locally',
  chat: 'conversation dialog dialogue talk thread',
  store: 'saved save kept keep stored',
  formula: 'equation latex katex formulae',
  math: 'maths mathematics mathematic mathematical',
  server: 'provider backend vendor',
  private: 'safe privacy secure security secret confidential',
  error: 'broken fail failed failure trouble problem crash crashed wrong',
  delete: 'remove erase trash bin',
  search: 'find lookup',
  start: 'begin launch boot',
  program: 'programming',
  model: 'llm llms ai',
  restore: 'recover recovery',
  lose: 'lost losing',
  config: 'configuration configure',
  setting: 'preference preferences',
  yaml: 'yml',
  slow: 'slowly',
  memory: 'ram vram',
  picture: 'image photo',
}
const synonyms = new Map(Object.entries(sameThing).flatMap(([term, words]) => words.split(' ').map((word) => [word, term] as const)))

/** The topical words of a text, in their base form, in order; a name such as `port_in_use` also stands as a whole. */
export function termsOf(text: string): readonly string[] {
  const words = text.match(/[\p{L}\p{N}_]+/gu) ?? []
  return words.flatMap((word) => (isName(word) ? [word.toLowerCase(), ...word.split('_').map(toTerm)] : [toTerm(word)])).filter((term) => term !== null)
}

/** Whether a term is an identifier, which means one thing only. */
export function isName(term: string): boolean {
  return /[^_]_[^_]/.test(term)
}

/** The base form of a word; null for one that carries no topic. */
function toTerm(word: string): string | null {
  const plain = word.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  if (plain.length < 2 || stopWords.has(plain)) return null
  const stem = stemOf(plain)
  return synonyms.get(plain) ?? synonyms.get(stem) ?? stem
}

/** A light stemmer: plurals, -ing and -ed are what questions and headings differ by. */
function stemOf(word: string): string {
  const singular = word.length > 3 && word.endsWith('s') && !/(ss|us|is)$/.test(word) ? word.slice(0, -1) : word
  const base = singular.length > 5 ? singular.replace(/(ing|ed)$/, '') : singular
  return base === singular ? base : base.replace(/([bdgmnprt])\1$/, '$1')
}
