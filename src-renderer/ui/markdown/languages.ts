/** Languages that are coloured; load-language.ts has their grammars. */
const languages = [
  'bash', 'c', 'cpp', 'css', 'diff', 'fortran-free-form', 'go', 'html', 'java', 'javascript', 'json', 'julia', 'latex', 'matlab', 'python',
  'r', 'rust', 'sql', 'toml', 'tsx', 'typescript', 'yaml',
] as const

export type Language = (typeof languages)[number]

/** Other names that people and models write after a fence. */
const aliases = new Map<string, Language>([
  ['c++', 'cpp'],
  ['f90', 'fortran-free-form'],
  ['fortran', 'fortran-free-form'],
  ['golang', 'go'],
  ['jl', 'julia'],
  ['js', 'javascript'],
  ['jsonl', 'json'],
  ['jsx', 'tsx'],
  ['patch', 'diff'],
  ['py', 'python'],
  ['python3', 'python'],
  ['rs', 'rust'],
  ['sh', 'bash'],
  ['shell', 'bash'],
  ['tex', 'latex'],
  ['ts', 'typescript'],
  ['yml', 'yaml'],
  ['zsh', 'bash'],
])

/** The language to colour by, or undefined where the name is none of ours. */
export function languageOf(name: string): Language | undefined {
  return languages.find((language) => language === name) ?? aliases.get(name)
}
