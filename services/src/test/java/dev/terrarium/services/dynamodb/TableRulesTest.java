package dev.terrarium.services.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.Condition;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexUpdate;
import software.amazon.awssdk.services.dynamodb.model.ReplicationGroupUpdate;
import software.amazon.awssdk.services.dynamodb.model.Tag;
import software.amazon.awssdk.services.dynamodb.model.UpdateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/// What AWS was seen to answer to definitions and changes of tables that cannot be.
@SuppressWarnings("unchecked") // Variable arguments of generic types.
final class TableRulesTest extends TableFixture {
  private static final String INVALID = "One or more parameter values were invalid: ";

  private String refused(Consumer<CreateTableRequest.Builder> more) {
    return invalid(() ->
        dynamo.createTable(t -> {
          t.tableName("refused")
              .billingMode(BillingMode.PAY_PER_REQUEST)
              .attributeDefinitions(defined("pk", "S"))
              .keySchema(hash("pk"));
          more.accept(t);
        }));
  }

  private void provisioned() {
    dynamo.createTable(t ->
        t.tableName("things")
            .attributeDefinitions(defined("pk", "S"), defined("g", "S"))
            .keySchema(hash("pk"))
            .provisionedThroughput(p -> p.readCapacityUnits(5L).writeCapacityUnits(5L))
            .globalSecondaryIndexes(g ->
                g.indexName("by-g")
                    .keySchema(hash("g"))
                    .projection(p -> p.projectionType("ALL"))
                    .provisionedThroughput(p -> p.readCapacityUnits(1L).writeCapacityUnits(1L))));
  }

  private String unchanged(Consumer<UpdateTableRequest.Builder> change) {
    return invalid(() -> dynamo.updateTable(u -> change.accept(u.tableName("things"))));
  }

  private static GlobalSecondaryIndexUpdate units(String index, long units) {
    return GlobalSecondaryIndexUpdate.builder()
        .update(u ->
            u.indexName(index)
                .provisionedThroughput(p -> p.readCapacityUnits(units).writeCapacityUnits(units)))
        .build();
  }

  @Test
  void definitionsMustFitTogether() {
    assertThat(refused(t -> t.keySchema(hash("pk"), range("sk"))))
        .isEqualTo("Invalid KeySchema: Some index key attribute have no definition");
    assertThat(refused(t -> t.keySchema(hash("other"))))
        .isEqualTo(
            INVALID
                + "Some index key attributes are not defined in AttributeDefinitions. Keys:"
                + " [other], AttributeDefinitions: [pk]");
    assertThat(refused(t -> t.attributeDefinitions(defined("pk", "S"), defined("pk", "N"))))
        .isEqualTo("Attribute Name is duplicated: pk");
    assertThat(refused(t -> t.tableClass("FOO")))
        .startsWith("Invalid table-class parameter provided.");
    assertThat(refused(t -> t.streamSpecification(s -> s.streamEnabled(true))))
        .isEqualTo(
            INVALID + "Table is being created with a stream enabled, UpdateViewType is required");
    assertThat(refused(t -> t.sseSpecification(s -> s.enabled(false).kmsMasterKeyId("key"))))
        .isEqualTo(INVALID + "KMSMasterKeyId can not be specified if Enabled is false");
    assertThat(
            refused(t ->
                t.attributeDefinitions(defined("pk", "S"), defined("g", "S"))
                    .globalSecondaryIndexes(g ->
                        g.indexName("by-g")
                            .keySchema(hash("g"))
                            .projection(p -> p.projectionType("ALL"))
                            .provisionedThroughput(
                                p -> p.readCapacityUnits(1L).writeCapacityUnits(1L)))))
        .isEqualTo(
            INVALID
                + "ProvisionedThroughput should not be specified for index: by-g when BillingMode is"
                + " PAY_PER_REQUEST");
  }

