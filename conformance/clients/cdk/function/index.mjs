export const handler = async event => ({ step: process.env.STEP, table: process.env.TABLE, records: event.Records?.length ?? 0 })
