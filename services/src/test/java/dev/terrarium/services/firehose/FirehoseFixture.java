package dev.terrarium.services.firehose;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.store.MemoryStore;
import dev.terrarium.kernel.time.Clock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.model.ExtendedS3DestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.Processor;
import software.amazon.awssdk.services.firehose.model.ProcessorParameter;
import software.amazon.awssdk.services.firehose.model.Record;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/// A cloud whose clock stands, with a bucket, and short words for delivery streams.
abstract class FirehoseFixture {
  static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
  static final String ROLE = "arn:aws:iam::000000000000:role/r";
  final MemoryStore store = new MemoryStore();
  final Cloud cloud = Cloud.builder().store(store).clock(Clock.stoppedAt(START)).build();
  final FirehoseClient firehose = cloud.client(FirehoseClient.class);
  final S3Client s3 = cloud.client(S3Client.class);

  @BeforeEach
  void bucket() {
    s3.createBucket(b -> b.bucket("bbb"));
  }

  @AfterEach
  void close() {
    cloud.close();
  }

  void create(String name, Consumer<ExtendedS3DestinationConfiguration.Builder> more) {
    firehose.createDeliveryStream(r ->
        r.deliveryStreamName(name)
            .extendedS3DestinationConfiguration(
                d -> more.accept(d.roleARN(ROLE).bucketARN("arn:aws:s3:::bbb"))));
  }

  void put(String name, String... data) {
    for (var text : data) {
      firehose.putRecord(r ->
          r.deliveryStreamName(name)
              .record(Record.builder().data(SdkBytes.fromUtf8String(text)).build()));
    }
  }

  void pass(Duration time) {
    cloud.timers().advance(time);
  }

  List<String> keys() {
    return s3.listObjectsV2(r -> r.bucket("bbb")).contents().stream().map(S3Object::key).toList();
  }

  byte[] bytes(String key) {
    return s3.getObjectAsBytes(r -> r.bucket("bbb").key(key)).asByteArray();
  }

  String text(String key) {
    return new String(bytes(key), StandardCharsets.UTF_8);
  }

  static String error(ThrowingCallable call) {
    var thrown = Assertions.catchThrowableOfType(AwsServiceException.class, call);
    return Errors.code(Objects.requireNonNull(thrown)) + ": " + Errors.message(thrown);
  }

  static Processor processor(String type, String... parameters) {
    var list = new ArrayList<ProcessorParameter>();
    for (int i = 0; i < parameters.length; i += 2) {
      list.add(
          ProcessorParameter.builder()
              .parameterName(parameters[i])
              .parameterValue(parameters[i + 1])
              .build());
    }
    return Processor.builder().type(type).parameters(list).build();
  }
}
