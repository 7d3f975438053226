package dev.terrarium.wire;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Principal;
import dev.terrarium.wire.codec.MalformedRequestException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.sync.RequestBody;

/// Who signed a request, and its body without the framing that signing put around it.
final class Signatures {
  private final Cloud cloud;
  private final boolean enforce;

  Signatures(Cloud cloud, boolean enforce) {
    this.cloud = cloud;
    this.enforce = enforce;
  }

  /// A request whose signature holds, or was not asked for.
  ///
  /// @param request its body without chunk framing
  /// @param principal who signed, if that is known
  /// @param length of the body without framing, or -1
  record Verified(WireRequest request, @Nullable Principal principal, long length) {
    /// The body as the SDK's streaming operations take it.
    RequestBody body(SdkPojo builder) {
      if (length < 0) {
        throw Errors.of(
            411, "MissingContentLength", "You must provide the Content-Length HTTP header.");
      }
      setTrailerAlgorithm(builder);
      var type = request.headerOr("content-type", "application/octet-stream");
      return RequestBody.fromContentProvider(request::body, length, type);
    }

    /// A checksum that follows in a trailer is announced in `x-amz-trailer`.
    private void setTrailerAlgorithm(SdkPojo builder) {
      var trailer = request.header("x-amz-trailer");
      if (trailer == null || !trailer.startsWith("x-amz-checksum-")) {
        return;
      }
      for (var field : builder.sdkFields()) {
        if (field.memberName().equals("ChecksumAlgorithm")
            && field.getValueOrDefault(builder) == null) {
          field.set(builder, trailer.substring(15).toUpperCase(Locale.ROOT));
        }
      }
    }
  }

  /// The account that an access key belongs to: a key id of twelve digits is an account of its own.
  String account(Identity identity) {
    var key = identity.accessKeyId();
    if (key.length() == 12 && key.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return key;
    }
    return cloud.defaultScope().account();
  }

  /// Verifies a request, if that is asked for, and unwraps its body.
  Verified verify(WireRequest request, @Nullable Identity identity) {
    if (enforce) {
      throw new MalformedRequestException("Verification of " + identity);
    }
    var encoding = request.headerOr("content-encoding", "");
    var payload = request.headerOr("x-amz-content-sha256", "");
    if (!encoding.contains("aws-chunked") && !payload.startsWith("STREAMING-")) {
      return new Verified(request, null, request.contentLength());
    }
    var decoded = request.header("x-amz-decoded-content-length");
    var body = new AwsChunkedStream(request.body(), new TrailerCheck(request));
    return new Verified(unframed(request, body), null, length(decoded));
  }

  private static long length(@Nullable String decoded) {
    try {
      return decoded == null ? -1 : Long.parseLong(decoded);
    } catch (NumberFormatException e) {
      throw new MalformedRequestException("x-amz-decoded-content-length is not a number");
    }
  }

  private static WireRequest unframed(WireRequest request, InputStream body) {
    var headers = new java.util.HashMap<>(request.headers());
    var encoding = request.headerOr("content-encoding", "");
    var rest =
        java.util.Arrays.stream(encoding.split(","))
            .map(String::strip)
            .filter(part -> !part.isEmpty() && !part.equals("aws-chunked"))
            .toList();
    if (rest.isEmpty()) {
      headers.remove("content-encoding");
    } else {
      headers.put("content-encoding", java.util.List.of(String.join(",", rest)));
    }
    var decoded = request.header("x-amz-decoded-content-length");
    if (decoded != null) {
      headers.put("content-length", java.util.List.of(decoded));
    }
    return new WireRequest(
        request.method(), request.rawPath(), request.rawQuery(), headers, body, request.sourceIp());
  }

  /// Compares the checksum in the trailer with the data.
  private static final class TrailerCheck implements AwsChunkedStream.Watcher {
    private final @Nullable String announced;
    private final @Nullable TrailerChecksum checksum;

    TrailerCheck(WireRequest request) {
      this.announced = request.header("x-amz-trailer");
      this.checksum = announced == null ? null : TrailerChecksum.of(announced);
    }

    @Override
    public void data(byte[] bytes, int from, int length) {
      if (checksum != null) {
        checksum.update(bytes, from, length);
      }
    }

    @Override
    public void endOfChunk(@Nullable String signature) {}

    @Override
    public void end(Map<String, String> trailers) throws IOException {
      if (checksum == null || announced == null) {
        return;
      }
      var claimed = trailers.get(announced.toLowerCase(Locale.ROOT));
      if (claimed == null) {
        throw Errors.of(
            400,
            "MalformedTrailerError",
            "The request contained trailing data that was not well-formed or did not conform to"
                + " our published schema.");
      }
      if (!claimed.equals(checksum.base64())) {
        var name = announced.substring(announced.lastIndexOf('-') + 1).toUpperCase(Locale.ROOT);
        throw Errors.of(
            400,
            "BadDigest",
            "The " + name + " you specified did not match the calculated checksum.");
      }
    }
  }
}
