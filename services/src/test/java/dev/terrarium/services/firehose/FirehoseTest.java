package dev.terrarium.services.firehose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.time.Clock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.SnappyFramedInputStream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.firehose.model.CompressionFormat;
import software.amazon.awssdk.services.firehose.model.Record;
import software.amazon.awssdk.services.firehose.model.Tag;
import software.amazon.awssdk.services.s3.S3Client;

final class FirehoseTest extends FirehoseFixture {
  @Test
  void recordsAreDeliveredWhenTheFirstHasWaitedLongEnough() {
    create("d", d -> d.prefix("in/").bufferingHints(h -> h.intervalInSeconds(60).sizeInMBs(1)));
    put("d", "one\n", "two\n");
    pass(Duration.ofSeconds(59));
    assertThat(keys()).isEmpty();
    pass(Duration.ofSeconds(1));
    assertThat(keys()).hasSize(1);
    assertThat(keys().getFirst())
        .matches(
            "in/2026/01/02/03/d-1-2026-01-02-03-04-05-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    assertThat(text(keys().getFirst())).isEqualTo("one\ntwo\n");
    pass(Duration.ofMinutes(2));
    assertThat(keys()).hasSize(1);
  }

  @Test
  void recordsAreDeliveredAtOnceWhenThereAreEnough() {
    create("d", d -> d.bufferingHints(h -> h.intervalInSeconds(900).sizeInMBs(1)));
    put("d", "x".repeat(600_000), "y".repeat(600_000));
    pass(Duration.ofMillis(1));
    assertThat(keys()).hasSize(1);
    assertThat(bytes(keys().getFirst())).hasSize(1_200_000);
  }

  @Test
  void recordsSurviveARestart() {
    create("d", d -> d.bufferingHints(h -> h.intervalInSeconds(60).sizeInMBs(1)));
    put("d", "one", "two");
    var later =
        Cloud.builder()
            .store(store)
            .blobs(cloud.blobs())
            .clock(Clock.stoppedAt(START.plusSeconds(100)))
            .build();
    try {
      later.resume();
      later.timers().advance(Duration.ofMillis(1));
      var there = later.client(S3Client.class).listObjectsV2(r -> r.bucket("bbb")).contents();
      assertThat(there).hasSize(1);
      assertThat(there.getFirst().size()).isEqualTo(6);
    } finally {
      later.close();
    }
  }

  @Test
  void recordsWaitForABucketThatIsNotThere() {
    create(
        "d",
        d ->
            d.bucketARN("arn:aws:s3:::late")
                .bufferingHints(h -> h.intervalInSeconds(0).sizeInMBs(1)));
    put("d", "one");
    pass(Duration.ofSeconds(10));
    s3.createBucket(r -> r.bucket("late"));
    pass(Duration.ofSeconds(60));
    assertThat(s3.listObjectsV2(r -> r.bucket("late")).contents()).hasSize(1);
  }

  @Test
  void objectsAreCompressed() throws IOException {
    var text = "the same again and again, ".repeat(5000) + "and something else";
    for (var format :
        List.of(CompressionFormat.GZIP, CompressionFormat.SNAPPY, CompressionFormat.ZIP)) {
      var name = format.name();
      create(
          name,
          d ->
              d.compressionFormat(format)
                  .prefix(name + "/")
                  .bufferingHints(h -> h.intervalInSeconds(0).sizeInMBs(1)));
      put(name, text);
    }
    pass(Duration.ofSeconds(1));
    var gzip = keys().get(0);
    assertThat(gzip).startsWith("GZIP/").endsWith(".gz");
    try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes(gzip)))) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(text);
    }
    var snappy = keys().get(1);
    assertThat(snappy).startsWith("SNAPPY/").endsWith(".snappy");
    assertThat(bytes(snappy).length).isLessThan(text.length() / 10);
    try (var in = new SnappyFramedInputStream(new ByteArrayInputStream(bytes(snappy)))) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(text);
    }
    assertThat(keys().get(2)).startsWith("ZIP/").endsWith(".zip");
  }

  @Test
  void prefixesAreExpressions() {
    create(
        "d",
        d ->
            d.prefix("!{timestamp:yyyy}/m=!{timestamp:MM}/!{firehose:random-string}/")
                .errorOutputPrefix("bad/!{firehose:error-output-type}/")
                .customTimeZone("Asia/Tokyo")
                .fileExtension(".json")
                .bufferingHints(h -> h.intervalInSeconds(0).sizeInMBs(1)));
    put("d", "x");
    pass(Duration.ofSeconds(1));
    assertThat(keys().getFirst())
        .matches("2026/m=01/[A-Za-z0-9]{11}/d-1-2026-01-02-12-04-05-.*\\.json");
    assertThat(error(() -> create("e", d -> d.prefix("!{timestamp:yyyy}/"))))
        .startsWith("InvalidArgumentException: ErrorOutputPrefix");
    assertThat(error(() -> create("e", d -> d.prefix("!{nonsense:x}/").errorOutputPrefix("bad/"))))
        .startsWith("InvalidArgumentException: Invalid prefix expression");
  }

  @Test
  void deliveryStreamsAreDescribedChangedAndListed() {
    create("d", d -> {});
    create("e", d -> d.compressionFormat(CompressionFormat.GZIP));
    var description =
        firehose.describeDeliveryStream(r -> r.deliveryStreamName("d")).deliveryStreamDescription();
    assertThat(description.deliveryStreamARN())
        .isEqualTo("arn:aws:firehose:us-east-1:000000000000:deliverystream/d");
    assertThat(description.versionId()).isEqualTo("1");
    var destination = description.destinations().getFirst();
    assertThat(destination.destinationId()).isEqualTo("destinationId-000000000001");
    assertThat(destination.extendedS3DestinationDescription().bufferingHints().sizeInMBs())
        .isEqualTo(5);
    assertThat(destination.s3DestinationDescription().bucketARN()).isEqualTo("arn:aws:s3:::bbb");
    firehose.updateDestination(r ->
        r.deliveryStreamName("d")
            .currentDeliveryStreamVersionId("1")
            .destinationId("destinationId-000000000001")
            .extendedS3DestinationUpdate(u -> u.prefix("new/")));
    var changed =
        firehose.describeDeliveryStream(r -> r.deliveryStreamName("d")).deliveryStreamDescription();
    assertThat(changed.versionId()).isEqualTo("2");
    assertThat(changed.destinations().getFirst().extendedS3DestinationDescription().prefix())
        .isEqualTo("new/");
    assertThat(
            error(() ->
                firehose.updateDestination(r ->
                    r.deliveryStreamName("d")
                        .currentDeliveryStreamVersionId("1")
                        .destinationId("destinationId-000000000001")
                        .extendedS3DestinationUpdate(u -> u.prefix("new/")))))
        .isEqualTo(
            "ConcurrentModificationException: Cannot update firehose: d since the current version"
                + " id: 2 and specified version id: 1 do not match");
    var page = firehose.listDeliveryStreams(r -> r.limit(1));
    assertThat(page.deliveryStreamNames()).containsExactly("d");
    assertThat(page.hasMoreDeliveryStreams()).isTrue();
    firehose.tagDeliveryStream(
        r -> r.deliveryStreamName("d").tags(Tag.builder().key("k").value("v").build()));
    assertThat(firehose.listTagsForDeliveryStream(r -> r.deliveryStreamName("d")).tags())
        .hasSize(1);
    firehose.startDeliveryStreamEncryption(r -> r.deliveryStreamName("d"));
    assertThat(
            firehose
                .putRecordBatch(r ->
                    r.deliveryStreamName("d")
                        .records(Record.builder().data(SdkBytes.fromUtf8String("x")).build()))
                .encrypted())
        .isTrue();
    firehose.deleteDeliveryStream(r -> r.deliveryStreamName("d"));
    assertThat(error(() -> put("d", "x")))
        .isEqualTo("ResourceNotFoundException: Firehose d under account 000000000000 not found.");
    assertThat(error(() -> create("e", d -> {})))
        .isEqualTo(
            "ResourceInUseException: Firehose e under accountId 000000000000 already exists");
  }

  @Test
  void whatIsNotThereIsRefusedByName() {
    assertThat(
            error(() ->
                firehose.createDeliveryStream(r ->
                    r.deliveryStreamName("d")
                        .splunkDestinationConfiguration(s -> s.hecToken("t")))))
        .isEqualTo(
            "NotImplemented: Terrarium does not implement firehose with"
                + " SplunkDestinationConfiguration");
    assertThat(error(() -> firehose.createDeliveryStream(r -> r.deliveryStreamName("d"))))
        .isEqualTo(
            "InvalidArgumentException: Exactly one destination configuration is supported for a"
                + " Firehose");
  }
}
