// The Node runtime client of Terrarium's Lambda: loads the handler, then asks for invocations until
// its host has gone.
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';
import util from 'node:util';
import { Writable } from 'node:stream';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { pathToFileURL } from 'node:url';

const BREAK = '\x1e';
const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
let currentId;

// The host holds the other end of standard input; when it has gone, so does this process.
process.stdin.on('end', () => process.exit(1));
process.stdin.on('error', () => process.exit(1));
process.stdin.resume();
process.stdin.unref?.();

function request(method, where, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const all = { ...headers };
    if (body !== undefined) all['Content-Length'] = Buffer.byteLength(body);
    const call = http.request(
      { host, port, agent, method, path: '/2018-06-01/runtime/' + where, headers: all },
      (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks) }));
        response.on('error', reject);
      });
    call.on('error', reject);
    call.setNoDelay(true);
    call.end(body);
  });
}

// Where custom resources answer is always https and port 443 on AWS, and the CDK's handlers take nothing but host and
// path of the address: such an answer goes to Terrarium's own.
const secureRequest = https.request;
https.request = (...given) => {
  const url = typeof given[0] === 'string' || given[0] instanceof URL ? new URL(given.shift()) : undefined;
  const options = typeof given[0] === 'object' ? given.shift() : {};
  const where = url ? url.pathname + url.search : options.path;
  if (process.env.AWS_ENDPOINT_URL && where?.startsWith('/_terrarium/cfn-response/')) {
    const home = new URL(process.env.AWS_ENDPOINT_URL);
    const { agent: unused, protocol, host: name, ...rest } = options;
    return http.request({ ...rest, hostname: home.hostname, port: home.port || 80, path: where }, ...given);
  }
  return url ? secureRequest(url, options, ...given) : secureRequest(options, ...given);
};
syncBuiltinESMExports();

const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');
const INTEGRATION = 'application/vnd.awslambda.http-integration-response';

// The answer of a function that streams: what is written goes to the host at once.
class ResponseStream extends Writable {
  constructor(where) {
    super({ highWaterMark: 16384 });
    this.where = where;
    this.contentType = 'application/octet-stream';
    this.answered = new Promise((resolve, reject) => { this.resolve = resolve; this.reject = reject; });
  }

  setContentType(type) {
    this.contentType = type;
  }

  start() {
    if (this.call) return;
    this.call = http.request(
      {
        host, port, agent, method: 'POST', path: '/2018-06-01/runtime/' + this.where,
        headers: {
          'Content-Type': this.contentType,
          'Lambda-Runtime-Function-Response-Mode': 'streaming',
          'Transfer-Encoding': 'chunked',
          Trailer: 'Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body',
        },
      },
      (response) => {
        response.resume();
        response.on('end', this.resolve);
      });
    this.call.on('error', this.reject);
    this.call.setNoDelay(true);
    this.call.flushHeaders();
  }

  first() {
    const prelude = this.prelude?.();
    this.prelude = undefined;
    if (prelude) {
      this.contentType = INTEGRATION;
      this.start();
      this.call.write(prelude);
    } else {
      this.start();
    }
  }

  _write(chunk, encoding, done) {
    this.first();
    this.call.write(chunk, done);
  }

  _final(done) {
    this.first();
    fs.writeSync(1, '\0');
    this.call.end();
    done();
  }

  fail(described) {
    this.first();
    fs.writeSync(1, '\0');
    this.call.addTrailers({
      'Lambda-Runtime-Function-Error-Type': described.errorType,
      'Lambda-Runtime-Function-Error-Body': Buffer.from(JSON.stringify(described)).toString('base64'),
    });
    this.call.end();
  }
}

globalThis.awslambda = {
  streamifyResponse(handler, options) {
    handler[STREAMING] = 'response';
    return handler;
  },
  HttpResponseStream: {
    from(stream, prelude) {
      stream.prelude = () => Buffer.concat([Buffer.from(JSON.stringify(prelude)), Buffer.alloc(8)]);
      return stream;
    },
  },
};

