/** Go with every answer. */
export const commonHeaders = (requestId: string): Readonly<Record<string, string>> => ({ 'x-request-id': requestId, 'x-content-type-options': 'nosniff' })
