package dev.terrarium.services.s3;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.PojoCodec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.s3.model.AnalyticsConfiguration;
import software.amazon.awssdk.services.s3.model.IntelligentTieringConfiguration;
import software.amazon.awssdk.services.s3.model.InventoryConfiguration;
import software.amazon.awssdk.services.s3.model.InventoryFormat;
import software.amazon.awssdk.services.s3.model.InventoryFrequency;
import software.amazon.awssdk.services.s3.model.InventoryIncludedObjectVersions;
import software.amazon.awssdk.services.s3.model.InventoryOptionalField;
import software.amazon.awssdk.services.s3.model.MetricsConfiguration;

/// Configurations of buckets by kind and id, as the store has them. They go with their bucket.
final class Configurations {
  /// A kind of configuration.
  record Kind<T extends SdkPojo>(String name, Codec<T> codec) {}

  /// Some of them in order of their ids.
  ///
  /// @param next where to go on, or null
  record Page<T>(List<T> values, @Nullable String next) {}

  record Id(String bucket, String kind, String id) {}

  static final Kind<AnalyticsConfiguration> ANALYTICS =
      new Kind<>("analytics", new PojoCodec<>(AnalyticsConfiguration::builder));
  static final Kind<InventoryConfiguration> INVENTORY =
      new Kind<>("inventory", new PojoCodec<>(InventoryConfiguration::builder));
  static final Kind<MetricsConfiguration> METRICS =
      new Kind<>("metrics", new PojoCodec<>(MetricsConfiguration::builder));
  static final Kind<IntelligentTieringConfiguration> TIERING =
      new Kind<>("tiering", new PojoCodec<>(IntelligentTieringConfiguration::builder));

  static final String KEYSPACE = "s3.configurations";
  static final KeyCodec<Id> ID =
      KeyCodec.of(
          (key, writer) -> writer.string(key.bucket).string(key.kind).string(key.id),
          reader -> new Id(reader.string(), reader.string(), reader.string()));
  private static final int PAGE = 100;
  private static final int MAX = 1000;

  private final Keyspace<Id, byte[]> all;

  Configurations(Cloud cloud) {
    this.all = new Keyspace<>(cloud.store(), KEYSPACE, ID, Codec.BYTES);
  }

  <T extends SdkPojo> void put(
      String bucket, Kind<T> kind, @Nullable String id, @Nullable String idInside, T value) {
    if (id == null || !id.equals(idInside) || id.isEmpty() || id.length() > 64) {
      throw S3Errors.invalidArgument("Invalid id", "id", id == null ? "" : id);
    }
    var key = new Id(bucket, kind.name, id);
    if (!all.contains(key) && all.list(bucket, kind.name).size() >= MAX) {
      throw S3Errors.of(
          400,
          "TooManyConfigurations",
          "You are attempting to create a new configuration but have"
              + " already reached the 1,000-configuration limit.");
    }
    all.put(key, kind.codec.encode(value));
  }

  <T extends SdkPojo> T get(String bucket, Kind<T> kind, @Nullable String id) {
    var bytes = id == null ? null : all.get(new Id(bucket, kind.name, id));
    if (bytes == null) {
      throw missing();
    }
    return kind.codec.decode(bytes);
  }

  void delete(String bucket, Kind<?> kind, @Nullable String id) {
    var key = new Id(bucket, kind.name, id == null ? "" : id);
    if (!all.contains(key)) {
      throw missing();
    }
    all.delete(key);
  }

  <T extends SdkPojo> Page<T> page(String bucket, Kind<T> kind, @Nullable String token) {
    var from = token == null ? "" : Tokens.decode(token);
    var found = new ArrayList<T>();
    var next = new String[1];
    all.scanFrom(
        new Id(bucket, kind.name, from),
        (key, bytes) -> {
          if (found.size() == PAGE) {
            next[0] = Tokens.encode(key.id);
            return false;
          }
          found.add(kind.codec.decode(bytes));
          return true;
        },
        bucket,
        kind.name);
    return new Page<>(found, next[0]);
  }

  private static RuntimeException missing() {
    return S3Errors.of(404, "NoSuchConfiguration", "The specified configuration does not exist.");
  }

  /// An inventory must say where it goes and how often; what else a document lacks is refused too.
  static void check(SdkPojo given, Buckets buckets) {
    if (!(given instanceof InventoryConfiguration inventory)) {
      return;
    }
    var destination = inventory.destination();
    var to = destination == null ? null : destination.s3BucketDestination();
    if (to == null
        || to.bucket() == null
        || to.format() == null
        || inventory.schedule() == null
        || inventory.schedule().frequency() == null
        || inventory.includedObjectVersions() == null
        || inventory.includedObjectVersions()
            == InventoryIncludedObjectVersions.UNKNOWN_TO_SDK_VERSION
        || inventory.schedule().frequency() == InventoryFrequency.UNKNOWN_TO_SDK_VERSION
        || to.format() == InventoryFormat.UNKNOWN_TO_SDK_VERSION
        || inventory.isEnabled() == null) {
      throw S3Errors.malformedXml();
    }
    if (!to.formatAsString().equals("CSV")) {
      throw S3Errors.of(
          501,
          "NotImplemented",
          "Terrarium writes inventories as CSV, not as " + to.format() + ".");
    }
    if (inventory.optionalFields().contains(InventoryOptionalField.OBJECT_ACCESS_CONTROL_LIST)) {
      throw S3Errors.of(
          501, "NotImplemented", "Terrarium writes no access control lists into inventories.");
    }
    if (buckets.find(Inventories.bucket(to.bucket())) == null) {
      throw S3Errors.of(
          400, "InvalidS3DestinationBucket", "Destination bucket does not exist: " + to.bucket());
    }
  }
}
