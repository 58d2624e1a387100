import type { HelpPage } from './help-pages'

/** Said wherever the guide introduces itself: it never passes for a model. */
export const whatIAm = 'I am the built-in guide of FIRST Desktop. I am **not a language model**: I look things up in the help pages of this app, on this computer, and send nothing anywhere.'

export const firstQuestions: readonly string[] = ['How do I add a server?', 'How do I run a model on this computer?', 'Show me some math']

interface SmallTalk {
  /** Tried on one line without marks at its end. */
  readonly when: RegExp
  readonly answer: (pages: readonly HelpPage[]) => string
}

const introduction = (pages: readonly HelpPage[]): string => [whatIAm, topics(pages), followUps(firstQuestions)].join('\n\n')
const farewell = (): string => `You are welcome. Ask again whenever something about the app is unclear.\n\n${followUps(firstQuestions)}`

const smallTalk: readonly SmallTalk[] = [
  { when: /^(hi+|hello|hey|hallo|hola|bonjour|servus|moin|yo|greetings|good (morning|afternoon|evening|day))([\s,]+(there|guide|again|all|everyone|you|friend))?$/i, answer: introduction },
  { when: /\b(who|what) (are|r) (you|u)\b|\bintroduce yourself\b|\bwho (am i (talking|chatting|speaking)|made you|built you)\b/i, answer: introduction },
  { when: /\b(which|what) (kind of )?(language )?(model|llm|ai|bot) (are you|am i (using|talking|chatting)|is this|do you (use|run)|is (answering|talking))\b/i, answer: introduction },
  { when: /\b(are|r) (you|u) (really |just |actually )*(an? |the )?(real )?(ai|bot|chatbot|robot|llm|language model|model|chatgpt|gpt|claude|llama|human|person|assistant|alive|real|guide)\b/i, answer: introduction },
  { when: /\bis this (an? )?(real )?(ai|llm|bot|chatbot|language model|chatgpt|human|person)\b|\bam i (talking|chatting|speaking) (to|with)\b/i, answer: introduction },
  { when: /^(help|help me|start|menu|topics|test|ping|what is this)$|\bwhat (can|could|do) (you|i|we) (do|ask|know|answer|help)( (you|me|with|here|about|for|this|it))*$|\bhow can you help( me)?$/i, answer: introduction },
  { when: /^(thanks?|thank you|thx|ty|great|perfect|nice|cool|awesome|ok(ay)?|got it|bye|goodbye)([\s,]+(thanks?|thank you|so much|very much|a lot|you|that helps|that helped|for your help|got it|bye))*$/i, answer: farewell },
]

/** The answer to a greeting, to thanks, or to a question about the guide itself; undefined for anything else. */
export function answerSmallTalk(text: string, pages: readonly HelpPage[]): string | undefined {
  const said = text.slice(0, 200).trim().replace(/[\s?!.,:;)]+$/, '')
  return text.trim() === '' ? introduction(pages) : smallTalk.find(({ when }) => when.test(said))?.answer(pages)
}

export function topics(pages: readonly HelpPage[]): string {
  return `**I can help with** ${pages.map((page) => page.title).join(' · ')}.`
}

export function followUps(questions: readonly string[]): string {
  return ['**You can also ask**', '', ...questions.map((question) => `- ${question}`)].join('\n')
}
