package dev.terrarium.services.cloudformation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.WebEndpoint;
import dev.terrarium.kernel.time.Clock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.Parameter;
import software.amazon.awssdk.services.cloudformation.model.Stack;

/// Waiting for signals, cancelling, going back; and what templates are refused for.
@Timeout(60)
class StackRecoveryTest {
  private static final String WAITING =
      """
      Resources:
        Handle: {Type: AWS::CloudFormation::WaitConditionHandle}
        Ready:
          Type: AWS::CloudFormation::WaitCondition
          Properties: {Handle: !Ref Handle, Timeout: "60", Count: 2}
      Outputs:
        Data: {Value: !GetAtt Ready.Data}
      """;
  private static final String THINGS =
      """
      Resources:
        A:
          Type: Test::Fake::Thing
          Properties: {Size: %d}
        B:
          Type: Test::Fake::Thing
          Properties: {Size: %d, Other: !Ref A}
      """;

  private final ThingType.Fakes fakes = new ThingType.Fakes();
  private final Cloud cloud =
      Cloud.builder()
          .clock(Clock.stoppedAt(Instant.parse("2026-01-01T00:00:00Z")))
          .packages(List.of(new CloudFormationPackage(), fakes))
          .build();
  private final CloudFormationClient cfn = cloud.client(CloudFormationClient.class);

  @AfterEach
  void close() {
    cloud.close();
  }

  private void settle() {
    cloud.timers().advance(Duration.ofMillis(1));
  }

  private Stack stack() {
    settle();
    return cfn.describeStacks(describe -> describe.stackName("s")).stacks().getFirst();
  }

  private String status() {
    return stack().stackStatusAsString();
  }

  private void create(String template) {
    cfn.createStack(create -> create.stackName("s").templateBody(template));
    settle();
  }

