package dev.terrarium.services.glue;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.ServicePackage;
import java.util.List;

/// AWS Glue.
public final class GluePackage implements ServicePackage {
  @Override
  public String name() {
    return "glue";
  }

  @Override
  public String clientInterface() {
    return "software.amazon.awssdk.services.glue.GlueClient";
  }

  @Override
  public List<?> open(Cloud cloud) {
    var catalog = new Catalog(cloud);
    return List.of(
        new GlueDatabases(catalog),
        new GlueTables(catalog),
        new GluePartitionIndexes(catalog),
        new GlueFunctions(catalog),
        new GlueTags(catalog),
        new GlueSettings(catalog),
        new GlueTableVersions(catalog),
        new GluePartitions(catalog),
        new GluePartitionBatches(catalog),
        new GlueSearch(catalog),
        new GlueGuard(catalog));
  }
}
