package dev.terrarium.services.cloudformation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.MemoryStore;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.Capability;
import software.amazon.awssdk.services.cloudformation.model.StackEvent;
import software.amazon.awssdk.services.codedeploy.CodeDeployClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.GetAliasResponse;
import software.amazon.awssdk.services.sqs.SqsClient;

/// What resources say about how they are made, changed and removed.
@Timeout(120)
class ResourcePoliciesTest {
  private static final String SIGNALLED =
      """
      Parameters:
        Count: {Type: Number, Default: 2}
      Resources:
        Ready:
          Type: AWS::CloudFormation::WaitCondition
          CreationPolicy: {ResourceSignal: {Count: !Ref Count, Timeout: PT10M}}
      """;
  private static final String ALIASED =
      """
      Resources:
        App: {Type: AWS::CodeDeploy::Application, Properties: {ComputePlatform: Lambda}}
        Group:
          Type: AWS::CodeDeploy::DeploymentGroup
          Properties:
            ApplicationName: !Ref App
            DeploymentConfigName: CodeDeployDefault.LambdaCanary10Percent5Minutes
            ServiceRoleArn: arn:aws:iam::000000000000:role/deploy
        Role:
          Type: AWS::IAM::Role
          Properties:
            AssumeRolePolicyDocument:
              Version: "2012-10-17"
              Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]
        Hook:
          Type: AWS::Lambda::Function
          Properties:
            FunctionName: hook
            Runtime: python3.12
            Handler: index.handler
            Role: !GetAtt Role.Arn
            Code: {ZipFile: "def handler(e, c):\\n    return 1\\n"}
        Asked: {Type: AWS::SQS::Queue, Properties: {QueueName: asked}}
        Telling:
          Type: AWS::Lambda::EventInvokeConfig
          Properties:
            FunctionName: !Ref Hook
            Qualifier: $LATEST
            DestinationConfig: {OnSuccess: {Destination: !GetAtt Asked.Arn}}
        Function:
          Type: AWS::Lambda::Function
          Properties:
            FunctionName: f
            Description: NUMBER
            Runtime: python3.12
            Handler: index.handler
            Role: !GetAtt Role.Arn
            Code: {ZipFile: "def handler(e, c):\\n    return 1\\n"}
        VersionNUMBER:
          Type: AWS::Lambda::Version
          DeletionPolicy: Retain
          Properties: {FunctionName: !Ref Function, Description: NUMBER}
        Alias:
          Type: AWS::Lambda::Alias
          UpdatePolicy:
            CodeDeployLambdaAliasUpdate:
              ApplicationName: !Ref App
              DeploymentGroupName: !Ref Group
              BeforeAllowTrafficHook: !Ref Hook
          Properties:
            FunctionName: !Ref Function
            Name: live
            FunctionVersion: !GetAtt VersionNUMBER.Version
      """;

  private final MemoryStore store = new MemoryStore();
  private final Cloud cloud = cloud(store);
  private final CloudFormationClient cfn = cloud.client(CloudFormationClient.class);

  private static Cloud cloud(MemoryStore store) {
    return Cloud.builder()
        .store(store)
        .clock(Clock.stoppedAt(Instant.parse("2026-01-01T00:00:00Z")))
        .build();
  }

  @AfterEach
  void close() {
    cloud.close();
  }

  private void create(String template) {
    cfn.createStack(
        c -> c.stackName("s").templateBody(template).capabilities(Capability.CAPABILITY_NAMED_IAM));
  }

  private String status() {
    return status(cloud);
  }

  private static String status(Cloud cloud) {
    cloud.timers().advance(Duration.ofMillis(1));
    return cloud
        .client(CloudFormationClient.class)
        .describeStacks(d -> d.stackName("s"))
        .stacks()
        .getFirst()
        .stackStatusAsString();
  }

  private List<String> reasons() {
    return cfn.describeStackEvents(d -> d.stackName("s")).stackEvents().stream()
        .map(StackEvent::resourceStatusReason)
        .filter(reason -> reason != null)
        .toList();
  }

  private void signal(String id, String status) {
    cfn.signalResource(
        s -> s.stackName("s").logicalResourceId("Ready").uniqueId(id).status(status));
  }

  @Test
  void aCreationPolicyWaitsForItsSignals() {
    create(SIGNALLED);
    assertThat(status()).isEqualTo("CREATE_IN_PROGRESS");
    signal("one", "SUCCESS");
    signal("one", "SUCCESS");
    assertThat(status()).isEqualTo("CREATE_IN_PROGRESS");
    signal("two", "SUCCESS");
    assertThat(status()).isEqualTo("CREATE_COMPLETE");
    assertThat(reasons())
        .containsOnlyOnce("Received SUCCESS signal with UniqueId one")
        .contains("Received SUCCESS signal with UniqueId two", "Resource creation Initiated");
  }

