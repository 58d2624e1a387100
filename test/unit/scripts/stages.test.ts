import { describe, expect, it } from 'vitest'
import { duration } from '../../../scripts/lib/say.mjs'
import { chooseStages, stages } from '../../../scripts/lib/stages.mjs'

describe('the stages of npm test', () => {
  it('are all run when none is named', () => {
    expect(chooseStages([])).toBe(stages)
  })

  it('are run in their own order when some are named', () => {
    expect(chooseStages(['unit', 'types'])).toMatchObject([{ name: 'types' }, { name: 'unit' }])
  })

  it('have the build before what runs it', () => {
    expect(chooseStages(['e2e', 'unit'])).toMatchObject([{ name: 'unit' }, { name: 'build' }, { name: 'e2e' }])
  })

  it('include none that is not there', () => {
    expect(chooseStages(['unit', 'uint'])).toEqual({ unknown: 'uint' })
  })
})

describe('a duration', () => {
  it('reads in seconds, and in minutes once it is long', () => {
    expect(duration(1234)).toBe('1.2 s')
    expect(duration(125_000)).toBe('2 min 5 s')
  })
})
