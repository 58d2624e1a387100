import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadHelpPages } from '@main/engines/guide/help-pages'
import { createHelpSearch } from '@main/engines/guide/help-search'
import { errorKinds } from '@shared/errors'
import { questions } from './questions'

const pages = await loadHelpPages(resolve('resources/help'))
const search = createHelpSearch(pages)

describe('the search of the help pages', () => {
  it.each(questions)('answers “%s” from %s', (question, page) => {
    expect(search.find(question)[0]?.section.page).toBe(page)
  })

  it('finds every section by its own heading, so that each suggested question leads where it says', () => {
    const questions = pages.flatMap(({ sections, title }) => sections.filter(({ heading }) => heading !== title))
    const lost = questions.filter(({ id, heading }) => search.find(heading)[0]?.section.id !== id)
    expect(lost.map(({ id, heading }) => `${id} ${heading}`)).toEqual([])
  })

  it('finds every page by its title', () => {
    expect(pages.map(({ title }) => search.find(title)[0]?.section.page)).toEqual(pages.map(({ name }) => name))
  })

  it('finds every section by each other way of asking that it names', () => {
    const lost = pages.flatMap(({ sections }) => sections).flatMap(({ id, asked }) => asked.filter((question) => search.find(question)[0]?.section.id !== id))
    expect(lost).toEqual([])
  })

  it.each(Object.keys(errorKinds))('explains the error code %s', (code) => {
    for (const question of [code, `What does ${code} mean?`]) expect(search.find(question)[0]?.section.body).toContain(`\`${code}\``)
  })

  it('forgives one wrong, missing or swapped letter in a long word', () => {
    for (const typo of ['keybaord', 'keybord', 'keyboart']) expect(search.find(typo)[0]?.section.page).toBe('13-keyboard')
  })

  it('lets an earlier question help, but not rule', () => {
    expect(search.find('and in Python?', 'How do I list the models with curl?')[0]?.section.heading).toBe('How do I list the models from a program?')
    expect(search.find('where are my chats kept?', 'How do I use it from Python?')[0]?.section.page).toBe('10-where-data-lives')
  })

  it('finds nothing in an empty question or one of filler words', () => {
    expect(search.find('')).toEqual([])
    expect(search.find('how do I do that')).toEqual([])
  })

  it('stays quick with a pasted document, reading only its beginning', () => {
    expect(search.find('server '.repeat(1_000_000))[0]?.section.page).toBe('03-add-a-server')
  })
})
