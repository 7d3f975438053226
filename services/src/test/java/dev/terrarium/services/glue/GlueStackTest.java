package dev.terrarium.services.glue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;

/// The catalog's resource types in stacks.
final class GlueStackTest extends GlueFixture {
  private static final String TEMPLATE =
      """
      Resources:
        Db:
          Type: AWS::Glue::Database
          Properties:
            CatalogId: !Ref AWS::AccountId
            DatabaseInput: {Name: Stacked, Description: "%s"}
        Events:
          Type: AWS::Glue::Table
          Properties:
            CatalogId: !Ref AWS::AccountId
            DatabaseName: !Ref Db
            TableInput:
              Name: events
              Description: "%<s"
              PartitionKeys: [{Name: day, Type: string}]
              StorageDescriptor:
                Columns: [{Name: id, Type: string}]
                SerdeInfo: {SerializationLibrary: x.Y, Parameters: {"serialization.format": "1"}}
        First:
          Type: AWS::Glue::Partition
          Properties:
            CatalogId: !Ref AWS::AccountId
            DatabaseName: !Ref Db
            TableName: !Ref Events
            PartitionInput: {Values: ["2026-01-01"], Parameters: {said: "%<s"}}
      Outputs:
        Table: {Value: !Ref Events}
        Db: {Value: !Ref Db}
      """;

  @Test
  void aStackMakesChangesAndRemovesWhatIsInTheCatalog() {
    var stacks = cloud.client(CloudFormationClient.class);
    stacks.createStack(s -> s.stackName("s").templateBody(TEMPLATE.formatted("one")));
    cloud.timers().advance(Duration.ofMillis(1));
    var stack = stacks.describeStacks(s -> s.stackName("s")).stacks().getFirst();
    assertThat(stack.outputs())
        .extracting(output -> output.outputValue())
        .containsExactlyInAnyOrder("events", "stacked");
    assertThat(selected("stacked", "events", "day = '2026-01-01'")).hasSize(1);
    stacks.updateStack(s -> s.stackName("s").templateBody(TEMPLATE.formatted("two")));
    cloud.timers().advance(Duration.ofMillis(1));
    assertThat(glue.getDatabase(r -> r.name("stacked")).database().description()).isEqualTo("two");
    var table = glue.getTable(r -> r.databaseName("stacked").name("events")).table();
    assertThat(table.description()).isEqualTo("two");
    assertThat(table.versionId()).isEqualTo("1");
    var partition =
        glue.getPartition(
            r -> r.databaseName("stacked").tableName("events").partitionValues("2026-01-01"));
    assertThat(partition.partition().parameters()).containsEntry("said", "two");
    stacks.deleteStack(s -> s.stackName("s"));
    cloud.timers().advance(Duration.ofMillis(1));
    assertThat(glue.getDatabases(r -> {}).databaseList()).isEmpty();
  }
}
