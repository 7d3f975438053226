package dev.terrarium.services.cloudformation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.CreateStackRequest;
import software.amazon.awssdk.services.cloudformation.model.Tag;

/// What is wrong with requests, in AWS's words.
@Timeout(60)
class RequestsTest {
  private static final String QUEUE = "{Resources: {Q: {Type: AWS::SQS::Queue}}}";
  private static final String ONE = "ValidationError: 1 validation error detected: ";

  private final Cloud cloud =
      Cloud.builder().clock(Clock.stoppedAt(Instant.parse("2026-01-01T00:00:00Z"))).build();
  private final CloudFormationClient cfn = cloud.client(CloudFormationClient.class);

  @AfterEach
  void close() {
    cloud.close();
  }

  private static String error(ThrowingCallable call) {
    var thrown = Assertions.catchThrowableOfType(AwsServiceException.class, call);
    assertThat(thrown).isNotNull();
    return Errors.code(thrown) + ": " + Errors.message(thrown);
  }

  private String refused(Consumer<CreateStackRequest.Builder> request) {
    return error(() ->
        cfn.createStack(c -> {
          c.stackName("s").templateBody(QUEUE);
          request.accept(c);
        }));
  }

  @Test
  void parametersAreHeldToTheModel() {
    assertThat(refused(c -> c.stackName(null)))
        .isEqualTo(
            ONE
                + "Value null at 'stackName' failed to satisfy constraint: Member must not be null");
    assertThat(refused(c -> c.stackName("a".repeat(129))))
        .endsWith(
            "at 'stackName' failed to satisfy constraint: Member must have length less than or equal to 128");
    assertThat(refused(c -> c.stackName("a_b")))
        .isEqualTo(
            ONE
                + "Value 'a_b' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*");
    assertThat(refused(c -> c.timeoutInMinutes(0)))
        .isEqualTo(
            ONE
                + "Value '0' at 'timeoutInMinutes' failed to satisfy constraint: Member must have value greater than or equal to 1");
    assertThat(refused(c -> c.capabilitiesWithStrings("FOO")))
        .startsWith(
            ONE
                + "Value '[FOO]' at 'capabilities' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [");
    assertThat(refused(c -> c.roleARN("x")))
        .endsWith("Member must have length greater than or equal to 20");
    assertThat(refused(c -> c.clientRequestToken("-"))).contains("'clientRequestToken'");
    assertThat(
            refused(c ->
                c.tags(
                    IntStream.range(0, 51)
                        .mapToObj(i -> Tag.builder().key("k" + i).value("v").build())
                        .toList())))
        .endsWith("Member must have length less than or equal to 50");
    assertThat(error(() -> cfn.listStacks(l -> l.stackStatusFiltersWithStrings("FOO"))))
        .startsWith(
            ONE
                + "Value '[FOO]' at 'stackStatusFilter' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [");
    assertThat(error(() -> cfn.getTemplate(g -> g.stackName("s").templateStage("Foo"))))
        .isEqualTo(
            ONE
                + "Value 'Foo' at 'templateStage' failed to satisfy constraint: Member must satisfy enum value set: [Original, Processed]");
  }

  @Test
  void templatesAreHeldToTheirForm() {
    assertThat(refused(c -> c.templateBody(QUEUE.replace("{R", "{Outputs: {o-x: {Value: x}}, R"))))
        .isEqualTo(
            "ValidationError: Template format error: Outputs name 'o-x' is non alphanumeric.");
    assertThat(
            refused(
                c -> c.templateBody(QUEUE.replace("{R", "{Parameters: {P-x: {Type: String}}, R"))))
        .isEqualTo(
            "ValidationError: Template format error: Parameter name P-x is non alphanumeric.");
    var unknown = "Queue, Properties: {QueueName: {Fn::If: [X, a, b]}}";
    assertThat(refused(c -> c.templateBody(QUEUE.replace("Queue", unknown))))
        .isEqualTo(
            "ValidationError: Template format error: Unresolved condition dependency X in the Resources block of the template");
    var description = "{Description: " + "x".repeat(1025) + ", R";
    assertThat(refused(c -> c.templateBody(QUEUE.replace("{R", description))))
        .isEqualTo(
            "ValidationError: Template format error: 'Description' length is greater than 1024.");
    assertThat(
            refused(c -> c.templateBody(null).templateURL("https://nobody.s3.amazonaws.com/key")))
        .isEqualTo(
            "ValidationError: S3 error: The specified bucket does not exist\nFor more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html");
  }

  @Test
  void changeSetsAreNamedAndExecutedOnce() {
    assertThat(error(() -> cfn.describeChangeSet(d -> d.changeSetName("x"))))
        .isEqualTo(
            "ValidationError: StackName must be specified if ChangeSetName is not specified as an ARN.");
    assertThat(
            error(() ->
                cfn.createChangeSet(c -> c.stackName("s").changeSetName("1x").templateBody(QUEUE))))
        .contains("Value '1x' at 'changeSetName'");
    var id =
        cfn.createChangeSet(c ->
                c.stackName("s").changeSetName("x").changeSetType("CREATE").templateBody(QUEUE))
            .id();
    cfn.executeChangeSet(e -> e.changeSetName(id));
    cloud.timers().advance(Duration.ofMillis(1));
    assertThat(error(() -> cfn.executeChangeSet(e -> e.changeSetName(id))))
        .isEqualTo(
            "InvalidChangeSetStatus: ChangeSet [%s] cannot be executed in its current execution status of [EXECUTE_COMPLETE]"
                .formatted(id));
  }
}
