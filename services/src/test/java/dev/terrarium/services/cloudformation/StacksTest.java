package dev.terrarium.services.cloudformation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.store.MemoryStore;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.Parameter;
import software.amazon.awssdk.services.cloudformation.model.Stack;
import software.amazon.awssdk.services.cloudformation.model.StackEvent;

class StacksTest {
  private static final String CHAIN =
      """
      Parameters:
        Size: {Type: Number, Default: 1, MaxValue: 9}
      Resources:
        C:
          Type: Test::Fake::Thing
          Properties: {Size: !Ref Size, Other: !GetAtt B.Arn}
        B:
          Type: Test::Fake::Thing
          Properties: {Size: 1, Other: !Sub "${A}-x"}
        A:
          Type: Test::Fake::Thing
      Outputs:
        Last:
          Value: !Ref C
          Export: {Name: !Sub "${AWS::StackName}-last"}
      """;

  private final MemoryStore store = new MemoryStore();
  private final ThingType.Fakes fakes = new ThingType.Fakes();
  private final Cloud cloud = cloud(store, fakes);
  private final CloudFormationClient cfn = cloud.client(CloudFormationClient.class);

  private static Cloud cloud(MemoryStore store, ThingType.Fakes fakes) {
    return Cloud.builder()
        .store(store)
        .clock(Clock.stoppedAt(Instant.parse("2026-01-01T00:00:00Z")))
        .packages(List.of(new CloudFormationPackage(), fakes))
        .build();
  }

  @AfterEach
  void close() {
    cloud.close();
  }

  private ThingType things() {
    fakes.resourceTypes(cloud);
    return Objects.requireNonNull(fakes.type.get());
  }

  private void settle() {
    cloud.timers().advance(Duration.ofMillis(1));
  }

  private Stack stack() {
    settle();
    return cfn.describeStacks(describe -> describe.stackName("s")).stacks().getFirst();
  }

  private void create(String template) {
    cfn.createStack(create -> create.stackName("s").templateBody(template));
  }

  private static Parameter size(String value) {
    return Parameter.builder().parameterKey("Size").parameterValue(value).build();
  }

  private List<String> history() {
    var events =
        new ArrayList<>(cfn.describeStackEvents(describe -> describe.stackName("s")).stackEvents());
    Collections.reverse(events);
    return events.stream()
        .map(event -> event.logicalResourceId() + " " + event.resourceStatusAsString())
        .toList();
  }

  @Test
  void resourcesAreMadeInTheOrderOfTheirDependencies() {
    create(CHAIN);
    var stack = stack();
    assertThat(stack.stackStatusAsString()).isEqualTo("CREATE_COMPLETE");
    assertThat(things().log).containsExactly("create A", "create B", "create C");
    assertThat(stack.outputs().getFirst().outputValue()).startsWith("s-C-");
    assertThat(cfn.listExports().exports().getFirst().name()).isEqualTo("s-last");
    assertThat(history())
        .containsExactly(
            "s CREATE_IN_PROGRESS",
            "A CREATE_IN_PROGRESS",
            "A CREATE_IN_PROGRESS",
            "A CREATE_COMPLETE",
            "B CREATE_IN_PROGRESS",
            "B CREATE_IN_PROGRESS",
            "B CREATE_COMPLETE",
            "C CREATE_IN_PROGRESS",
            "C CREATE_IN_PROGRESS",
            "C CREATE_COMPLETE",
            "s CREATE_COMPLETE");
    assertThat(things().things.values().stream().map(p -> p.path("Other").asText()))
        .anyMatch(other -> other.startsWith("arn:thing:s-B-"));
  }

  @Test
  void independentResourcesAreMadeAtTheSameTime() {
    things().holding.addAll(List.of("create A", "create B"));
    create(
        "{\"Resources\":{\"A\":{\"Type\":\"Test::Fake::Thing\"},\"B\":{\"Type\":\"Test::Fake::Thing\"}}}");
    assertThat(stack().stackStatusAsString()).isEqualTo("CREATE_IN_PROGRESS");
    assertThat(things().log).containsExactlyInAnyOrder("create A", "create B");
    cloud.signals().signal("go on");
    assertThat(stack().stackStatusAsString()).isEqualTo("CREATE_COMPLETE");
  }

