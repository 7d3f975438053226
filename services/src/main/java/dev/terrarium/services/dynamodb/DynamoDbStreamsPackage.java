package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.ServicePackage;
import java.util.List;

/// Amazon DynamoDB Streams: a client of its own, signed for as DynamoDB. It only reads what
/// DynamoDB has written.
public final class DynamoDbStreamsPackage implements ServicePackage {
  @Override
  public String name() {
    return "dynamodbstreams";
  }

  @Override
  public String clientInterface() {
    return "software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient";
  }

  @Override
  public List<?> open(Cloud cloud) {
    return List.of(new DynamoStreams(cloud));
  }
}
