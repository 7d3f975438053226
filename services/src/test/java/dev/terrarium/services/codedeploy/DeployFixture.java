package dev.terrarium.services.codedeploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.MemoryStore;
import dev.terrarium.kernel.time.Clock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.codedeploy.CodeDeployClient;
import software.amazon.awssdk.services.codedeploy.model.CreateDeploymentGroupRequest;
import software.amazon.awssdk.services.codedeploy.model.DeploymentInfo;
import software.amazon.awssdk.services.codedeploy.model.LambdaTarget;
import software.amazon.awssdk.services.codedeploy.model.RevisionLocationType;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/// A cloud whose clock stands, with a function of two versions and an alias of the first, and short
/// words for its deployments.
abstract class DeployFixture {
  static final String ROLE = "arn:aws:iam::000000000000:role/deploy";

  final MemoryStore store = new MemoryStore();
  final Cloud cloud =
      Cloud.builder()
          .store(store)
          .clock(Clock.stoppedAt(Instant.parse("2026-01-01T00:00:00Z")))
          .build();
  final CodeDeployClient deploy = cloud.client(CodeDeployClient.class);
  final LambdaClient lambda = cloud.client(LambdaClient.class);
  final SqsClient sqs = cloud.client(SqsClient.class);

  @AfterEach
  void close() {
    cloud.close();
  }

  /// An application `app` with a group `group`, and versions 1 and 2 of a function `f`, of which
  /// the alias `live` is the first.
  void prepare(Consumer<CreateDeploymentGroupRequest.Builder> group) {
    function("f", "return 1");
    lambda.publishVersion(p -> p.functionName("f"));
    lambda.updateFunctionCode(u -> u.functionName("f").zipFile(zip("return 2")));
    lambda.publishVersion(p -> p.functionName("f"));
    lambda.createAlias(c -> c.functionName("f").name("live").functionVersion("1"));
    deploy.createApplication(c -> c.applicationName("app").computePlatform("Lambda"));
    deploy.createDeploymentGroup(c -> {
      c.applicationName("app").deploymentGroupName("group").serviceRoleArn(ROLE);
      group.accept(c);
    });
  }

  private void function(String name, String body) {
    lambda.createFunction(c ->
        c.functionName(name)
            .runtime("python3.12")
            .handler("app.handler")
            .role(ROLE)
            .code(z -> z.zipFile(zip(body))));
  }

  private static SdkBytes zip(String body) {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("app.py"));
      zip.write(("def handler(e, c):\n  " + body + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return SdkBytes.fromByteArray(bytes.toByteArray());
  }

  /// A function that says to the queue of its name what it is asked.
  void hook(String name) {
    function(name, "return 1");
    var queue = sqs.createQueue(c -> c.queueName(name)).queueUrl();
    var arn =
        sqs.getQueueAttributes(g -> g.queueUrl(queue).attributeNamesWithStrings("QueueArn"))
            .attributesAsStrings()
            .get("QueueArn");
    lambda.putFunctionEventInvokeConfig(
        p -> p.functionName(name).destinationConfig(d -> d.onSuccess(s -> s.destination(arn))));
  }

  /// What a hook was asked, once it was.
  JsonNode asked(String name) {
    settle();
    var messages =
        sqs.receiveMessage(r ->
                r.queueUrl(sqs.getQueueUrl(g -> g.queueName(name)).queueUrl()).waitTimeSeconds(0))
            .messages();
    assertThat(messages).as("questions to " + name).hasSize(1);
    return Json.parse(messages.getFirst().body()).path("requestPayload");
  }

  void answer(JsonNode question, String status) {
    deploy.putLifecycleEventHookExecutionStatus(p ->
        p.deploymentId(question.path("DeploymentId").asText())
            .lifecycleEventHookExecutionId(question.path("LifecycleEventHookExecutionId").asText())
            .status(status));
    settle();
  }

  static String appSpec(String hooks) {
    return """
    version: 0.0
    Resources:
      - F:
          Type: AWS::Lambda::Function
          Properties: {Name: f, Alias: live, CurrentVersion: 1, TargetVersion: "2"}
    """
        + hooks;
  }

  /// Begins a deployment.
  String begin(String content) {
    var id =
        deploy
            .createDeployment(c ->
                c.applicationName("app")
                    .deploymentGroupName("group")
                    .revision(r ->
                        r.revisionType(RevisionLocationType.APP_SPEC_CONTENT)
                            .appSpecContent(a -> a.content(content))))
            .deploymentId();
    settle();
    return id;
  }

  void settle() {
    advance(Duration.ofMillis(1));
  }

  void advance(Duration time) {
    cloud.timers().advance(time);
  }

  DeploymentInfo info(String id) {
    return deploy.getDeployment(g -> g.deploymentId(id)).deploymentInfo();
  }

  LambdaTarget target(String id) {
    return deploy
        .getDeploymentTarget(g -> g.deploymentId(id).targetId("f:live"))
        .deploymentTarget()
        .lambdaTarget();
  }

  /// The alias: its version, and what others have of the traffic.
  String alias() {
    return alias(cloud);
  }

  static String alias(Cloud cloud) {
    var alias = cloud.client(LambdaClient.class).getAlias(g -> g.functionName("f").name("live"));
    return alias.functionVersion()
        + (alias.routingConfig() == null ? "" : alias.routingConfig().additionalVersionWeights());
  }

  static String error(ThrowingCallable call) {
    var thrown = Assertions.catchThrowableOfType(AwsServiceException.class, call);
    assertThat(thrown).isNotNull();
    return Errors.code(thrown) + ": " + Errors.message(thrown);
  }
}
