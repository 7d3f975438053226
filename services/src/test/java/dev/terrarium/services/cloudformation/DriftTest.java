package dev.terrarium.services.cloudformation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.Capability;
import software.amazon.awssdk.services.cloudformation.model.StackResourceDrift;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.ssm.SsmClient;

/// What became of resources behind CloudFormation's back, of all types that can tell.
@Timeout(120)
class DriftTest {
  private static final String STATEMENT =
      "{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}";
  private static final String ALLOW = "{Effect: Allow, Action: \"sqs:*\", Resource: \"*\"}";
  private static final String TEMPLATE =
      """
      Resources:
        Role:
          Type: AWS::IAM::Role
          Properties:
            RoleName: role
            AssumeRolePolicyDocument: {Version: "2012-10-17", Statement: [STATEMENT]}
        User: {Type: AWS::IAM::User, Properties: {UserName: user, Path: /a/}}
        Group: {Type: AWS::IAM::Group, Properties: {GroupName: group}}
        Key: {Type: AWS::IAM::AccessKey, Properties: {UserName: !Ref User}}
        Member: {Type: AWS::IAM::UserToGroupAddition, Properties: {GroupName: !Ref Group, Users: [!Ref User]}}
        Managed:
          Type: AWS::IAM::ManagedPolicy
          Properties: {ManagedPolicyName: managed, PolicyDocument: {Version: "2012-10-17", Statement: [ALLOW]}}
        Inline:
          Type: AWS::IAM::RolePolicy
          Properties: {PolicyName: inline, RoleName: !Ref Role, PolicyDocument: {Version: "2012-10-17", Statement: [ALLOW]}}
        Profile: {Type: AWS::IAM::InstanceProfile, Properties: {InstanceProfileName: profile, Roles: [!Ref Role]}}
        Queue: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 44}}
        QueuePolicy:
          Type: AWS::SQS::QueuePolicy
          Properties:
            Queues: [!Ref Queue]
            PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Allow, Principal: "*", Action: "sqs:*", Resource: "*"}]}
        Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: d}}
        Subscription:
          Type: AWS::SNS::Subscription
          Properties: {TopicArn: !Ref Topic, Protocol: sqs, Endpoint: !GetAtt Queue.Arn, FilterPolicy: {a: [b]}, RawMessageDelivery: true}
        Bucket:
          Type: AWS::S3::Bucket
          Properties:
            BucketName: the-bucket
            VersioningConfiguration: {Status: Enabled}
            PublicAccessBlockConfiguration: {BlockPublicAcls: true, BlockPublicPolicy: false, IgnorePublicAcls: true, RestrictPublicBuckets: false}
            OwnershipControls: {Rules: [{ObjectOwnership: BucketOwnerEnforced}]}
            BucketEncryption: {ServerSideEncryptionConfiguration: [{ServerSideEncryptionByDefault: {SSEAlgorithm: AES256}}]}
        BucketPolicy:
          Type: AWS::S3::BucketPolicy
          Properties:
            Bucket: !Ref Bucket
            PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Allow, Principal: {AWS: "*"}, Action: "s3:GetObject", Resource: "arn:aws:s3:::the-bucket/*"}]}
        Table:
          Type: AWS::DynamoDB::Table
          Properties:
            AttributeDefinitions: [{AttributeName: b, AttributeType: S}, {AttributeName: a, AttributeType: S}]
            KeySchema: [{AttributeName: a, KeyType: HASH}]
            GlobalSecondaryIndexes: [{IndexName: index, KeySchema: [{AttributeName: b, KeyType: HASH}], Projection: {ProjectionType: ALL}}]
            BillingMode: PAY_PER_REQUEST
            StreamSpecification: {StreamViewType: NEW_IMAGE}
            TimeToLiveSpecification: {AttributeName: t, Enabled: true}
        Function:
          Type: AWS::Lambda::Function
          Properties:
            FunctionName: f
            Runtime: python3.12
            Handler: index.handler
            Role: !GetAtt Role.Arn
            Code: {ZipFile: "def handler(e, c):\\n    return 1\\n"}
            Environment: {Variables: {ABC: b}}
        Version: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref Function, Description: one}}
        Alias: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref Function, Name: live, FunctionVersion: !GetAtt Version.Version}}
        Permission:
          Type: AWS::Lambda::Permission
          Properties: {FunctionName: !Ref Function, Action: lambda:InvokeFunction, Principal: sns.amazonaws.com, SourceArn: !Ref Topic}
        Mapping: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref Function, EventSourceArn: !GetAtt Queue.Arn, BatchSize: 5}}
        Url: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !GetAtt Function.Arn, AuthType: NONE}}
        Invoke: {Type: AWS::Lambda::EventInvokeConfig, Properties: {FunctionName: !Ref Function, Qualifier: $LATEST, MaximumRetryAttempts: 1}}
        Logs: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: g, RetentionInDays: 7}}
        LogStream: {Type: AWS::Logs::LogStream, Properties: {LogGroupName: !Ref Logs, LogStreamName: s}}
        Metric:
          Type: AWS::Logs::MetricFilter
          Properties:
            LogGroupName: !Ref Logs
            FilterPattern: ERROR
            MetricTransformations: [{MetricName: m, MetricNamespace: n, MetricValue: "1"}]
        Query: {Type: AWS::Logs::QueryDefinition, Properties: {Name: q, QueryString: fields @message}}
        CryptoKey: {Type: AWS::KMS::Key, Properties: {Description: k, EnableKeyRotation: true}}
        KeyAlias: {Type: AWS::KMS::Alias, Properties: {AliasName: alias/a, TargetKeyId: !GetAtt CryptoKey.Arn}}
        Secret: {Type: AWS::SecretsManager::Secret, Properties: {Name: secret, SecretString: x, Description: d}}
        Parameter: {Type: AWS::SSM::Parameter, Properties: {Name: p, Type: String, Value: v}}
        Stream: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 2, RetentionPeriodHours: 48}}
        Consumer: {Type: AWS::Kinesis::StreamConsumer, Properties: {ConsumerName: c, StreamARN: !GetAtt Stream.Arn}}
        Alarm:
          Type: AWS::CloudWatch::Alarm
          Properties:
            Namespace: n
            MetricName: m
            Dimensions: [{Name: d, Value: v}]
            ComparisonOperator: GreaterThanThreshold
            EvaluationPeriods: 1
            Period: 60
            Statistic: Sum
            Threshold: 5
        Composite: {Type: AWS::CloudWatch::CompositeAlarm, Properties: {AlarmRule: !Sub 'ALARM("${Alarm}")'}}
        Dashboard: {Type: AWS::CloudWatch::Dashboard, Properties: {DashboardName: d, DashboardBody: '{"widgets": []}'}}
        Repository: {Type: AWS::ECR::Repository, Properties: {RepositoryName: repo, ImageTagMutability: IMMUTABLE}}
      """
          .replace("STATEMENT", STATEMENT)
          .replace("ALLOW", ALLOW);

