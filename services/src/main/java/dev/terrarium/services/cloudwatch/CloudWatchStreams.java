package dev.terrarium.services.cloudwatch;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.PojoCodec;
import dev.terrarium.services.cloudwatch.MetricStore.AlarmKey;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatch.model.DeleteMetricStreamRequest;
import software.amazon.awssdk.services.cloudwatch.model.DeleteMetricStreamResponse;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricStreamRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricStreamResponse;
import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterCombinationException;
import software.amazon.awssdk.services.cloudwatch.model.ListMetricStreamsRequest;
import software.amazon.awssdk.services.cloudwatch.model.ListMetricStreamsResponse;
import software.amazon.awssdk.services.cloudwatch.model.MetricStreamEntry;
import software.amazon.awssdk.services.cloudwatch.model.MetricStreamOutputFormat;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricStreamRequest;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricStreamResponse;
import software.amazon.awssdk.services.cloudwatch.model.ResourceNotFoundException;
import software.amazon.awssdk.services.cloudwatch.model.StartMetricStreamsRequest;
import software.amazon.awssdk.services.cloudwatch.model.StartMetricStreamsResponse;
import software.amazon.awssdk.services.cloudwatch.model.StopMetricStreamsRequest;
import software.amazon.awssdk.services.cloudwatch.model.StopMetricStreamsResponse;

/// Metric streams: made, started, stopped; [StreamSender] sends.
final class CloudWatchStreams implements CloudWatchPart {
  private static final String RUNNING = "running";
  private static final String STOPPED = "stopped";

  private final Cloud cloud;
  private final Keyspace<AlarmKey, GetMetricStreamResponse> streams;

  /// They come later, for they ask whether a stream exists.
  private @Nullable CloudWatchTags tags;

  CloudWatchStreams(Cloud cloud, MetricStore stored) {
    this.cloud = cloud;
    KeyCodec<AlarmKey> keys = AlarmKey.CODEC;
    this.streams =
        new Keyspace<>(
            cloud.store(),
            "cloudwatch.streams",
            keys,
            new PojoCodec<>(GetMetricStreamResponse::builder));
    stored.listener(new StreamSender(cloud, stored, this));
  }

  void tags(CloudWatchTags found) {
    tags = found;
  }

  boolean exists(AlarmKey key) {
    return streams.contains(key);
  }

  /// The running streams of an account and region.
  List<GetMetricStreamResponse> running(String account, String region) {
    return streams.list(account, region).stream()
        .filter(stream -> stream.state().equals(RUNNING))
        .toList();
  }

  private static String arn(AlarmKey key) {
    return key.scope().arn("cloudwatch", "metric-stream/" + key.name());
  }

  private GetMetricStreamResponse stream(@Nullable String name) {
    if (name == null) {
      throw CloudWatchMetrics.missing("Name");
    }
    var stream = streams.get(CloudWatchAlarms.key(name));
    if (stream == null) {
      throw Errors.of(
          ResourceNotFoundException.builder(),
          404,
          "ResourceNotFoundException",
          "Metric stream " + name + " does not exist");
    }
    return stream;
  }

