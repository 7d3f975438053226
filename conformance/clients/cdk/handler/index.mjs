export const onEvent = async event => ({
  PhysicalResourceId: 'custom-1',
  Data: { greeting: `${event.RequestType} ${event.ResourceProperties.step}` }
})