function writeLog(text) {
  fs.writeSync(1, text.replaceAll('\n', BREAK) + '\n');
}

const JSON_LOG = process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON';
const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const LEVEL_LEAST = LEVELS.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL ?? 'TRACE');

function log(level, parts) {
  if (LEVELS.indexOf(level) < LEVEL_LEAST) return;
  if (JSON_LOG) {
    const message = parts.length === 1 && typeof parts[0] === 'object' && !(parts[0] instanceof Error)
      ? parts[0] : util.format(...parts);
    writeLog(JSON.stringify({ timestamp: new Date().toISOString(), level, requestId: currentId, message }));
    return;
  }
  writeLog(`${new Date().toISOString()}\t${currentId}\t${level}\t${util.format(...parts)}`);
}

console.log = (...parts) => log('INFO', parts);
console.info = (...parts) => log('INFO', parts);
console.warn = (...parts) => log('WARN', parts);
console.error = (...parts) => log('ERROR', parts);
console.debug = (...parts) => log('DEBUG', parts);
console.trace = (...parts) => log('TRACE', parts);

function errorType(kind, message) {
  const error = new Error(message);
  error.name = kind;
  return error;
}

function isModule(file) {
  if (file.endsWith('.mjs')) return true;
  if (file.endsWith('.cjs')) return false;
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const description = path.join(folder, 'package.json');
    if (fs.existsSync(description)) return JSON.parse(fs.readFileSync(description, 'utf8')).type === 'module';
    if (folder === path.dirname(folder) || folder === process.env.LAMBDA_TASK_ROOT) return false;
  }
}

async function load(name) {
  const match = /^((?:.*\/)?)([^./]*)\.(.+)$/.exec(name);
  if (!match || name.includes('..')) {
    throw errorType('Runtime.MalformedHandlerName', `'${name}' is not a valid handler name`);
  }
  const base = path.resolve(process.env.LAMBDA_TASK_ROOT, match[1], match[2]);
  const file = [base + '.js', base + '.mjs', base + '.cjs', base].find((f) => fs.existsSync(f) && fs.statSync(f).isFile());
  let module;
  try {
    if (file === undefined) throw errorType('Runtime.ImportModuleError', `Error: Cannot find module '${match[2]}'`);
    module = isModule(file) ? await import(pathToFileURL(file)) : createRequire(import.meta.url)(file);
  } catch (error) {
    if (error instanceof SyntaxError) throw Object.assign(errorType('Runtime.UserCodeSyntaxError', String(error)), { stack: error.stack });
    if (error?.code === 'MODULE_NOT_FOUND' || error?.code === 'ERR_MODULE_NOT_FOUND') {
      throw Object.assign(errorType('Runtime.ImportModuleError', String(error)), { stack: error.stack });
    }
    throw error;
  }
  const handler = match[3].split('.').reduce((object, key) => object?.[key] ?? object?.default?.[key], module);
  if (handler === undefined) {
    throw errorType('Runtime.HandlerNotFound', `${match[2]}.${match[3]} is undefined or not exported`);
  }
  if (typeof handler !== 'function') {
    throw errorType('Runtime.HandlerNotFound', `${match[2]}.${match[3]} is not a function`);
  }
  return handler;
}

// On AWS the code lies in /var/task.
function lines(stack) {
  const root = process.env.LAMBDA_TASK_ROOT;
  return (root ? stack.replaceAll(root, '/var/task') : stack).split('\n');
}

function describe(error) {
  if (error instanceof Error || util.types.isNativeError(error)) {
    return { errorType: error.name ?? 'Error', errorMessage: error.message, trace: lines(error.stack ?? '') };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

function context(headers, settle) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const client = headers['lambda-runtime-client-context'];
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: client ? JSON.parse(client) : undefined,
    identity: undefined,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    done: (error, result) => settle(error, result),
    fail: (error) => settle(error ?? 'handled'),
    succeed: (result) => settle(null, result),
  };
}