  @Override
  public PutMetricStreamResponse putMetricStream(PutMetricStreamRequest request) {
    if (request.name() == null) {
      throw CloudWatchMetrics.missing("Name");
    } else if (!request.name().matches("[A-Za-z0-9_-]{1,255}")) {
      throw CloudWatchMetrics.invalid("Invalid metric stream name: " + request.name());
    } else if (request.roleArn() == null) {
      throw CloudWatchMetrics.missing("RoleArn");
    } else if (request.firehoseArn() == null) {
      throw CloudWatchMetrics.missing("FirehoseArn");
    } else if (request.outputFormat() == null) {
      throw CloudWatchMetrics.missing("OutputFormat");
    } else if (Arn.of(request.firehoseArn())
        .filter(a -> a.service().equals("firehose"))
        .isEmpty()) {
      throw CloudWatchMetrics.invalid("Invalid FirehoseArn: " + request.firehoseArn());
    } else if (request.outputFormat() != MetricStreamOutputFormat.JSON) {
      throw Errors.notImplemented(
          "cloudwatch", "PutMetricStream with " + request.outputFormatAsString());
    } else if (!request.includeFilters().isEmpty() && !request.excludeFilters().isEmpty()) {
      throw Errors.of(
          InvalidParameterCombinationException.builder(),
          400,
          "InvalidParameterCombination",
          "IncludeFilters and ExcludeFilters cannot both be specified.");
    } else if (!request.statisticsConfigurations().isEmpty()) {
      throw Errors.notImplemented("cloudwatch", "PutMetricStream with StatisticsConfigurations");
    }
    var key = CloudWatchAlarms.key(request.name());
    var there = streams.get(key);
    var now = cloud.clock().now();
    var batch = new Batch();
    streams.put(
        batch,
        key,
        GetMetricStreamResponse.builder()
            .arn(arn(key))
            .name(key.name())
            .includeFilters(request.includeFilters())
            .excludeFilters(request.excludeFilters())
            .firehoseArn(request.firehoseArn())
            .roleArn(request.roleArn())
            .state(there == null ? RUNNING : there.state())
            .creationDate(there == null ? now : there.creationDate())
            .lastUpdateDate(now)
            .outputFormat(request.outputFormat())
            .includeLinkedAccountsMetrics(
                Boolean.TRUE.equals(request.includeLinkedAccountsMetrics()))
            .build());
    if (there == null && tags != null) {
      tags.create(batch, arn(key), request.tags());
    }
    cloud.store().commit(batch);
    return PutMetricStreamResponse.builder().arn(arn(key)).build();
  }

  @Override
  public GetMetricStreamResponse getMetricStream(GetMetricStreamRequest request) {
    return stream(request.name());
  }

  @Override
  public ListMetricStreamsResponse listMetricStreams(ListMetricStreamsRequest request) {
    var scope = Call.current().scope();
    var all = streams.list(scope.account(), scope.region());
    var from = request.nextToken() == null ? 0 : CloudWatchMetrics.number(request.nextToken());
    var max = request.maxResults() == null ? 500 : request.maxResults();
    var to = Math.min(all.size(), from + max);
    return ListMetricStreamsResponse.builder()
        .entries(
            all.subList(Math.min(from, to), to).stream()
                .map(stream ->
                    MetricStreamEntry.builder()
                        .arn(stream.arn())
                        .name(stream.name())
                        .creationDate(stream.creationDate())
                        .lastUpdateDate(stream.lastUpdateDate())
                        .firehoseArn(stream.firehoseArn())
                        .state(stream.state())
                        .outputFormat(stream.outputFormat())
                        .build())
                .toList())
        .nextToken(to < all.size() ? Integer.toString(to) : null)
        .build();
  }

  @Override
  public DeleteMetricStreamResponse deleteMetricStream(DeleteMetricStreamRequest request) {
    if (request.name() == null) {
      throw CloudWatchMetrics.missing("Name");
    }
    var key = CloudWatchAlarms.key(request.name());
    var batch = new Batch();
    streams.delete(batch, key);
    if (tags != null) {
      tags.delete(batch, arn(key));
    }
    cloud.store().commit(batch);
    return DeleteMetricStreamResponse.builder().build();
  }

  @Override
  public StartMetricStreamsResponse startMetricStreams(StartMetricStreamsRequest request) {
    turn(request.names(), RUNNING);
    return StartMetricStreamsResponse.builder().build();
  }

  @Override
  public StopMetricStreamsResponse stopMetricStreams(StopMetricStreamsRequest request) {
    turn(request.names(), STOPPED);
    return StopMetricStreamsResponse.builder().build();
  }

  private void turn(List<String> names, String state) {
    var batch = new Batch();
    for (var name : names) {
      var stream = streams.get(CloudWatchAlarms.key(name));
      if (stream != null) {
        streams.put(batch, CloudWatchAlarms.key(name), stream.toBuilder().state(state).build());
      }
    }
    cloud.store().commit(batch);
  }
}
