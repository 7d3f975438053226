package dev.terrarium.deploy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
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
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Present;
import org.snakeyaml.engine.v2.api.lowlevel.Serialize;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.sts.StsClient;

/// Puts the local code that a template names into a bucket, and its address into the template, as
/// `aws cloudformation package` does.
///
/// The template is changed as the tree it was written as, so its short functions (`!Sub`) stay.
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
    for (var resource : resources(tree(template))) {
      var code = code(resource);
      if (code != null) {
        found.add(code.path());
      }
    }
    return found;
  }

  /// Packages a template file; returns the template to deploy.
  public String packaged(Path template) throws IOException {
    var root = tree(template);
    var folder = Objects.requireNonNull(template.toAbsolutePath().getParent());
    for (var resource : resources(root)) {
      var code = code(resource);
      if (code != null) {
        replace(code, folder);
      }
    }
    var settings = DumpSettings.builder().setWidth(1000).build();
    var text = new StringBuilder();
    new Present(settings)
        .emitToString(new Serialize(settings).serializeOne(root).iterator())
        .lines()
        .forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }

  private static Node tree(Path template) throws IOException {
    return new Compose(LoadSettings.builder().build())
        .composeString(Files.readString(template))
        .orElseThrow(() -> new IllegalArgumentException(template + " is empty"));
  }

  private static List<MappingNode> resources(Node root) {
    var found = new ArrayList<MappingNode>();
    if (root instanceof MappingNode map && value(map, "Resources") instanceof MappingNode all) {
      for (var resource : all.getValue()) {
        if (resource.getValueNode() instanceof MappingNode node) {
          found.add(node);
        }
      }
    }
    return found;
  }

  /// Where a resource's properties name local code.
  private record Code(MappingNode properties, Place place, String path) {}

  private static @Nullable Code code(MappingNode resource) {
    if (!(value(resource, "Type") instanceof ScalarNode type)
        || !(value(resource, "Properties") instanceof MappingNode properties)) {
      return null;
    }
    var place = PLACES.get(type.getValue());
    if (place == null
        || !(value(properties, place.property()) instanceof ScalarNode code)
        || code.getValue().startsWith("s3://")
        || code.getTag().getValue().startsWith("!")) {
      return null;
    }
    return new Code(properties, place, code.getValue());
  }

  private void replace(Code code, Path folder) throws IOException {
    var path = folder.resolve(code.path());
    if (!Files.exists(path)) {
      throw new IllegalArgumentException("The template names " + path + ", which is not there");
    }
    var place = code.place();
    var key = upload(path);
    Node address;
    var parts = place.parts();
    if (parts == null) {
      address = scalar("s3://" + bucket + "/" + key);
    } else {
      var tuples = new ArrayList<NodeTuple>();
      tuples.add(new NodeTuple(scalar(parts.get(0)), scalar(bucket)));
      tuples.add(new NodeTuple(scalar(parts.get(1)), scalar(key)));
      address = new MappingNode(Tag.MAP, tuples, FlowStyle.BLOCK);
    }
    code.properties()
        .getValue()
        .replaceAll(tuple ->
            tuple.getKeyNode() instanceof ScalarNode k && k.getValue().equals(place.property())
                ? new NodeTuple(tuple.getKeyNode(), address)
                : tuple);
  }

  private static Node scalar(String text) {
    return new ScalarNode(Tag.STR, text, ScalarStyle.PLAIN);
  }

  private static @Nullable Node value(MappingNode map, String key) {
    for (var tuple : map.getValue()) {
      if (tuple.getKeyNode() instanceof ScalarNode name && name.getValue().equals(key)) {
        return tuple.getValueNode();
      }
    }
    return null;
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
