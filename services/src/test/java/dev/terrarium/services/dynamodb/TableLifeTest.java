package dev.terrarium.services.dynamodb;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.Tag;

final class TableLifeTest extends TableFixture {
  @Test
  void tablesAreMadeListedAndDeleted() {
    var made =
        dynamo.createTable(t ->
            t.tableName("first")
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(defined("pk", "S"))
                .keySchema(hash("pk"))
                .deletionProtectionEnabled(true));
    assertThat(made.tableDescription().tableArn())
        .isEqualTo("arn:aws:dynamodb:us-east-1:000000000000:table/first");
    simpleTable("second", "N");
    assertThat(dynamo.listTables(l -> l.limit(1)).lastEvaluatedTableName()).isEqualTo("first");
    assertThat(error(() -> simpleTable("second", "N")))
        .isEqualTo("ResourceInUseException: Table already exists: second");
    assertThat(invalid(() -> dynamo.deleteTable(d -> d.tableName("first"))))
        .startsWith("Resource cannot be deleted as it is currently protected against deletion.");
    dynamo.deleteTable(d -> d.tableName("second"));
    assertThat(error(() -> dynamo.describeTable(d -> d.tableName("second"))))
        .isEqualTo(
            "ResourceNotFoundException: Requested resource not found: Table: second not found");
    assertThat(dynamo.describeTable(d -> d.tableName("first")).table().tableStatus())
        .isEqualTo(TableStatus.ACTIVE);
  }

  @Test
  void whatExpiresIsFoundEvenIfTheProcessEndedBeforeAllWasLookedAt() {
    simpleTable("things", "S");
    put("things", "pk", "short", "ttl", (int) cloud.clock().now().getEpochSecond() + 60);
    cloud.close();
    var configs = new Keyspace<>(store, "dynamodb.tables", TableKey.CODEC, TableConfig.CODEC);
    var key = new TableKey("000000000000", "us-east-1", "things");
    configs.put(key, requireNonNull(configs.get(key)).withTtl("ttl", Instant.EPOCH));
    var clock = Clock.stoppedAt(Instant.parse("2026-01-01T00:00:00Z"));
    try (var again = Cloud.builder().store(store).clock(clock).build()) {
      again.resume();
      again.timers().advance(Duration.ofMinutes(2));
      var left = again.client(DynamoDbClient.class).scan(scan -> scan.tableName("things"));
      assertThat(left.items()).isEmpty();
    }
    assertThat(requireNonNull(configs.get(key)).ttlFilling()).isNull();
  }

  @Test
  void aTableCanBeRestoredToAMoment() {
    simpleTable("things", "S");
    dynamo.updateContinuousBackups(u ->
        u.tableName("things")
            .pointInTimeRecoverySpecification(p -> p.pointInTimeRecoveryEnabled(true)));
    put("things", "pk", "kept", "v", 1);
    put("things", "pk", "deleted", "v", 1);
    pass(Duration.ofMinutes(10));
    var moment = cloud.clock().now();
    pass(Duration.ofMinutes(10));
    put("things", "pk", "kept", "v", 2);
    put("things", "pk", "later", "v", 1);
    dynamo.deleteItem(d -> d.tableName("things").key(item("pk", "deleted")));
    dynamo.restoreTableToPointInTime(
        r -> r.sourceTableName("things").targetTableName("then").restoreDateTime(moment));
    assertThat(dynamo.scan(s -> s.tableName("then")).items())
        .containsExactlyInAnyOrder(item("pk", "kept", "v", 1), item("pk", "deleted", "v", 1));
  }

  @Test
  void aBackupOutlivesItsTable() {
    simpleTable("things", "S");
    put("things", "pk", "a", "v", 1);
    var arn =
        dynamo
            .createBackup(b -> b.tableName("things").backupName("safe"))
            .backupDetails()
            .backupArn();
    dynamo.deleteTable(d -> d.tableName("things"));
    assertThat(dynamo.listBackups(l -> l.tableName("things")).backupSummaries())
        .extracting(b -> b.backupArn())
        .containsExactly(arn);
    dynamo.restoreTableFromBackup(r -> r.backupArn(arn).targetTableName("again"));
    assertThat(get("again", "pk", "a")).isEqualTo(item("pk", "a", "v", 1));
    dynamo.deleteBackup(d -> d.backupArn(arn));
    assertThat(error(() -> dynamo.describeBackup(d -> d.backupArn(arn))))
        .startsWith("BackupNotFoundException: Backup not found: ");
  }

