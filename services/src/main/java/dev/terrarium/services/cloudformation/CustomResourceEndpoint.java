package dev.terrarium.services.cloudformation;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.WebEndpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Takes the answers of custom resources: `PUT` to the `ResponseURL` that they were given.
final class CustomResourceEndpoint implements WebEndpoint {
  private static final int BODY_BYTES_MAX = 64 * 1024;

  private final Cloud cloud;

  CustomResourceEndpoint(Cloud cloud) {
    this.cloud = cloud;
  }

  @Override
  public boolean accepts(Request request) {
    return request.method().equals("PUT")
        && request.rawPath().startsWith(CustomResourceResponses.PATH);
  }

  @Override
  public Response respond(Request request) throws IOException {
    var token = request.rawPath().substring(CustomResourceResponses.PATH.length());
    var body = new String(request.body().readNBytes(BODY_BYTES_MAX), StandardCharsets.UTF_8);
    var known = new CustomResourceResponses(cloud).put(token, body);
    return Response.of(known ? 200 : 404, List.of(), new byte[0]);
  }
}
