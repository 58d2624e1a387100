import { protocol, type ModelInfo, type Operation } from '@shared/domain/model'

const isProtocol = (operation: Operation): boolean => protocol.options.some((each) => each === operation)

/** Whether a model can take requests of a kind: as its place says, or by a protocol that is translated; where it says nothing, it may. */
export function canDo({ operations }: Pick<ModelInfo, 'operations'>, wanted: Operation): boolean {
  return operations === undefined || operations.includes(wanted) || (isProtocol(wanted) && operations.some(isProtocol))
}
