package dev.terrarium.services.firehose;

import java.util.List;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamEncryptionConfiguration;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamEncryptionConfigurationInput;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamEncryptionStatus;
import software.amazon.awssdk.services.firehose.model.DestinationDescription;
import software.amazon.awssdk.services.firehose.model.KeyType;
import software.amazon.awssdk.services.firehose.model.StartDeliveryStreamEncryptionRequest;
import software.amazon.awssdk.services.firehose.model.StartDeliveryStreamEncryptionResponse;
import software.amazon.awssdk.services.firehose.model.StopDeliveryStreamEncryptionRequest;
import software.amazon.awssdk.services.firehose.model.StopDeliveryStreamEncryptionResponse;
import software.amazon.awssdk.services.firehose.model.UpdateDestinationRequest;
import software.amazon.awssdk.services.firehose.model.UpdateDestinationResponse;

/// What can be changed about a delivery stream: its destination and its encryption.
final class FirehoseUpdates extends FirehosePart {
  private static final List<String> ELSEWHERE =
      List.of(
          "RedshiftDestinationUpdate",
          "ElasticsearchDestinationUpdate",
          "AmazonopensearchserviceDestinationUpdate",
          "AmazonOpenSearchServerlessDestinationUpdate",
          "SplunkDestinationUpdate",
          "SnowflakeDestinationUpdate",
          "IcebergDestinationUpdate");

  FirehoseUpdates(Deliveries deliveries) {
    super(deliveries);
  }

  @Override
  public UpdateDestinationResponse updateDestination(UpdateDestinationRequest request) {
    new FirehoseConstraints()
        .stream(request.deliveryStreamName())
            .required("currentDeliveryStreamVersionId", request.currentDeliveryStreamVersionId())
            .required("destinationId", request.destinationId())
            .check();
    Destinations.refuse(request, ELSEWHERE);
    var delivery = deliveries.get(request.deliveryStreamName());
    deliveries.change(
        delivery,
        config -> {
          var version = config.description().versionId();
          if (!version.equals(request.currentDeliveryStreamVersionId())) {
            throw FirehoseErrors.modified(
                delivery.key.name(), version, request.currentDeliveryStreamVersionId());
          }
          if (!config.destination().destinationId().equals(request.destinationId())) {
            throw FirehoseErrors.invalid(
                "Destination Id " + request.destinationId() + " not found");
          }
          var destination = destination(config, request);
          var changed =
              config.described(d ->
                  d.destinations(destination)
                      .versionId(Long.toString(Long.parseLong(version) + 1))
                      .lastUpdateTimestamp(deliveries.cloud.clock().now()));
          var endpoint = request.httpEndpointDestinationUpdate();
          return endpoint == null
                  || endpoint.endpointConfiguration() == null
                  || endpoint.endpointConfiguration().accessKey() == null
              ? changed
              : changed.withAccessKey(endpoint.endpointConfiguration().accessKey());
        });
    return UpdateDestinationResponse.builder().build();
  }

  @SuppressWarnings("deprecation")
  private static DestinationDescription destination(
      DeliveryConfig config, UpdateDestinationRequest request) {
    var extended = request.extendedS3DestinationUpdate();
    if (extended != null) {
      return Destinations.bucket(config.bucket(), extended, extended.s3BackupUpdate());
    }
    if (request.s3DestinationUpdate() != null) {
      return Destinations.bucket(config.bucket(), request.s3DestinationUpdate(), null);
    }
    var endpoint = request.httpEndpointDestinationUpdate();
    if (endpoint != null) {
      return Destinations.endpoint(config.endpoint(), endpoint, endpoint.s3Update());
    }
    throw FirehoseErrors.invalid(
        "Exactly one destination configuration is supported for a Firehose");
  }

  @Override
  public StartDeliveryStreamEncryptionResponse startDeliveryStreamEncryption(
      StartDeliveryStreamEncryptionRequest request) {
    new FirehoseConstraints().stream(request.deliveryStreamName()).check();
    var wanted =
        request.deliveryStreamEncryptionConfigurationInput() == null
            ? DeliveryStreamEncryptionConfigurationInput.builder()
                .keyType(KeyType.AWS_OWNED_CMK)
                .build()
            : request.deliveryStreamEncryptionConfigurationInput();
    var encryption = encryption(wanted);
    change(request.deliveryStreamName(), encryption);
    return StartDeliveryStreamEncryptionResponse.builder().build();
  }

  @Override
  public StopDeliveryStreamEncryptionResponse stopDeliveryStreamEncryption(
      StopDeliveryStreamEncryptionRequest request) {
    new FirehoseConstraints().stream(request.deliveryStreamName()).check();
    change(
        request.deliveryStreamName(),
        DeliveryStreamEncryptionConfiguration.builder()
            .status(DeliveryStreamEncryptionStatus.DISABLED)
            .build());
    return StopDeliveryStreamEncryptionResponse.builder().build();
  }

  private void change(String name, DeliveryStreamEncryptionConfiguration encryption) {
    var delivery = deliveries.get(name);
    deliveries.change(
        delivery,
        config -> {
          if (config.sourceArn() != null) {
            throw FirehoseErrors.invalid(
                "This operation is not permitted on KinesisStreamAsSource delivery stream type.");
          }
          return config.described(d -> d.deliveryStreamEncryptionConfiguration(encryption));
        });
  }

  static DeliveryStreamEncryptionConfiguration encryption(
      DeliveryStreamEncryptionConfigurationInput wanted) {
    new FirehoseConstraints()
        .required("deliveryStreamEncryptionConfigurationInput.keyType", wanted.keyTypeAsString())
        .oneOf(
            "deliveryStreamEncryptionConfigurationInput.keyType",
            wanted.keyTypeAsString(),
            "AWS_OWNED_CMK",
            "CUSTOMER_MANAGED_CMK")
        .check();
    var own = wanted.keyType() == KeyType.CUSTOMER_MANAGED_CMK;
    if (own && wanted.keyARN() == null) {
      throw FirehoseErrors.invalid("KeyARN must be provided when KeyType is CUSTOMER_MANAGED_CMK.");
    }
    if (!own && wanted.keyARN() != null) {
      throw FirehoseErrors.invalid("KeyARN must not be provided when KeyType is AWS_OWNED_CMK.");
    }
    return DeliveryStreamEncryptionConfiguration.builder()
        .keyType(wanted.keyType())
        .keyARN(wanted.keyARN())
        .status(DeliveryStreamEncryptionStatus.ENABLED)
        .build();
  }
}
