package dev.terrarium.services.s3;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.VirtualHosts;
import dev.terrarium.kernel.WebEndpoint;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;

/// Static websites: `http://<bucket>.s3-website-<region>.…`,
/// `http://<bucket>.s3-website.localhost:4566`.
final class WebsiteEndpoint implements WebEndpoint {
  private final Cloud cloud;

  WebsiteEndpoint(Cloud cloud) {
    this.cloud = cloud;
  }

  @Override
  public boolean accepts(Request request) {
    return VirtualHosts.website(request.host()) != null;
  }

  @Override
  public Response respond(Request request) {
    var bucket = Objects.requireNonNull(VirtualHosts.website(request.host()));
    var headers = new HashMap<String, String>();
    request.headers().forEach((name, values) -> headers.put(name, values.getFirst()));
    var answer =
        new S3Web(cloud).respond(bucket, request.rawPath().substring(1), request.method(), headers);
    return toResponse(answer);
  }

  static Response toResponse(WebsiteResponse answer) {
    long length = -1;
    var headers = new java.util.ArrayList<>(List.copyOf(answer.headers().entrySet()));
    for (var header : headers) {
      if (header.getKey().equalsIgnoreCase("content-length")) {
        length = Long.parseLong(header.getValue());
      }
    }
    headers.removeIf(header -> header.getKey().equalsIgnoreCase("content-length"));
    return new Response(answer.status(), headers, length, answer.body());
  }
}
