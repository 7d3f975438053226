package dev.terrarium.services.firehose;

import dev.terrarium.kernel.Call;
import java.util.HashMap;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.firehose.model.CreateDeliveryStreamRequest;
import software.amazon.awssdk.services.firehose.model.CreateDeliveryStreamResponse;
import software.amazon.awssdk.services.firehose.model.DeleteDeliveryStreamRequest;
import software.amazon.awssdk.services.firehose.model.DeleteDeliveryStreamResponse;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamDescription;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamEncryptionConfiguration;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamEncryptionStatus;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamStatus;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamType;
import software.amazon.awssdk.services.firehose.model.DescribeDeliveryStreamRequest;
import software.amazon.awssdk.services.firehose.model.DescribeDeliveryStreamResponse;
import software.amazon.awssdk.services.firehose.model.DestinationDescription;
import software.amazon.awssdk.services.firehose.model.ListDeliveryStreamsRequest;
import software.amazon.awssdk.services.firehose.model.ListDeliveryStreamsResponse;
import software.amazon.awssdk.services.firehose.model.SourceDescription;

/// Delivery streams come, are described and go.
final class FirehoseStreams extends FirehosePart {
  private static final int LIST_DEFAULT = 10;
  private static final Pattern KINESIS_ARN =
      Pattern.compile("arn:.*:kinesis:[a-zA-Z0-9\\-]+:\\d{12}:stream/[a-zA-Z0-9_.-]+");
  private static final List<String> ELSEWHERE =
      List.of(
          "RedshiftDestinationConfiguration",
          "ElasticsearchDestinationConfiguration",
          "AmazonopensearchserviceDestinationConfiguration",
          "AmazonOpenSearchServerlessDestinationConfiguration",
          "SplunkDestinationConfiguration",
          "SnowflakeDestinationConfiguration",
          "IcebergDestinationConfiguration",
          "MSKSourceConfiguration",
          "DatabaseSourceConfiguration");

  FirehoseStreams(Deliveries deliveries) {
    super(deliveries);
  }

  @Override
  public CreateDeliveryStreamResponse createDeliveryStream(CreateDeliveryStreamRequest request) {
    new FirehoseConstraints()
        .stream(request.deliveryStreamName())
            .oneOf(
                "deliveryStreamType",
                request.deliveryStreamTypeAsString(),
                "DirectPut",
                "KinesisStreamAsSource",
                "MSKAsSource",
                "DatabaseAsSource")
            .check();
    Destinations.refuse(request, ELSEWHERE);
    var key = DeliveryKey.of(request.deliveryStreamName());
    if (deliveries.find(key) != null) {
      throw FirehoseErrors.inUse(key);
    }
    var tags = new HashMap<String, String>();
    request.tags().forEach(tag -> tags.put(tag.key(), FirehoseTags.value(tag)));
    FirehoseTags.check(tags);
    var endpoint = request.httpEndpointDestinationConfiguration();
    var accessKey =
        endpoint == null || endpoint.endpointConfiguration() == null
            ? null
            : endpoint.endpointConfiguration().accessKey();
    var type =
        request.deliveryStreamType() == null
            ? DeliveryStreamType.DIRECT_PUT
            : request.deliveryStreamType();
    var description =
        DeliveryStreamDescription.builder()
            .deliveryStreamName(key.name())
            .deliveryStreamARN(key.arn())
            .deliveryStreamStatus(DeliveryStreamStatus.ACTIVE)
            .deliveryStreamType(type)
            .versionId("1")
            .createTimestamp(deliveries.cloud.clock().now())
            .deliveryStreamEncryptionConfiguration(encryption(request))
            .source(source(request, type))
            .destinations(destination(request))
            .hasMoreDestinations(false)
            .build();
    var config =
        new DeliveryConfig(
            deliveries.cloud.ids().unique(16),
            description,
            tags,
            accessKey == null ? "" : accessKey);
    deliveries.create(key, config);
    return CreateDeliveryStreamResponse.builder().deliveryStreamARN(key.arn()).build();
  }

