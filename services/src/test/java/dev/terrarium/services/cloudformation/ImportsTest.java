package dev.terrarium.services.cloudformation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.Change;
import software.amazon.awssdk.services.cloudformation.model.ChangeSetType;
import software.amazon.awssdk.services.cloudformation.model.DescribeChangeSetResponse;
import software.amazon.awssdk.services.cloudformation.model.ResourceToImport;
import software.amazon.awssdk.services.cloudformation.model.Tag;

/// Taking over what is there already.
@Timeout(60)
class ImportsTest {
  private static final String ONE =
      """
      Resources:
        A:
          Type: Test::Fake::Thing
          DeletionPolicy: Retain
          Properties: {Size: 1}
      """;
  private static final String TWO =
      ONE
          + """
            B:
              Type: Test::Fake::Thing
              DeletionPolicy: Delete
              Properties: {Other: !Ref A}
          """;

  private final MemoryStore store = new MemoryStore();
  private final ThingType.Fakes fakes = new ThingType.Fakes();
  private final Cloud cloud = cloud(store, fakes);
  private final CloudFormationClient cfn = cloud.client(CloudFormationClient.class);

  private int changeSets;

  private static Cloud cloud(MemoryStore store, ThingType.Fakes fakes) {
    return Cloud.builder()
        .store(store)
        .clock(Clock.stoppedAt(Instant.parse("2026-01-01T00:00:00Z")))
        .packages(List.of(new CloudFormationPackage(), fakes))
        .build();
  }

  @BeforeEach
  void makeThings() {
    things().things.put("one", Json.object().put("Size", 1));
    things().things.put("two", Json.object().put("Other", "x"));
  }

  @AfterEach
  void close() {
    cloud.close();
  }

  private ThingType things() {
    fakes.resourceTypes(cloud);
    return Objects.requireNonNull(fakes.type.get());
  }

  private static ResourceToImport thing(String logicalId, String id) {
    return ResourceToImport.builder()
        .logicalResourceId(logicalId)
        .resourceType("Test::Fake::Thing")
        .resourceIdentifier(Map.of("Id", id))
        .build();
  }

  private DescribeChangeSetResponse changeSet(String template, ResourceToImport... resources) {
    var made =
        cfn.createChangeSet(c ->
            c.stackName("s")
                .changeSetName("c" + ++changeSets)
                .changeSetType(ChangeSetType.IMPORT)
                .resourcesToImport(resources)
                .templateBody(template));
    return cfn.describeChangeSet(d -> d.changeSetName(made.id()));
  }

  private void execute(String template, ResourceToImport... resources) {
    var set = changeSet(template, resources);
    assertThat(set.statusAsString()).isEqualTo("CREATE_COMPLETE");
    cfn.executeChangeSet(e -> e.changeSetName(set.changeSetId()));
  }

  private String status() {
    cloud.timers().advance(Duration.ofMillis(1));
    return cfn.describeStacks(d -> d.stackName("s")).stacks().getFirst().stackStatusAsString();
  }

  private List<String> history() {
    var events = new ArrayList<>(cfn.describeStackEvents(d -> d.stackName("s")).stackEvents());
    Collections.reverse(events);
    return events.stream()
        .map(e ->
            e.logicalResourceId()
                + " "
                + e.resourceStatusAsString()
                + (e.resourceStatusReason() == null ? "" : " " + e.resourceStatusReason()))
        .toList();
  }

  @Test
  void anImportMakesANewStackOfWhatIsThere() {
    var set = changeSet(ONE, thing("A", "one"));
    assertThat(set.changes().stream().map(Change::resourceChange).toList())
        .singleElement()
        .satisfies(change -> {
          assertThat(change.actionAsString()).isEqualTo("Import");
          assertThat(change.physicalResourceId()).isEqualTo("one");
        });
    assertThat(status()).isEqualTo("REVIEW_IN_PROGRESS");
    cfn.executeChangeSet(e -> e.changeSetName(set.changeSetId()));
    assertThat(status()).isEqualTo("IMPORT_COMPLETE");
    assertThat(things().log).isEmpty();
    assertThat(history())
        .containsExactly(
            "s REVIEW_IN_PROGRESS User Initiated",
            "s IMPORT_IN_PROGRESS User Initiated",
            "A IMPORT_IN_PROGRESS Resource import started.",
            "A IMPORT_COMPLETE Resource import completed.",
            "A UPDATE_IN_PROGRESS Apply stack-level tags to imported resource if applicable.",
            "A UPDATE_COMPLETE",
            "s IMPORT_COMPLETE");
    cfn.updateStack(u -> u.stackName("s").templateBody(ONE.replace("Size: 1", "Size: 2")));
    assertThat(status()).isEqualTo("UPDATE_COMPLETE");
    assertThat(things().log).containsExactly("update A 2");
  }

