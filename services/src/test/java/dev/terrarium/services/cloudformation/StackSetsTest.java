package dev.terrarium.services.cloudformation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.Parameter;
import software.amazon.awssdk.services.cloudformation.model.StackInstanceStatus;
import software.amazon.awssdk.services.cloudformation.model.StackSetNotEmptyException;
import software.amazon.awssdk.services.cloudformation.model.StackSetNotFoundException;
import software.amazon.awssdk.services.cloudformation.model.StackSetOperationStatus;

/// One template, many accounts and regions.
@Timeout(60)
class StackSetsTest {
  private static final String TEMPLATE =
      """
      Parameters: {Size: {Type: String, Default: "1"}}
      Resources:
        A:
          Type: Test::Fake::Thing
          Properties: {Size: !Ref Size}
      """;

  private final ThingType.Fakes fakes = new ThingType.Fakes();
  private final Cloud cloud =
      Cloud.builder()
          .clock(Clock.stoppedAt(Instant.parse("2026-01-01T00:00:00Z")))
          .packages(List.of(new CloudFormationPackage(), fakes))
          .build();
  private final CloudFormationClient cfn = cloud.client(CloudFormationClient.class);

  @BeforeEach
  void create() {
    cfn.createStackSet(c -> c.stackSetName("set").templateBody(TEMPLATE));
  }

  @AfterEach
  void close() {
    cloud.close();
  }

  private StackSetOperationStatus status(String operation) {
    cloud.timers().advance(Duration.ofMillis(1));
    return cfn.describeStackSetOperation(d -> d.stackSetName("set").operationId(operation))
        .stackSetOperation()
        .status();
  }

  private String deploy() {
    return cfn.createStackInstances(c ->
            c.stackSetName("set")
                .accounts("111111111111", "222222222222")
                .regions("eu-west-1", "us-east-1"))
        .operationId();
  }

  private long stacks(String account, String region) {
    return cloud
        .client(CloudFormationClient.class, new Scope(account, region))
        .describeStacks()
        .stacks()
        .stream()
        .filter(s -> s.stackName().startsWith("StackSet-set-"))
        .count();
  }

  @Test
  void everyTargetGetsAStack() {
    assertThat(status(deploy())).isEqualTo(StackSetOperationStatus.SUCCEEDED);
    assertThat(stacks("111111111111", "eu-west-1")).isEqualTo(1);
    assertThat(stacks("222222222222", "us-east-1")).isEqualTo(1);
    assertThat(stacks("000000000000", "us-east-1")).isZero();
    assertThat(cfn.listStackInstances(l -> l.stackSetName("set")).summaries())
        .hasSize(4)
        .allSatisfy(i -> assertThat(i.status()).isEqualTo(StackInstanceStatus.CURRENT));
  }

  @Test
  void anUpdateReachesAllInstancesAndADeletionTakesThemAway() {
    assertThat(status(deploy())).isEqualTo(StackSetOperationStatus.SUCCEEDED);
    var update =
        cfn.updateStackSet(u ->
                u.stackSetName("set")
                    .usePreviousTemplate(true)
                    .parameters(
                        Parameter.builder().parameterKey("Size").parameterValue("7").build()))
            .operationId();
    assertThat(status(update)).isEqualTo(StackSetOperationStatus.SUCCEEDED);
    assertThat(Objects.requireNonNull(fakes.type.get()).things.values())
        .hasSize(4)
        .allSatisfy(thing -> assertThat(thing.path("Size").asText()).isEqualTo("7"));
    assertThatThrownBy(() -> cfn.deleteStackSet(d -> d.stackSetName("set")))
        .isInstanceOf(StackSetNotEmptyException.class);
    var delete =
        cfn.deleteStackInstances(d ->
                d.stackSetName("set")
                    .accounts("111111111111", "222222222222")
                    .regions("eu-west-1", "us-east-1")
                    .retainStacks(false))
            .operationId();
    assertThat(status(delete)).isEqualTo(StackSetOperationStatus.SUCCEEDED);
    assertThat(Objects.requireNonNull(fakes.type.get()).things).isEmpty();
    cfn.deleteStackSet(d -> d.stackSetName("set"));
    assertThatThrownBy(() -> cfn.describeStackSet(d -> d.stackSetName("set")))
        .isInstanceOf(StackSetNotFoundException.class);
  }

  @Test
  void afterAFailureTheRestIsCancelled() {
    cfn.listTypes(t -> t.visibility("PUBLIC"));
    Objects.requireNonNull(fakes.type.get()).failing.add("create A");
    var operation = deploy();
    assertThat(status(operation)).isEqualTo(StackSetOperationStatus.FAILED);
    assertThat(
            cfn.listStackSetOperationResults(l -> l.stackSetName("set").operationId(operation))
                .summaries())
        .extracting(r -> r.statusAsString())
        .containsOnly("FAILED", "CANCELLED")
        .hasSize(4);
  }

  @Test
  void whatOrganisationsManageIsRefused() {
    assertThatThrownBy(() ->
            cfn.createStackSet(
                c -> c.stackSetName("o").templateBody(TEMPLATE).permissionModel("SERVICE_MANAGED")))
        .hasMessageContaining("You must enable organizations access");
  }
}