  @Test
  void indexesAreBeingCreatedWithTheirTableAndAreWarm() {
    provisioned();
    var index = dynamo.describeTable(d -> d.tableName("things")).table().globalSecondaryIndexes();
    assertThat(index.getFirst().warmThroughput().readUnitsPerSecond()).isEqualTo(1);
    var made =
        dynamo
            .createTable(t ->
                t.tableName("more")
                    .billingMode(BillingMode.PAY_PER_REQUEST)
                    .attributeDefinitions(defined("pk", "S"), defined("g", "S"))
                    .keySchema(hash("pk"))
                    .globalSecondaryIndexes(g ->
                        g.indexName("by-g")
                            .keySchema(hash("g"))
                            .projection(p -> p.projectionType("ALL"))))
            .tableDescription();
    assertThat(made.globalSecondaryIndexes().getFirst().indexStatusAsString())
        .isEqualTo("CREATING");
    assertThat(made.globalSecondaryIndexes().getFirst().warmThroughput().writeUnitsPerSecond())
        .isEqualTo(4000);
  }

  @Test
  void someChangesGoAlone() {
    provisioned();
    assertThat(unchanged(u -> {}))
        .startsWith("At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled,")
        .endsWith("OnDemandThroughput, WarmThroughput or TableClass is required");
    assertThat(
            unchanged(
                u -> u.deletionProtectionEnabled(true).sseSpecification(s -> s.enabled(true))))
        .isEqualTo(
            INVALID
                + "Server-Side Encryption modification must be the only operation in the request");
    assertThat(unchanged(u -> u.deletionProtectionEnabled(true).tableClass("STANDARD")))
        .isEqualTo(INVALID + "TableClass modification must be the only operation in the request");
    assertThat(unchanged(u -> u.sseSpecification(s -> s.enabled(false))))
        .isEqualTo(INVALID + "Table is already encrypted by default");
    assertThat(unchanged(u -> u.streamSpecification(s -> s.streamEnabled(false))))
        .isEqualTo("Table has no stream to disable: TableName: things");
  }

  @Test
  void changesOfIndexesMustChangeThem() {
    provisioned();
    assertThat(unchanged(u -> u.globalSecondaryIndexUpdates(units("by-g", 1))))
        .startsWith("The provisioned throughput for the index by-g will not change.");
    assertThat(
            error(() ->
                dynamo.updateTable(
                    u -> u.tableName("things").globalSecondaryIndexUpdates(units("ghost", 2)))))
        .isEqualTo(
            "ResourceNotFoundException: Requested resource not found: Index ghost for table things");
    dynamo.updateTable(u -> u.tableName("things").billingMode(BillingMode.PAY_PER_REQUEST));
    assertThat(
            unchanged(u ->
                u.billingMode(BillingMode.PROVISIONED)
                    .provisionedThroughput(p -> p.readCapacityUnits(1L).writeCapacityUnits(1L))))
        .isEqualTo(INVALID + "ProvisionedThroughput must be specified for index: by-g");
    dynamo.updateTable(u ->
        u.tableName("things")
            .billingMode(BillingMode.PROVISIONED)
            .provisionedThroughput(p -> p.readCapacityUnits(1L).writeCapacityUnits(1L))
            .globalSecondaryIndexUpdates(units("by-g", 3)));
    assertThat(
            dynamo
                .describeTable(d -> d.tableName("things"))
                .table()
                .globalSecondaryIndexes()
                .getFirst()
                .provisionedThroughput()
                .readCapacityUnits())
        .isEqualTo(3);
  }

