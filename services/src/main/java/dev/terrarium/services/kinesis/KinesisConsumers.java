package dev.terrarium.services.kinesis;

import dev.terrarium.kernel.store.Batch;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.Consumer;
import software.amazon.awssdk.services.kinesis.model.ConsumerDescription;
import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;
import software.amazon.awssdk.services.kinesis.model.DeregisterStreamConsumerRequest;
import software.amazon.awssdk.services.kinesis.model.DeregisterStreamConsumerResponse;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamConsumerRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamConsumerResponse;
import software.amazon.awssdk.services.kinesis.model.ListStreamConsumersRequest;
import software.amazon.awssdk.services.kinesis.model.ListStreamConsumersResponse;
import software.amazon.awssdk.services.kinesis.model.RegisterStreamConsumerRequest;
import software.amazon.awssdk.services.kinesis.model.RegisterStreamConsumerResponse;

/// Consumers with throughput of their own come, are described and go.
final class KinesisConsumers extends KinesisPart {
  private static final int CONSUMERS_MAX = 20;
  private static final int LIST_DEFAULT = 100;
  private static final Pattern ARN =
      Pattern.compile("(arn:.*:stream/[^/]+)/consumer/([a-zA-Z0-9_.-]+):([0-9]+)");

  /// A consumer that is there.
  record Found(Stream stream, StreamStore.ConsumerKey key, ConsumerConfig config) {
    String arn() {
      return KinesisConsumers.arn(stream, key.name(), config);
    }

    void change(Streams streams, UnaryOperator<ConsumerConfig> change) {
      streams.defining.lock();
      try {
        var there = streams.stored.consumers.get(key);
        if (there == null) {
          throw noConsumer(arn(), stream.key);
        }
        streams.stored.consumers.put(key, change.apply(there));
      } finally {
        streams.defining.unlock();
      }
    }
  }

  KinesisConsumers(Streams streams) {
    super(streams);
  }

  private static String arn(Stream stream, String name, ConsumerConfig config) {
    return stream.arn + "/consumer/" + name + ":" + config.createdMillis() / 1000;
  }

  private static RuntimeException noConsumer(String which, StreamKey key) {
    return KinesisErrors.notFound(
        "Consumer " + which + ", account " + key.account() + " not found.");
  }

  /// The consumer that an ARN names, or null if it is not the ARN of a consumer.
  static @Nullable Found find(Streams streams, String arn) {
    var parts = ARN.matcher(arn);
    if (!parts.matches()) {
      return null;
    }
    var stream = streams.get(null, parts.group(1));
    var key = new StreamStore.ConsumerKey(stream.config().storageId(), parts.group(2));
    var config = streams.stored.consumers.get(key);
    if (config == null || !parts.group(3).equals(Long.toString(config.createdMillis() / 1000))) {
      throw noConsumer(arn, stream.key);
    }
    return new Found(stream, key, config);
  }

  @Override
  public RegisterStreamConsumerResponse registerStreamConsumer(
      RegisterStreamConsumerRequest request) {
    var name = request.consumerName();
    new KinesisConstraints()
        .required("streamARN", request.streamARN()).stream(null, request.streamARN())
            .required("consumerName", name)
            .name("consumerName", name)
            .tags(request.tags())
            .check();
    var stream = streams.get(null, request.streamARN());
    KinesisTags.check(stream.key, request.tags(), java.util.Map.of());
    var key = new StreamStore.ConsumerKey(stream.config().storageId(), name);
    var config = new ConsumerConfig(nowMillis(), request.tags(), "");
    streams.defining.lock();
    try {
      if (streams.stored.consumers.contains(key)) {
        throw KinesisErrors.inUse(
            "Consumer "
                + name
                + " under stream "
                + stream.key.name()
                + " already exists for account "
                + stream.key.account()
                + ".");
      }
      if (streams.stored.consumers.list(key.storageId()).size() >= CONSUMERS_MAX) {
        throw KinesisErrors.limit(
            "The limit of "
                + CONSUMERS_MAX
                + " consumers is reached for stream "
                + stream.key.name()
                + " under account "
                + stream.key.account()
                + ".");
      }
      streams.stored.consumers.put(key, config);
    } finally {
      streams.defining.unlock();
    }
    return RegisterStreamConsumerResponse.builder()
        .consumer(
            consumer(stream, name, config).toBuilder()
                .consumerStatus(ConsumerStatus.CREATING)
                .build())
        .build();
  }