  @Test
  void whatWasMadeBeforeAFailureIsRemoved() {
    things().failing.add("create C");
    create(CHAIN);
    var stack = stack();
    assertThat(stack.stackStatusAsString()).isEqualTo("ROLLBACK_COMPLETE");
    assertThat(things().things).isEmpty();
    assertThat(things().log)
        .containsExactly("create A", "create B", "create C", "delete B", "delete A");
    var events = cfn.describeStackEvents(describe -> describe.stackName("s")).stackEvents();
    assertThat(events.stream().map(StackEvent::resourceStatusReason))
        .contains("The following resource(s) failed to create: [C]. Rollback requested by user.")
        .anyMatch(reason ->
            reason != null && reason.contains("Resource handler returned message: \"It broke"));
    assertThatThrownBy(() -> cfn.updateStack(update -> update.stackName("s").templateBody(CHAIN)))
        .hasMessageContaining("is in ROLLBACK_COMPLETE state and can not be updated.");
  }

  @Test
  void anUpdateChangesInPlaceWhatItCan() {
    create(CHAIN);
    settle();
    things().log.clear();
    cfn.updateStack(
        update -> update.stackName("s").usePreviousTemplate(true).parameters(size("2")));
    assertThat(stack().stackStatusAsString()).isEqualTo("UPDATE_COMPLETE");
    assertThat(things().log).containsExactly("update C 2");
    assertThat(history())
        .endsWith(
            "s UPDATE_IN_PROGRESS",
            "C UPDATE_IN_PROGRESS",
            "C UPDATE_COMPLETE",
            "s UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
            "s UPDATE_COMPLETE");
  }

  @Test
  void anUpdateReplacesWhatItMustAndRemovesTheOldOneLast() {
    create(CHAIN);
    settle();
    things().log.clear();
    cfn.updateStack(update ->
        update
            .stackName("s")
            .templateBody(
                CHAIN.replace(
                    "  A:\n    Type: Test::Fake::Thing\n",
                    "  A:\n    Type: Test::Fake::Thing\n    Properties: {Name: n}\n")));
    assertThat(stack().stackStatusAsString()).isEqualTo("UPDATE_COMPLETE");
    assertThat(things().log).containsExactly("create A", "update B 1", "delete A");
    assertThat(things().things).hasSize(3);
  }

  @Test
  void aFailedUpdatePutsEverythingBack() {
    create(CHAIN);
    settle();
    things().log.clear();
    things().failing.add("update C 3");
    var before = Map.copyOf(things().things);
    cfn.updateStack(update ->
        update
            .stackName("s")
            .templateBody(
                CHAIN.replace(
                    "  A:\n    Type: Test::Fake::Thing\n",
                    "  D:\n    Type: Test::Fake::Thing\n  A:\n    Type: Test::Fake::Thing\n    Properties: {Name: n}\n"))
            .parameters(size("3")));
    assertThat(stack().stackStatusAsString()).isEqualTo("UPDATE_ROLLBACK_COMPLETE");
    assertThat(things().things).isEqualTo(before);
    assertThat(stack().parameters().getFirst().parameterValue()).isEqualTo("1");
  }

  @Test
  void anUpdateThatChangesNothingIsRefused() {
    create(CHAIN);
    settle();
    assertThatThrownBy(() -> cfn.updateStack(update -> update.stackName("s").templateBody(CHAIN)))
        .hasMessageContaining("No updates are to be performed.");
  }

  @Test
  void aDeletedStackIsGoneByNameButKnownById() {
    create(CHAIN.replace("  A:\n", "  A:\n    DeletionPolicy: Retain\n"));
    var id = stack().stackId();
    cfn.deleteStack(delete -> delete.stackName("s"));
    settle();
    assertThatThrownBy(() -> cfn.describeStacks(describe -> describe.stackName("s")))
        .hasMessageContaining("Stack with id s does not exist");
    var gone = cfn.describeStacks(describe -> describe.stackName(id)).stacks().getFirst();
    assertThat(gone.stackStatusAsString()).isEqualTo("DELETE_COMPLETE");
    assertThat(things().log).endsWith("delete C", "delete B");
    assertThat(things().things).hasSize(1);
  }

