package dev.terrarium.services.s3;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.time.Timer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.InventoryConfiguration;
import software.amazon.awssdk.services.s3.model.InventoryFrequency;
import software.amazon.awssdk.services.s3.model.InventoryIncludedObjectVersions;
import software.amazon.awssdk.services.s3.model.InventoryOptionalField;

/// Writes inventories at midnight UTC, daily or on Sundays: a compressed CSV file, a manifest and
/// the manifest's checksum, where and as S3 writes them.
///
/// See <https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html>.
final class Inventories {
  private static final System.Logger LOG = System.getLogger(Inventories.class.getName());
  private static final String HANDLER = "s3.inventory";
  private static final DateTimeFormatter FOLDER =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Cloud cloud;
  private final Buckets buckets;
  private final ObjectTable objects;
  private final Configurations stored;

  Inventories(Cloud cloud, Buckets buckets, ObjectTable objects, Configurations stored) {
    this.cloud = cloud;
    this.buckets = buckets;
    this.objects = objects;
    this.stored = stored;
    cloud.timers().handle(HANDLER, this::fired);
  }

  /// The name in a bucket's ARN.
  static String bucket(String arn) {
    return arn.substring(arn.lastIndexOf(':') + 1);
  }

  /// Has inventories written from the next midnight on. The same timer twice is one timer.
  void schedule() {
    var midnight =
        cloud.clock().now().atOffset(ZoneOffset.UTC).truncatedTo(ChronoUnit.DAYS).plusDays(1);
    var batch = new Batch();
    cloud.timers().schedule(batch, new Timer(midnight.toInstant(), HANDLER, "daily"));
    cloud.store().commit(batch);
  }

  private void fired(Timer timer) {
    cloud.background("s3", "inventory", cloud.defaultScope(), () -> run(timer.due()));
  }

  private void run(Instant due) {
    var sunday = due.atOffset(ZoneOffset.UTC).getDayOfWeek() == DayOfWeek.SUNDAY;
    var again = false;
    for (var state : buckets.all()) {
      String token = null;
      do {
        var page = stored.page(state.name(), Configurations.INVENTORY, token);
        for (var inventory : page.values()) {
          again = true;
          var daily = inventory.schedule().frequency() == InventoryFrequency.DAILY;
          if (Boolean.TRUE.equals(inventory.isEnabled()) && (daily || sunday)) {
            cloud.as("s3", "inventory", state.bucket().scope(), () -> write(state, inventory, due));
          }
        }
        token = page.next();
      } while (token != null);
    }
    if (again) {
      schedule();
    }
  }

