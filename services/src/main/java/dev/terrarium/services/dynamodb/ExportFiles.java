package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.dynamodb.model.ExportDescription;
import software.amazon.awssdk.services.s3.S3Client;

/// Writes an export's objects: data in parts, what the parts are, and a summary; as *DynamoDB table
/// export output format* has them. The names follow from the export, so that one which is taken up
/// again after a crash writes over what it had written.
final class ExportFiles {
  private static final int PART_BYTES = 10 * 1024 * 1024;

  private final S3Client s3;
  private final ExportDescription export;
  private final String folder;
  private final String part;
  private final String extension;
  private final StringBuilder files = new StringBuilder();
  private final ByteArrayOutputStream raw = new ByteArrayOutputStream();
  private int parts;
  private long lines;
  private long itemCount;
  private long bytes;

  ExportFiles(S3Client s3, ExportDescription export, String id, String extension) {
    this.extension = extension;
    this.s3 = s3;
    this.export = export;
    this.folder = folder(export.s3Prefix(), id);
    this.part = id.substring(id.indexOf('-') + 1);
  }

  static String folder(@Nullable String prefix, String id) {
    var given = prefix == null || prefix.isEmpty() ? "" : prefix.replaceFirst("/?$", "/");
    return given + "AWSDynamoDB/" + id + "/";
  }

  long itemCount() {
    return itemCount;
  }

  long billedBytes() {
    return bytes;
  }

  void begin() {
    put("_started", new byte[0]);
  }

  /// Adds one line of data.
  void add(String line) {
    raw.writeBytes((line + "\n").getBytes(StandardCharsets.UTF_8));
    lines++;
    if (raw.size() >= PART_BYTES) {
      flush();
    }
  }

  private void flush() {
    var zipped = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(zipped)) {
      raw.writeTo(gzip);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var key = "data/" + part + "%018d".formatted(parts++) + "." + extension + ".gz";
    var etag = put(key, zipped.toByteArray());
    files
        .append(
            Json.object()
                .put("itemCount", lines)
                .put("md5Checksum", md5(zipped.toByteArray()))
                .put("etag", etag.replace("\"", ""))
                .put("dataFileS3Key", folder + key))
        .append('\n');
    itemCount += lines;
    bytes += raw.size();
    lines = 0;
    raw.reset();
  }

  /// Writes what is left and the manifests.
  void end(String endTime) {
    if (lines > 0) {
      flush();
    }
    withChecksum("manifest-files", files.toString());
    var summary =
        Json.object()
            .put("version", "2023-08-01")
            .put("exportArn", export.exportArn())
            .put("startTime", export.startTime().toString())
            .put("endTime", endTime)
            .put("tableArn", export.tableArn())
            .put("tableId", export.tableId());
    var window = export.incrementalExportSpecification();
    if (window == null) {
      summary.put("exportTime", export.exportTime().toString());
    } else {
      summary
          .put("exportFromTime", window.exportFromTime().toString())
          .put("exportToTime", window.exportToTime().toString());
    }
    summary
        .put("s3Bucket", export.s3Bucket())
        .put("s3Prefix", export.s3Prefix())
        .put("s3SseAlgorithm", export.s3SseAlgorithmAsString())
        .put("s3SseKmsKeyId", export.s3SseKmsKeyId())
        .put("manifestFilesS3Key", folder + "manifest-files.json")
        .put("billedSizeBytes", bytes)
        .put("itemCount", itemCount)
        .put("outputFormat", export.exportFormatAsString())
        .put("exportType", export.exportTypeAsString());
    if (window != null) {
      summary.put("outputView", window.exportViewTypeAsString());
    }
    withChecksum("manifest-summary", summary.toString());
  }

  private void withChecksum(String name, String content) {
    var text = content.getBytes(StandardCharsets.UTF_8);
    put(name + ".json", text);
    put(name + ".md5", md5(text).getBytes(StandardCharsets.UTF_8));
  }

  private String put(String name, byte[] content) {
    return s3.putObject(
            put -> {
              put.bucket(export.s3Bucket()).key(folder + name);
              if (export.s3BucketOwner() != null) {
                put.expectedBucketOwner(export.s3BucketOwner());
              }
              if ("KMS".equals(export.s3SseAlgorithmAsString())) {
                put.serverSideEncryption("aws:kms").ssekmsKeyId(export.s3SseKmsKeyId());
              }
            },
            RequestBody.fromBytes(content))
        .eTag();
  }

  private static String md5(byte[] content) {
    try {
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("MD5").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