function run(handler, event, headers) {
  return new Promise((resolve, reject) => {
    let pending;
    const empty = () => (pending ?? (() => resolve(null)))();
    const settle = (error, result) => (error ? reject(error) : resolve(result));
    const about = context(headers, settle);
    const finish = (action) => {
      process.removeListener('beforeExit', empty);
      action();
    };
    process.once('beforeExit', empty);
    const callback = (error, result) => {
      if (about.callbackWaitsForEmptyEventLoop && !error) {
        pending = () => settle(error, result);
      } else {
        settle(error, result);
      }
    };
    try {
      const returned = handler(event, about, callback);
      if (returned && typeof returned.then === 'function') {
        returned.then((value) => finish(() => resolve(value)), (error) => finish(() => reject(error)));
      } else if (returned !== undefined && handler.length < 3) {
        finish(() => resolve(returned));
      }
    } catch (error) {
      finish(() => reject(error));
    }
  });
}

function fatal(kind) {
  return async (error) => {
    const described = describe(error);
    writeLog(`${new Date().toISOString()}\t${currentId}\tERROR\t${kind}\t${JSON.stringify({ ...described, stack: described.trace })}`);
    const body = JSON.stringify({ ...described, errorType: kind === 'Unhandled Promise Rejection ' ? 'Runtime.UnhandledPromiseRejection' : described.errorType });
    try {
      fs.writeSync(1, '\0');
      await request('POST', currentId ? `invocation/${currentId}/error` : 'init/error', body, { 'Lambda-Runtime-Function-Error-Type': described.errorType });
    } finally {
      process.exit(currentId ? 129 : 1);
    }
  };
}

process.on('uncaughtException', fatal('Uncaught Exception '));
process.on('unhandledRejection', fatal('Unhandled Promise Rejection '));

let handler;
try {
  handler = await load(process.env._HANDLER);
} catch (error) {
  const described = describe(error);
  writeLog(`${new Date().toISOString()}\tundefined\tERROR\tUncaught Exception \t${JSON.stringify({ ...described, stack: described.trace })}`);
  await request('POST', 'init/error', JSON.stringify(described), { 'Lambda-Runtime-Function-Error-Type': described.errorType });
  process.exit(1);
}

async function stream(event, headers) {
  const answer = new ResponseStream(`invocation/${currentId}/response`);
  const finished = new Promise((resolve, reject) => {
    answer.on('finish', resolve);
    answer.on('error', reject);
  });
  finished.catch(() => {});
  try {
    await handler(event, answer, context(headers, () => {}));
    await finished;
  } catch (error) {
    const described = describe(error);
    writeLog(`${new Date().toISOString()}\t${currentId}\tERROR\tInvoke Error \t${JSON.stringify({ ...described, stack: described.trace })}`);
    if (answer.call) {
      answer.fail(described);
    } else {
      fs.writeSync(1, '\0');
      await request('POST', `invocation/${currentId}/error`, JSON.stringify(described), { 'Lambda-Runtime-Function-Error-Type': described.errorType });
      return;
    }
  }
  await answer.answered;
}

async function serve() {
  for (;;) {
    const { headers, body } = await request('GET', 'invocation/next');
    if (!headers['lambda-runtime-aws-request-id']) process.exit(1);
    currentId = headers['lambda-runtime-aws-request-id'];
    process.env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'] ?? '';
    if (handler[STREAMING]) {
      await stream(JSON.parse(body.toString()), headers);
      continue;
    }
    let where = 'response';
    let answer;
    let extra = {};
    try {
      const result = await run(handler, JSON.parse(body.toString()), headers);
      answer = JSON.stringify(result === undefined ? null : result) ?? 'null';
    } catch (error) {
      const described = describe(error);
      where = 'error';
      answer = JSON.stringify(described);
      extra = { 'Lambda-Runtime-Function-Error-Type': described.errorType };
      writeLog(`${new Date().toISOString()}\t${currentId}\tERROR\tInvoke Error \t${JSON.stringify({ ...described, stack: described.trace })}`);
    }
    fs.writeSync(1, '\0');
    await request('POST', `invocation/${currentId}/${where}`, answer, extra);
  }
}

serve().catch(() => process.exit(1));