  private void write(BucketState state, InventoryConfiguration inventory, Instant due) {
    var to = inventory.destination().s3BucketDestination();
    var target = bucket(to.bucket());
    var prefix = to.prefix() == null || to.prefix().isEmpty() ? "" : to.prefix() + "/";
    var base = prefix + state.name() + "/" + inventory.id() + "/";
    var data = csv(state, inventory);
    var dataKey = base + "data/" + cloud.ids().uuid() + ".csv.gz";
    var manifest = Json.object();
    manifest.put("sourceBucket", state.name()).put("destinationBucket", "arn:aws:s3:::" + target);
    manifest.put("version", "2016-11-30");
    manifest.put("creationTimestamp", Long.toString(due.toEpochMilli()));
    manifest.put("fileFormat", "CSV").put("fileSchema", String.join(", ", columns(inventory)));
    manifest
        .putArray("files")
        .addObject()
        .put("key", dataKey)
        .put("size", data.length)
        .put("MD5checksum", md5(data));
    var text = Json.pretty(manifest).getBytes(StandardCharsets.UTF_8);
    var folder = base + FOLDER.format(due) + "/";
    try {
      put(target, dataKey, data);
      put(target, folder + "manifest.json", text);
      put(target, folder + "manifest.checksum", md5(text).getBytes(StandardCharsets.US_ASCII));
    } catch (AwsServiceException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The inventory " + inventory.id() + " of " + state.name() + " was not written",
          e);
    }
  }

  private void put(String bucket, String key, byte[] bytes) {
    cloud
        .client(S3Client.class)
        .putObject(b -> b.bucket(bucket).key(key), RequestBody.fromBytes(bytes));
  }

  private static boolean ofAll(InventoryConfiguration inventory) {
    return inventory.includedObjectVersions() == InventoryIncludedObjectVersions.ALL;
  }

  private static List<String> columns(InventoryConfiguration inventory) {
    var columns = new ArrayList<>(List.of("Bucket", "Key"));
    if (ofAll(inventory)) {
      columns.addAll(List.of("VersionId", "IsLatest", "IsDeleteMarker"));
    }
    inventory.optionalFields().forEach(field -> columns.add(field.toString()));
    return columns;
  }

  private byte[] csv(BucketState state, InventoryConfiguration inventory) {
    var filter = inventory.filter();
    var prefix = filter == null || filter.prefix() == null ? "" : filter.prefix();
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes);
        var walk =
            new KeyWalk(
                cloud.store(),
                objects,
                state.name(),
                prefix,
                KeyWalk.Start.FIRST,
                ofAll(inventory))) {
      while (walk.next()) {
        var row = row(state, inventory, walk.key(), walk.object(), walk.latest());
        out.write((row + "\n").getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static String row(
      BucketState state,
      InventoryConfiguration inventory,
      String key,
      StoredObject object,
      boolean latest) {
    var cells = new ArrayList<String>();
    cells.add(state.name());
    cells.add(Listing.urlEncoded(key));
    if (ofAll(inventory)) {
      cells.add(object.isNullVersion() ? "" : object.versionId());
      cells.add(Boolean.toString(latest));
      cells.add(Boolean.toString(object.deleteMarker()));
    }
    inventory.optionalFields().forEach(field -> cells.add(cell(field, object)));
    return cells.stream()
        .map(cell -> "\"" + cell.replace("\"", "\"\"") + "\"")
        .collect(Collectors.joining(","));
  }

  private static String cell(InventoryOptionalField field, StoredObject object) {
    if (object.deleteMarker() && field != InventoryOptionalField.LAST_MODIFIED_DATE) {
      return "";
    }
    var details = object.details();
    var retention = details.retention();
    return switch (field) {
      case SIZE -> Long.toString(object.content().size());
      case LAST_MODIFIED_DATE -> object.modified().truncatedTo(ChronoUnit.MILLIS).toString();
      case STORAGE_CLASS -> details.storageClass();
      case E_TAG -> object.content().etag();
      case IS_MULTIPART_UPLOADED -> Boolean.toString(object.content().parts() > 0);
      case REPLICATION_STATUS -> details.replication();
      case ENCRYPTION_STATUS -> encryption(details.encryption());
      case BUCKET_KEY_STATUS ->
          Boolean.TRUE.equals(details.encryption().bucketKey()) ? "ENABLED" : "DISABLED";
      case CHECKSUM_ALGORITHM -> {
        var checksum = object.content().checksum();
        yield checksum == null ? "" : checksum.kind().name();
      }
      case OBJECT_OWNER -> Owners.id(object.owner());
      case OBJECT_LOCK_RETAIN_UNTIL_DATE -> retention == null ? "" : retention.until().toString();
      case OBJECT_LOCK_MODE -> retention == null ? "" : retention.mode();
      case OBJECT_LOCK_LEGAL_HOLD_STATUS ->
          details.legalHold() == Details.LegalHold.ON ? "ON" : "OFF";
      default -> "";
    };
  }

  private static String encryption(Encryption encryption) {
    if (encryption.customerKeyMd5() != null) {
      return "SSE-C";
    }
    return switch (encryption.algorithm()) {
      case "AES256" -> "SSE-S3";
      case "aws:kms" -> "SSE-KMS";
      default -> "DSSE-KMS";
    };
  }

  private static String md5(byte[] bytes) {
    var hash = ChecksumKind.digest("MD5");
    hash.update(bytes, 0, bytes.length);
    return HexFormat.of().formatHex(hash.value());
  }
}
