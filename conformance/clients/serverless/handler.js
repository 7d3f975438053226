const say = kind => async event => {
  console.log(kind, process.env.STEP, JSON.stringify(event))
  return { kind, step: process.env.STEP, records: (event.Records || []).length }
}
for (const kind of ['hello', 'queue', 'bucket', 'topic', 'stream']) exports[kind] = say(kind)
