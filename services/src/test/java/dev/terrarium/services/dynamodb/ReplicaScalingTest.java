package dev.terrarium.services.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AutoScalingSettingsUpdate;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;

/// Expectations are what AWS was seen to answer.
@SuppressWarnings("unchecked") // Variable arguments of generic types.
final class ReplicaScalingTest extends GlobalTablesFixture {
  private static void units(AutoScalingSettingsUpdate.Builder update) {
    update
        .minimumUnits(1L)
        .maximumUnits(10L)
        .scalingPolicyUpdate(
            p -> p.targetTrackingScalingPolicyConfiguration(t -> t.targetValue(70.0)));
  }

  @BeforeEach
  void tables() {
    dynamo.createTable(t ->
        t.tableName("things")
            .attributeDefinitions(defined("pk", "S"))
            .keySchema(hash("pk"))
            .provisionedThroughput(p -> p.readCapacityUnits(1L).writeCapacityUnits(1L)));
  }

  @Test
  void aTableOfOneRegionHasNone() {
    assertThat(error(() -> dynamo.describeTableReplicaAutoScaling(d -> d.tableName("things"))))
        .isEqualTo("ResourceNotFoundException: Global table with name: 'things' does not exist.");
  }

  @Test
  void settingsAreKeptByRegionAndShownInEach() {
    replicate(dynamo, "things", EUROPE);
    settle();
    var before =
        dynamo
            .describeTableReplicaAutoScaling(d -> d.tableName("things"))
            .tableAutoScalingDescription();
    assertThat(before.replicas()).hasSize(2);
    var off = before.replicas().getFirst().replicaProvisionedReadCapacityAutoScalingSettings();
    assertThat(off.autoScalingDisabled()).isTrue();
    assertThat(off.scalingPolicies()).isEmpty();
    dynamo.updateTableReplicaAutoScaling(u ->
        u.tableName("things")
            .provisionedWriteCapacityAutoScalingUpdate(ReplicaScalingTest::units)
            .replicaUpdates(r ->
                r.regionName(EUROPE)
                    .replicaProvisionedReadCapacityAutoScalingUpdate(ReplicaScalingTest::units)));
    var replicas =
        europe
            .describeTableReplicaAutoScaling(d -> d.tableName("things"))
            .tableAutoScalingDescription()
            .replicas();
    for (var replica : replicas) {
      var writes = replica.replicaProvisionedWriteCapacityAutoScalingSettings();
      assertThat(writes.maximumUnits()).isEqualTo(10);
      assertThat(writes.autoScalingDisabled()).isNull();
      assertThat(writes.scalingPolicies().getFirst().policyName())
          .isEqualTo("DynamoDBWriteCapacityUtilization:table/things");
      var reads = replica.replicaProvisionedReadCapacityAutoScalingSettings();
      assertThat(reads.maximumUnits() != null).isEqualTo(replica.regionName().equals(EUROPE));
    }
    dynamo.updateTableReplicaAutoScaling(u ->
        u.tableName("things")
            .provisionedWriteCapacityAutoScalingUpdate(w -> w.autoScalingDisabled(true)));
    assertThat(
            dynamo
                .describeTableReplicaAutoScaling(d -> d.tableName("things"))
                .tableAutoScalingDescription()
                .replicas())
        .allMatch(replica ->
            replica.replicaProvisionedWriteCapacityAutoScalingSettings().autoScalingDisabled());
  }

  @Test
  void whatCannotBeIsRefused() {
    replicate(dynamo, "things", EUROPE);
    settle();
    assertThat(
            invalid(() ->
                dynamo.updateTableReplicaAutoScaling(u ->
                    u.tableName("things")
                        .provisionedWriteCapacityAutoScalingUpdate(w -> w.minimumUnits(1L)))))
        .isEqualTo(
            "Failed to update settings for global table with name: ‘things’: Parameters"
                + " 'MaximumUnits, ScalingPolicyUpdate' are required unless auto scaling is being"
                + " disabled.");
    assertThat(
            error(() ->
                dynamo.updateTableReplicaAutoScaling(
                    u -> u.tableName("things").replicaUpdates(r -> r.regionName(ASIA)))))
        .isEqualTo(
            "ResourceNotFoundException: Failed to update settings for global table with name:"
                + " ‘things’ because a replica does not exist in regions: ‘[ap-northeast-1]’.");
    dynamo.updateTable(u -> u.tableName("things").billingMode(BillingMode.PAY_PER_REQUEST));
    assertThat(
            invalid(() ->
                dynamo.updateTableReplicaAutoScaling(u ->
                    u.tableName("things")
                        .provisionedWriteCapacityAutoScalingUpdate(ReplicaScalingTest::units))))
        .contains("Replicas 'US-EAST-1', 'EU-WEST-1' BillingMode is PayPerRequest.");
  }
}
