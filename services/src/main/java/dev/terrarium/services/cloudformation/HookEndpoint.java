package dev.terrarium.services.cloudformation;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.WebEndpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Where hooks fetch the template of the stack or change set that they are asked about, for as long
/// as they are asked.
final class HookEndpoint implements WebEndpoint {
  private final Cloud cloud;

  HookEndpoint(Cloud cloud) {
    this.cloud = cloud;
  }

  @Override
  public boolean accepts(Request request) {
    return request.method().equals("GET") && request.rawPath().startsWith(Hooks.PATH);
  }

  @Override
  public Response respond(Request request) throws IOException {
    var payload = new Hooks(cloud).payloads.get(request.rawPath().substring(Hooks.PATH.length()));
    return payload == null
        ? Response.of(404, List.of(), new byte[0])
        : Response.of(200, List.of(), payload.getBytes(StandardCharsets.UTF_8));
  }
}
