package dev.terrarium.services.s3;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Json;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The policy of a browser's form: until when it is good, and what each field must be.
///
/// See <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html>.
final class PostPolicy {
  /// Fields that need no condition.
  private static final Set<String> FREE =
      Set.of("x-amz-signature", "signature", "awsaccesskeyid", "file", "policy", "bucket");

  private final JsonNode policy;
  private final Map<String, String> fields;
  private long sizeMin;
  private long sizeMax = Long.MAX_VALUE;

  PostPolicy(String base64, Map<String, String> fields) {
    this.fields = fields;
    try {
      var text = new String(Base64.getMimeDecoder().decode(base64), StandardCharsets.UTF_8);
      this.policy = Json.parse(text);
    } catch (IllegalArgumentException e) {
      throw S3Errors.of(
          400, "InvalidPolicyDocument", "Invalid Policy: Invalid JSON: unparseable policy");
    }
  }

  /// Refuses the form if it is not as the policy wants it.
  ///
  /// @return the file, which fails where it is read beyond the allowed length or ends before
  InputStream check(InputStream file, Instant now) {
    if (!policy.path("expiration").isTextual()) {
      throw S3Errors.of(400, "InvalidPolicyDocument", "Invalid Policy: Policy missing expiration.");
    }
    if (!expiration().isAfter(now)) {
      throw refused("Invalid according to Policy: Policy expired.");
    }
    if (!policy.path("conditions").isArray()) {
      throw S3Errors.of(400, "InvalidPolicyDocument", "Invalid Policy: Policy missing conditions.");
    }
    var covered = new HashSet<String>();
    for (var condition : policy.path("conditions")) {
      check(condition, covered);
    }
    for (var field : fields.keySet()) {
      if (!covered.contains(field) && !FREE.contains(field) && !field.startsWith("x-ignore-")) {
        throw refused("Invalid according to Policy: Extra input fields: " + field);
      }
    }
    return new Measured(file);
  }

  private Instant expiration() {
    try {
      return Instant.parse(policy.path("expiration").asText());
    } catch (DateTimeParseException e) {
      throw S3Errors.of(
          400,
          "InvalidPolicyDocument",
          "Invalid Policy: Invalid 'expiration' value: '"
              + policy.path("expiration").asText()
              + "'");
    }
  }

  private void check(JsonNode condition, Set<String> covered) {
    if (condition.isObject()) {
      for (var pair : condition.properties()) {
        var name = pair.getKey().toLowerCase(Locale.ROOT);
        covered.add(name);
        if (!pair.getValue().asText().equals(fields.get(name))) {
          var shown = Json.array().add("eq").add("$" + pair.getKey()).add(pair.getValue());
          throw failed(shown);
        }
      }
      return;
    }
    var kind = condition.path(0).asText().toLowerCase(Locale.ROOT);
    if (kind.equals("content-length-range")) {
      sizeMin = condition.path(1).asLong();
      sizeMax = condition.path(2).asLong();
      return;
    }
    var name = condition.path(1).asText().toLowerCase(Locale.ROOT).replaceFirst("^\\$", "");
    covered.add(name);
    var value = fields.getOrDefault(name, "");
    var wanted = condition.path(2).asText();
    var holds =
        switch (kind) {
          case "eq" -> value.equals(wanted);
          case "starts-with" -> value.startsWith(wanted);
          default ->
              throw S3Errors.of(
                  400,
                  "InvalidPolicyDocument",
                  "Invalid Policy: Invalid Condition: unknown operation '" + kind + "'.");
        };
    if (!holds) {
      throw failed(condition);
    }
  }

  private static RuntimeException failed(JsonNode condition) {
    return refused(
        "Invalid according to Policy: Policy Condition failed: " + Json.write(condition));
  }

  private static RuntimeException refused(String message) {
    return S3Errors.of(403, "AccessDenied", message);
  }

  /// Counts the file while it is read.
  private final class Measured extends FilterInputStream {
    private long size;

    Measured(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      var b = super.read();
      count(b < 0 ? -1 : 1);
      return b;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      var count = super.read(bytes, from, length);
      count(count);
      return count;
    }

    private void count(int more) {
      if (more > 0) {
        size += more;
        if (size > sizeMax) {
          throw Bodies.tooLarge(size, sizeMax);
        }
      } else if (more < 0 && size < sizeMin) {
        throw S3Errors.draft(
                400,
                "EntityTooSmall",
                "Your proposed upload is smaller than the minimum allowed size")
            .with("ProposedSize", Long.toString(size))
            .with("MinSizeAllowed", Long.toString(sizeMin))
            .build();
      }
    }
  }
}