  @Test
  void whatAKillInterruptedIsFinishedAfterwards() {
    things().holding.add("create B");
    create(CHAIN);
    settle();
    var again = new ThingType.Fakes();
    try (var other = cloud(store.fork(), again)) {
      other.resume();
      other.timers().advance(Duration.ofMillis(1));
      var stack =
          other
              .client(CloudFormationClient.class)
              .describeStacks(describe -> describe.stackName("s"))
              .stacks()
              .getFirst();
      assertThat(stack.stackStatusAsString()).isEqualTo("CREATE_COMPLETE");
      assertThat(Objects.requireNonNull(again.type.get()).log)
          .containsExactly("create B", "create C");
    }
  }

  @Test
  void aRollbackThatAKillInterruptedGoesOnAfterwards() {
    things().failing.add("create C");
    things().holding.add("delete B");
    create(CHAIN);
    settle();
    var again = new ThingType.Fakes();
    try (var other = cloud(store.fork(), again)) {
      other.resume();
      other.timers().advance(Duration.ofMillis(1));
      var stack =
          other
              .client(CloudFormationClient.class)
              .describeStacks(describe -> describe.stackName("s"))
              .stacks()
              .getFirst();
      assertThat(stack.stackStatusAsString()).isEqualTo("ROLLBACK_COMPLETE");
      assertThat(Objects.requireNonNull(again.type.get()).log)
          .containsExactly("delete B", "delete A");
    }
  }

  @Test
  void deployingGoesThroughChangeSets() {
    var made =
        cfn.createChangeSet(change ->
            change.stackName("s").changeSetName("c1").changeSetType("CREATE").templateBody(CHAIN));
    assertThat(stack().stackStatusAsString()).isEqualTo("REVIEW_IN_PROGRESS");
    var described = cfn.describeChangeSet(describe -> describe.changeSetName(made.id()));
    assertThat(described.statusAsString()).isEqualTo("CREATE_COMPLETE");
    assertThat(described.changes()).hasSize(3);
    cfn.executeChangeSet(execute -> execute.changeSetName(made.id()));
    assertThat(stack().stackStatusAsString()).isEqualTo("CREATE_COMPLETE");
    var empty =
        cfn.createChangeSet(
            change -> change.stackName("s").changeSetName("c2").templateBody(CHAIN));
    var nothing = cfn.describeChangeSet(describe -> describe.changeSetName(empty.id()));
    assertThat(nothing.statusAsString()).isEqualTo("FAILED");
    assertThat(nothing.statusReason())
        .startsWith("The submitted information didn't contain changes.");
  }

  @Test
  void anExportThatIsUsedProtectsItsStack() {
    create(CHAIN);
    settle();
    cfn.createStack(create ->
        create
            .stackName("user")
            .templateBody(
                """
                Resources:
                  U:
                    Type: Test::Fake::Thing
                    Properties: {Other: !ImportValue s-last}
                """));
    settle();
    assertThat(cfn.listImports(list -> list.exportName("s-last")).imports())
        .containsExactly("user");
    cfn.deleteStack(delete -> delete.stackName("s"));
    assertThat(stack().stackStatusAsString()).isEqualTo("DELETE_FAILED");
    assertThat(stack().stackStatusReason())
        .isEqualTo("Export s-last cannot be deleted as it is in use by user");
  }

  @Test
  void mistakesAreNamedBeforeAnythingIsMade() {
    assertThatThrownBy(() -> create("Resources: {A: {Type: 'AWS::No::Such'}}"))
        .hasMessageContaining("Unrecognized resource types: [AWS::No::Such]");
    assertThatThrownBy(
            () -> create("Resources: {A: {Type: 'Test::Fake::Thing', Properties: {Colour: 1}}}"))
        .hasMessageContaining("extraneous key [Colour] is not permitted");
    assertThatThrownBy(() ->
            cfn.createStack(
                create -> create.stackName("s").templateBody(CHAIN).parameters(size("10"))))
        .hasMessageContaining("Parameter 'Size' must be a number not greater than 9");
    assertThat(cfn.listStacks().stackSummaries()).isEmpty();
  }
}
