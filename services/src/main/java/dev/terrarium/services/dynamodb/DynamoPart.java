package dev.terrarium.services.dynamodb;

import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/// A part of DynamoDB: it serves the operations that it overrides.
abstract class DynamoPart implements DynamoDbClient {
  final Tables tables;

  DynamoPart(Tables tables) {
    this.tables = tables;
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