  private final Cloud cloud =
      Cloud.builder().clock(Clock.stoppedAt(Instant.parse("2026-01-01T00:00:00Z"))).build();
  private final CloudFormationClient cfn = cloud.client(CloudFormationClient.class);

  @AfterEach
  void close() {
    cloud.close();
  }

  private Map<String, String> drift() {
    cfn.detectStackDrift(d -> d.stackName("s"));
    return cfn.describeStackResourceDrifts(d -> d.stackName("s")).stackResourceDrifts().stream()
        .filter(drift -> !drift.stackResourceDriftStatusAsString().equals("IN_SYNC"))
        .collect(Collectors.toMap(StackResourceDrift::logicalResourceId, DriftTest::text));
  }

  private static String text(StackResourceDrift drift) {
    return drift.stackResourceDriftStatusAsString()
        + drift.propertyDifferences().stream()
            .map(d -> " " + d.propertyPath() + ": " + d.expectedValue() + " -> " + d.actualValue())
            .collect(Collectors.joining());
  }

  @Test
  void whatNobodyTouchedIsInSyncAndWhatSomebodyDidIsNot() {
    cfn.createStack(
        c -> c.stackName("s").templateBody(TEMPLATE).capabilities(Capability.CAPABILITY_NAMED_IAM));
    cloud.timers().advance(Duration.ofMillis(1));
    cloud.timers().advance(Duration.ofSeconds(10));
    var stack = cfn.describeStacks(d -> d.stackName("s")).stacks().getFirst();
    assertThat(stack.stackStatusAsString())
        .as("%s", cfn.describeStackEvents(d -> d.stackName("s")).stackEvents())
        .isEqualTo("CREATE_COMPLETE");
    assertThat(drift()).isEmpty();
    var url =
        cfn.describeStackResource(d -> d.stackName("s").logicalResourceId("Queue"))
            .stackResourceDetail()
            .physicalResourceId();
    cloud
        .client(SqsClient.class)
        .setQueueAttributes(q ->
            q.queueUrl(url).attributesWithStrings(Map.of("VisibilityTimeout", "9", "Policy", "")));
    cloud
        .client(CloudWatchClient.class)
        .putDashboard(
            p -> p.dashboardName("d").dashboardBody("{\"widgets\":[],\"start\":\"-P1D\"}"));
    cloud.client(CloudWatchLogsClient.class).deleteRetentionPolicy(d -> d.logGroupName("g"));
    cloud.client(IamClient.class).removeUserFromGroup(r -> r.groupName("group").userName("user"));
    cloud.client(KmsClient.class).deleteAlias(d -> d.aliasName("alias/a"));
    cloud
        .client(LambdaClient.class)
        .updateFunctionUrlConfig(u -> u.functionName("f").authType("AWS_IAM"));
    cloud.client(SsmClient.class).putParameter(p -> p.name("p").value("w").overwrite(true));
    assertThat(drift())
        .containsOnly(
            Map.entry("Queue", "MODIFIED /VisibilityTimeout: 44 -> 9"),
            Map.entry("QueuePolicy", "DELETED"),
            Map.entry(
                "Dashboard",
                "MODIFIED /DashboardBody: {\"widgets\": []} -> {\"widgets\":[],\"start\":\"-P1D\"}"),
            Map.entry("Logs", "MODIFIED /RetentionInDays: 7 -> null"),
            Map.entry("Member", "DELETED"),
            Map.entry("KeyAlias", "DELETED"),
            Map.entry("Url", "MODIFIED /AuthType: NONE -> AWS_IAM"),
            Map.entry("Parameter", "MODIFIED /Value: v -> w"));
  }

