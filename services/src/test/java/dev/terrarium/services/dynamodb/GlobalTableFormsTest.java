package dev.terrarium.services.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.dynamodb.model.Replica;
import software.amazon.awssdk.services.dynamodb.model.ReplicaSettingsUpdate;

/// Global tables by templates, and those of the version 2017.11.29.
final class GlobalTableFormsTest extends GlobalTablesFixture {
  @Test
  void tablesOfTheOldVersionAreJoinedByName() {
    for (var client : List.of(dynamo, europe)) {
      client.createTable(t ->
          t.tableName("things")
              .billingMode("PAY_PER_REQUEST")
              .attributeDefinitions(defined("pk", "S"))
              .keySchema(hash("pk"))
              .streamSpecification(
                  s -> s.streamEnabled(true).streamViewType("NEW_AND_OLD_IMAGES")));
    }
    assertThat(error(() -> dynamo.describeGlobalTable(d -> d.globalTableName("things"))))
        .isEqualTo(
            "GlobalTableNotFoundException: Global table not found: Global table with name: 'things'"
                + " does not exist.");
    dynamo.createGlobalTable(c ->
        c.globalTableName("things")
            .replicationGroup(
                Replica.builder().regionName("us-east-1").build(),
                Replica.builder().regionName(EUROPE).build()));
    put("things", "pk", "a", "v", 1);
    settle();
    assertThat(all(europe)).containsExactly(item("pk", "a", "v", 1));
    assertThat(dynamo.listGlobalTables(l -> l.regionName(EUROPE)).globalTables())
        .extracting(g -> g.globalTableName())
        .containsExactly("things");
    assertThat(
            europe
                .describeGlobalTable(d -> d.globalTableName("things"))
                .globalTableDescription()
                .replicationGroup())
        .hasSize(2);
  }

  @Test
  void settingsOfTheOldVersionAreMadeInAllRegions() {
    for (var client : List.of(dynamo, europe)) {
      client.createTable(t ->
          t.tableName("things")
              .provisionedThroughput(p -> p.readCapacityUnits(5L).writeCapacityUnits(5L))
              .attributeDefinitions(defined("pk", "S"))
              .keySchema(hash("pk"))
              .streamSpecification(
                  s -> s.streamEnabled(true).streamViewType("NEW_AND_OLD_IMAGES")));
    }
    dynamo.createGlobalTable(c ->
        c.globalTableName("things")
            .replicationGroup(
                Replica.builder().regionName("us-east-1").build(),
                Replica.builder().regionName(EUROPE).build()));
    var reads =
        ReplicaSettingsUpdate.builder()
            .regionName(EUROPE)
            .replicaProvisionedReadCapacityUnits(7L)
            .build();
    var settings =
        dynamo
            .updateGlobalTableSettings(u ->
                u.globalTableName("things")
                    .globalTableProvisionedWriteCapacityUnits(9L)
                    .replicaSettingsUpdate(List.of(reads)))
            .replicaSettings();
    assertThat(settings)
        .extracting(r ->
            r.regionName()
                + " "
                + r.replicaProvisionedReadCapacityUnits()
                + " "
                + r.replicaProvisionedWriteCapacityUnits())
        .containsExactly("us-east-1 5 9", "eu-west-1 7 9");
  }

  @Test
  void aStackMakesAGlobalTable() {
    var template =
        """
        Resources:
          Things:
            Type: AWS::DynamoDB::GlobalTable
            Properties:
              TableName: things
              BillingMode: PAY_PER_REQUEST
              AttributeDefinitions:
                - {AttributeName: pk, AttributeType: S}
                - {AttributeName: g, AttributeType: S}
              KeySchema:
                - {AttributeName: pk, KeyType: HASH}
              GlobalSecondaryIndexes:
                - IndexName: by-g
                  KeySchema: [{AttributeName: g, KeyType: HASH}]
                  Projection: {ProjectionType: ALL}
              StreamSpecification: {StreamViewType: NEW_AND_OLD_IMAGES}
              TimeToLiveSpecification: {AttributeName: ttl, Enabled: true}
              Replicas:
                - Region: us-east-1
                  PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}
                - Region: %s
                  DeletionProtectionEnabled: false
                  Tags: [{Key: where, Value: there}]
        Outputs:
          Stream: {Value: !GetAtt Things.StreamArn}
          Id: {Value: !GetAtt Things.TableId}
        """;
    var stacks = cloud.client(CloudFormationClient.class);
    stacks.createStack(s -> s.stackName("tables").templateBody(template.formatted(EUROPE)));
    pass(Duration.ofSeconds(30));
    var stack = stacks.describeStacks(d -> d.stackName("tables")).stacks().getFirst();
    assertThat(stack.stackStatusAsString())
        .as(String.valueOf(stack.stackStatusReason()))
        .isEqualTo("CREATE_COMPLETE");
    put("things", "pk", "a", "g", "x");
    settle();
    assertThat(europe.scan(s -> s.tableName("things").indexName("by-g")).items()).hasSize(1);
    var arn = europe.describeTable(d -> d.tableName("things")).table().tableArn();
    assertThat(europe.listTagsOfResource(l -> l.resourceArn(arn)).tags())
        .extracting(t -> t.key() + "=" + t.value())
        .contains("where=there");
    stacks.updateStack(s -> s.stackName("tables").templateBody(template.formatted(ASIA)));
    pass(Duration.ofSeconds(30));
    assertThat(all(asia)).hasSize(1);
    assertThat(europe.listTables().tableNames()).isEmpty();
    stacks.deleteStack(d -> d.stackName("tables"));
    pass(Duration.ofSeconds(30));
    assertThat(dynamo.listTables().tableNames()).isEmpty();
    assertThat(asia.listTables().tableNames()).isEmpty();
  }
}
