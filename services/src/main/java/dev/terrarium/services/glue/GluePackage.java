package dev.terrarium.services.glue;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ServicePackage;
import java.util.List;
import java.util.stream.Stream;

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
    var registries = new Registries(catalog);
    var versions = new GlueSchemaVersions(registries);
    return List.of(
        new GlueDatabases(catalog),
        new GlueTables(catalog),
        new GluePartitionIndexes(catalog),
        new GlueFunctions(catalog),
        new GlueTags(registries),
        new GlueRegistries(registries),
        new GlueSchemas(registries, versions),
        versions,
        new GlueSchemaMetadata(registries),
        new GlueSettings(catalog),
        new GlueTableVersions(catalog),
        new GluePartitions(catalog),
        new GluePartitionBatches(catalog),
        new GlueSearch(catalog),
        new GlueGuard(catalog, registries));
  }

  @Override
  public List<ResourceType> resourceTypes(Cloud cloud) {
    return Stream.concat(
            new GlueResources(cloud).all().stream(), new SchemaResources(cloud).all().stream())
        .toList();
  }
}