  @Test
  void oneIndexComesOrGoesAtATime() {
    provisioned();
    var gone = GlobalSecondaryIndexUpdate.builder().delete(d -> d.indexName("by-g")).build();
    var come =
        GlobalSecondaryIndexUpdate.builder()
            .create(c ->
                c.indexName("by-pk")
                    .keySchema(hash("pk"))
                    .projection(p -> p.projectionType("ALL"))
                    .provisionedThroughput(p -> p.readCapacityUnits(1L).writeCapacityUnits(1L)))
            .build();
    assertThat(
            error(() ->
                dynamo.updateTable(
                    u -> u.tableName("things").globalSecondaryIndexUpdates(gone, come))))
        .isEqualTo(
            "LimitExceededException: Subscriber limit exceeded: Only 1 online index can be created"
                + " or deleted simultaneously per table");
    assertThat(unchanged(u -> u.globalSecondaryIndexUpdates(units("by-g", 2), units("by-g", 3))))
        .contains("Only one global secondary index update per index");
    assertThat(refused(t -> t.onDemandThroughput(o -> o.maxReadRequestUnits(0L))))
        .endsWith("MaxReadRequestUnits for OnDemandThroughput for table is outside of valid range");
  }

  @Test
  void restoresExportsAndImportsNeedToKnowWhatAndWhen() {
    simpleTable("things", "S");
    assertThat(
            invalid(() ->
                dynamo.restoreTableToPointInTime(
                    r -> r.targetTableName("back").sourceTableName("things"))))
        .endsWith("RestoreDateTime or UseLatestRestorableTime must be specified, but not both");
    assertThat(
            invalid(() ->
                dynamo.restoreTableToPointInTime(
                    r -> r.targetTableName("back").useLatestRestorableTime(true))))
        .isEqualTo("Must provide exactly one of: sourceTableArn, sourceTableName");
    assertThat(
            invalid(() ->
                dynamo.importTable(i ->
                    i.s3BucketSource(b -> b.s3Bucket("none"))
                        .inputFormat("ION")
                        .inputFormatOptions(o -> o.csv(v -> v.delimiter(";")))
                        .tableCreationParameters(p -> p.tableName("made")))))
        .endsWith("Unsupported InputFormatOptions for the given input format: ION.");
  }

  @Test
  void replicasComeAndGoOneAtATime() {
    provisioned();
    var one = ReplicationGroupUpdate.builder().create(c -> c.regionName("eu-west-1")).build();
    var other = ReplicationGroupUpdate.builder().create(c -> c.regionName("eu-west-2")).build();
    var gone = ReplicationGroupUpdate.builder().delete(d -> d.regionName("eu-west-1")).build();
    assertThat(unchanged(u -> u.replicaUpdates(one, other)))
        .isEqualTo(
            "Update table operation with more than one create or delete replica actions not"
                + " allowed");
    assertThat(unchanged(u -> u.replicaUpdates(one, gone)))
        .isEqualTo(
            "Update table operation with more than one type of replica actions not allowed.");
    assertThat(unchanged(u -> u.replicaUpdates(r -> {})))
        .isEqualTo("There are no actions specified in the Replica Update Action of the request.");
    assertThat(unchanged(u -> u.replicaUpdates(gone)))
        .endsWith("Please retry the request without these replicas: [eu-west-1].");
  }

  @Test
  void whatIsThereAlreadyIsNotSetAgain() {
    provisioned();
    dynamo.updateTable(u -> u.tableName("things").sseSpecification(s -> s.enabled(true)));
    assertThat(unchanged(u -> u.sseSpecification(s -> s.enabled(true))))
        .contains("Table is already encrypted with given KMSMasterKeyId.");
    dynamo.updateTable(u -> u.tableName("things").warmThroughput(w -> w.readUnitsPerSecond(100L)));
    var warm = dynamo.describeTable(d -> d.tableName("things")).table().warmThroughput();
    assertThat(warm.readUnitsPerSecond()).isEqualTo(100);
    assertThat(warm.writeUnitsPerSecond()).isEqualTo(5);
    assertThat(unchanged(u -> u.warmThroughput(w -> w.readUnitsPerSecond(50L))))
        .contains("lower than current WarmThroughput, decreasing WarmThroughput is not supported");
  }

