export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export const smallestWindow = { width: 800, height: 560 }
const firstWindow = { width: 1280, height: 800 }
/** This much of the title bar must be on a screen for a hand to take hold of it, in pixels. */
const grip = { width: 120, height: 32 }

/**
 * Where the window goes: where it was, if a person can still reach it there; else in the middle of the first screen.
 * @param workAreas the screens without their bars, the main one first
 */
export function placeWindow(kept: Rectangle | undefined, workAreas: readonly [Rectangle, ...Rectangle[]]): Rectangle {
  if (kept !== undefined && workAreas.some((area) => isReachable(kept, area))) return atLeast(kept)
  const [main] = workAreas
  const size = kept ?? firstWindow
  const { width, height } = atLeast({ x: 0, y: 0, width: Math.min(size.width, main.width), height: Math.min(size.height, main.height) })
  return { x: main.x + Math.max(0, Math.round((main.width - width) / 2)), y: main.y + Math.max(0, Math.round((main.height - height) / 2)), width, height }
}

function atLeast(place: Rectangle): Rectangle {
  return { ...place, width: Math.max(place.width, smallestWindow.width), height: Math.max(place.height, smallestWindow.height) }
}

function isReachable(place: Rectangle, area: Rectangle): boolean {
  const width = Math.min(place.x + place.width, area.x + area.width) - Math.max(place.x, area.x)
  const isTitleInside = place.y >= area.y && place.y + grip.height <= area.y + area.height
  return width >= grip.width && isTitleInside
}