  @Test
  void mostTypesCanBeFoundByAScan() {
    cfn.createStack(
        c -> c.stackName("s").templateBody(TEMPLATE).capabilities(Capability.CAPABILITY_NAMED_IAM));
    cloud.timers().advance(Duration.ofMillis(1));
    cloud.timers().advance(Duration.ofSeconds(10));
    var scan = cfn.startResourceScan(s -> {}).resourceScanId();
    Set<String> found = new TreeSet<>();
    for (var resource : cfn.listResourceScanResources(l -> l.resourceScanId(scan)).resources()) {
      if (Boolean.TRUE.equals(resource.managedByStack())) {
        found.add(resource.resourceType());
      }
    }
    assertThat(found)
        .contains(
            "AWS::CloudWatch::Alarm",
            "AWS::DynamoDB::Table",
            "AWS::ECR::Repository",
            "AWS::IAM::Role",
            "AWS::KMS::Alias",
            "AWS::KMS::Key",
            "AWS::Kinesis::Stream",
            "AWS::Lambda::Alias",
            "AWS::Lambda::Function",
            "AWS::Logs::LogGroup",
            "AWS::S3::Bucket",
            "AWS::SNS::Subscription",
            "AWS::SNS::Topic",
            "AWS::SQS::Queue",
            "AWS::SSM::Parameter",
            "AWS::SecretsManager::Secret");
  }
}
