package dev.terrarium.services.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.Output;
import software.amazon.awssdk.services.cloudformation.model.Parameter;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.s3.S3Client;

/// Streams in stacks, and what CloudWatch sees of streams.
final class StreamStacksTest extends KinesisFixture {
  private static final String TEMPLATE =
      """
      Parameters:
        Shards: {Type: Number, Default: 2}
        Hours: {Type: Number, Default: 48}
      Resources:
        Stream:
          Type: AWS::Kinesis::Stream
          Properties:
            Name: events
            ShardCount: !Ref Shards
            RetentionPeriodHours: !Ref Hours
            StreamEncryption: {EncryptionType: KMS, KeyId: alias/aws/kinesis}
            DesiredShardLevelMetrics: [IncomingRecords]
            Tags: [{Key: a, Value: b}]
        Consumer:
          Type: AWS::Kinesis::StreamConsumer
          Properties: {ConsumerName: c, StreamARN: !GetAtt Stream.Arn}
        Policy:
          Type: AWS::Kinesis::ResourcePolicy
          Properties:
            ResourceArn: !GetAtt Stream.Arn
            ResourcePolicy: {Version: "2012-10-17", Statement: []}
        Delivery:
          Type: AWS::KinesisFirehose::DeliveryStream
          Properties:
            DeliveryStreamName: delivery
            DeliveryStreamType: KinesisStreamAsSource
            KinesisStreamSourceConfiguration:
              KinesisStreamARN: !GetAtt Stream.Arn
              RoleARN: arn:aws:iam::000000000000:role/r
            ExtendedS3DestinationConfiguration:
              BucketARN: arn:aws:s3:::delivered
              RoleARN: arn:aws:iam::000000000000:role/r
              BufferingHints: {IntervalInSeconds: 60, SizeInMBs: 1}
      Outputs:
        Arn: {Value: !GetAtt Stream.Arn}
        Name: {Value: !Ref Stream}
        Consumer: {Value: !Ref Consumer}
        Delivery: {Value: !GetAtt Delivery.Arn}
      """;

  @Test
  void streamsAreMadeChangedAndRemovedByStacks() {
    cloud.client(S3Client.class).createBucket(b -> b.bucket("delivered"));
    var stacks = cloud.client(CloudFormationClient.class);
    stacks.createStack(s -> s.stackName("streams").templateBody(TEMPLATE));
    pass(Duration.ofSeconds(30));
    var stack = stacks.describeStacks(d -> d.stackName("streams")).stacks().getFirst();
    assertThat(stack.stackStatusAsString())
        .as(String.valueOf(stack.stackStatusReason()))
        .isEqualTo("CREATE_COMPLETE");
    var outputs =
        stack.outputs().stream().collect(Collectors.toMap(Output::outputKey, Output::outputValue));
    assertThat(outputs)
        .containsEntry("Arn", ARN + "events")
        .containsEntry("Name", "events")
        .containsEntry(
            "Delivery", "arn:aws:firehose:us-east-1:000000000000:deliverystream/delivery");
    assertThat(outputs.get("Consumer")).startsWith(ARN + "events/consumer/c:");
    var made =
        kinesis.describeStreamSummary(r -> r.streamName("events")).streamDescriptionSummary();
    assertThat(made.openShardCount()).isEqualTo(2);
    assertThat(made.retentionPeriodHours()).isEqualTo(48);
    assertThat(made.encryptionType()).isEqualTo(EncryptionType.KMS);
    put("events", "k", "through the stack");
    pass(Duration.ofSeconds(61));
    assertThat(cloud.client(S3Client.class).listObjectsV2(l -> l.bucket("delivered")).contents())
        .hasSize(1);
    stacks.updateStack(s ->
        s.stackName("streams")
            .usePreviousTemplate(true)
            .parameters(
                Parameter.builder().parameterKey("Shards").parameterValue("4").build(),
                Parameter.builder().parameterKey("Hours").parameterValue("24").build()));
    pass(Duration.ofSeconds(30));
    var changed =
        kinesis.describeStreamSummary(r -> r.streamName("events")).streamDescriptionSummary();
    assertThat(changed.openShardCount()).isEqualTo(4);
    assertThat(changed.retentionPeriodHours()).isEqualTo(24);
    stacks.deleteStack(d -> d.stackName("streams"));
    pass(Duration.ofSeconds(30));
    assertThat(kinesis.listStreams().streamNames()).isEmpty();
    assertThat(cloud.client(FirehoseClient.class).listDeliveryStreams().deliveryStreamNames())
        .isEmpty();
  }

  @Test
  void cloudWatchSeesWhatComesAndGoes() {
    stream("s", 1);
    kinesis.enableEnhancedMonitoring(
        r -> r.streamName("s").shardLevelMetricsWithStrings("IncomingRecords"));
    put("s", "k", "12345");
    put("s", "k", "1234");
    read(iterator("s", 0, "TRIM_HORIZON"));
    pass(Duration.ofMinutes(2));
    assertThat(sum("IncomingRecords", Map.of("StreamName", "s"))).isEqualTo(2);
    assertThat(sum("IncomingBytes", Map.of("StreamName", "s"))).isEqualTo(11);
    assertThat(sum("GetRecords.Records", Map.of("StreamName", "s"))).isEqualTo(2);
    assertThat(sum("IncomingRecords", Map.of("StreamName", "s", "ShardId", id(0)))).isEqualTo(2);
  }

  private double sum(String metric, Map<String, String> dimensions) {
    return cloud
        .client(CloudWatchClient.class)
        .getMetricStatistics(r ->
            r.namespace("AWS/Kinesis")
                .metricName(metric)
                .dimensions(
                    dimensions.entrySet().stream()
                        .map(d -> Dimension.builder().name(d.getKey()).value(d.getValue()).build())
                        .toList())
                .startTime(START)
                .endTime(START.plusSeconds(3600))
                .period(3600)
                .statisticsWithStrings("Sum"))
        .datapoints()
        .getFirst()
        .sum();
  }
}
