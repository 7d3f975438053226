package dev.terrarium.services.lambda;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import software.amazon.awssdk.core.SdkBytes;

/// A package of the source text that a template holds in `ZipFile`, with the module `cfnresponse`
/// (Python) or `cfn-response` (Node) that custom resources answer with.
final class InlineCode {
  private InlineCode() {}

  static SdkBytes zip(String runtime, String source) {
    var out = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(out)) {
      switch (Runtimes.of(runtime)) {
        case PYTHON -> {
          add(zip, "index.py", source.getBytes(StandardCharsets.UTF_8));
          add(zip, "cfnresponse.py", resource("cfnresponse.py"));
        }
        case NODE -> {
          add(zip, "index.js", source.getBytes(StandardCharsets.UTF_8));
          add(zip, "node_modules/cfn-response/index.js", resource("cfn-response.js"));
        }
        case JAVA, PROVIDED ->
            throw LambdaErrors.invalid(
                "ZipFile can only be used with Node.js and Python runtimes.");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return SdkBytes.fromByteArray(out.toByteArray());
  }

  private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
    var entry = new ZipEntry(name);
    // The same source gives the same bytes, and so the same CodeSha256.
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private static byte[] resource(String name) throws IOException {
    try (var in = InlineCode.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in).readAllBytes();
    }
  }
}
