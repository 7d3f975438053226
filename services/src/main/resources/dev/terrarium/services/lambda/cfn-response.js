// Answers a custom resource's request, as the module of this name on AWS does for inline code.
const http = require('http');
const https = require('https');

exports.SUCCESS = 'SUCCESS';
exports.FAILED = 'FAILED';

exports.send = function (event, context, responseStatus, responseData, physicalResourceId, noEcho) {
  return new Promise((resolve) => {
    const body = JSON.stringify({
      Status: responseStatus,
      Reason: 'See the details in CloudWatch Log Stream: ' + context.logStreamName,
      PhysicalResourceId: physicalResourceId || context.logStreamName,
      StackId: event.StackId,
      RequestId: event.RequestId,
      LogicalResourceId: event.LogicalResourceId,
      NoEcho: noEcho || false,
      Data: responseData,
    });
    const url = new URL(event.ResponseURL);
    const request = (url.protocol === 'https:' ? https : http).request(
      url,
      { method: 'PUT', headers: { 'content-type': '', 'content-length': Buffer.byteLength(body) } },
      (response) => {
        console.log('Status code: ' + response.statusCode);
        response.resume();
        context.done();
        resolve();
      });
    request.on('error', (error) => {
      console.log('send(..) failed executing https.request(..): ' + error);
      context.done();
      resolve();
    });
    request.end(body);
  });
};
