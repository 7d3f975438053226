// The Framework's SDK knows no AWS_ENDPOINT_URL: this tells it where to go.
module.exports = class {
  constructor(serverless) {
    const endpoint = process.env.AWS_ENDPOINT_URL
    if (endpoint) serverless.getProvider('aws').sdk.config.update({ endpoint, s3ForcePathStyle: true })
  }
}