  @Test
  void everythingIsThereAfterARestart() {
    table("things");
    put("things", "pk", "a", "sk", "1", "v", 1);
    cloud.close();
    try (var again =
        Cloud.builder()
            .store(store)
            .clock(Clock.stoppedAt(Instant.parse("2026-01-02T00:00:00Z")))
            .build()) {
      again.resume();
      var client = again.client(DynamoDbClient.class);
      assertThat(client.getItem(g -> g.tableName("things").key(item("pk", "a", "sk", "1"))).item())
          .isEqualTo(item("pk", "a", "sk", "1", "v", 1));
      assertThat(client.describeTable(d -> d.tableName("things")).table().itemCount()).isEqualTo(1);
    }
  }

  @Test
  void aStackMakesATable() {
    var template =
        """
        Resources:
          Things:
            Type: AWS::DynamoDB::Table
            Properties:
              TableName: stacked
              BillingMode: PAY_PER_REQUEST
              AttributeDefinitions:
                - {AttributeName: pk, AttributeType: S}
              KeySchema:
                - {AttributeName: pk, KeyType: HASH}
              StreamSpecification: {StreamViewType: NEW_IMAGE}
              TimeToLiveSpecification: {AttributeName: ttl, Enabled: true}
        Outputs:
          Stream: {Value: !GetAtt Things.StreamArn}
        """;
    var stacks = cloud.client(CloudFormationClient.class);
    stacks.createStack(s -> s.stackName("tables").templateBody(template));
    pass(Duration.ofSeconds(30));
    var stack = stacks.describeStacks(d -> d.stackName("tables")).stacks().getFirst();
    assertThat(stack.stackStatusAsString())
        .as(String.valueOf(stack.stackStatusReason()))
        .isEqualTo("CREATE_COMPLETE");
    var table = dynamo.describeTable(d -> d.tableName("stacked")).table();
    assertThat(stack.outputs().getFirst().outputValue()).isEqualTo(table.latestStreamArn());
    assertThat(
            dynamo
                .describeTimeToLive(d -> d.tableName("stacked"))
                .timeToLiveDescription()
                .attributeName())
        .isEqualTo("ttl");
    stacks.deleteStack(d -> d.stackName("tables"));
    pass(Duration.ofSeconds(30));
    assertThat(dynamo.listTables().tableNames()).isEmpty();
  }

  @Test
  void tagsAreCheckedKeptAndTakenOff() {
    simpleTable("things", "S");
    var arn = dynamo.describeTable(d -> d.tableName("things")).table().tableArn();
    var tag = Tag.builder().key("team").value("a").build();
    dynamo.tagResource(t -> t.resourceArn(arn).tags(tag));
    assertThat(dynamo.listTagsOfResource(l -> l.resourceArn(arn)).tags()).containsExactly(tag);
    assertThat(invalid(() -> dynamo.tagResource(t -> t.resourceArn(arn).tags(List.of()))))
        .isEqualTo("Atleast one Tag needs to be provided as Input.");
    assertThat(invalid(() -> dynamo.tagResource(t -> t.resourceArn("things").tags(tag))))
        .isEqualTo(
            "One or more parameter values were invalid: ARNs must start with 'arn:': things");
    assertThat(error(() -> dynamo.listTagsOfResource(l -> l.resourceArn(arn + "s"))))
        .isEqualTo(
            "ResourceNotFoundException: Requested resource not found: ResourceArn: "
                + arn
                + "s not found");
    dynamo.untagResource(u -> u.resourceArn(arn).tagKeys("team"));
    assertThat(dynamo.listTagsOfResource(l -> l.resourceArn(arn)).tags()).isEmpty();
  }
}
