package dev.terrarium.services.firehose;

import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.PojoCodec;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamDescription;
import software.amazon.awssdk.services.firehose.model.DestinationDescription;
import software.amazon.awssdk.services.firehose.model.ExtendedS3DestinationDescription;
import software.amazon.awssdk.services.firehose.model.HttpEndpointDestinationDescription;

/// What a delivery stream is.
///
/// @param storageId under which its records are stored: another for each that ever had the name
/// @param description as it is shown
/// @param accessKey of the HTTP endpoint, which is never shown; or empty
record DeliveryConfig(
    String storageId,
    DeliveryStreamDescription description,
    Map<String, String> tags,
    String accessKey) {
  private static final PojoCodec<DeliveryStreamDescription> DESCRIPTION =
      new PojoCodec<>(DeliveryStreamDescription::builder);

  static final Codec<DeliveryConfig> CODEC =
      Codec.of(
          1,
          (stream, writer) -> {
            writer.string(stream.storageId);
            DESCRIPTION.write(writer, stream.description);
            writer.strings(stream.tags).string(stream.accessKey);
          },
          reader ->
              new DeliveryConfig(
                  reader.string(), DESCRIPTION.read(reader), reader.strings(), reader.string()));

  DeliveryConfig {
    tags = Map.copyOf(tags);
  }

  DestinationDescription destination() {
    return description.destinations().getFirst();
  }

  /// The bucket that gets everything, or null if an HTTP endpoint does.
  @Nullable ExtendedS3DestinationDescription bucket() {
    return destination().extendedS3DestinationDescription();
  }

  /// The endpoint that gets everything, or null if a bucket does.
  @Nullable HttpEndpointDestinationDescription endpoint() {
    return destination().httpEndpointDestinationDescription();
  }

  /// The ARN of the Kinesis stream that it reads, or null if records are put into it.
  @Nullable String sourceArn() {
    var source = description.source();
    return source == null || source.kinesisStreamSourceDescription() == null
        ? null
        : source.kinesisStreamSourceDescription().kinesisStreamARN();
  }

  DeliveryConfig described(Consumer<DeliveryStreamDescription.Builder> change) {
    var builder = description.toBuilder();
    change.accept(builder);
    return new DeliveryConfig(storageId, builder.build(), tags, accessKey);
  }

  DeliveryConfig withTags(Map<String, String> replacement) {
    return new DeliveryConfig(storageId, description, replacement, accessKey);
  }

  DeliveryConfig withAccessKey(String replacement) {
    return new DeliveryConfig(storageId, description, tags, replacement);
  }
}
