package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ServicePackage;
import java.util.List;

/// Amazon DynamoDB.
public final class DynamoDbPackage implements ServicePackage {
  @Override
  public String name() {
    return "dynamodb";
  }

  @Override
  public String clientInterface() {
    return "software.amazon.awssdk.services.dynamodb.DynamoDbClient";
  }

  @Override
  public List<?> open(Cloud cloud) {
    var tables = new Tables(cloud);
    var exports = new Exports(tables);
    var imports = new Imports(tables);
    var parts =
        List.of(
            exports,
            imports,
            new ContributorInsights(tables),
            new DynamoTables(tables),
            new TableTags(tables),
            new DynamoGlobalTables(tables),
            new ReplicaScaling(tables),
            new DynamoItems(tables),
            new DynamoQueries(tables),
            new DynamoBatches(tables),
            new DynamoTransactions(tables),
            new ResourcePolicies(tables),
            new DynamoPartiql(tables),
            new Backups(tables),
            new ContinuousBackups(tables),
            new KinesisDestinations(tables));
    tables.start();
    exports.start();
    imports.start();
    return parts;
  }

  @Override
  public List<ResourceType> resourceTypes(Cloud cloud) {
    return List.of(new TableResource(cloud), new GlobalTableResource(cloud));
  }
}