  private int signal(String body) throws IOException {
    var handle =
        cfn.describeStackResource(r -> r.stackName("s").logicalResourceId("Handle"))
            .stackResourceDetail()
            .physicalResourceId();
    var request =
        new WebEndpoint.Request(
            "PUT",
            "localhost",
            URI.create(handle).getPath(),
            "",
            Map.of(),
            new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)),
            "127.0.0.1");
    var endpoint = new WaitEndpoint(cloud);
    assertThat(endpoint.accepts(request)).isTrue();
    return endpoint.respond(request).status();
  }

  @Test
  void aWaitConditionIsMadeWhenItsSignalsHaveCome() throws IOException {
    create(WAITING);
    var first = "{\"Status\":\"SUCCESS\",\"UniqueId\":\"a\",\"Data\":\"1\",\"Reason\":\"x\"}";
    assertThat(signal(first)).isEqualTo(200);
    assertThat(signal(first)).isEqualTo(200);
    assertThat(signal("{\"Status\":\"DONE\",\"UniqueId\":\"b\"}")).isEqualTo(400);
    assertThat(status()).isEqualTo("CREATE_IN_PROGRESS");
    cfn.signalResource(
        r -> r.stackName("s").logicalResourceId("Ready").uniqueId("b").status("SUCCESS"));
    var stack = stack();
    assertThat(stack.stackStatusAsString()).isEqualTo("CREATE_COMPLETE");
    assertThat(stack.outputs().getFirst().outputValue()).isEqualTo("{\"a\":\"1\",\"b\":\"\"}");
  }

  @Test
  void aWaitConditionFailsInItsTimeOrBySignal() throws IOException {
    create(WAITING);
    cloud.timers().advance(Duration.ofSeconds(61));
    settle();
    assertThat(status()).isEqualTo("ROLLBACK_COMPLETE");
    assertThat(reasons())
        .contains("WaitCondition timed out. Received 0 conditions when expecting 2");
    cfn.deleteStack(d -> d.stackName("s"));
    settle();
    create(WAITING);
    signal("{\"Status\":\"FAILURE\",\"UniqueId\":\"a\",\"Reason\":\"broken\"}");
    assertThat(status()).isEqualTo("ROLLBACK_COMPLETE");
    assertThat(reasons())
        .contains("WaitCondition received failed message: 'broken' for uniqueId: a");
  }

  private String reasons() {
    return cfn.describeStackEvents(describe -> describe.stackName("s")).stackEvents().toString();
  }

  @Test
  void whatIsNotWaitingCannotBeSignalled() {
    create(THINGS.formatted(1, 1));
    assertThatThrownBy(() ->
            cfn.signalResource(
                r -> r.stackName("s").logicalResourceId("A").uniqueId("x").status("SUCCESS")))
        .hasMessageContaining("Resource A is in CREATE_COMPLETE state and cannot be signaled");
  }

  @Test
  void anUpdateCanBeCancelled() {
    create(THINGS.formatted(1, 1));
    var things = Objects.requireNonNull(fakes.type.get());
    things.holding.add("update A 2");
    cfn.updateStack(u -> u.stackName("s").templateBody(THINGS.formatted(2, 2)));
    settle();
    cfn.cancelUpdateStack(c -> c.stackName("s"));
    things.holding.clear();
    cloud.signals().signal("go on");
    assertThat(status()).isEqualTo("UPDATE_ROLLBACK_COMPLETE");
    assertThat(reasons()).contains("User Initiated");
    assertThatThrownBy(() -> cfn.cancelUpdateStack(c -> c.stackName("s")))
        .hasMessageContaining("CancelUpdateStack cannot be called from current stack status");
  }

  @Test
  void aFailedUpdateThatWasKeptCanBeRolledBack() {
    create(THINGS.formatted(1, 1));
    var things = Objects.requireNonNull(fakes.type.get());
    things.failing.add("update B 2");
    cfn.updateStack(
        u -> u.stackName("s").templateBody(THINGS.formatted(2, 2)).disableRollback(true));
    assertThat(status()).isEqualTo("UPDATE_FAILED");
    things.failing.clear();
    cfn.rollbackStack(r -> r.stackName("s"));
    assertThat(status()).isEqualTo("UPDATE_ROLLBACK_COMPLETE");
    assertThatThrownBy(() -> cfn.rollbackStack(r -> r.stackName("s")))
        .hasMessageContaining("can not be rolled back");
  }

  @Test
  void rulesBindParametersTogether() {
    var template =
        """
        Parameters:
          Stage: {Type: String, AllowedValues: [test, prod]}
          Size: {Type: String, Default: small}
        Rules:
          Large:
            RuleCondition: !Equals [!Ref Stage, prod]
            Assertions:
              - Assert: {"Fn::Contains": [[large, huge], !Ref Size]}
                AssertDescription: Production needs room
        Resources:
          A: {Type: Test::Fake::Thing}
        """;
    assertThatThrownBy(() ->
            cfn.createStack(c -> c.stackName("s").templateBody(template).parameters(stage("prod"))))
        .hasMessageContaining("Production needs room");
    cfn.createStack(c -> c.stackName("s").templateBody(template).parameters(stage("test")));
    assertThat(status()).isEqualTo("CREATE_COMPLETE");
  }

  @Test
  void malformedTemplatesAreRefusedInCloudFormationsWords() {
    refused(
        "A: {Type: Test::Fake::Thing, Properties: {Size: {'Fn::Foo': 1}}}",
        "Encountered unsupported function: Fn::Foo Supported functions are: [Fn::Base64");
    refused(
        "A: {Type: Test::Fake::Thing, Properties: {Size: null}}",
        "[/Resources/A/Properties/Size] 'null' values are not allowed in templates");
    refused(
        "A: {Type: Test::Fake::Thing, Properties: {Size: !GetAtt Z.Arn}}",
        "instance of Fn::GetAtt references undefined resource Z");
    refused(
        "A: {Type: Test::Fake::Thing, Properties: {Size: !FindInMap [M, a, b]}}",
        "Mapping named 'M' is not present in the 'Mappings' section of template.");
  }

  private void refused(String resource, String problem) {
    assertThatThrownBy(
            () -> cfn.validateTemplate(v -> v.templateBody("Resources:\n  " + resource + "\n")))
        .hasMessageContaining(problem);
  }

  @Test
  void theEventsOfAnOperationAndItsFaultsAreFound() {
    create(THINGS.formatted(1, 1));
    Objects.requireNonNull(fakes.type.get()).failing.add("update B 2");
    cfn.updateStack(u -> u.stackName("s").templateBody(THINGS.formatted(2, 2)));
    assertThat(status()).isEqualTo("UPDATE_ROLLBACK_COMPLETE");
    var failed =
        cfn.describeEvents(d -> d.stackName("s").filters(f -> f.failedEvents(true)))
            .operationEvents();
    assertThat(failed)
        .singleElement()
        .satisfies(event -> {
          assertThat(event.eventTypeAsString()).isEqualTo("PROVISIONING_ERROR");
          assertThat(event.logicalResourceId()).isEqualTo("B");
        });
    var operation = failed.getFirst().operationId();
    var events = cfn.describeEvents(d -> d.operationId(operation)).operationEvents();
    assertThat(events.getLast().operationTypeAsString()).isEqualTo("UPDATE_STACK");
    assertThat(events).allSatisfy(e -> assertThat(e.operationId()).isEqualTo(operation));
    assertThat(cfn.describeOrganizationsAccess(d -> {}).statusAsString()).isEqualTo("DISABLED");
  }

  @Test
  void typesAndLimitsAreShown() {
    assertThat(
            cfn.listTypes(t -> t.visibility("PUBLIC").filters(f -> f.typeNamePrefix("Test::")))
                .typeSummaries())
        .singleElement()
        .satisfies(type -> assertThat(type.typeName()).isEqualTo("Test::Fake::Thing"));
    assertThat(cfn.listTypes(t -> {}).typeSummaries()).isEmpty();
    assertThat(
            cfn.describeType(t -> t.type("RESOURCE").typeName("AWS::CloudFormation::Macro"))
                .schema())
        .contains("\"required\":[\"FunctionName\",\"Name\"]");
    assertThat(cfn.describeAccountLimits(l -> {}).accountLimits())
        .anySatisfy(limit -> assertThat(limit.name()).isEqualTo("StackLimit"));
  }

  private static Parameter stage(String value) {
    return Parameter.builder().parameterKey("Stage").parameterValue(value).build();
  }
}
