package dev.terrarium.services.glue;

import software.amazon.awssdk.services.glue.GlueClient;

/// What all parts of the service have in common.
abstract class GluePart implements GlueClient {
  final Catalog catalog;

  GluePart(Catalog catalog) {
    this.catalog = catalog;
  }

  @Override
  public final String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public final void close() {}
}
