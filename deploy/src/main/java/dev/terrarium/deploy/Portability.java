package dev.terrarium.deploy;

import dev.terrarium.deploy.TemplateTree.Resource;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/// What of a template and its code works here and would not on AWS, each by name.
final class Portability {
  private static final Pattern HERE =
      Pattern.compile(
          "https?://(?:[^/\\s]*\\.)?(?:localhost|127\\.0\\.0\\.1|host\\.docker\\.internal)\\b");
  private static final Pattern LOCAL_ACCOUNT = Pattern.compile("\\b0{12}\\b");

  /// With which AWS no longer creates functions, by its runtime deprecation policy.
  private static final Set<String> ENDED = Set.of("python3.8", "nodejs18.x", "provided");

  /// The newest class files that each runtime reads.
  private static final Map<String, Integer> CLASS_VERSIONS =
      Map.of("java8.al2", 52, "java11", 55, "java17", 61, "java21", 65, "java25", 69);

  /// Where `AWS::Include` says what: at the top of a template, as a function, or as its short form.
  private static final Pattern INCLUDED =
      Pattern.compile("(?:^|[.:!])Transform\\.Parameters\\.Location$");

  private static final int ANY_CLASSES = Integer.MAX_VALUE;

  /// What a class file's version is above the version of the Java that it is for.
  private static final int JAVA_0 = 44;

  /// CloudFormation's limit of a template in a bucket.
  private static final long TEMPLATE_BYTES_MAX = 1_048_576;

  private final List<String> refusals = new ArrayList<>();

  /// Checks one template of a package; paths in it are relative to its folder.
  void check(Path template) throws IOException {
    var tree = TemplateTree.read(template);
    var name = String.valueOf(template.getFileName());
    if (Files.size(template) > TEMPLATE_BYTES_MAX) {
      refusals.add(name + ": is larger than 1 MB, CloudFormation's limit");
    }
    tree.texts((where, text) -> checkText(name, where, text));
    for (var resource : tree.resources()) {
      checkCode(name, tree, resource, template);
    }
  }

  /// Adds what was found by others.
  void refuse(String what) {
    refusals.add(what);
  }

  /// What would not deploy, empty if all would.
  List<String> refusals() {
    return refusals.stream().distinct().toList();
  }

  private void checkText(String file, String where, String text) {
    if (where.equals("Description") || where.startsWith("Metadata.")) {
      return;
    }
    var here = HERE.matcher(text);
    if (here.find()) {
      refusals.add(file + ": " + where + " names an address of this machine, " + here.group());
    }
    if (LOCAL_ACCOUNT.matcher(text).find()) {
      refusals.add(
          file + ": " + where + " names the account 000000000000, which is no account of AWS");
    }
    if (INCLUDED.matcher(where).find() && text.startsWith("s3://")) {
      refusals.add(file + ": " + where + " includes " + text + ", which lies in a bucket here");
    }
  }

  private void checkCode(String file, TemplateTree tree, Resource resource, Path template)
      throws IOException {
    var where = file + ": " + resource.id();
    var runtime = runtime(tree, resource);
    if (runtime != null && ENDED.contains(runtime)) {
      refusals.add(where + " has the runtime " + runtime + ", with which AWS creates no functions");
    }
    var path = Packager.path(resource);
    if (path == null) {
      return;
    }
    var code = template.resolveSibling(path);
    if (!Files.exists(code)) {
      refusals.add(where + " names " + path + ", which is not there");
    } else if (Files.isRegularFile(code)) {
      var newest = runtime == null ? null : CLASS_VERSIONS.get(runtime);
      checkArchive(where, code, newest == null ? ANY_CLASSES : newest);
    }
  }

  private static @Nullable String runtime(TemplateTree tree, Resource resource) {
    if (!resource.type().endsWith("::Function")) {
      return null;
    }
    var own = resource.text("Runtime");
    var globals = tree.section("Globals").get("Function");
    return own != null || globals == null
        ? own
        : TemplateTree.plain(TemplateTree.value(globals, "Runtime"));
  }

  private void checkArchive(String where, Path code, int newest) throws IOException {
    try (var zip = new ZipFile(code.toFile())) {
      for (var entry : Collections.list(zip.entries())) {
        int version;
        try (var content = zip.getInputStream(entry)) {
          version = newest == ANY_CLASSES ? 0 : classVersion(entry.getName(), content);
        }
        if (version > newest) {
          refusals.add(
              "%s: %s in %s is compiled for Java %d, which its runtime does not read"
                  .formatted(where, entry.getName(), code.getFileName(), version - JAVA_0));
          return;
        }
      }
    }
  }

  /// The version of a class file, or of the first class of a library; 0 for anything else.
  private static int classVersion(String name, InputStream content) throws IOException {
    if (name.endsWith(".class")
        && !name.startsWith("META-INF/")
        && !name.equals("module-info.class")) {
      var data = new DataInputStream(content);
      data.skipNBytes(6);
      return data.readUnsignedShort();
    }
    if (name.startsWith("lib/") && name.endsWith(".jar")) {
      var jar = new ZipInputStream(content);
      for (var inner = jar.getNextEntry(); inner != null; inner = jar.getNextEntry()) {
        int version = classVersion(inner.getName(), jar);
        if (version > 0) {
          return version;
        }
      }
    }
    return 0;
  }
}
