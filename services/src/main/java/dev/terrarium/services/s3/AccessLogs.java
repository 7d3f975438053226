package dev.terrarium.services.s3;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.time.Timer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.LoggingEnabled;
import software.amazon.awssdk.services.s3.model.PartitionDateSource;
import software.amazon.awssdk.services.s3.model.S3Request;

/// Server access logs: a line per request in AWS's format, gathered in the store and delivered as
/// objects by a durable timer.
///
/// See <https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html>.
final class AccessLogs implements Buckets.AccessObserver {
  private static final String HANDLER = "s3.access-logs";
  private static final Duration GATHERED_FOR = Duration.ofMinutes(5);
  private static final int LINES_MAX = 50_000;
  private static final DateTimeFormatter LINE_TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.US).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter KEY_TIME = format("yyyy-MM-dd-HH-mm-ss");
  private static final DateTimeFormatter FOLDERS = format("yyyy/MM/dd");

  private record LineKey(String bucket, long number) {}

  private final Cloud cloud;
  private final Buckets buckets;
  private final VersionIds ids;
  private final Keyspace<LineKey, String> lines;

  AccessLogs(Cloud cloud, Buckets buckets, VersionIds ids) {
    this.cloud = cloud;
    this.buckets = buckets;
    this.ids = ids;
    this.lines =
        new Keyspace<>(
            cloud.store(),
            "s3.access-log",
            KeyCodec.of(
                (at, writer) -> writer.string(at.bucket).number(at.number),
                reader -> new LineKey(reader.string(), reader.number())),
            Codec.STRING);
    cloud.timers().handle(HANDLER, this::due);
  }

  @Override
  public void served(
      S3Request request,
      BucketState state,
      @Nullable AwsServiceException error,
      @Nullable Object response) {
    if (state.get(Setting.LOGGING) == null) {
      return;
    }
    var now = cloud.clock().now();
    var first = new boolean[] {true};
    lines.scan((at, line) -> first[0] = false, state.name());
    var batch = new Batch();
    lines.put(
        batch, new LineKey(state.name(), ids.next()), line(request, state, error, response, now));
    if (first[0]) {
      var due = now.plus(GATHERED_FOR);
      cloud
          .timers()
          .schedule(
              batch,
              new Timer(due, HANDLER, state.name(), state.name().getBytes(StandardCharsets.UTF_8)));
    }
    cloud.store().commit(batch);
  }

  private void due(Timer timer) {
    var bucket = new String(timer.payload(), StandardCharsets.UTF_8);
    cloud.background("s3", "access-logs", cloud.defaultScope(), () -> deliver(bucket));
  }

  private void deliver(String bucket) {
    var text = new StringBuilder();
    var batch = new Batch();
    var count = new int[1];
    lines.scan(
        (at, line) -> {
          text.append(line).append('\n');
          lines.delete(batch, at);
          return ++count[0] < LINES_MAX;
        },
        bucket);
    var state = buckets.find(bucket);
    var logging = state == null ? null : state.get(Setting.LOGGING);
    if (state != null && logging != null && !text.isEmpty()) {
      var key = key(state, logging, cloud.clock().now());
      try {
        cloud
            .client(S3Client.class, state.bucket().scope())
            .putObject(
                b -> b.bucket(logging.targetBucket()).key(key).contentType("text/plain"),
                RequestBody.fromString(text.toString()));
      } catch (AwsServiceException e) {
        System.getLogger(AccessLogs.class.getName())
            .log(System.Logger.Level.WARNING, "The access log of " + bucket + " is lost", e);
      }
    }
    cloud.store().commit(batch);
    if (count[0] == LINES_MAX) {
      deliver(bucket);
    }
  }

  private String key(BucketState state, LoggingEnabled logging, Instant now) {
    var unique = cloud.ids().hex(16).toUpperCase(Locale.ROOT);
    var name = KEY_TIME.format(now) + "-" + unique;
    var format = logging.targetObjectKeyFormat();
    if (format == null || format.partitionedPrefix() == null) {
      return logging.targetPrefix() + name;
    }
    var byDelivery =
        format.partitionedPrefix().partitionDateSource() == PartitionDateSource.DELIVERY_TIME;
    var bucket = state.bucket();
    return logging.targetPrefix()
        + String.join(
            "/",
            bucket.account(),
            bucket.region(),
            bucket.name(),
            FOLDERS.format(byDelivery ? now : now.minus(GATHERED_FOR)),
            name);
  }

  private static String line(
      S3Request request,
      BucketState state,
      @Nullable AwsServiceException error,
      @Nullable Object response,
      Instant now) {
    var call = Call.current();
    var key = text(Members.text(request, "Key"), Members.text(request, "DestinationKey"));
    var operation = AccessOperation.of(call.operation());
    var encoded = key.equals("-") ? "-" : Listing.urlEncoded(Listing.urlEncoded(key));
    var path = "/" + state.name() + (key.equals("-") ? "" : "/" + Listing.urlEncoded(key));
    var query = operation.query().isEmpty() ? "" : "?" + operation.query();
    var size = response instanceof SdkPojo pojo ? Members.value(pojo, "ContentLength") : null;
    var sent = size == null ? "-" : size.toString();
    var version = text(Members.text(request, "VersionId"), null);
    return String.join(
        " ",
        Owners.id(state.bucket().account()),
        state.name(),
        "[" + LINE_TIME.format(now) + "]",
        call.sourceIp(),
        call.principal().arn().isEmpty() ? "-" : call.principal().arn(),
        call.requestId(),
        operation.logged(),
        encoded,
        "\"" + operation.method() + " " + path + query + " HTTP/1.1\"",
        Integer.toString(error == null ? operation.status() : error.statusCode()),
        error == null ? "-" : Errors.code(error),
        operation.method().equals("GET") ? sent : "-",
        sent,
        "-",
        "-",
        "\"-\"",
        "\"-\"",
        version,
        S3Errors.hostId(call.requestId()),
        "SigV4",
        "-",
        "AuthHeader",
        call.endpoint().replaceFirst("^https?://", ""),
        "-",
        "-",
        "-");
  }

  private static String text(@Nullable String first, @Nullable String second) {
    return first != null ? first : second != null ? second : "-";
  }

  private static DateTimeFormatter format(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
  }
}
