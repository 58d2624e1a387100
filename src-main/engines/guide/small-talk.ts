import type { HelpPage } from './help-pages'

/** Said wherever the guide introduces itself: it never passes for a model. */
export const whatIAm = 'I am the built-in guide of FIRST Desktop. I am **not a language model**: I look things up in the help pages of this app, on this computer, and send nothing anywhere.'

const firstSteps = [
  'How do I add a server?',
  'How do I run a model on this computer?',
  'Show me some math',
]

interface SmallTalk {
  readonly when: RegExp
  readonly answer: (pages: readonly HelpPage[]) => string
}

const introduction = (pages: readonly HelpPage[]): string => `${whatIAm}\n\n${topics(pages)}\n\n${followUps(firstSteps)}`

const smallTalk: readonly SmallTalk[] = [
  { when: /^(hi|hii+|hello|hey|hallo|hola|bonjour|servus|moin|yo|greetings|good (morning|afternoon|evening|day))\b[\s\w]{0,12}[\s!.,?]*$/i, answer: introduction },
  { when: /\b(who|what) (are|r) (you|u)\b|\bintroduce yourself|\b(which|what) (model|llm|ai|version) (are you|am i|is this|do you|is (answering|talking|running))\b|\bwho (am i (talking|chatting|speaking)|made you|built you)\b/i, answer: introduction },
  { when: /\b(are|r) (you|u) (really )?(just )?(an? |the )?(real )?(ai|bot|chatbot|robot|llm|language model|model|chatgpt|gpt|claude|llama|human|person|assistant|alive|real)\b|\bis this (an? )?(real )?(ai|llm|bot|chatbot|language model|chatgpt|human|person)\b|\bam i (talking|chatting|speaking) (to|with)\b/i, answer: introduction },
  { when: /^(help|help me|start|menu|topics|test|ping)[\s!.?]*$|\bwhat (can|could|do) (you|i|u) (help|do|ask|know|answer)\b|\bhow can you help\b/i, answer: introduction },
  { when: /^(thanks?|thank you|thx|ty|great|perfect|nice|cool|awesome|ok(ay)?|got it|bye|goodbye)\b[\s\w]{0,16}[\s!.]*$/i, answer: () => `You are welcome. Ask again whenever something about the app is unclear.\n\n${followUps(firstSteps)}` },
]

/** The answer to a greeting, to thanks, or to a question about the guide itself; undefined for anything else. */
export function answerSmallTalk(text: string, pages: readonly HelpPage[]): string | undefined {
  const said = text.trim()
  return said === '' ? introduction(pages) : smallTalk.find(({ when }) => when.test(said))?.answer(pages)
}

export function topics(pages: readonly HelpPage[]): string {
  return ['I can help with:', '', ...pages.map((page) => `- ${page.title}`)].join('\n')
}

export function followUps(questions: readonly string[]): string {
  return ['**You can also ask**', '', ...questions.map((question) => `- ${question}`)].join('\n')
}