  @Test
  void anImportIntoAStackChangesNothingElse() {
    execute(ONE, thing("A", "one"));
    assertThat(status()).isEqualTo("IMPORT_COMPLETE");
    assertThatThrownBy(() -> changeSet(TWO.replace("Size: 1", "Size: 2"), thing("B", "two")))
        .hasMessageContaining(
            "You have modified resources [A] in your template that are not being imported. Update, create or delete operations cannot be executed during import operations.");
    execute(TWO, thing("B", "two"));
    assertThat(status()).isEqualTo("IMPORT_COMPLETE");
    assertThat(cfn.describeStackResources(r -> r.stackName("s")).stackResources())
        .extracting(resource -> resource.physicalResourceId())
        .containsExactly("one", "two");
    cfn.deleteStack(d -> d.stackName("s"));
    cloud.timers().advance(Duration.ofMillis(1));
    assertThat(things().things).containsOnlyKeys("one");
  }

  @Test
  void whatDoesNotFitAnImportIsRefused() {
    assertThatThrownBy(
            () -> changeSet(ONE.replace("DeletionPolicy: Retain", ""), thing("A", "one")))
        .hasMessageContaining(
            "The following resources to import [A] must have DeletionPolicy attribute specified in the template.");
    assertThatThrownBy(() -> changeSet(TWO, thing("A", "one")))
        .hasMessageContaining("Resources [B] is missing from ResourceToImport list");
    assertThatThrownBy(() -> changeSet(ONE + "Outputs: {A: {Value: !Ref A}}\n", thing("A", "one")))
        .hasMessageContaining(
            "As part of the import operation, you cannot modify or add [Outputs]");
    assertThatThrownBy(() -> changeSet(ONE))
        .hasMessageContaining("ResourcesToImport must be specified");
    var missing = changeSet(ONE, thing("A", "none"));
    assertThat(missing.statusAsString()).isEqualTo("FAILED");
    assertThat(missing.statusReason()).contains("{Id=none} was not found");
  }

  @Test
  void whatBelongsToAStackIsNotImportedIntoAnother() {
    execute(ONE, thing("A", "one"));
    assertThat(status()).isEqualTo("IMPORT_COMPLETE");
    var made =
        cfn.createChangeSet(c ->
            c.stackName("other")
                .changeSetName("c")
                .changeSetType(ChangeSetType.IMPORT)
                .resourcesToImport(thing("A", "one"))
                .templateBody(ONE));
    assertThat(cfn.describeChangeSet(d -> d.changeSetName(made.id())).statusReason())
        .startsWith("one already exists in stack arn:aws:cloudformation:");
  }

  @Test
  void aFailedImportLetsGoOfEverything() {
    var set = changeSet(TWO, thing("A", "one"), thing("B", "two"));
    things().things.remove("two");
    cfn.executeChangeSet(e -> e.changeSetName(set.changeSetId()));
    assertThat(status()).isEqualTo("IMPORT_ROLLBACK_COMPLETE");
    assertThat(things().things).containsOnlyKeys("one");
    assertThat(history())
        .contains(
            "s IMPORT_ROLLBACK_IN_PROGRESS The following resource(s) failed to import: [B]. ",
            "A IMPORT_ROLLBACK_COMPLETE")
        .endsWith("s IMPORT_ROLLBACK_COMPLETE");
  }

  @Test
  void anImportThatAKillInterruptedIsFinishedAfterwards() {
    things().holding.add("update A 1");
    var made =
        cfn.createChangeSet(c ->
            c.stackName("s")
                .changeSetName("c")
                .changeSetType(ChangeSetType.IMPORT)
                .resourcesToImport(thing("A", "one"))
                .tags(Tag.builder().key("team").value("x").build())
                .templateBody(ONE));
    cfn.executeChangeSet(e -> e.changeSetName(made.id()));
    assertThat(status()).isEqualTo("IMPORT_IN_PROGRESS");
    var again = new ThingType.Fakes();
    try (var other = cloud(store.fork(), again)) {
      again.resourceTypes(other);
      Objects.requireNonNull(again.type.get()).things.put("one", Json.object().put("Size", 1));
      other.resume();
      other.timers().advance(Duration.ofMillis(1));
      assertThat(
              other
                  .client(CloudFormationClient.class)
                  .describeStacks(d -> d.stackName("s"))
                  .stacks()
                  .getFirst()
                  .stackStatusAsString())
          .isEqualTo("IMPORT_COMPLETE");
    }
  }

  @Test
  void theSummaryOfATemplateSaysWhatAnImportMustGive() {
    var summary = cfn.getTemplateSummary(g -> g.templateBody(TWO));
    assertThat(summary.resourceIdentifierSummaries())
        .singleElement()
        .satisfies(one -> {
          assertThat(one.resourceType()).isEqualTo("Test::Fake::Thing");
          assertThat(one.logicalResourceIds()).containsExactly("A", "B");
          assertThat(one.resourceIdentifiers()).containsExactly("Id");
        });
  }
}
