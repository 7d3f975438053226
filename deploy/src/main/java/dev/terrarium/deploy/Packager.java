package dev.terrarium.deploy;

import dev.terrarium.deploy.TemplateTree.Resource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.sts.StsClient;

/// Puts the local code that a template names into a bucket, and its address into the template, as
/// `aws cloudformation package` does.
public final class Packager {
  /// Which property of which type names code, and how its address is written there: null for
  /// `s3://bucket/key`, otherwise the names of its two parts.
  private record Place(String property, @Nullable List<String> parts) {}

  private static final Map<String, Place> PLACES =
      Map.of(
          "AWS::Serverless::Function", new Place("CodeUri", null),
          "AWS::Serverless::LayerVersion", new Place("ContentUri", null),
          "AWS::Lambda::Function", new Place("Code", List.of("S3Bucket", "S3Key")),
          "AWS::Lambda::LayerVersion", new Place("Content", List.of("S3Bucket", "S3Key")));

  private final S3Client s3;
  private final String bucket;
  private final Consumer<String> progress;
  private final Map<Path, String> uploaded = new HashMap<>();

  /// @param bucket where code goes; made if it is not there
  public Packager(S3Client s3, String bucket, Consumer<String> progress) {
    this.s3 = s3;
    this.bucket = bucket;
    this.progress = progress;
  }

  /// A packager into the bucket that is used for that in the clients' account and region.
  public static Packager of(S3Client s3, StsClient sts, String region, Consumer<String> progress) {
    var account = sts.getCallerIdentity().account();
    return new Packager(s3, "terrarium-artifacts-" + account + "-" + region, progress);
  }

  /// The local files and folders that a template names.
  public static Set<String> localCode(Path template) throws IOException {
    var found = new TreeSet<String>();
    for (var resource : TemplateTree.read(template).resources()) {
      var path = path(resource);
      if (path != null) {
        found.add(path);
      }
    }
    return found;
  }

  /// Packages a template file; returns the template to deploy.
  public String packaged(Path template) throws IOException {
    var tree = TemplateTree.read(template);
    var folder = Objects.requireNonNull(template.toAbsolutePath().getParent());
    for (var resource : tree.resources()) {
      var path = path(resource);
      if (path != null) {
        replace(resource, folder.resolve(path));
      }
    }
    return tree.text();
  }

  /// The local file or folder that a resource's code is, null if it is none.
  static @Nullable String path(Resource resource) {
    var place = PLACES.get(resource.type());
    var path = place == null ? null : resource.text(place.property());
    return path == null || path.startsWith("s3://") ? null : path;
  }

  /// The property of resources of a type that names their code, null if they have none.
  static @Nullable String property(String type) {
    var place = PLACES.get(type);
    return place == null ? null : place.property();
  }

  private void replace(Resource resource, Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new IllegalArgumentException("The template names " + path + ", which is not there");
    }
    var place = Objects.requireNonNull(PLACES.get(resource.type()));
    var key = upload(path);
    var parts = place.parts();
    var address =
        parts == null
            ? TemplateTree.scalar("s3://" + bucket + "/" + key)
            : TemplateTree.mapping(parts.get(0), bucket, parts.get(1), key);
    TemplateTree.replace(resource.properties(), place.property(), address);
  }

  /// Uploads under the hash of the content, so that what has not changed changes no function.
  private String upload(Path path) throws IOException {
    var known = uploaded.get(path);
    if (known != null) {
      return known;
    }
    var content = Files.isDirectory(path) ? zip(path) : Files.readAllBytes(path);
    var key = sha256(content);
    makeBucket();
    if (!isThere(key)) {
      s3.putObject(put -> put.bucket(bucket).key(key), RequestBody.fromBytes(content));
    }
    progress.accept(
        "packaged %s (%,d KB)".formatted(path.getFileName(), (content.length + 1023) / 1024));
    uploaded.put(path, key);
    return key;
  }

  private void makeBucket() {
    try {
      s3.headBucket(head -> head.bucket(bucket));
    } catch (S3Exception e) {
      if (e.statusCode() != 404) {
        throw e;
      }
      s3.createBucket(create -> create.bucket(bucket));
    }
  }

  private boolean isThere(String key) {
    try {
      s3.headObject(head -> head.bucket(bucket).key(key));
      return true;
    } catch (S3Exception e) {
      if (e.statusCode() == 404) {
        return false;
      }
      throw e;
    }
  }

  /// The same folder always becomes the same bytes.
  private static byte[] zip(Path folder) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes);
        var files = Files.walk(folder)) {
      for (var file : files.filter(Files::isRegularFile).sorted().toList()) {
        var entry = new ZipEntry(folder.relativize(file).toString().replace('\\', '/'));
        entry.setTimeLocal(java.time.LocalDateTime.of(1980, 1, 1, 0, 0));
        zip.putNextEntry(entry);
        Files.copy(file, zip);
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
