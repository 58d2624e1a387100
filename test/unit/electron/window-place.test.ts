import { describe, expect, it } from 'vitest'
import { placeWindow } from '@main/electron/window-place'

const screen = { x: 0, y: 0, width: 1920, height: 1040 }
const second = { x: 1920, y: 0, width: 1280, height: 1024 }

describe('the place of the window', () => {
  it('is the middle of the first screen at the first start', () => {
    expect(placeWindow(undefined, [screen])).toEqual({ x: 320, y: 120, width: 1280, height: 800 })
  })

  it('is where it was, on whichever screen', () => {
    const kept = { x: 2000, y: 40, width: 1000, height: 700 }
    expect(placeWindow(kept, [screen, second])).toEqual(kept)
  })

  it('moves to the first screen, at its size, when its screen is gone', () => {
    expect(placeWindow({ x: 2000, y: 40, width: 1000, height: 700 }, [screen])).toEqual({ x: 460, y: 170, width: 1000, height: 700 })
  })

  it.each([
    ['above the screen', { x: 100, y: -50, width: 1000, height: 700 }],
    ['below it', { x: 100, y: 1030, width: 1000, height: 700 }],
    ['but for a sliver beside it', { x: -950, y: 100, width: 1000, height: 700 }],
  ])('comes back when its title bar lies %s', (_where, kept) => {
    expect(placeWindow(kept, [screen])).toEqual({ x: 460, y: 170, width: 1000, height: 700 })
  })

  it('never is smaller than what the pages need, nor larger than the screen', () => {
    expect(placeWindow({ x: 10, y: 10, width: 200, height: 100 }, [screen])).toMatchObject({ width: 800, height: 560 })
    expect(placeWindow({ x: 9000, y: 0, width: 5000, height: 4000 }, [screen])).toMatchObject({ x: 0, y: 0, width: 1920, height: 1040 })
  })
})
