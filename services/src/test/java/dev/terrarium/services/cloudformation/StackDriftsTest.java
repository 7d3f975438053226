package dev.terrarium.services.cloudformation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.Capability;
import software.amazon.awssdk.services.cloudformation.model.InvalidOperationException;
import software.amazon.awssdk.services.cloudformation.model.Parameter;
import software.amazon.awssdk.services.cloudformation.model.StackSetOperation;
import software.amazon.awssdk.services.cloudformation.model.StackSetOperationStatus;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/// Drift of what belongs together: of resources that change each other, of nested stacks, of sets.
@Timeout(60)
class StackDriftsTest {
  private static final String QUEUE =
      """
      Parameters: {Delay: {Type: Number, Default: 3}, Secret: {Type: String, NoEcho: true, Default: x}}
      Resources: {Queue: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: !Ref Delay}}}
      """;

  private final Cloud cloud =
      Cloud.builder().clock(Clock.stoppedAt(Instant.parse("2026-01-01T00:00:00Z"))).build();
  private final CloudFormationClient cfn = cloud.client(CloudFormationClient.class);

  @AfterEach
  void close() {
    cloud.close();
  }

  private void settle() {
    cloud.timers().advance(Duration.ofMillis(1));
  }

  private void create(String name, String template) {
    cfn.createStack(c ->
        c.stackName(name).templateBody(template).capabilities(Capability.CAPABILITY_NAMED_IAM));
    settle();
    assertThat(cfn.describeStacks(d -> d.stackName(name)).stacks().getFirst().stackStatusAsString())
        .isEqualTo("CREATE_COMPLETE");
  }

  private String drifts(String name) {
    cfn.detectStackDrift(d -> d.stackName(name));
    return cfn.describeStackResourceDrifts(d -> d.stackName(name)).stackResourceDrifts().stream()
        .map(d -> d.logicalResourceId() + " " + d.stackResourceDriftStatusAsString())
        .sorted()
        .collect(Collectors.joining(", "));
  }

  @Test
  void whatAPolicyOfTheSameStackAttachesIsNoDriftOfTheRole() {
    create(
        "s",
        """
        Resources:
          Role:
            Type: AWS::IAM::Role
            Properties:
              RoleName: role
              ManagedPolicyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
              AssumeRolePolicyDocument:
                Version: "2012-10-17"
                Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]
          Policy:
            Type: AWS::IAM::ManagedPolicy
            Properties:
              Roles: [!Ref Role]
              PolicyDocument:
                Version: "2012-10-17"
                Statement: [{Effect: Allow, Action: "sqs:*", Resource: "*"}]
        """);
    assertThat(drifts("s")).isEqualTo("Policy IN_SYNC, Role IN_SYNC");
    cloud
        .client(IamClient.class)
        .attachRolePolicy(
            a -> a.roleName("role").policyArn("arn:aws:iam::aws:policy/AmazonSQSFullAccess"));
    assertThat(drifts("s")).isEqualTo("Policy IN_SYNC, Role MODIFIED");
  }

  @Test
  void aNestedStackIsComparedByItsParametersAndTellsItsTopics() {
    var s3 = cloud.client(S3Client.class);
    s3.createBucket(c -> c.bucket("templates"));
    s3.putObject(p -> p.bucket("templates").key("q"), RequestBody.fromString(QUEUE));
    var topic = cloud.client(SnsClient.class).createTopic(c -> c.name("t")).topicArn();
    create(
        "s",
        """
        Resources:
          Inner:
            Type: AWS::CloudFormation::Stack
            Properties:
              TemplateURL: https://templates.s3.amazonaws.com/q
              NotificationARNs: [TOPIC]
              Parameters: {Delay: 5, Secret: y}
        """
            .replace("TOPIC", topic));
    var inner =
        cfn.describeStackResource(d -> d.stackName("s").logicalResourceId("Inner"))
            .stackResourceDetail()
            .physicalResourceId();
    assertThat(cfn.describeStacks(d -> d.stackName(inner)).stacks().getFirst().notificationARNs())
        .containsExactly(topic);
    assertThat(drifts("s")).isEqualTo("Inner IN_SYNC");
    cfn.updateStack(u ->
        u.stackName(inner)
            .usePreviousTemplate(true)
            .parameters(
                Parameter.builder().parameterKey("Delay").parameterValue("6").build(),
                Parameter.builder().parameterKey("Secret").usePreviousValue(true).build()));
    settle();
    assertThat(drifts("s")).isEqualTo("Inner MODIFIED");
    assertThat(
            cfn.describeStackResourceDrifts(d -> d.stackName("s"))
                .stackResourceDrifts()
                .getFirst()
                .propertyDifferences())
        .map(difference -> difference.propertyPath())
        .containsExactly("/Parameters/Delay");
  }