  @Test
  void aCreationPolicyFailsInItsTimeEvenIfTheProcessIsKilled() {
    create(SIGNALLED);
    assertThat(status()).isEqualTo("CREATE_IN_PROGRESS");
    cloud.timers().advance(Duration.ofMinutes(9));
    try (var other =
        Cloud.builder()
            .store(store.fork())
            .clock(Clock.stoppedAt(Instant.parse("2026-01-01T00:09:30Z")))
            .build()) {
      other.resume();
      assertThat(status(other)).isEqualTo("CREATE_IN_PROGRESS");
      other.timers().advance(Duration.ofMinutes(1));
      assertThat(status(other)).isEqualTo("ROLLBACK_COMPLETE");
    }
    signal("one", "FAILURE");
    assertThat(status()).isEqualTo("ROLLBACK_COMPLETE");
    assertThat(reasons())
        .contains(
            "Received 1 FAILURE signal(s) out of 2. Unable to satisfy 100% MinSuccessfulInstancesPercent requirement");
  }

  @Test
  void anAliasGoesToItsNewVersionInSteps() {
    create(aliased("1"));
    assertThat(status()).isEqualTo("CREATE_COMPLETE");
    update(aliased("2"));
    assertThat(status()).isEqualTo("UPDATE_IN_PROGRESS");
    assertThat(alias().routingConfig()).isNull();
    answer(cloud, "Succeeded");
    assertThat(alias().functionVersion()).isEqualTo("1");
    assertThat(alias().routingConfig().additionalVersionWeights()).isEqualTo(Map.of("2", 0.1));
    cloud.timers().advance(Duration.ofMinutes(4));
    assertThat(status()).isEqualTo("UPDATE_IN_PROGRESS");
    cloud.timers().advance(Duration.ofMinutes(1));
    assertThat(status()).isEqualTo("UPDATE_COMPLETE");
    assertThat(alias().functionVersion()).isEqualTo("2");
  }

  @Test
  void anAliasStaysIfItsHookSaysFailed() {
    create(aliased("1"));
    assertThat(status()).isEqualTo("CREATE_COMPLETE");
    update(aliased("2"));
    assertThat(status()).isEqualTo("UPDATE_IN_PROGRESS");
    answer(cloud, "Failed");
    assertThat(status()).isEqualTo("UPDATE_ROLLBACK_COMPLETE");
    assertThat(alias().functionVersion()).isEqualTo("1");
    assertThat(reasons())
        .anyMatch(r -> r.contains("the BeforeAllowTraffic validation function hook failed"));
  }

  @Test
  void anAliasGoesOnInItsDeploymentIfTheProcessIsKilled() {
    create(aliased("1"));
    assertThat(status()).isEqualTo("CREATE_COMPLETE");
    update(aliased("2"));
    assertThat(status()).isEqualTo("UPDATE_IN_PROGRESS");
    try (var other =
        Cloud.builder()
            .store(store.fork())
            .clock(Clock.stoppedAt(Instant.parse("2026-01-01T00:09:30Z")))
            .build()) {
      other.resume();
      assertThat(status(other)).isEqualTo("UPDATE_IN_PROGRESS");
      answer(other, "Succeeded");
      other.timers().advance(Duration.ofMinutes(5));
      assertThat(status(other)).isEqualTo("UPDATE_COMPLETE");
      assertThat(other.client(CodeDeployClient.class).listDeployments().deployments()).hasSize(1);
    }
  }

  /// Answers for the hook what it has been asked.
  private static void answer(Cloud cloud, String status) {
    var sqs = cloud.client(SqsClient.class);
    var queue = sqs.getQueueUrl(g -> g.queueName("asked")).queueUrl();
    var asked = sqs.receiveMessage(r -> r.queueUrl(queue)).messages().getFirst().body();
    var question = Json.parse(asked).path("requestPayload");
    cloud
        .client(CodeDeployClient.class)
        .putLifecycleEventHookExecutionStatus(p ->
            p.deploymentId(question.path("DeploymentId").asText())
                .lifecycleEventHookExecutionId(
                    question.path("LifecycleEventHookExecutionId").asText())
                .status(status));
    cloud.timers().advance(Duration.ofMillis(1));
  }

  private static String aliased(String number) {
    return ALIASED.replace("NUMBER", number);
  }

  private void update(String template) {
    cfn.updateStack(
        u -> u.stackName("s").templateBody(template).capabilities(Capability.CAPABILITY_NAMED_IAM));
  }

  private GetAliasResponse alias() {
    return cloud.client(LambdaClient.class).getAlias(g -> g.functionName("f").name("live"));
  }

  @Test
  void whatATypeDoesNotAllowIsRefused() {
    var queue = "Resources: {Q: {Type: AWS::SQS::Queue, %s}}";
    assertThatThrownBy(() -> create(queue.formatted("DeletionPolicy: Snapshot")))
        .hasMessageContaining(
            "Template error: resource type AWS::SQS::Queue does not support deletion policy Snapshot");
    assertThatThrownBy(
            () -> create(queue.formatted("CreationPolicy: {ResourceSignal: {Count: 1}}")))
        .hasMessageContaining(
            "Resource type AWS::SQS::Queue does not support attribute {CreationPolicy}");
    assertThatThrownBy(
            () -> create(queue.formatted("UpdatePolicy: {AutoScalingRollingUpdate: {}}")))
        .hasMessageContaining(
            "Resource type AWS::SQS::Queue does not support attribute {UpdatePolicy}");
    assertThatThrownBy(
            () -> create(SIGNALLED.replace("ResourceSignal:", "AutoScalingCreationPolicy:")))
        .hasMessageContaining("Encountered unsupported property AutoScalingCreationPolicy");
  }
}
