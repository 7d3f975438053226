package dev.terrarium.services.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.time.Clock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.InventoryConfiguration;
import software.amazon.awssdk.services.s3.model.MetricsConfiguration;
import software.amazon.awssdk.services.s3.model.S3Object;

/// Configurations of which a bucket has many.
class S3ConfigurationsTest {
  private final Cloud cloud =
      Cloud.builder().clock(Clock.stoppedAt(Instant.parse("2026-01-01T12:00:00Z"))).build();
  private final S3Client s3 = cloud.client(S3Client.class);

  @BeforeEach
  void setUp() {
    s3.createBucket(b -> b.bucket("data"));
    s3.createBucket(b -> b.bucket("reports"));
  }

  @AfterEach
  void tearDown() {
    cloud.close();
  }

  @Test
  void configurationsAreKeptById() {
    s3.putBucketMetricsConfiguration(
        b -> b.bucket("data").id("all").metricsConfiguration(m -> m.id("all")));
    s3.putBucketIntelligentTieringConfiguration(b ->
        b.bucket("data").id("t").intelligentTieringConfiguration(t -> t.id("t").status("Enabled")));
    assertThat(s3.listBucketMetricsConfigurations(b -> b.bucket("data")).metricsConfigurationList())
        .extracting(MetricsConfiguration::id)
        .containsExactly("all");
    s3.deleteBucketMetricsConfiguration(b -> b.bucket("data").id("all"));
    assertThatThrownBy(() -> s3.getBucketMetricsConfiguration(b -> b.bucket("data").id("all")))
        .hasMessageContaining("The specified configuration does not exist.");
    s3.deleteBucket(b -> b.bucket("data"));
    s3.createBucket(b -> b.bucket("data"));
    assertThat(
            s3.listBucketIntelligentTieringConfigurations(b -> b.bucket("data"))
                .intelligentTieringConfigurationList())
        .isEmpty();
  }

  @Test
  void anInventoryIsWrittenEveryMidnight() throws IOException {
    s3.putObject(b -> b.bucket("data").key("a b"), RequestBody.fromString("12345"));
    var inventory =
        InventoryConfiguration.builder()
            .id("daily")
            .isEnabled(true)
            .includedObjectVersions("Current")
            .schedule(s -> s.frequency("Daily"))
            .optionalFieldsWithStrings("Size", "StorageClass")
            .destination(
                d -> d.s3BucketDestination(b -> b.bucket("arn:aws:s3:::reports").format("CSV")))
            .build();
    s3.putBucketInventoryConfiguration(
        b -> b.bucket("data").id("daily").inventoryConfiguration(inventory));
    cloud.timers().advance(Duration.ofHours(12));
    var keys = s3.listObjectsV2(b -> b.bucket("reports")).contents();
    assertThat(keys)
        .extracting(S3Object::key)
        .contains(
            "data/daily/2026-01-02T00-00Z/manifest.json",
            "data/daily/2026-01-02T00-00Z/manifest.checksum");
    var manifest =
        Json.parse(
            s3.getObjectAsBytes(
                    b -> b.bucket("reports").key("data/daily/2026-01-02T00-00Z/manifest.json"))
                .asUtf8String());
    assertThat(manifest.path("fileSchema").asText()).isEqualTo("Bucket, Key, Size, StorageClass");
    var file = manifest.path("files").path(0).path("key").asText();
    var bytes = s3.getObjectAsBytes(b -> b.bucket("reports").key(file)).asByteArray();
    try (var unzipped = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      assertThat(new String(unzipped.readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo("\"data\",\"a+b\",\"5\",\"STANDARD\"\n");
    }
    cloud.timers().advance(Duration.ofDays(1));
    assertThat(s3.listObjectsV2(b -> b.bucket("reports")).contents()).hasSize(6);
  }
}