  private StackSetOperation operation(String id) {
    settle();
    return cfn.describeStackSetOperation(d -> d.stackSetName("set").operationId(id))
        .stackSetOperation();
  }

  @Test
  void aSetTellsWhichOfItsStacksHaveDrifted() {
    cfn.createStackSet(c -> c.stackSetName("set").templateBody(QUEUE));
    var made =
        cfn.createStackInstances(c ->
                c.stackSetName("set").accounts("000000000000").regions("us-east-1", "eu-west-1"))
            .operationId();
    assertThat(operation(made).status()).isEqualTo(StackSetOperationStatus.SUCCEEDED);
    var sqs = cloud.client(SqsClient.class, new Scope("000000000000", "eu-west-1"));
    var queue = sqs.listQueues().queueUrls().getFirst();
    sqs.setQueueAttributes(
        s -> s.queueUrl(queue).attributes(Map.of(QueueAttributeName.DELAY_SECONDS, "9")));
    var id = cfn.detectStackSetDrift(d -> d.stackSetName("set")).operationId();
    var found = operation(id);
    assertThat(found.actionAsString()).isEqualTo("DETECT_DRIFT");
    assertThat(found.status()).isEqualTo(StackSetOperationStatus.SUCCEEDED);
    var details =
        cfn.describeStackSet(d -> d.stackSetName("set")).stackSet().stackSetDriftDetectionDetails();
    assertThat(details.driftStatusAsString()).isEqualTo("DRIFTED");
    assertThat(details.driftDetectionStatusAsString()).isEqualTo("COMPLETED");
    assertThat(details.driftedStackInstancesCount()).isEqualTo(1);
    assertThat(details.inSyncStackInstancesCount()).isEqualTo(1);
    assertThat(cfn.listStackInstances(l -> l.stackSetName("set")).summaries())
        .map(i -> i.region() + " " + i.driftStatusAsString())
        .containsExactlyInAnyOrder("us-east-1 IN_SYNC", "eu-west-1 DRIFTED");
    assertThat(
            cfn.listStackInstanceResourceDrifts(l ->
                    l.stackSetName("set")
                        .stackInstanceAccount("000000000000")
                        .stackInstanceRegion("eu-west-1")
                        .operationId(id))
                .summaries())
        .map(drift -> drift.logicalResourceId() + " " + drift.stackResourceDriftStatusAsString())
        .containsExactly("Queue MODIFIED");
  }

  @Test
  void aStackBecomesASetsOwn() {
    create("mine", QUEUE);
    var stack = cfn.describeStacks(d -> d.stackName("mine")).stacks().getFirst().stackId();
    cfn.createStackSet(c -> c.stackSetName("other").templateBody(QUEUE.replace("3", "4")));
    assertThatThrownBy(
            () -> cfn.importStacksToStackSet(i -> i.stackSetName("other").stackIds(stack)))
        .isInstanceOf(InvalidOperationException.class);
    cfn.createStackSet(c -> c.stackSetName("set").templateBody(QUEUE));
    var id = cfn.importStacksToStackSet(i -> i.stackSetName("set").stackIds(stack)).operationId();
    assertThat(operation(id).status()).isEqualTo(StackSetOperationStatus.SUCCEEDED);
    assertThat(cfn.listStackInstances(l -> l.stackSetName("set")).summaries())
        .map(instance -> instance.stackId())
        .containsExactly(stack);
  }
}
