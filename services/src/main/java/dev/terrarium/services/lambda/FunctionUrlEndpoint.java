package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Credentials;
import dev.terrarium.kernel.Principal;
import dev.terrarium.kernel.WebEndpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Function URLs on Terrarium's own port, told by the host `<id>.lambda-url.<region>.…`.
final class FunctionUrlEndpoint implements WebEndpoint {
  private static final Pattern CREDENTIAL = Pattern.compile("Credential=([^/,\\s]+)/");

  private final Cloud cloud;
  private final FunctionUrls urls;

  FunctionUrlEndpoint(Cloud cloud) {
    this.cloud = cloud;
    this.urls = new FunctionUrls(cloud);
  }

  @Override
  public boolean accepts(Request request) {
    return request.host().contains(".lambda-url.");
  }

  @Override
  public Response respond(Request request) throws IOException {
    var body = request.body().readNBytes(Invocations.SYNC_BYTES_MAX + 1);
    if (body.length > Invocations.SYNC_BYTES_MAX) {
      var text = "{\"message\":\"Request Too Long\"}".getBytes(StandardCharsets.UTF_8);
      return Response.of(413, List.of(Map.entry("Content-Type", "application/json")), text);
    }
    var caller = caller(request);
    var asked =
        new FunctionUrls.Request(
            FunctionUrls.id(request.host()),
            request.method(),
            request.host(),
            request.rawPath(),
            request.rawQuery(),
            request.headers(),
            body,
            request.sourceIp(),
            caller == null ? null : caller.arn());
    var answer =
        cloud.enforcing()
            ? urls.handle(asked, caller == null ? Principal.anonymous() : caller)
            : urls.handle(asked);
    var headers = new ArrayList<Map.Entry<String, String>>();
    answer
        .headers()
        .forEach((name, values) -> values.forEach(value -> headers.add(Map.entry(name, value))));
    var stream = answer.stream();
    return stream == null
        ? Response.of(answer.status(), headers, answer.body())
        : new Response(answer.status(), headers, -1, stream);
  }

  /// Who signed, or null if nobody did.
  private @Nullable Principal caller(Request request) {
    var authorization = request.header("authorization");
    var matcher = CREDENTIAL.matcher(authorization == null ? "" : authorization);
    if (!matcher.find()) {
      return null;
    }
    return cloud
        .credentials()
        .resolve(matcher.group(1))
        .map(Credentials.Resolved::principal)
        .orElseGet(() -> Principal.root(cloud.defaultScope().account()));
  }
}