  @SuppressWarnings("deprecation")
  private static DestinationDescription destination(CreateDeliveryStreamRequest request) {
    var given =
        Stream.<@Nullable SdkPojo>of(
                request.s3DestinationConfiguration(),
                request.extendedS3DestinationConfiguration(),
                request.httpEndpointDestinationConfiguration())
            .filter(one -> one != null)
            .count();
    if (given != 1) {
      throw FirehoseErrors.invalid(
          "Exactly one destination configuration is supported for a Firehose");
    }
    var endpoint = request.httpEndpointDestinationConfiguration();
    if (endpoint != null) {
      return Destinations.endpoint(null, endpoint, endpoint.s3Configuration());
    }
    var extended = request.extendedS3DestinationConfiguration();
    return extended != null
        ? Destinations.bucket(null, extended, extended.s3BackupConfiguration())
        : Destinations.bucket(null, request.s3DestinationConfiguration(), null);
  }

  private @Nullable SourceDescription source(
      CreateDeliveryStreamRequest request, DeliveryStreamType type) {
    var kinesis = request.kinesisStreamSourceConfiguration();
    if (type == DeliveryStreamType.KINESIS_STREAM_AS_SOURCE) {
      if (kinesis == null) {
        throw FirehoseErrors.invalid(
            "KinesisStreamSourceConfiguration is required for KinesisStreamAsSource delivery"
                + " stream type.");
      }
      var at = "kinesisStreamSourceConfiguration.";
      new FirehoseConstraints()
          .required(at + "kinesisStreamARN", kinesis.kinesisStreamARN())
          .pattern(at + "kinesisStreamARN", kinesis.kinesisStreamARN(), KINESIS_ARN)
          .required(at + "roleARN", kinesis.roleARN())
          .check();
      return SourceDescription.builder()
          .kinesisStreamSourceDescription(s ->
              s.kinesisStreamARN(kinesis.kinesisStreamARN())
                  .roleARN(kinesis.roleARN())
                  .deliveryStartTimestamp(deliveries.cloud.clock().now()))
          .build();
    }
    if (kinesis != null) {
      throw FirehoseErrors.invalid(
          "KinesisStreamSourceConfiguration is only supported for KinesisStreamAsSource delivery"
              + " stream type.");
    }
    var direct = request.directPutSourceConfiguration();
    return direct == null
        ? null
        : SourceDescription.builder()
            .directPutSourceDescription(s -> s.throughputHintInMBs(direct.throughputHintInMBs()))
            .build();
  }

  private static DeliveryStreamEncryptionConfiguration encryption(
      CreateDeliveryStreamRequest request) {
    var wanted = request.deliveryStreamEncryptionConfigurationInput();
    var shown = DeliveryStreamEncryptionConfiguration.builder();
    return wanted == null
        ? shown.status(DeliveryStreamEncryptionStatus.DISABLED).build()
        : FirehoseUpdates.encryption(wanted);
  }

  @Override
  public DescribeDeliveryStreamResponse describeDeliveryStream(
      DescribeDeliveryStreamRequest request) {
    new FirehoseConstraints()
        .stream(request.deliveryStreamName()).range("limit", request.limit(), 1, 10_000).check();
    return DescribeDeliveryStreamResponse.builder()
        .deliveryStreamDescription(
            deliveries.get(request.deliveryStreamName()).config().description())
        .build();
  }

  @Override
  public DeleteDeliveryStreamResponse deleteDeliveryStream(DeleteDeliveryStreamRequest request) {
    new FirehoseConstraints().stream(request.deliveryStreamName()).check();
    deliveries.delete(deliveries.get(request.deliveryStreamName()));
    return DeleteDeliveryStreamResponse.builder().build();
  }

  @Override
  public ListDeliveryStreamsResponse listDeliveryStreams(ListDeliveryStreamsRequest request) {
    new FirehoseConstraints()
        .range("limit", request.limit(), 1, 10_000)
        .name("exclusiveStartDeliveryStreamName", request.exclusiveStartDeliveryStreamName())
        .oneOf(
            "deliveryStreamType",
            request.deliveryStreamTypeAsString(),
            "DirectPut",
            "KinesisStreamAsSource",
            "MSKAsSource",
            "DatabaseAsSource")
        .check();
    var after = request.exclusiveStartDeliveryStreamName();
    var max = request.limit() == null ? LIST_DEFAULT : request.limit();
    var names =
        deliveries.list(Call.current().scope(), after == null ? "" : after).stream()
            .map(DeliveryConfig::description)
            .filter(shown ->
                request.deliveryStreamType() == null
                    || shown.deliveryStreamType() == request.deliveryStreamType())
            .map(DeliveryStreamDescription::deliveryStreamName)
            .toList();
    return ListDeliveryStreamsResponse.builder()
        .deliveryStreamNames(names.stream().limit(max).toList())
        .hasMoreDeliveryStreams(names.size() > max)
        .build();
  }
}
