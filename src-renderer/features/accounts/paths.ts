export const accountsPath = '/accounts'
