package dev.terrarium.services.s3;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.VirtualHosts;
import dev.terrarium.kernel.WebEndpoint;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/// Lets browsers ask, and tells them, what a bucket's CORS rules allow.
final class CorsEndpoint implements WebEndpoint {
  private final Cloud cloud;

  CorsEndpoint(Cloud cloud) {
    this.cloud = cloud;
  }

  @Override
  public boolean accepts(Request request) {
    return request.method().equals("OPTIONS")
        && request.header("origin") != null
        && bucket(request) != null;
  }

  @Override
  public Response respond(Request request) {
    var bucket = bucket(request);
    var origin = request.header("origin");
    var method = request.header("access-control-request-method");
    if (bucket == null || origin == null || method == null) {
      throw Errors.of(400, "BadRequest", "Insufficient information. Origin request header needed.");
    }
    var asked = request.header("access-control-request-headers");
    var names = asked == null || asked.isBlank() ? List.<String>of() : List.of(asked.split(","));
    var answer = new S3Web(cloud).cors(bucket, origin, method, names);
    if (answer.isEmpty()) {
      throw S3Web.preflightRefusal(method, "BUCKET", true);
    }
    return Response.of(200, List.copyOf(answer.get().headers().entrySet()), new byte[0]);
  }

  @Override
  public Map<String, String> headersFor(Request request) {
    var bucket = bucket(request);
    var origin = request.header("origin");
    if (bucket == null || origin == null) {
      return Map.of();
    }
    try {
      return new S3Web(cloud)
          .cors(bucket, origin, request.method(), List.of())
          .map(CorsAnswer::headers)
          .orElse(Map.of());
    } catch (AwsServiceException e) {
      // A bucket that is not there has no rules; the answer itself will say so.
      return Map.of();
    }
  }

  /// The bucket in the host's name or at the beginning of the path, or null.
  static @Nullable String bucket(Request request) {
    var virtual = VirtualHosts.bucket(request.host());
    if (virtual != null) {
      return virtual;
    }
    var path = request.rawPath();
    var slash = path.indexOf('/', 1);
    var first = slash < 0 ? path.substring(1) : path.substring(1, slash);
    return first.isEmpty() || first.startsWith("_")
        ? null
        : URLDecoder.decode(first, StandardCharsets.UTF_8);
  }
}