  @Test
  void policiesAreOfTablesAndStreams() {
    assertThat(invalid(() -> dynamo.getResourcePolicy(g -> g.resourceArn("foo"))))
        .endsWith("ARNs must start with 'arn:': foo");
    assertThat(
            invalid(() ->
                dynamo.putResourcePolicy(p ->
                    p.policy("{}")
                        .resourceArn(
                            "arn:aws:dynamodb:us-east-1:000000000000:table/things/index/i"))))
        .contains("only table or stream is accepted");
    assertThat(invalid(() -> dynamo.listBackups(l -> l.backupType("FOO"))))
        .contains("[USER, SYSTEM, AWS_BACKUP, ALL]");
  }

  @Test
  void tagsOfAwsAndTwiceTheSameAreRefused() {
    provisioned();
    var arn = "arn:aws:dynamodb:us-east-1:000000000000:table/things";
    var tag = Tag.builder().key("k").value("v").build();
    assertThat(invalid(() -> dynamo.tagResource(t -> t.resourceArn(arn).tags(tag, tag))))
        .isEqualTo("Duplicate Tag Keys provided as input: Duplicate Tag Key found k");
    assertThat(
            invalid(() ->
                dynamo.tagResource(t -> t.resourceArn(arn).tags(g -> g.key("aws:x").value("v")))))
        .isEqualTo("Tag Key cannot be prefixed with aws:, Key: aws:x");
    assertThat(invalid(() -> dynamo.listTagsOfResource(l -> l.resourceArn(arn + "/index/by-g"))))
        .contains("only table or stream is accepted");
  }

  @Test
  void tooManyWritesAreRefusedInTheWordsOfMaps() {
    simpleTable("things", "S");
    var write = WriteRequest.builder().putRequest(p -> p.item(item("pk", "a"))).build();
    var many = java.util.Collections.nCopies(26, write);
    assertThat(invalid(() -> dynamo.batchWriteItem(b -> b.requestItems(Map.of("things", many)))))
        .startsWith("1 validation error detected: Value '{things=[WriteRequest@")
        .endsWith(
            "]}' at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint:"
                + " [Member must have length less than or equal to 25, Member must have length"
                + " greater than or equal to 1]");
  }

  @Test
  void oldConditionsAreJoinedOnlyWhereThereAreTwo() {
    table("things");
    assertThat(
            invalid(() ->
                dynamo.putItem(p ->
                    p.tableName("things")
                        .item(item("pk", "a", "sk", "b"))
                        .conditionalOperator("OR"))))
        .isEqualTo("ConditionalOperator cannot be used without Filter or Expected");
    var one =
        Map.of(
            "v", Condition.builder().comparisonOperator("EQ").attributeValueList(s("x")).build());
    assertThat(
            invalid(() ->
                dynamo.scan(s -> s.tableName("things").scanFilter(one).conditionalOperator("OR"))))
        .isEqualTo(
            "ConditionalOperator can only be used when Filter or Expected has two or more elements");
    var pk =
        Map.of(
            "pk", Condition.builder().comparisonOperator("NE").attributeValueList(s("x")).build());
    assertThat(invalid(() -> dynamo.query(q -> q.tableName("things").keyConditions(pk))))
        .isEqualTo("Attempted conditional constraint is not an indexable operation");
  }

  @Test
  void aQueryBeginsWithinItsRange() {
    table("things");
    assertThat(
            invalid(() ->
                dynamo.query(q ->
                    q.tableName("things")
                        .keyConditionExpression("pk = :p and sk > :s")
                        .expressionAttributeValues(Map.of(":p", s("a"), ":s", s("m")))
                        .exclusiveStartKey(item("pk", "a", "sk", "b")))))
        .isEqualTo("The provided starting key does not match the range key predicate");
  }

  @Test
  void jobsAreFoundByTheirArns() {
    assertThat(invalid(() -> dynamo.describeExport(d -> d.exportArn("foo"))))
        .isEqualTo("Invalid Export ARN");
    assertThat(invalid(() -> dynamo.describeImport(d -> d.importArn("foo"))))
        .isEqualTo("Invalid Import ARN");
    assertThat(List.of(invalid(() -> dynamo.describeBackup(d -> d.backupArn("foo")))))
        .containsExactly("Invalid Backup ARN");
  }
}
