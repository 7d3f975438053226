package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Scope;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReplicationGroupUpdate;

/// A table in several regions.
abstract class GlobalTablesFixture extends TableFixture {
  static final String EUROPE = "eu-west-1";
  static final String ASIA = "ap-northeast-1";

  final DynamoDbClient europe = in(cloud, EUROPE);
  final DynamoDbClient asia = in(cloud, ASIA);

  static DynamoDbClient in(Cloud cloud, String region) {
    return cloud.client(DynamoDbClient.class, new Scope("000000000000", region));
  }

  static void replicate(DynamoDbClient from, String table, String region) {
    from.updateTable(u ->
        u.tableName(table)
            .replicaUpdates(
                ReplicationGroupUpdate.builder().create(c -> c.regionName(region)).build()));
  }

  void settle() {
    pass(Duration.ofMillis(1));
  }

  static Set<Map<String, AttributeValue>> all(DynamoDbClient client) {
    return new HashSet<>(client.scan(s -> s.tableName("things").consistentRead(true)).items());
  }
}
