package dev.terrarium.systems;

import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sts.StsClient;

/// Stock clients of one endpoint.
public final class Clients {
  private final URI endpoint;
  private final Region region;

  /// Made and unmade.
  public final CloudFormationClient cloudFormation;

  /// Metrics and alarms.
  public final CloudWatchClient cloudWatch;

  /// What functions print.
  public final CloudWatchLogsClient logs;

  /// Tables.
  public final DynamoDbClient dynamo;

  /// Streams.
  public final KinesisClient kinesis;

  /// Functions.
  public final LambdaClient lambda;

  /// Objects.
  public final S3Client s3;

  /// Topics.
  public final SnsClient sns;

  /// Queues.
  public final SqsClient sqs;

  /// Who is asking.
  public final StsClient sts;

  /// Changes of tables.
  public final DynamoDbStreamsClient streams;

  /// Clients of an endpoint, in the region that the environment names.
  public Clients(URI endpoint) {
    this(endpoint, Region.of(environment("AWS_REGION", "us-east-1")));
  }

  private Clients(URI endpoint, Region region) {
    this.endpoint = endpoint;
    this.region = region;
    streams = configure(DynamoDbStreamsClient.builder()).build();
    cloudFormation = configure(CloudFormationClient.builder()).build();
    cloudWatch = configure(CloudWatchClient.builder()).build();
    logs = configure(CloudWatchLogsClient.builder()).build();
    dynamo = configure(DynamoDbClient.builder()).build();
    kinesis = configure(KinesisClient.builder()).build();
    lambda = configure(LambdaClient.builder()).build();
    s3 = configure(S3Client.builder().forcePathStyle(true)).build();
    sns = configure(SnsClient.builder()).build();
    sqs = configure(SqsClient.builder()).build();
    sts = configure(StsClient.builder()).build();
  }

  /// The same in another region.
  public Clients in(String otherRegion) {
    return new Clients(endpoint, Region.of(otherRegion));
  }

  /// The region that they are in.
  public String region() {
    return region.id();
  }

  private <
          B extends
              AwsSyncClientBuilder<B, ?>
                  & software.amazon.awssdk.awscore.client.builder.AwsClientBuilder<B, ?>>
      B configure(B builder) {
    return builder
        .endpointOverride(endpoint)
        .region(region)
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(
                    environment("AWS_ACCESS_KEY_ID", "test"),
                    environment("AWS_SECRET_ACCESS_KEY", "test"))))
        .overrideConfiguration(o -> o.retryStrategy(RetryMode.STANDARD))
        .httpClient(
            UrlConnectionHttpClient.builder().socketTimeout(Duration.ofSeconds(60)).build());
  }

  private static String environment(String name, String otherwise) {
    var value = System.getenv(name);
    return value == null || value.isEmpty() ? otherwise : value;
  }
}