  private static Consumer consumer(Stream stream, String name, ConsumerConfig config) {
    return Consumer.builder()
        .consumerName(name)
        .consumerARN(arn(stream, name, config))
        .consumerStatus(ConsumerStatus.ACTIVE)
        .consumerCreationTimestamp(Instant.ofEpochSecond(config.createdMillis() / 1000))
        .build();
  }

  @Override
  public DeregisterStreamConsumerResponse deregisterStreamConsumer(
      DeregisterStreamConsumerRequest request) {
    var found = named(request.streamARN(), request.consumerName(), request.consumerARN());
    var batch = new Batch();
    streams.stored.consumers.delete(batch, found.key);
    batch.afterCommit(() -> streams.cloud.signals().signal(found.stream.arn));
    streams.cloud.store().commit(batch);
    return DeregisterStreamConsumerResponse.builder().build();
  }

  @Override
  public DescribeStreamConsumerResponse describeStreamConsumer(
      DescribeStreamConsumerRequest request) {
    var found = named(request.streamARN(), request.consumerName(), request.consumerARN());
    var shown = consumer(found.stream, found.key.name(), found.config);
    return DescribeStreamConsumerResponse.builder()
        .consumerDescription(
            ConsumerDescription.builder()
                .consumerName(shown.consumerName())
                .consumerARN(shown.consumerARN())
                .consumerStatus(shown.consumerStatus())
                .consumerCreationTimestamp(shown.consumerCreationTimestamp())
                .streamARN(found.stream.arn)
                .build())
        .build();
  }

  private Found named(
      @Nullable String streamArn, @Nullable String name, @Nullable String consumerArn) {
    new KinesisConstraints()
        .stream(null, streamArn).name("consumerName", name).consumer(consumerArn).check();
    if (consumerArn != null) {
      var found = find(streams, consumerArn);
      if (found == null) {
        throw KinesisErrors.invalid("Invalid ConsumerARN: " + consumerArn);
      }
      if (streamArn != null && !streamArn.equals(found.stream.arn)
          || name != null && !name.equals(found.key.name())) {
        throw KinesisErrors.invalid(
            "ConsumerARN does not match the given StreamARN and ConsumerName.");
      }
      return found;
    }
    if (streamArn == null || name == null) {
      throw KinesisErrors.invalid(
          "Either ConsumerARN or both StreamARN and ConsumerName must be specified.");
    }
    var stream = streams.get(null, streamArn);
    var key = new StreamStore.ConsumerKey(stream.config().storageId(), name);
    var config = streams.stored.consumers.get(key);
    if (config == null) {
      throw noConsumer(name, stream.key);
    }
    return new Found(stream, key, config);
  }

  @Override
  public ListStreamConsumersResponse listStreamConsumers(ListStreamConsumersRequest request) {
    new KinesisConstraints()
        .required("streamARN", request.streamARN()).stream(null, request.streamARN())
            .range("maxResults", request.maxResults(), 1, 10_000)
            .length("nextToken", request.nextToken(), 1, 1_048_576)
            .check();
    var stream = streams.get(null, request.streamARN());
    stream.checkCreated(request.streamCreationTimestamp());
    var after = request.nextToken() == null ? "" : name(request.nextToken());
    var max = request.maxResults() == null ? LIST_DEFAULT : request.maxResults();
    var found = new ArrayList<Consumer>();
    streams.stored.consumers.scan(
        (key, config) -> {
          if (key.name().compareTo(after) > 0) {
            found.add(consumer(stream, key.name(), config));
          }
          return found.size() <= max;
        },
        stream.config().storageId());
    var response = ListStreamConsumersResponse.builder();
    if (found.size() > max) {
      found.removeLast();
      var last = found.getLast().consumerName().getBytes(StandardCharsets.UTF_8);
      response.nextToken(Base64.getEncoder().encodeToString(last));
    }
    return response.consumers(found).build();
  }

  private static String name(String token) {
    try {
      return new String(Base64.getDecoder().decode(token), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw KinesisErrors.invalid("Invalid NextToken.");
    }
  }
}
