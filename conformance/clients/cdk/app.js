// An application as people write it, without TypeScript. STEP=2 changes it in place.
import { App, CfnOutput, CustomResource, Duration, NestedStack, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib'
import * as cr from 'aws-cdk-lib/custom-resources'
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb'
import * as kinesis from 'aws-cdk-lib/aws-kinesis'
import * as lambda from 'aws-cdk-lib/aws-lambda'
import * as logs from 'aws-cdk-lib/aws-logs'
import * as s3 from 'aws-cdk-lib/aws-s3'
import * as s3n from 'aws-cdk-lib/aws-s3-notifications'
import * as sns from 'aws-cdk-lib/aws-sns'
import * as sources from 'aws-cdk-lib/aws-lambda-event-sources'
import * as sqs from 'aws-cdk-lib/aws-sqs'
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions'
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch'

const step = process.env.STEP ?? '1'
const prefix = process.env.PREFIX ?? 'Cdk'
const app = new App()

class Data extends Stack {
  constructor(scope, id) {
    super(scope, id)
    this.table = new dynamodb.Table(this, 'Table', {
      partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      stream: dynamodb.StreamViewType.NEW_IMAGE,
      timeToLiveAttribute: 'until',
      removalPolicy: RemovalPolicy.DESTROY
    })
    this.table.addGlobalSecondaryIndex({
      indexName: 'byCity',
      partitionKey: { name: 'city', type: dynamodb.AttributeType.STRING }
    })
    this.bucket = new s3.Bucket(this, 'Bucket', {
      versioned: true,
      autoDeleteObjects: true,
      removalPolicy: RemovalPolicy.DESTROY,
      enforceSSL: false,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      lifecycleRules: [{ expiration: Duration.days(30), prefix: 'tmp/' }]
    })
    Tags.of(this).add('step', step)
  }
}

class Work extends Stack {
  constructor(scope, id, data) {
    super(scope, id)
    const dead = new sqs.Queue(this, 'Dead')
    const queue = new sqs.Queue(this, 'Queue', {
      visibilityTimeout: Duration.seconds(step === '1' ? 60 : 90),
      deadLetterQueue: { queue: dead, maxReceiveCount: 3 }
    })
    const topic = new sns.Topic(this, 'Topic', { displayName: `step ${step}` })
    topic.addSubscription(new subscriptions.SqsSubscription(queue, { rawMessageDelivery: true }))
    const fn = new lambda.Function(this, 'Function', {
      runtime: lambda.Runtime.NODEJS_20_X,
      handler: 'index.handler',
      code: lambda.Code.fromAsset('function'),
      environment: { TABLE: data.table.tableName, STEP: step },
      timeout: Duration.seconds(30),
      logGroup: new logs.LogGroup(this, 'Log', { retention: logs.RetentionDays.ONE_WEEK, removalPolicy: RemovalPolicy.DESTROY })
    })
    data.table.grantReadWriteData(fn)
    fn.addEventSource(new sources.SqsEventSource(queue, { batchSize: 5 }))
    const alias = fn.currentVersion.addAlias('live')
    alias.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.NONE })
    const inline = new lambda.Function(this, 'Inline', {
      runtime: lambda.Runtime.PYTHON_3_12,
      handler: 'index.handler',
      code: lambda.Code.fromInline(`def handler(event, context):\n    return {"step": "${step}"}\n`)
    })
    new cloudwatch.Alarm(this, 'Errors', { metric: fn.metricErrors(), threshold: 1, evaluationPeriods: 1 })
    new kinesis.Stream(this, 'Stream', { shardCount: 1, removalPolicy: RemovalPolicy.DESTROY })

    const provider = new cr.Provider(this, 'Provider', {
      onEventHandler: new lambda.Function(this, 'OnEvent', {
        runtime: lambda.Runtime.NODEJS_20_X,
        handler: 'index.onEvent',
        code: lambda.Code.fromAsset('handler')
      })
    })
    const custom = new CustomResource(this, 'Custom', { serviceToken: provider.serviceToken, properties: { step } })

    const nested = new NestedStack(this, 'Nested')
    const inner = new sqs.Queue(nested, 'Inner', { retentionPeriod: Duration.days(step === '1' ? 1 : 2) })

    new CfnOutput(this, 'QueueUrl', { value: queue.queueUrl })
    new CfnOutput(this, 'TopicArn', { value: topic.topicArn })
    new CfnOutput(this, 'FunctionName', { value: fn.functionName })
    new CfnOutput(this, 'InlineName', { value: inline.functionName })
    new CfnOutput(this, 'Greeting', { value: custom.getAttString('greeting') })
    new CfnOutput(this, 'InnerArn', { value: inner.queueArn })
    new CfnOutput(this, 'BucketName', { value: data.bucket.bucketName, exportName: `${prefix}Bucket` })
  }
}

const data = new Data(app, `${prefix}Data`)
const work = new Work(app, `${prefix}Work`, data)

class Notify extends Stack {
  constructor(scope, id) {
    super(scope, id)
    const queue = new sqs.Queue(this, 'Arrivals')
    const bucket = new s3.Bucket(this, 'In', { removalPolicy: RemovalPolicy.DESTROY, autoDeleteObjects: true })
    bucket.addEventNotification(s3.EventType.OBJECT_CREATED, new s3n.SqsDestination(queue), { suffix: '.txt' })
    const call = new cr.AwsCustomResource(this, 'Call', {
      onCreate: {
        service: 'SQS',
        action: 'listQueues',
        physicalResourceId: cr.PhysicalResourceId.of('queues')
      },
      installLatestAwsSdk: false,
      policy: cr.AwsCustomResourcePolicy.fromSdkCalls({ resources: ['*'] })
    })
    call.node.addDependency(queue)
    new CfnOutput(this, 'ArrivalsUrl', { value: queue.queueUrl })
    new CfnOutput(this, 'InName', { value: bucket.bucketName })
  }
}

new Notify(app, `${prefix}Notify`)
work.addDependency(data)
