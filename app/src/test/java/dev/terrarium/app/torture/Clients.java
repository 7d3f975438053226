package dev.terrarium.app.torture;

import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/// AWS's own clients, which do not try again by themselves.
record Clients(
    SqsClient sqs,
    SnsClient sns,
    S3Client s3,
    DynamoDbClient dynamo,
    DynamoDbClient elsewhere,
    DynamoDbStreamsClient streams,
    LambdaClient lambda) {
  /// Another region than that of all other clients.
  static final Region ELSEWHERE = Region.EU_WEST_1;

  private static DynamoDbClient dynamo(URI place, Region region, AwsCredentialsProvider key) {
    return DynamoDbClient.builder()
        .endpointOverride(place)
        .region(region)
        .credentialsProvider(key)
        .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(1)))
        .build();
  }

  static Clients of(int port) {
    var place = URI.create("http://127.0.0.1:" + port);
    AwsCredentialsProvider key =
        StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));
    var sqs = SqsClient.builder().endpointOverride(place).region(Region.US_EAST_1);
    var sns = SnsClient.builder().endpointOverride(place).region(Region.US_EAST_1);
    var s3 = S3Client.builder().endpointOverride(place).region(Region.US_EAST_1);
    return new Clients(
        sqs.credentialsProvider(key)
            .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(1)))
            .build(),
        sns.credentialsProvider(key)
            .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(1)))
            .build(),
        s3.credentialsProvider(key)
            .forcePathStyle(true)
            .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(1)))
            .build(),
        dynamo(place, Region.US_EAST_1, key),
        dynamo(place, ELSEWHERE, key),
        DynamoDbStreamsClient.builder()
            .endpointOverride(place)
            .region(Region.US_EAST_1)
            .credentialsProvider(key)
            .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(1)))
            .build(),
        LambdaClient.builder()
            .endpointOverride(place)
            .region(Region.US_EAST_1)
            .credentialsProvider(key)
            .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(1)))
            .build());
  }
}
