package dev.terrarium.systems.functions;

import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sns.SnsClient;

/// Clients of a function, with the HTTP client that starts soonest.
public final class Aws {
  private Aws() {}

  /// Tables of the function's region.
  public static DynamoDbClient dynamo() {
    return DynamoDbClient.builder().httpClient(UrlConnectionHttpClient.create()).build();
  }

  /// Tables of another region.
  public static DynamoDbClient dynamo(String region) {
    return DynamoDbClient.builder()
        .region(Region.of(region))
        .httpClient(UrlConnectionHttpClient.create())
        .build();
  }

  /// Objects.
  public static S3Client s3() {
    return S3Client.builder().httpClient(UrlConnectionHttpClient.create()).build();
  }

  /// Topics.
  public static SnsClient sns() {
    return SnsClient.builder().httpClient(UrlConnectionHttpClient.create()).build();
  }

  /// Metrics.
  public static CloudWatchClient cloudWatch() {
    return CloudWatchClient.builder().httpClient(UrlConnectionHttpClient.create()).build();
  }
}
